package retention

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

const (
	look   = time.Minute           // timers stand still while a computer sleeps, so the wall clock is asked
	daily  = 24 * time.Hour        // from one round to the next
	again  = time.Hour             // after a round that failed
	recent = 26 * time.Hour        // a backup at most so old counts for a round that comes by itself
	pace   = 20 * time.Millisecond // between two steps of a round
)

// Store is what is deleted from.
type Store interface {
	EventsBefore(ctx context.Context, before time.Time) (below int64, err error)
	AllButNewest(ctx context.Context, keep int64) (below int64, err error)
	CountEventsBelow(ctx context.Context, below int64) (int64, error)
	CountDeliveries(ctx context.Context, before time.Time) (int64, error)
	CountSamples(ctx context.Context, before oura.Day) (int64, error)
	EventHeads(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error)
	LastSeq(ctx context.Context) (int64, error)
	PruneEvents(ctx context.Context, below int64) (int, error)
	PruneDeliveries(ctx context.Context, before time.Time) (int, error)
	PruneSamples(ctx context.Context, before oura.Day) (int64, error)
	PruneReplayKeys(ctx context.Context, before time.Time) (int, error)
	Audit(ctx context.Context, action, detail string) error
}

// Troubles shows what is wrong.
type Troubles interface {
	RaiseCode(code, text string)
	Clear(codes ...string)
}

// Options are what a Keeper lives by.
type Options struct {
	Store Store
	Rules func() Rules

	// BackUp makes sure of a verified backup that was made at since or later and
	// returns its name; "" when the user has turned backups off.
	BackUp func(ctx context.Context, since time.Time) (name string, err error)

	Troubles Troubles
	Now      func() time.Time
	Log      *slog.Logger
}

// Keeper deletes by rules once a day and when asked, and clears all events by
// hand. All of it happens in Serve, one after the other.
type Keeper struct {
	opt      Options
	bell     hub.Bell // State has changed, or rows were deleted
	wake     chan struct{}
	requests chan *request
	ended    chan struct{} // closed when Serve has returned: nobody answers any more
	ending   sync.Once
	waiting  *request // for which a round gave way; this and planned are used by Serve alone
	planned  plan

	mu    sync.Mutex // guards the fields below
	state State
	next  time.Time // of the round that comes by itself; zero: at the next look
}

// State is what goes on, and how the last round ended.
type State struct {
	Running     bool
	Done, Total int64     // rows of the round under way
	At          time.Time // when the last round ended
	Deleted     Counts    // by the last round that deleted anything
	Err         error     // why the last round deleted nothing, or not all
}

// New returns a keeper; Serve runs it.
func New(opt Options) *Keeper {
	return &Keeper{opt: opt, wake: make(chan struct{}, 1), requests: make(chan *request), ended: make(chan struct{})}
}

// RulesChanged ends a round under way. The next one follows by itself within a
// minute, or with Apply at once.
func (k *Keeper) RulesChanged() {
	k.setNext(time.Time{})
	select {
	case k.wake <- struct{}{}:
	default: // told already
	}
}

// State tells what goes on.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// Listen returns a channel that gets a token when State has changed or rows were
// deleted. stop ends it.
func (k *Keeper) Listen() (wake <-chan struct{}, stop func()) { return k.bell.Listen() }

// Serve works until ctx ends, and once only: who asks for something afterwards is
// refused.
func (k *Keeper) Serve(ctx context.Context) error {
	defer k.ending.Do(func() { close(k.ended) })
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if r := k.waiting; r != nil {
			k.waiting = nil
			k.serve(ctx, r)
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r := <-k.requests:
			k.serve(ctx, r)
		case <-k.wake:
		case <-tick.C:
			if k.isDue() {
				_, err := k.begin(ctx, k.wall().Add(-recent))
				k.end(ctx, k.round(ctx, err))
			}
		}
	}
}

// isDue reports whether a day has passed by the wall clock, in whichever direction
// it was set since.
func (k *Keeper) isDue() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	left := k.next.Sub(k.wall())
	return left <= 0 || left > daily
}

func (k *Keeper) setNext(at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.next = at
}

func (k *Keeper) wall() time.Time { return k.opt.Now().Round(0) }

// set changes the state and tells of it.
func (k *Keeper) set(change func(*State)) {
	k.mu.Lock()
	change(&k.state)
	k.mu.Unlock()
	k.bell.Ring()
}

// end notes how a round went and when the next one comes.
func (k *Keeper) end(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the next start goes on
	}
	next := k.wall().Add(daily)
	switch {
	case errors.Is(err, errGaveWay):
		next, err = time.Time{}, nil
	case err != nil:
		next = k.wall().Add(again)
	}
	k.setNext(next)
	k.set(func(s *State) { s.Running, s.At, s.Err = false, k.wall(), err })
	if err == nil {
		k.opt.Troubles.Clear(status.RetentionWaits)
		return
	}
	k.opt.Log.WarnContext(ctx, "old rows not deleted", "err", err, "retry_in", again)
	k.opt.Troubles.RaiseCode(status.RetentionWaits, oura.MessageOf(err))
}
