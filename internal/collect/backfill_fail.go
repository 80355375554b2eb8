package collect

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// judge deals with the failures of a cut: what concerns all holds all jobs, what
// asking again cannot mend ends the type's part, and everything else is tried
// again, though not for ever.
func (r *jobRun) judge(ctx context.Context, c cut, errs map[oura.DataType]error) error {
	var aside, again error
	var pause time.Duration
	held := r.job.ID
	for dt, err := range errs {
		if errors.Is(err, errSetAside) {
			aside = err
			continue
		}
		v := judgeFailure(err, r.opt.Now())
		switch {
		case !v.all && (v.forGood || !v.hold.IsZero()):
			if err := r.refuse(ctx, c, dt, err); err != nil {
				return err
			}
			continue
		case !v.all && r.struck(c, dt, err):
			if err := r.giveUp(ctx, c, dt, err); err != nil {
				return err
			}
			continue
		}
		again, pause = err, max(pause, v.pause)
		if v.all {
			held = allHeld
		}
	}
	if again != nil {
		r.log.WarnContext(ctx, "job waits", "job", r.job.ID, "types", len(errs), "err", again)
		r.wait(held, again, pause)
		return errSetAside
	}
	return aside
}

// wait holds one job, or all of them, as long as Oura asked for, or else for a
// while that grows with each failure in a row.
func (b *Backfill) wait(id int64, err error, pause time.Duration) {
	b.mu.Lock()
	tries := b.held[id].tries
	if pause == 0 {
		pause = min(firstRetry<<min(tries, 10), longestRetry)
		tries++
	}
	b.held[id] = hold{until: b.opt.Now().Add(pause), why: oura.MessageOf(err), tries: tries}
	b.mu.Unlock()
	b.opt.Changed()
}

// struck counts a failure of one type and reports whether it was one too many.
// While Oura as a whole is away nothing is counted.
func (r *jobRun) struck(c cut, dt oura.DataType, err error) bool {
	if e, ok := errors.AsType[*oura.Error](err); r.opt.Outage() || ok && e.RetryAfter > 0 {
		return false
	}
	most := otherTries
	if errors.Is(err, ouraapi.ErrUnparsable) {
		most = brokenTries
	}
	b, w := r.Backfill, r.walk(r.locked(c, dt))
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.strikesOf(w)
	if s.n++; s.n < most {
		return false
	}
	delete(b.strikes, w)
	return true
}

func (r *jobRun) walk(p sqlite.Part) window { return window{r.job.ID, p.DataType, p.WindowFrom} }

// strikesOf needs the lock.
func (b *Backfill) strikesOf(w window) *strikes {
	s := b.strikes[w]
	if s == nil {
		s = &strikes{marks: map[string]bool{}}
		b.strikes[w] = s
	}
	return s
}

// ledOn notes that a walk has come to a mark, "" its end. One that was seen
// before leads nowhere. It needs the lock.
func (b *Backfill) ledOn(w window, mark string) {
	if mark == "" {
		delete(b.strikes, w)
		delete(b.gaveUp, w.dt)
		return
	}
	if s := b.strikesOf(w); !s.marks[mark] {
		s.n, s.marks[mark] = 0, true
	}
}

// refuse ends a type's part of the job.
func (r *jobRun) refuse(ctx context.Context, c cut, dt oura.DataType, err error) error {
	p := r.locked(c, dt)
	p.State, p.Reason = sqlite.PartRefused, oura.MessageOf(err)
	r.log.WarnContext(ctx, "history of a type refused", "job", r.job.ID, "data_type", dt, "err", err)
	_, stored := r.step(ctx, sqlite.Step{
		Part: p, Samples: p.Held, Close: isSeries(dt), Asked: []sqlite.Asked{r.answer(dt, c, r.opt.Now(), err)},
	})
	return stored
}

// giveUp leaves out what of the cut cannot be read, so that the rest is not held
// up for ever; the days are noted as failed. A type that fails cut after cut is
// left alone.
func (r *jobRun) giveUp(ctx context.Context, c cut, dt oura.DataType, err error) error {
	b := r.Backfill
	b.mu.Lock()
	b.gaveUp[dt]++
	broken := b.gaveUp[dt] >= brokenCuts
	b.mu.Unlock()
	if broken {
		return r.refuse(ctx, c, dt, err)
	}
	p, days := r.locked(c, dt), c
	rows := p.Held
	if isSeries(dt) {
		days = cut{from: p.WindowFrom, to: c.windowEnd(p.WindowFrom)}
		p = before(p, c)
	} else {
		p.State, p.Mark, p.Begun = sqlite.PartRead, "", time.Time{}
	}
	p.Missed += days.days()
	p.Reason = oura.MessageOf(err)
	r.log.WarnContext(ctx, "days given up", "job", r.job.ID, "data_type", dt, "from", days.from, "to", days.to, "err", err)
	_, stored := r.step(ctx, sqlite.Step{
		Part: p, Samples: rows, Close: isSeries(dt), Asked: []sqlite.Asked{r.answer(dt, days, r.opt.Now(), err)},
	})
	return stored
}

func (r *jobRun) locked(c cut, dt oura.DataType) sqlite.Part {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.part(c, dt)
}

func (b *Backfill) gaveUpOn(dt oura.DataType) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.gaveUp[dt] > 0
}

// answer is the note of how Oura answered for some days.
func (r *jobRun) answer(dt oura.DataType, days cut, at time.Time, err error) sqlite.Asked {
	a := sqlite.Asked{UserID: r.job.UserID, DataType: dt, From: days.from, To: days.to, At: at, Outcome: sqlite.AskOK}
	if err != nil {
		a.Outcome, a.Reason = outcomeOf(err), oura.MessageOf(err)
	}
	return a
}
