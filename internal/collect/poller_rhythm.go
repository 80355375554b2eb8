package collect

import (
	"cmp"
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

// dueJob returns the largest round that is due. It stands for the smaller ones.
func (p *Poller) dueJob(now time.Time) (task, bool) {
	live, today := p.opt.Live(), oura.DayOf(now)
	for _, j := range p.rhythm(live) {
		if last := p.jobs[j.days]; !last.IsZero() && now.Sub(last) < j.every {
			continue
		}
		return task{kind: j.kind, from: today.Add(-j.days), onlySamples: j.days == 0}, true
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
	every := min(max(cmp.Or(p.opt.Every(), pollEvery), time.Minute), time.Hour)
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
	if len(p.retry.types) > 0 {
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
