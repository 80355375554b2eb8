package collect

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

const (
	firstCut  = 30  // days: what a person looks at first
	laterCut  = 92  // days; four of them are a year
	emptyDays = 365 // without anything: that was the history

	brokenTries = 12 // at answers that arrive and cannot be used
	otherTries  = 20 // at answers that do not arrive while others do
	brokenCuts  = 3  // in a row until a type is left alone
)

// cut is a span of days, both included.
type cut struct{ from, to oura.Day }

func (c cut) days() int { return daysFrom(c.from, c.to) + 1 }

// daysFrom counts the days from a to b.
func daysFrom(a, b oura.Day) int {
	from, err1 := time.Parse(time.DateOnly, string(a))
	to, err2 := time.Parse(time.DateOnly, string(b))
	if err1 != nil || err2 != nil {
		return 0
	}
	return int(to.Sub(from) / aDay)
}

// present returns the cut that j has to read now; false: it has read all.
func present(j sqlite.Job) (cut, bool) {
	c, days := cut{to: j.To}, firstCut
	if j.Next != "" {
		c.to, days = j.Next, laterCut
	}
	bound := cmp.Or(j.From, firstDayEver)
	c.from = max(c.to.Add(1-days), bound)
	return c, c.to >= bound && (j.From != "" || j.EmptyDays < emptyDays)
}

// jobRun is the work on one job, from one setting aside to the next.
type jobRun struct {
	*Backfill
	mu  sync.Mutex // guards job
	job sqlite.Job
}

// work goes on with a job until it is done, cancelled or set aside.
func (b *Backfill) work(ctx context.Context, job sqlite.Job) {
	ctx, cancel := context.WithCancel(ouraapi.Patient(ctx))
	defer cancel()
	b.begin(job.ID, cancel)
	defer b.begin(0, nil)
	job, err := b.store.Job(ctx, job.ID) // it may have been cancelled since it was picked
	if err != nil && ctx.Err() == nil {
		b.wait(allHeld, err, 0)
	}
	if err != nil || job.State != sqlite.JobOpen {
		return
	}
	r := &jobRun{Backfill: b, job: job}
	defer r.leave(context.WithoutCancel(ctx))
	for ctx.Err() == nil {
		c, more := present(r.job)
		if !more {
			r.end(ctx)
			return
		}
		err := r.cut(ctx, c)
		if err == nil {
			err = r.advance(ctx, c)
		}
		if err != nil {
			if ctx.Err() == nil && !errors.Is(err, errSetAside) {
				b.wait(allHeld, err, 0)
			}
			return
		}
	}
}

// begin notes which job is under way. It comes after a cancelled one has ended,
// and before the next look at the store.
func (b *Backfill) begin(id int64, stop context.CancelFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running, b.stop = id, stop
	if id != 0 {
		b.meter = meter{}
	}
}

// cut reads one cut, each type for itself. Only when all have been read, refused
// or given up does the next one begin.
func (r *jobRun) cut(ctx context.Context, c cut) error {
	for {
		open := r.open(c)
		if len(open) == 0 {
			return nil
		}
		var mu sync.Mutex // guards errs
		errs := map[oura.DataType]error{}
		var all errgroup.Group
		all.SetLimit(pollConcurrency)
		for _, p := range open {
			all.Go(func() error {
				if err := r.read(ctx, c, p); err != nil {
					mu.Lock()
					errs[p.DataType] = err
					mu.Unlock()
				}
				return nil
			})
		}
		_ = all.Wait() // each type keeps its own error
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.judge(ctx, c, errs); err != nil {
			return err
		}
	}
}

// open lists the parts that have yet to read the cut.
func (r *jobRun) open(c cut) (out []sqlite.Part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, dt := range r.job.Types {
		p := r.part(c, dt)
		if p.State == sqlite.PartReading {
			out = append(out, p)
		}
	}
	return out
}

// part returns how far a type is in the cut. It needs the lock.
func (r *jobRun) part(c cut, dt oura.DataType) sqlite.Part {
	i := slices.IndexFunc(r.job.Parts, func(p sqlite.Part) bool { return p.DataType == dt })
	p := sqlite.Part{DataType: dt}
	if i >= 0 {
		p = r.job.Parts[i]
	}
	if p.State == sqlite.PartRefused || p.CutTo == c.to {
		return p
	}
	return sqlite.Part{
		DataType: dt, State: sqlite.PartReading, CutTo: c.to, WindowFrom: c.window(dt, c.to), Missed: p.Missed, Reason: p.Reason,
	}
}

// step stores what a page brought with where to go on.
func (r *jobRun) step(ctx context.Context, st sqlite.Step) (sqlite.Part, error) {
	if r.opt.UserID() != r.job.UserID {
		return st.Part, errSetAside // the answer may be about another account
	}
	st.JobID, st.UserID, st.ReceivedAt = r.job.ID, r.job.UserID, r.opt.Now()
	done, err := r.store.TakeStep(ctx, st)
	if err != nil {
		return st.Part, err
	}
	r.mu.Lock()
	i := slices.IndexFunc(r.job.Parts, func(p sqlite.Part) bool { return p.DataType == st.Part.DataType })
	if i >= 0 {
		r.job.Parts[i] = done.Part
	} else {
		r.job.Parts = append(r.job.Parts, done.Part)
	}
	r.mu.Unlock()
	return done.Part, nil
}

// goOn is asked before each request.
func (r *jobRun) goOn(ctx context.Context) error {
	if err := r.opt.Traffic.GiveWay(ctx); err != nil {
		return err
	}
	if r.opt.Paused() || r.opt.UserID() != r.job.UserID || r.overtaken(r.job.Kind) {
		return errSetAside
	}
	return nil
}

// advance goes to the cut before.
func (r *jobRun) advance(ctx context.Context, c cut) error {
	found, unknown := 0, false
	for _, p := range r.job.Parts {
		if p.CutTo == c.to {
			found += p.Found
			unknown = unknown || p.Missed > 0 && r.gaveUpOn(p.DataType)
		}
	}
	job, err := r.store.SetJob(ctx, r.job.ID, func(j *sqlite.Job) {
		j.Next = c.from.Add(-1)
		switch {
		case found > 0:
			j.EmptyDays = 0
		case !unknown:
			j.EmptyDays += c.days()
		}
	})
	if err == nil {
		r.job = job
		r.opt.Changed()
	}
	return err
}

// leave tells of the rows that a cancelled job brought so far: no later page will.
func (r *jobRun) leave(ctx context.Context) {
	job, err := r.store.Job(ctx, r.job.ID)
	if err == nil && job.State == sqlite.JobCancelled {
		err = r.closeWindows(ctx, job)
	}
	if err != nil {
		r.log.WarnContext(ctx, "rows of a cancelled job not told", "job", r.job.ID, "err", err)
	}
}

// closeWindows makes the events of rows that are stored and not told yet. Where
// the next page begins stays as it is.
func (b *Backfill) closeWindows(ctx context.Context, job sqlite.Job) error {
	for _, p := range job.Parts {
		if p.Fresh.Count == 0 {
			continue
		}
		if _, err := b.store.TakeStep(ctx, sqlite.Step{JobID: job.ID, UserID: job.UserID, Part: p, ReceivedAt: b.opt.Now(), Close: true}); err != nil {
			return err
		}
	}
	return nil
}

func (r *jobRun) end(ctx context.Context) {
	ended := r.opt.Now()
	job, err := r.store.SetJob(ctx, r.job.ID, func(j *sqlite.Job) {
		if j.State == sqlite.JobOpen {
			j.State, j.Ended = sqlite.JobDone, ended
		}
	})
	if err == nil {
		_, err = r.store.DeleteOldJobs(ctx, keepJobs)
	}
	if err != nil {
		r.wait(allHeld, err, 0)
		return
	}
	r.log.InfoContext(ctx, "job done", "job", job.ID, "kind", job.Kind, "took", ended.Sub(job.Created))
}
