package collect

import (
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// JobView is a job with what goes on just now.
type JobView struct {
	sqlite.Job
	Running   bool          // it is the one under way
	Waiting   string        // why nothing happens, for the user; "": it reads, has its turn to come, or has ended
	WaitUntil time.Time     // zero: not known, or not waiting
	Type      oura.DataType // read last, "" before the first page of this run
	Day       oura.Day      // the same
	Rate      float64       // documents and rows a second
	Done      int           // days read
	Total     int           // days to read, 0 where nobody knows
	Left      time.Duration // 0: not known
}

// place is where a job was last.
type place struct {
	dt  oura.DataType
	day oura.Day
}

// went notes that a page was stored: Oura answers, and this is the pace.
func (r *jobRun) went(walk window, mark string, count int, day oura.Day) {
	b := r.Backfill
	b.mu.Lock()
	delete(b.held, allHeld)
	delete(b.held, walk.job)
	b.ledOn(walk, mark)
	b.meter.add(b.opt.Now(), count)
	b.at[r.job.ID] = place{walk.dt, day}
	b.mu.Unlock()
	b.opt.Heard(walk.dt)
	b.opt.Changed()
}

func (b *Backfill) view(j sqlite.Job) JobView {
	v := JobView{Job: j}
	v.Done, v.Total = days(j)
	if j.State != sqlite.JobOpen {
		return v
	}
	now := b.opt.Now()
	b.mu.Lock()
	at := b.at[j.ID]
	v.Running = b.running == j.ID
	if v.Running {
		v.Rate = b.meter.rate(now)
		v.Left = b.meter.left(now, v.Done, v.Total)
	}
	b.mu.Unlock()
	v.Type, v.Day = at.dt, at.day
	held, waits := b.heldBack(j.ID, now)
	switch budget, notYet := b.opt.Budget(), b.opt.NotYet(); {
	case j.UserID != b.opt.UserID():
		v.Waiting = "No account is connected. Sign in to go on."
	case notYet != "":
		v.Waiting = notYet
	case b.opt.Paused():
		v.Waiting = "Oura Streaming is paused."
	case waits:
		v.Waiting, v.WaitUntil = held.why, held.until
	case v.Running && budget > 2*time.Second:
		v.Waiting, v.WaitUntil = "Oura allows only so many requests in five minutes. The next ones go out shortly.", now.Add(budget)
	}
	return v
}

// days counts what a job has read and has to read, whole cuts and the part of the
// present one that every type has done. How much a job without end has to read
// nobody knows.
func days(j sqlite.Job) (done, total int) {
	if j.From != "" {
		total = daysFrom(j.From, j.To) + 1
	}
	c, more := present(j)
	switch {
	case !more && total > 0, j.State == sqlite.JobDone && total > 0:
		return total, total
	case j.Next != "":
		done = daysFrom(j.Next, j.To)
	}
	if !more || j.State == sqlite.JobDone {
		return done, total
	}
	least := c.days()
	for _, dt := range j.Types {
		least = min(least, partDays(j, c, dt))
	}
	return done + least, total
}

// partDays counts the days of the cut that one type has read.
func partDays(j sqlite.Job, c cut, dt oura.DataType) int {
	for _, p := range j.Parts {
		switch {
		case p.DataType != dt:
		case p.State == sqlite.PartRefused, p.State == sqlite.PartRead && p.CutTo == c.to:
			return c.days()
		case p.CutTo == c.to && isSeries(dt):
			return daysFrom(c.windowEnd(p.WindowFrom), c.to)
		}
	}
	return 0
}

const meterSpan = 10 * time.Second

// meter measures the pace of the job under way.
type meter struct {
	begun   time.Time
	first   int // days done when it began
	started bool
	marks   []meterMark
}

type meterMark struct {
	at    time.Time
	count int
}

func (m *meter) add(now time.Time, count int) {
	if m.begun.IsZero() {
		m.begun = now
	}
	m.marks = append(m.marks, meterMark{now, count})
	m.trim(now)
}

func (m *meter) trim(now time.Time) {
	i := 0
	for i < len(m.marks) && now.Sub(m.marks[i].at) > meterSpan {
		i++
	}
	m.marks = m.marks[i:]
}

// rate counts documents and rows a second over the last ten seconds.
func (m *meter) rate(now time.Time) float64 {
	m.trim(now)
	span := min(now.Sub(m.begun), meterSpan)
	if m.begun.IsZero() || span < time.Second/2 {
		return 0
	}
	sum := 0
	for _, mark := range m.marks {
		sum += mark.count
	}
	return float64(sum) / span.Seconds()
}

// left estimates how long the rest takes at the pace so far.
func (m *meter) left(now time.Time, done, total int) time.Duration {
	if !m.started {
		m.started, m.first = true, done
	}
	passed := now.Sub(m.begun)
	if m.begun.IsZero() || total == 0 || done <= m.first || passed < time.Second {
		return 0
	}
	return time.Duration(float64(passed) / float64(done-m.first) * float64(total-done)).Round(time.Second)
}
