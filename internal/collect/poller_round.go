package collect

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const pollConcurrency = 4 // types asked for at once

// Round is what became of one round.
type Round struct {
	Kind         string
	From, To     oura.Day // of the documents asked for; a type that missed earlier rounds goes further back
	Started      time.Time
	Ended        time.Time
	New, Revised int // documents
	Deleted      int
	Samples      int // new or changed rows
	Missed       int // of a watch round: found by an earlier one while webhooks said nothing
	Failed       map[oura.DataType]error
}

// tally counts what one look at a type brought.
type tally struct{ added, revised, deleted, samples, events int }

// run is a round under way.
type run struct {
	task
	p     *Poller
	now   time.Time
	today oura.Day
	live  bool

	mu       sync.Mutex // guards the fields below
	out      Round
	over     error         // concerns all types: the others are not asked
	left     bool          // the account is another one now: nothing more is stored or noted
	pause    time.Duration // that Oura wants
	later    []oura.DataType
	suspects []suspect
	asked    []sqlite.Asked // not yet noted
}

// round makes one round: every type for itself, so that a failure stops no other.
func (p *Poller) round(ctx context.Context, todo task) {
	now := p.opt.Now()
	r := &run{task: todo, p: p, now: now, today: oura.DayOf(now), live: p.opt.Live()}
	r.out = Round{Kind: todo.kind, From: todo.from, To: r.today, Started: now, Failed: map[oura.DataType]error{}}
	types := p.typesOf(todo, now)
	reach := r.reach(p.common(types, todo.from, now))
	defer p.opt.Traffic.Urgent()()
	beating, stop := context.WithCancel(ctx)
	var beat sync.WaitGroup
	beat.Go(func() {
		pulse(beating, p.opt.Now, func(before time.Time) { p.CatchUp(before, "the computer slept during a round") })
	})
	defer beat.Wait()
	defer stop()
	p.does(Doing{Kind: todo.kind, Total: len(types)})
	defer p.does(Doing{})
	var all errgroup.Group
	all.SetLimit(pollConcurrency)
	for _, dt := range types {
		all.Go(func() error { r.look(ctx, dt); p.did(); return nil })
	}
	_ = all.Wait() // each type keeps its own error
	if ctx.Err() != nil || r.left {
		return // the next start, or the account's next time, begins where the last whole look was
	}
	p.end(ctx, r, types, reach)
}

// typesOf returns the types a round asks for.
func (p *Poller) typesOf(todo task, now time.Time) (types []oura.DataType) {
	wanted := series()
	if !todo.onlySamples {
		wanted = append(p.wanted(), wanted...)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, dt := range wanted {
		if p.state(dt).free(now) && (todo.types == nil || slices.Contains(todo.types, dt)) {
			types = append(types, dt)
		}
	}
	return types
}

// common returns the latest of the days at which the types begin: a catch-up of
// a month stands for the month's round as well.
func (p *Poller) common(types []oura.DataType, from oura.Day, now time.Time) oura.Day {
	p.mu.Lock()
	defer p.mu.Unlock()
	latest := oura.Day("")
	for _, dt := range types {
		if !isSeries(dt) {
			latest = max(latest, p.state(dt).begin(from, now))
		}
	}
	if latest == "" {
		return from
	}
	return latest
}

// answered is what one look brought. Days are those asked for as a whole, ""
// without any.
type answered struct {
	tally
	from, to oura.Day
}

// look asks for one type and notes how it went.
func (r *run) look(ctx context.Context, dt oura.DataType) {
	if err := r.stopped(); err != nil {
		r.failed(ctx, dt, err)
		return
	}
	if r.goOn() != nil {
		r.p.putOff(dt, r.from)
		return
	}
	read := r.documents
	if isSeries(dt) {
		read = r.samples
	}
	began := r.p.opt.Now()
	got, err := read(ctx, dt)
	if ctx.Err() != nil {
		return
	}
	r.count(got)
	if errors.Is(err, errSetAside) {
		r.p.putOff(dt, r.from)
		return
	}
	if err != nil {
		r.note(ctx, sqlite.Asked{DataType: dt, From: r.from, To: r.today, At: began, Outcome: outcomeOf(err), Reason: oura.MessageOf(err)})
		r.failed(ctx, dt, err)
		return
	}
	r.note(ctx, sqlite.Asked{DataType: dt, From: got.from, To: got.to, At: began, Outcome: sqlite.AskOK})
	r.p.succeeded(dt, got, began)
}

// putOff leaves out a type because of a pause: the next look begins where this
// one would have.
func (p *Poller) putOff(dt oura.DataType, from oura.Day) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state(dt).owes(from)
}

func (p *Poller) succeeded(dt oura.DataType, got answered, began time.Time) {
	p.mu.Lock()
	t := p.state(dt)
	t.looked(got.from, got.to, began)
	t.last.Err, t.last.Events = nil, got.events
	p.mu.Unlock()
	p.opt.Heard(dt, nil)
}

// goOn is asked before each request and before anything is stored: the round
// ends where a pause begins, or another account.
func (r *run) goOn() error {
	if r.p.opt.UserID() != r.p.user {
		r.mu.Lock()
		r.left = true
		r.mu.Unlock()
		return errSetAside
	}
	if r.p.opt.Paused() {
		return errSetAside
	}
	return nil
}

func (r *run) count(got answered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if got.from != "" {
		r.out.From = min(r.out.From, got.from)
	}
	r.out.New += got.added
	r.out.Revised += got.revised
	r.out.Deleted += got.deleted
	r.out.Samples += got.samples
}

func (r *run) stopped() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// end closes a round: the next tries, the jobs it stands for, its suspects.
func (p *Poller) end(ctx context.Context, r *run, types []oura.DataType, reach int) {
	ended := p.opt.Now()
	p.retry.settle(ended, r.kind, types, r.later, r.pause)
	p.mu.Lock()
	p.pending = len(p.retry.types) > 0 && p.retry.tries < patience
	p.mu.Unlock()
	r.flush(ctx)
	p.made(r.now, reach)
	p.watch.suspect(ended, r.suspects)
	r.out.Ended = ended
	p.log.InfoContext(ctx, "round made", "round", r.kind, "from", r.from, "types", len(types), "new", r.out.New,
		"revised", r.out.Revised, "deleted", r.out.Deleted, "samples", r.out.Samples, "failed", len(r.out.Failed), "took", ended.Sub(r.now))
	p.remember(r.out)
	p.opt.Done(r.out)
}

// reach returns how many days back the whole round went: 0 for samples alone, -1
// for another try of some types.
func (r *run) reach(from oura.Day) int {
	switch {
	case r.types != nil:
		return -1
	case r.onlySamples:
		return 0
	}
	for _, days := range []int{monthDays, weekDays} {
		if from <= r.today.Add(-days) {
			return days
		}
	}
	return pollDays
}
