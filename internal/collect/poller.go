package collect

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// Poller reads what nobody announced: at intervals without webhooks, seldom
// beside them, and after every time in which the program could not listen. It
// promises that whatever Oura still shows of the days it looks at is in the
// store after a round without failures, and that a type which cannot be read
// holds up no other.
type Poller struct {
	opt   PollOptions
	store PollStore
	api   PollAPI
	log   *slog.Logger
	wake  chan struct{} // buffered 1: several wakes merge

	// Serve's own.
	clock    clock
	jobs     map[int]time.Time // days looked at → begin of the last such round
	user     string
	dark     time.Time // since when nothing could be asked, zero: something can
	retry    retry
	watch    watch
	caughtUp time.Time // begin of the last catch-up

	mu      sync.Mutex // guards the fields below
	wants   wants
	types   map[oura.DataType]*typeState
	doing   Doing
	pending bool    // something failed a moment ago and is asked for again
	past    []Round // the last ones that are worth telling, the newest first
}

// wants is what others asked for since the last look.
type wants struct {
	sync    bool
	resume  bool
	catchUp bool
	since   time.Time // begin of the dark window, with catchUp
	why     string
}

// NewPoller makes a poller. It does nothing before Serve.
func NewPoller(opt PollOptions) *Poller {
	opt = opt.withDefaults()
	return &Poller{
		opt: opt, store: opt.Store, api: opt.API,
		log:   opt.Log,
		wake:  make(chan struct{}, 1),
		jobs:  map[int]time.Time{},
		types: map[oura.DataType]*typeState{},
	}
}

// SyncNow asks for the last days at once. It never blocks.
func (p *Poller) SyncNow() {
	p.want(func(w *wants) { w.sync = true })
}

// CatchUp asks for all documents since two days before since, a time from which
// on changes may have been missed; series go on at their newest row in any case.
// why is for the log. It never blocks, and several calls merge.
func (p *Poller) CatchUp(since time.Time, why string) {
	p.want(func(w *wants) {
		if !w.catchUp || since.Before(w.since) {
			w.since, w.why = since, why
		}
		w.catchUp = true
	})
}

// Resume ends every pause and asks at once for what failed or was refused: after
// a new sign-in, after the network came back. It never blocks.
func (p *Poller) Resume() {
	p.want(func(w *wants) { w.resume = true })
}

// Opened tells that Oura answers for a type: where the rounds leave it out because
// it was refused, they ask again at once. It never blocks.
func (p *Poller) Opened(dt oura.DataType) {
	p.mu.Lock()
	t := p.types[dt]
	held := t != nil && t.held
	if held {
		p.wants.resume = true
	}
	p.mu.Unlock()
	if held {
		signal(p.wake)
	}
}

// Settled reports whether the rounds have done what they can for now: none is
// under way, and nothing that failed is about to be asked for again, unless it
// has failed for long.
func (p *Poller) Settled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.doing.Kind == "" && !p.pending
}

func (p *Poller) want(change func(*wants)) {
	p.mu.Lock()
	change(&p.wants)
	p.mu.Unlock()
	signal(p.wake)
}

// Last tells about each type that was ever asked for.
func (p *Poller) Last() map[oura.DataType]TypeRound {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[oura.DataType]TypeRound{}
	for dt, t := range p.types {
		out[dt] = t.last
	}
	return out
}

// Serve makes rounds until ctx ends. It looks at the clock at least every 30 s
// and compares wall time, because timers stand still while a computer sleeps.
func (p *Poller) Serve(ctx context.Context) error {
	p.clock = startClock(p.opt.Now)
	for ctx.Err() == nil {
		if next, ok := p.next(ctx); ok {
			p.round(ctx, next)
			continue
		}
		p.rest(ctx)
	}
	return ctx.Err()
}

func (p *Poller) rest(ctx context.Context) {
	timer := time.NewTimer(p.untilNext())
	defer timer.Stop()
	p.clock.resting()
	select {
	case <-ctx.Done():
	case <-p.wake:
	case <-timer.C:
	}
}
