package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// BackfillStore is the part of the store the Backfill needs.
type BackfillStore interface {
	documentStore
	AddJob(ctx context.Context, j sqlite.Job) (sqlite.Job, error)
	Job(ctx context.Context, id int64) (sqlite.Job, error)
	Jobs(ctx context.Context, userID string, limit int) ([]sqlite.Job, error)
	SetJob(ctx context.Context, id int64, change func(*sqlite.Job)) (sqlite.Job, error)
	DeleteOldJobs(ctx context.Context, keep int) (int, error)
	TakeStep(ctx context.Context, st sqlite.Step) (sqlite.StepDone, error)
}

// BackfillAPI is the part of Oura's cloud the Backfill needs.
type BackfillAPI interface {
	API
	DocumentsFrom(ctx context.Context, dt oura.DataType, from, to oura.Day, mark string,
		each func(docs []json.RawMessage, next string) error) error
	RowsFrom(ctx context.Context, dt oura.DataType, from, to time.Time, mark ouraapi.RowsMark,
		each func(rows []ouraapi.SeriesRow, next ouraapi.RowsMark) error) error
}

// BackfillOptions are what a Backfill needs. Store, API, UserID and Readable are
// required.
type BackfillOptions struct {
	Store    BackfillStore
	API      BackfillAPI
	UserID   func() string          // the connected account; "": nothing is asked
	Shown    func() string          // whose jobs Jobs and Job tell of; nil: the connected account's
	Types    func() []oura.DataType // documents wanted, what a job without types asks for; nil: all
	Readable func() []oura.DataType // types whose newest days were read well: their history is wanted
	Paused   func() bool            // the user wants no requests; nil: never
	Traffic  *Traffic               // of what is more urgent; nil: nothing is
	Budget   func() time.Duration   // how long Oura's limit keeps patient requests waiting; nil: never
	Outage   func() bool            // Oura answers nothing at all just now; nil: never
	NotYet   func() string          // why no job may begin, for the user; nil or "": any may
	Heard    func(dt oura.DataType) // hears of each type that Oura answered for; nil: nobody
	Changed  func()                 // hears when Jobs would answer otherwise; nil: nobody
	Now      func() time.Time
	Log      *slog.Logger
}

// Backfill reads history: all of it once for an account just connected, and
// whatever days somebody asks for. It works in jobs, which the store keeps: each
// page is stored together with the place where the next one begins, so that a
// program killed at any moment goes on there. A job reads from its newest day
// backwards, in cuts of days, each type for itself; what the user asked for
// comes before the history, and everything else in this room before both.
type Backfill struct {
	opt   BackfillOptions
	store BackfillStore
	log   *slog.Logger
	wake  chan struct{} // buffered 1: several wakes merge

	begins sync.Mutex // one Begin at a time, so that none is made twice; held before mu

	mu       sync.Mutex // guards the fields below
	running  int64      // the job under way, 0: none
	stop     context.CancelFunc
	overtook bool                  // a job came that goes first
	held     map[int64]hold        // by job, allHeld for every one
	strikes  map[window]*strikes   // failures that say nothing of Oura as a whole
	gaveUp   map[oura.DataType]int // cuts in a row
	meter    meter                 // of the job under way
	at       map[int64]place       // where jobs are, for Jobs
}

// hold is a pause after a failure: of one job, or of all where it concerns
// everything.
type hold struct {
	until time.Time
	why   string // for the user
	tries int    // failures in a row
}

// window is what one walk through pages covers.
type window struct {
	job  int64
	dt   oura.DataType
	from oura.Day
}

// strikes counts failures since the last page that led on.
type strikes struct {
	n     int
	marks map[string]bool // of the pages seen
}

// NewBackfill makes a backfill. It does nothing before Serve.
func NewBackfill(opt BackfillOptions) *Backfill {
	if opt.Types == nil {
		opt.Types = oura.Fetchable
	}
	if opt.Shown == nil {
		opt.Shown = opt.UserID
	}
	if opt.Paused == nil {
		opt.Paused = func() bool { return false }
	}
	if opt.Budget == nil {
		opt.Budget = func() time.Duration { return 0 }
	}
	if opt.Outage == nil {
		opt.Outage = func() bool { return false }
	}
	if opt.NotYet == nil {
		opt.NotYet = func() string { return "" }
	}
	if opt.Heard == nil {
		opt.Heard = func(oura.DataType) {}
	}
	if opt.Changed == nil {
		opt.Changed = func() {}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &Backfill{
		opt: opt, store: opt.Store,
		log:  cmp.Or(opt.Log, slog.New(slog.DiscardHandler)),
		wake: make(chan struct{}, 1),
		held: map[int64]hold{}, strikes: map[window]*strikes{}, gaveUp: map[oura.DataType]int{}, at: map[int64]place{},
	}
}

// Wake ends every pause and looks at once whether there is anything to do: after
// a sign-in, after the network came back, after a round. It never blocks.
func (b *Backfill) Wake() {
	b.mu.Lock()
	for id, h := range b.held {
		h.until = time.Time{}
		b.held[id] = h
	}
	b.mu.Unlock()
	signal(b.wake)
}

// Serve works off the jobs until ctx ends.
func (b *Backfill) Serve(ctx context.Context) error {
	for ctx.Err() == nil {
		job, ok := b.pick(ctx)
		if !ok {
			b.rest(ctx)
			continue
		}
		b.work(ctx, job)
		b.opt.Changed()
	}
	return ctx.Err()
}

// rest looks again at every tick: timers stand still while a computer sleeps.
func (b *Backfill) rest(ctx context.Context) {
	wait, now := tickTime, b.opt.Now()
	b.mu.Lock()
	for _, h := range b.held {
		if h.until.After(now) {
			wait = min(wait, h.until.Sub(now))
		}
	}
	b.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-b.wake:
	case <-timer.C:
	}
}

// heldBack returns the pause that keeps a job from being read, if there is one.
func (b *Backfill) heldBack(id int64, now time.Time) (hold, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range []int64{allHeld, id} {
		if h := b.held[id]; h.until.After(now) {
			return h, true
		}
	}
	return hold{}, false
}

const allHeld int64 = 0

// pick returns the job to work on now: those asked for in their order, then the
// history.
func (b *Backfill) pick(ctx context.Context) (sqlite.Job, bool) {
	user, now := b.opt.UserID(), b.opt.Now()
	if user == "" || b.opt.Paused() || b.opt.NotYet() != "" {
		return sqlite.Job{}, false
	}
	b.mu.Lock()
	b.overtook = false
	b.mu.Unlock()
	jobs, err := b.store.Jobs(ctx, user, allJobs)
	if err == nil {
		jobs, err = b.ensure(ctx, user, jobs)
	}
	if err != nil {
		b.log.WarnContext(ctx, "jobs not read", "err", err, "retry_in", tickTime)
		return sqlite.Job{}, false
	}
	open := slices.DeleteFunc(jobs, func(j sqlite.Job) bool {
		_, held := b.heldBack(j.ID, now)
		return held || j.State != sqlite.JobOpen
	})
	if len(open) == 0 {
		return sqlite.Job{}, false
	}
	return slices.MinFunc(open, func(a, b sqlite.Job) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) // "asked" before "history"
	}), true
}

const allJobs = 1000

// errSetAside ends the work on a job for now: it is paused, overtaken, or waits.
var errSetAside = errors.New("set aside")

// overtaken reports whether a job of this kind has to make room for one that goes
// first.
func (b *Backfill) overtaken(kind sqlite.JobKind) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.overtook && kind == sqlite.JobHistory
}
