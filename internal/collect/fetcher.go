// Package collect brings documents into the store. The Fetcher works off what
// webhook deliveries announced: every accepted delivery leads to a look at the
// present document, never two looks at the same one at once, so that the newest
// version wins whatever the order of arrival. What waits, waits in the store and
// survives a restart.
package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Store is the part of the store the Fetcher needs.
type Store interface {
	DueDeliveries(ctx context.Context, now time.Time, limit int) ([]sqlite.Delivery, error)
	NextDue(ctx context.Context) (time.Time, bool, error)
	Deliveries(ctx context.Context, f sqlite.DeliveryFilter) ([]sqlite.Delivery, error)
	RetryDelivery(ctx context.Context, id int64, tries int, next time.Time, reason string) error
	ParkDelivery(ctx context.Context, id int64, tries int, reason string) error
	UnparkDeliveries(ctx context.Context, types []oura.DataType) (int, error)
	FinishDelivery(ctx context.Context, id int64, outcome, reason string) error
	NewestNotified(ctx context.Context, userID string, dt oura.DataType, objectID string, exceptID int64) (string, oura.Operation, bool, error)
	documentStore
	Apply(ctx context.Context, changes ...sqlite.Change) ([]sqlite.Applied, error)
}

// API is the part of Oura's cloud the Fetcher needs.
type API interface {
	Document(ctx context.Context, dt oura.DataType, id string) (json.RawMessage, error)
	Documents(ctx context.Context, dt oura.DataType, from, to oura.Day, each func([]json.RawMessage) error) error
}

// Troubles shows what lasts to the user; codes are those of package status.
type Troubles interface {
	RaiseCode(code, detail string)
	Clear(codes ...string)
}

// Options are what a Fetcher needs. Store and API are required.
type Options struct {
	Store       Store
	API         API
	UserID      func() string // the connected account; nil or "": not compared
	Troubles    Troubles      // nil: nobody is told
	Paused      func() bool   // the user wants no requests: everything waits; nil: never
	Traffic     *Traffic      // is told of fetches; nil: nobody is
	Now         func() time.Time
	Log         *slog.Logger
	Concurrency int             // fetches at once, 0: 4
	Backoff     []time.Duration // after the first, second, … try; nil: 1 s to 5 min
	Hourly      time.Duration   // pause after a refusal that only the user can end, 0: 1 h
	Hold        time.Duration   // pause of everything without a sign-in or a disk, 0: 1 min
}

// Fetcher works off the durable queue of deliveries.
type Fetcher struct {
	opt      Options
	store    Store
	api      API
	troubles *troubles
	log      *slog.Logger
	wake     chan struct{} // buffered 1: several wakes merge
	ended    chan struct{} // buffered 1: a fetch has ended
	resume   chan struct{} // buffered 1: a hold is over before its time
	loaded   time.Time     // last look at the queue; Serve's own

	mu    sync.Mutex // guards the fields below
	busy  map[object]bool
	soft  map[object]int // failures in a row that do not count as tries
	until time.Time      // nothing is fetched before
	types map[oura.DataType]typeHold
}

// NewFetcher makes a fetcher. It does nothing before Serve.
func NewFetcher(opt Options) *Fetcher {
	opt.Concurrency = cmp.Or(opt.Concurrency, 4)
	opt.Hourly = cmp.Or(opt.Hourly, time.Hour)
	opt.Hold = cmp.Or(opt.Hold, time.Minute)
	if opt.Backoff == nil {
		opt.Backoff = defaultBackoff()
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.UserID == nil {
		opt.UserID = func() string { return "" }
	}
	if opt.Paused == nil {
		opt.Paused = func() bool { return false }
	}
	return &Fetcher{
		opt: opt, store: opt.Store, api: opt.API,
		troubles: newTroubles(opt.Troubles),
		log:      cmp.Or(opt.Log, slog.New(slog.DiscardHandler)),
		wake:     make(chan struct{}, 1),
		ended:    make(chan struct{}, 1),
		resume:   make(chan struct{}, 1),
		busy:     map[object]bool{},
		soft:     map[object]int{},
		types:    map[oura.DataType]typeHold{},
	}
}

func defaultBackoff() []time.Duration {
	const s = time.Second
	return []time.Duration{s, 2 * s, 4 * s, 8 * s, 15 * s, 30 * s, 60 * s, 120 * s, 300 * s}
}

// Wake tells that a delivery was stored, or that the user's pause is over. It
// never blocks.
func (f *Fetcher) Wake() { signal(f.wake) }

// Resume ends every pause: after a new sign-in, after the user asked for another
// try, after the network came back. It never blocks.
func (f *Fetcher) Resume() { signal(f.resume) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is under way and will be seen after this
	}
}

// Serve fetches until ctx ends and returns once all fetches have ended. What was
// under way stays in the queue for the next start.
func (f *Fetcher) Serve(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	var ready []group
	f.countParked(ctx)
	for ctx.Err() == nil {
		ready = f.dispatch(ctx, &workers, ready)
		f.rest(ctx)
	}
	return ctx.Err()
}

// rest waits for a reason to look at the queue again. During a hold new
// deliveries are no reason: they wait with the others.
func (f *Fetcher) rest(ctx context.Context) {
	wake := f.wake
	wait, held := f.held()
	switch {
	case f.opt.Paused():
		wait = tickTime // it may end by the clock
	case held:
		wake = nil
	default:
		wait = f.untilDue(ctx)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-f.ended:
	case <-f.resume:
		f.release()
	case <-timer.C:
	}
}

// release forgets all pauses.
func (f *Fetcher) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.until = time.Time{}
	clear(f.types)
	clear(f.soft)
}
