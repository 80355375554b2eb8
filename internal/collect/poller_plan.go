package collect

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// task is a round to be made.
type task struct {
	kind        string
	from        oura.Day
	types       []oura.DataType // documents, nil: all wanted ones
	onlySamples bool            // of the documents none
}

// next decides what is to be done now, if anything.
func (p *Poller) next(ctx context.Context) (task, bool) {
	now := p.look()
	if p.opt.UserID() == "" || p.opt.Paused() {
		if p.dark.IsZero() {
			p.dark = now
		}
		return task{}, false
	}
	if !p.welcome(ctx, now) {
		return task{}, false
	}
	p.watch.turn(now, p.opt.Live())
	p.judge(ctx, now)
	p.takeWants(now)
	today := oura.DayOf(now)
	switch w := p.peek(); {
	case w.catchUp && now.Sub(p.caughtUp).Abs() >= catchUpGap:
		p.forget(func(w *wants) { w.catchUp, w.why = false, "" })
		p.owe(oura.DayOf(w.since.In(now.Location())).Add(-margin))
		p.caughtUp = now
		p.log.InfoContext(ctx, "catching up", "since", w.since, "why", w.why)
		return task{kind: KindCatchUp, from: today.Add(-pollDays)}, true
	case w.sync:
		p.forget(func(w *wants) { w.sync = false })
		return task{kind: KindSync, from: today.Add(-pollDays)}, true
	case p.retry.due(now):
		return task{kind: p.retry.kind, from: today.Add(-pollDays), types: p.retry.types}, true
	}
	return p.dueJob(now)
}

// look looks at the clock. Time in which it ran without us was dark; a clock
// set back takes all plans with it, so that none is skipped or made twice.
func (p *Poller) look() time.Time {
	now, before, jump := p.clock.look()
	switch {
	case jump > 0:
		p.CatchUp(before, "the computer slept, or its clock was set")
		p.caughtUp, p.retry = time.Time{}, retry{}
	case jump < 0:
		p.shift(now, jump)
	}
	return now
}

// shift moves what was planned by a jump of the clock.
func (p *Poller) shift(now time.Time, by time.Duration) {
	for days, at := range p.jobs {
		p.jobs[days] = at.Add(by)
	}
	p.retry.at = p.retry.at.Add(by)
	p.caughtUp = p.caughtUp.Add(by)
	p.watch.shift(by)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.types {
		t.shift(now, by)
	}
}

// welcome begins anew with another account, and ends a dark time.
func (p *Poller) welcome(ctx context.Context, now time.Time) bool {
	if user := p.opt.UserID(); user != p.user {
		if err := p.load(ctx, user, now); err != nil {
			p.log.ErrorContext(ctx, "last rounds unknown", "err", err, "retry_in", tickTime)
			return false
		}
		p.CatchUp(now, "start")
		p.caughtUp = time.Time{}
	} else if !p.dark.IsZero() {
		p.CatchUp(p.dark, "a pause is over")
	}
	p.dark = time.Time{}
	return true
}

// load begins where the last rounds of the account ended. A time that lies ahead
// comes from a wrong clock and tells nothing.
func (p *Poller) load(ctx context.Context, user string, now time.Time) error {
	last, err := p.store.LastAsked(ctx, user)
	if err != nil {
		return err
	}
	jobs := map[int]time.Time{}
	for days, smaller := range map[int]int{monthDays: weekDays, weekDays: pollDays} {
		// Of the days that no smaller round asks for, not even yesterday's, the first and the last.
		for _, old := range []int{smaller + 2, days - 1} {
			made, err := p.madeLast(ctx, user, oura.DayOf(now).Add(-old), now)
			if err != nil {
				return err
			}
			if at, seen := jobs[days]; !seen || made.Before(at) {
				jobs[days] = made
			}
		}
	}
	p.user, p.retry, p.watch, p.jobs = user, retry{}, watch{}, jobs
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.types)
	for dt, at := range last {
		if t := p.state(dt); at.Before(now.Add(time.Minute)) {
			t.last.At = at
			t.owes(t.begin(oura.DayOf(now), now))
		}
	}
	return nil
}

// madeLast returns when a round last asked for an older day, of every wanted type that
// was ever asked for it; zero: never.
func (p *Poller) madeLast(ctx context.Context, user string, day oura.Day, now time.Time) (last time.Time, err error) {
	asked, err := p.store.AskedFor(ctx, user, day)
	for _, dt := range p.opt.Types() {
		if at, ever := asked[dt]; ever && (last.IsZero() || at.Before(last)) {
			last = at
		}
	}
	if last.After(now.Add(time.Minute)) { // of a wrong clock
		return time.Time{}, err
	}
	return last, err
}

// takeWants ends the pauses when somebody asked for it.
func (p *Poller) takeWants(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.wants.resume {
		return
	}
	p.wants.resume = false
	if len(p.retry.types) > 0 {
		p.retry.at = now
	}
	for dt, t := range p.types {
		if t.held {
			t.held = false
			p.retry.add(dt, KindCatchUp, now)
		}
	}
}

func (p *Poller) peek() wants {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wants
}

func (p *Poller) forget(change func(*wants)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.wants)
}
