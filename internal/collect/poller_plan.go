package collect

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// Kinds of rounds. Watch asks nothing: it tells what an earlier round found that
// nobody announced.
const (
	KindPoll      = "poll"
	KindHourly    = "hourly"
	KindDaily     = "daily"
	KindReconcile = "reconcile"
	KindCatchUp   = "catchup"
	KindSync      = "sync"
	KindWatch     = "watch"
)

// How many days back the rounds look, and how often.
const (
	pollDays  = 2
	weekDays  = 7
	monthDays = 30
	margin    = 2 // days before a dark window

	pollEvery      = 5 * time.Minute
	weekEvery      = time.Hour
	monthEvery     = 24 * time.Hour
	reconcileEvery = 6 * time.Hour
	watchEvery     = 15 * time.Minute
	catchUpGap     = time.Minute // between two catch-ups somebody asked for
)

// task is a round to be made.
type task struct {
	kind    string
	from    oura.Day
	types   []oura.DataType // documents, nil: all wanted ones
	samples bool            // of the documents none
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

func (p *Poller) load(_ context.Context, user string, _ time.Time) error {
	p.user, p.retry = user, retry{}
	clear(p.jobs)
	p.watch = watch{}
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.types)
	return nil
}

// takeWants ends the pauses when somebody asked for it.
func (p *Poller) takeWants(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.wants.resume {
		return
	}
	p.wants.resume = false
	if p.retry.types != nil {
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

// dueJob returns the largest round that is due. It stands for the smaller ones.
func (p *Poller) dueJob(now time.Time) (task, bool) {
	live, today := p.opt.Live(), oura.DayOf(now)
	for _, j := range p.rhythm(live) {
		if last := p.jobs[j.days]; !last.IsZero() && now.Sub(last) < j.every {
			continue
		}
		return task{kind: j.kind, from: today.Add(-j.days), samples: j.days == 0}, true
	}
	return task{}, false
}

// job is a round that comes again and again.
type job struct {
	days  int // 0: samples only
	every time.Duration
	kind  string
}

// rhythm lists the jobs, the largest first. Samples are never announced, so they
// are asked for beside webhooks as well.
func (p *Poller) rhythm(live bool) []job {
	every := pollEvery
	if wish := p.opt.Every(); wish > 0 {
		every = min(max(wish, time.Minute), time.Hour)
	}
	out := []job{{monthDays, monthEvery, KindDaily}}
	if !live {
		return append(out, job{weekDays, weekEvery, KindHourly}, job{pollDays, every, KindPoll}, job{0, every, KindPoll})
	}
	reconcile := reconcileEvery
	if p.watch.alert() || p.jobs[weekDays].Before(p.watch.liveSince) {
		reconcile = watchEvery // also once soon after webhooks began: they tell only of what comes
	}
	return append(out, job{weekDays, reconcile, KindReconcile}, job{0, every, KindPoll})
}

// untilNext returns how long nothing is due, at most a tick.
func (p *Poller) untilNext() time.Duration {
	now, wait := p.opt.Now(), tickTime
	if p.user == "" || p.opt.Paused() {
		return wait
	}
	for _, j := range p.rhythm(p.opt.Live()) {
		wait = min(wait, p.jobs[j.days].Add(j.every).Sub(now))
	}
	if p.retry.types != nil {
		wait = min(wait, p.retry.at.Sub(now))
	}
	return max(wait, 10*time.Millisecond)
}

// made notes which jobs a round stands for.
func (p *Poller) made(began time.Time, days int) {
	for _, d := range []int{0, pollDays, weekDays, monthDays} {
		if d <= days {
			p.jobs[d] = began
		}
	}
}
