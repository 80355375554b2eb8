package collect

import (
	"context"
	"fmt"
	"slices"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// firstDayEver lies before the first ring was sold.
const firstDayEver oura.Day = "2013-01-01"

const (
	keepJobs     = 200            // ended ones that the user asked for
	refusedAgain = 24 * time.Hour // before history that was refused is asked for again
)

// Begin adds a job for the days from … to, both included, of some types. Without
// from it reads until a year holds nothing, without to from today on, without
// types everything wanted. A job that asks for the same and is not done yet is
// not made twice. Codes: not_connected, invalid.
func (b *Backfill) Begin(ctx context.Context, from, to oura.Day, types []oura.DataType) (JobView, error) {
	job, err := b.asked(from, to, types)
	if err != nil {
		return JobView{}, err
	}
	b.begins.Lock()
	defer b.begins.Unlock()
	jobs, err := b.store.Jobs(ctx, job.UserID, allJobs)
	if err != nil {
		return JobView{}, err
	}
	i := slices.IndexFunc(jobs, func(j sqlite.Job) bool {
		return j.State == sqlite.JobOpen && j.Kind == job.Kind && j.From == job.From && j.To == job.To && slices.Equal(j.Types, job.Types)
	})
	if i >= 0 {
		return b.view(jobs[i]), nil
	}
	if job, err = b.store.AddJob(ctx, job); err != nil {
		return JobView{}, err
	}
	b.overtake()
	return b.view(job), nil
}

func (b *Backfill) asked(from, to oura.Day, types []oura.DataType) (sqlite.Job, error) {
	job := sqlite.Job{UserID: b.opt.UserID(), Kind: sqlite.JobAsked, From: from, To: to, Created: b.opt.Now()}
	if job.UserID == "" {
		return job, &oura.Error{Code: oura.CodeNotConnected, Message: "No Oura account is connected yet. Sign in first."}
	}
	today := oura.DayOf(b.opt.Now())
	if job.To == "" || job.To > today {
		job.To = today
	}
	for _, day := range []oura.Day{from, to} {
		if _, err := oura.ParseDay(string(day)); day != "" && err != nil {
			return job, refuseJob("A day is written like 2026-11-22.")
		}
	}
	switch {
	case job.From > job.To:
		return job, refuseJob("The first day must not lie behind the last one, nor in the future.")
	case job.To < firstDayEver:
		return job, refuseJob("There was no ring before " + string(firstDayEver) + ". Ask for later days.")
	case job.From != "":
		job.From = max(job.From, firstDayEver)
	}
	for _, dt := range types {
		if _, known := oura.Lookup(dt); !known {
			return job, refuseJob(fmt.Sprintf("There is no data type %.40q. They are written like daily_sleep, heartrate or vo2_max.", string(dt)))
		}
		if !hasDays(dt) {
			return job, refuseJob(fmt.Sprintf("There is no history to read of %s: Oura gives it without days.", dt))
		}
	}
	if job.Types = types; len(types) == 0 {
		job.Types = append(slices.DeleteFunc(slices.Clone(b.opt.Types()), func(dt oura.DataType) bool { return !hasDays(dt) }), series()...)
	}
	slices.Sort(job.Types)
	job.Types = slices.Compact(job.Types)
	return job, nil
}

func refuseJob(message string) error { return &oura.Error{Code: oura.CodeInvalid, Message: message} }

// hasDays reports whether there is history of the type.
func hasDays(dt oura.DataType) bool {
	info, _ := oura.Lookup(dt)
	return info.Dated || info.Kind == oura.KindSeries
}

// overtake makes a history under way give way to a job that was asked for.
func (b *Backfill) overtake() {
	b.mu.Lock()
	b.overtook = true
	b.mu.Unlock()
	signal(b.wake)
	b.opt.Changed()
}

// Cancel ends a job of the connected account; what it brought stays. Codes:
// not_found, ended.
func (b *Backfill) Cancel(ctx context.Context, id int64) (JobView, error) {
	view, err := b.set(ctx, id, sqlite.JobOpen, "This job has ended already.", func(j *sqlite.Job) {
		j.State, j.Ended = sqlite.JobCancelled, b.opt.Now()
	})
	if err == nil && !view.Running { // a running one does so when it has stopped
		err = b.closeWindows(ctx, view.Job)
	}
	return view, err
}

// Resume goes on with a cancelled job where it stopped. Codes: not_found, ended.
func (b *Backfill) Resume(ctx context.Context, id int64) (JobView, error) {
	return b.set(ctx, id, sqlite.JobCancelled, "Only a cancelled job can be resumed.", func(j *sqlite.Job) {
		j.State, j.Ended = sqlite.JobOpen, time.Time{}
	})
}

func (b *Backfill) set(ctx context.Context, id int64, from sqlite.JobState, otherwise string, change func(*sqlite.Job)) (JobView, error) {
	job, err := b.Job(ctx, id)
	if err != nil {
		return job, err
	}
	fits := false
	stored, err := b.store.SetJob(ctx, id, func(j *sqlite.Job) {
		if fits = j.State == from; fits {
			change(j)
		}
	})
	if err != nil {
		return job, err
	}
	if !fits {
		return job, &oura.Error{Code: oura.CodeEnded, Message: otherwise}
	}
	b.interrupt(id)
	b.overtake()
	return b.view(stored), nil
}

// interrupt ends the work on a job at once, if it is the one under way.
func (b *Backfill) interrupt(id int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running == id && b.stop != nil {
		b.stop()
	}
}

// Job tells of one job of the connected account. Code: not_found.
func (b *Backfill) Job(ctx context.Context, id int64) (JobView, error) {
	job, err := b.store.Job(ctx, id)
	if err == nil && job.UserID != b.opt.Shown() {
		err = &oura.Error{Code: oura.CodeNotFound, Message: "There is no such job."}
	}
	if err != nil {
		return JobView{}, err
	}
	return b.view(job), nil
}

// Jobs tells of the jobs of the account that is shown, the newest first.
func (b *Backfill) Jobs(ctx context.Context) ([]JobView, error) {
	user := b.opt.Shown()
	if user == "" {
		return nil, nil
	}
	jobs, err := b.store.Jobs(ctx, user, allJobs)
	if err != nil {
		return nil, err
	}
	out := make([]JobView, len(jobs))
	for i, j := range jobs {
		out[i] = b.view(j)
	}
	return out, nil
}

// ensure adds a job for the history of types that can be read and have none yet:
// at the first connection, and when a type was added or its scope granted later.
// The newest days are left out, since the rounds have read them.
func (b *Backfill) ensure(ctx context.Context, user string, jobs []sqlite.Job) ([]sqlite.Job, error) {
	wanted := slices.DeleteFunc(slices.Clone(b.opt.Readable()), func(dt oura.DataType) bool {
		return !hasDays(dt) || slices.ContainsFunc(jobs, func(j sqlite.Job) bool { return b.covers(j, dt) })
	})
	if len(wanted) == 0 {
		return jobs, nil
	}
	slices.Sort(wanted)
	now := b.opt.Now()
	newest := oura.DayOf(now).Add(-monthDays)
	byDay := map[oura.Day][]oura.DataType{}
	for _, dt := range wanted {
		to := min(stoppedAt(jobs, dt, newest), newest)
		byDay[to] = append(byDay[to], dt)
	}
	for to, types := range byDay {
		job, err := b.store.AddJob(ctx, sqlite.Job{UserID: user, Kind: sqlite.JobHistory, To: to, Types: types, Created: now})
		if err != nil {
			return jobs, err
		}
		b.log.InfoContext(ctx, "history begun", "job", job.ID, "types", len(types), "to", job.To)
		jobs = append(jobs, job)
	}
	b.opt.Changed()
	return jobs, nil
}

// stoppedAt returns where the last history of a type was refused, with the days
// that were given up before, otherwise when there was none. jobs are the newest
// first.
func stoppedAt(jobs []sqlite.Job, dt oura.DataType, otherwise oura.Day) oura.Day {
	for _, j := range jobs {
		for _, p := range j.Parts {
			if j.Kind == sqlite.JobHistory && p.DataType == dt && p.State == sqlite.PartRefused {
				return p.CutTo.Add((brokenCuts - 1) * laterCut)
			}
		}
	}
	return otherwise
}

// covers reports whether j brings the history of dt, brought it, or was ended by
// the user. What was refused counts for a day.
func (b *Backfill) covers(j sqlite.Job, dt oura.DataType) bool {
	if j.Kind != sqlite.JobHistory || !slices.Contains(j.Types, dt) {
		return false
	}
	i := slices.IndexFunc(j.Parts, func(p sqlite.Part) bool { return p.DataType == dt && p.State == sqlite.PartRefused })
	return j.State != sqlite.JobDone || i < 0 || b.opt.Now().Sub(j.Parts[i].At) < refusedAgain
}
