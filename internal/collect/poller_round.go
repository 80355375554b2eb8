package collect

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"oura-streaming/internal/oura"
)

const pollConcurrency = 4 // types asked for at once

// Round is what became of one round.
type Round struct {
	Kind         string
	From, To     oura.Day // of the documents asked for; a type that missed earlier rounds goes further back
	Started      time.Time
	Ended        time.Time
	New, Revised int // documents and rows
	Deleted      int
	Missed       int // of a watch round: found by an earlier one while webhooks said nothing
	Failed       map[oura.DataType]error
}

// tally counts what one look at a type brought.
type tally struct{ added, revised, deleted, events int }

// run is a round under way.
type run struct {
	task
	p       *Poller
	now     time.Time
	today   oura.Day
	live    bool
	settled time.Time // begin of the looks that suspects are compared with

	mu       sync.Mutex // guards the fields below
	out      Round
	over     error         // concerns all types: the others are not asked
	pause    time.Duration // that Oura wants
	later    []oura.DataType
	suspects []suspect
}

// round makes one round: every type for itself, so that a failure stops no other.
func (p *Poller) round(ctx context.Context, todo task) {
	now := p.opt.Now()
	r := &run{task: todo, p: p, now: now, today: oura.DayOf(now), live: p.opt.Live()}
	r.out = Round{Kind: todo.kind, From: todo.from, To: r.today, Started: now, Failed: map[oura.DataType]error{}}
	types, from := p.asked(todo, now)
	var all errgroup.Group
	all.SetLimit(pollConcurrency)
	for _, dt := range types {
		all.Go(func() error { r.look(ctx, dt); return nil })
	}
	_ = all.Wait() // each type keeps its own error
	if ctx.Err() != nil {
		return // the next start begins where the last whole look was
	}
	p.end(ctx, r, types, from)
}

// asked returns the types a round asks for and the latest day from which on all
// of them are read.
func (p *Poller) asked(todo task, now time.Time) (types []oura.DataType, from oura.Day) {
	from = todo.from
	for _, dt := range p.wanted() {
		info, _ := oura.Lookup(dt)
		if todo.samples && info.Kind != oura.KindSeries || todo.types != nil && !slices.Contains(todo.types, dt) {
			continue
		}
		p.mu.Lock()
		if p.state(dt).free(now) {
			types = append(types, dt)
		}
		p.mu.Unlock()
	}
	return types, p.common(types, todo.from, now)
}

// common returns the latest of the days at which the types begin: a catch-up of
// a month stands for the month's round as well.
func (p *Poller) common(types []oura.DataType, from oura.Day, now time.Time) oura.Day {
	p.mu.Lock()
	defer p.mu.Unlock()
	latest := oura.Day("")
	for _, dt := range types {
		latest = max(latest, p.state(dt).begin(from, now))
	}
	if latest == "" {
		return from
	}
	return latest
}

// wanted lists the document types the user wants.
func (p *Poller) wanted() []oura.DataType {
	return slices.DeleteFunc(slices.Clone(p.opt.Types()), func(dt oura.DataType) bool {
		info, known := oura.Lookup(dt)
		return !known || info.Kind != oura.KindDocument
	})
}

// look asks for one type and notes how it went.
func (r *run) look(ctx context.Context, dt oura.DataType) {
	if err := r.stopped(); err != nil {
		r.failed(ctx, dt, err)
		return
	}
	p := r.p
	p.mu.Lock()
	from := p.state(dt).begin(r.from, r.now)
	p.mu.Unlock()
	began := p.opt.Now()
	got, err := r.documents(ctx, dt, from)
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	r.out.New += got.added
	r.out.Revised += got.revised
	r.out.Deleted += got.deleted
	r.mu.Unlock()
	if err != nil {
		r.failed(ctx, dt, err)
		return
	}
	p.opt.Heard(dt, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.state(dt)
	t.looked(from, r.today, began)
	t.last.Err, t.last.Events = nil, got.events
}

func (r *run) stopped() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// failed decides what a failure means: for this type alone or for all, and
// whether asking again can help.
func (r *run) failed(ctx context.Context, dt oura.DataType, err error) {
	verdict := judgeFailure(err, r.now)
	r.mu.Lock()
	first := r.over == nil
	r.out.Failed[dt] = err
	r.pause = max(r.pause, verdict.pause)
	if verdict.all && first {
		r.over = err
	}
	if verdict.hold.IsZero() && !verdict.forGood {
		r.later = append(r.later, dt)
	}
	r.mu.Unlock()
	r.p.refuse(dt, err, verdict, r.from)
	if first {
		r.p.log.WarnContext(ctx, "type not read", "data_type", dt, "round", r.kind, "err", err)
	}
	r.p.opt.Heard(dt, err)
}

func (p *Poller) refuse(dt oura.DataType, err error, v verdict, from oura.Day) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.state(dt)
	t.last.Err, t.last.Events = err, 0
	t.owes(from)
	if v.forGood || !v.hold.IsZero() {
		t.hold(v.hold)
	}
}

// verdict is what a failure means.
type verdict struct {
	all     bool          // no other type would fare better
	forGood bool          // until Resume
	hold    time.Time     // not asked for before, zero: again soon
	pause   time.Duration // before the next try
}

func judgeFailure(err error, now time.Time) verdict {
	wait := time.Duration(0)
	if e, ok := errors.AsType[*oura.Error](err); ok {
		wait = e.RetryAfter
	}
	switch oura.CodeOf(err) {
	case oura.CodeScope:
		return verdict{forGood: true}
	case oura.CodeMembership, oura.CodeAppOutdated:
		return verdict{hold: now.Add(lapsedHold)}
	case oura.CodeNotFound:
		return verdict{hold: now.Add(aDay)}
	case oura.CodeInvalid:
		return verdict{hold: now.Add(invalidHold)}
	case oura.CodeUnauthorized, oura.CodeNotConnected, oura.CodeNotConfigured, oura.CodeLocked, oura.CodeClientRejected:
		return verdict{all: true, pause: signInRetry}
	case oura.CodeRateLimited, oura.CodeStorage:
		return verdict{all: true, pause: wait}
	}
	return verdict{all: wait > 0, pause: wait} // a pause of ouraapi concerns everything
}

// end closes a round: the next tries, the jobs it stands for, its suspects.
func (p *Poller) end(ctx context.Context, r *run, types []oura.DataType, from oura.Day) {
	ended := p.opt.Now()
	p.retry.settle(ended, r.kind, types, r.later, r.pause)
	p.made(r.now, r.reach(from))
	p.watch.suspect(ended, r.suspects)
	r.out.Ended = ended
	p.log.InfoContext(ctx, "round made", "round", r.kind, "from", r.from, "types", len(types), "new", r.out.New,
		"revised", r.out.Revised, "deleted", r.out.Deleted, "failed", len(r.out.Failed), "took", ended.Sub(r.now))
	p.opt.Done(r.out)
}

// reach returns how many days back the whole round went: 0 for samples alone, -1
// for another try of some types.
func (r *run) reach(from oura.Day) int {
	switch {
	case r.types != nil:
		return -1
	case r.samples:
		return 0
	}
	for _, days := range []int{monthDays, weekDays} {
		if from <= r.today.Add(-days) {
			return days
		}
	}
	return pollDays
}
