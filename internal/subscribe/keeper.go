// Package subscribe makes Oura's list of webhook subscriptions equal to the
// wanted one: each chosen type with create, update and delete at our present
// address. It promises never to touch a subscription of another program that
// uses the same Oura application, and that a round which was cut off anywhere is
// finished by the next one.
package subscribe

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// API is the part of Oura's cloud the Keeper needs.
type API interface {
	Subscriptions(ctx context.Context) ([]oura.Subscription, error)
	Subscribe(ctx context.Context, n ouraapi.NewSubscription) (oura.Subscription, error)
	UpdateSubscription(ctx context.Context, id string, n ouraapi.NewSubscription) (oura.Subscription, error)
	RenewSubscription(ctx context.Context, id string) (oura.Subscription, error)
	DeleteSubscription(ctx context.Context, id string) error
}

// Store keeps the list as last read, and among the settings our addresses.
type Store interface {
	Subscriptions(ctx context.Context) ([]sqlite.SubscriptionRow, error)
	ReplaceSubscriptions(ctx context.Context, rows []sqlite.SubscriptionRow) error
	Settings(ctx context.Context) (map[string]string, error)
	PutSettings(ctx context.Context, put map[string]string) error
}

// Troubles shows what lasts to the user; codes are those of package status.
type Troubles interface {
	RaiseCode(code, detail string)
	Clear(codes ...string)
}

// Progress is how far a round has come. Total counts what has to be done, not
// what is wanted.
type Progress struct {
	Running     bool
	Done, Total int
	Message     string // for the user, "" at the end
}

// Options are what a Keeper needs. API, Store, Address, VerificationToken and
// Types are required.
type Options struct {
	API               API
	Store             Store
	Address           func() string // callback URL once it answers from outside, "" else
	Path              func() string // our own random ingress path; elsewhere only a copy of this program has it. May be nil
	VerificationToken func() oura.Secret
	Types             func() []oura.DataType
	Troubles          Troubles // nil: nobody is told
	Progress          func(Progress)
	Began             func() // hears that something is announced that was not before: a change in between was told by nobody
	Now               func() time.Time
	Log               *slog.Logger
	Backoff           []time.Duration // after a round with failures; nil: 30 s to 1 h
	Every             time.Duration   // between rounds without failures, 0: half a day
}

// Keeper keeps the subscriptions.
type Keeper struct {
	opt  Options
	log  *slog.Logger
	look time.Duration // between looks at the wall clock
	wake chan struct{} // buffered 1: several wakes merge
	turn chan struct{} // holds one token: whoever has it may change subscriptions

	// refused tells since when Oura takes no second subscription beside a
	// stranger's, by the stranger's id. Only with the token of turn.
	refused map[string]time.Time

	mu   sync.Mutex // guards last
	last Round
}

// New makes a keeper. It does nothing before Serve.
func New(opt Options) *Keeper {
	opt.Every = cmp.Or(opt.Every, auditEvery)
	if opt.Backoff == nil {
		opt.Backoff = []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Progress == nil {
		opt.Progress = func(Progress) {}
	}
	if opt.Began == nil {
		opt.Began = func() {}
	}
	if opt.Troubles == nil {
		opt.Troubles = nobody{}
	}
	k := &Keeper{
		opt: opt, log: cmp.Or(opt.Log, slog.New(slog.DiscardHandler)), look: lookEvery,
		wake: make(chan struct{}, 1), turn: make(chan struct{}, 1), refused: map[string]time.Time{},
	}
	k.turn <- struct{}{}
	return k
}

type nobody struct{}

func (nobody) RaiseCode(string, string) {}
func (nobody) Clear(...string)          {}

// Wake asks for a round now: the address, the types or the client changed. It
// never blocks.
func (k *Keeper) Wake() {
	select {
	case k.wake <- struct{}{}:
	default: // one is under way and will be seen after this
	}
}

// acquire waits for the turn to change subscriptions.
func (k *Keeper) acquire(ctx context.Context) (release func(), err error) {
	select {
	case <-k.turn:
		return func() { k.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// note raises the trouble of a client that Oura does not accept.
func (k *Keeper) note(err error) {
	if oura.CodeOf(err) == oura.CodeClientRejected {
		k.opt.Troubles.RaiseCode(status.ClientRejected, "")
	}
}
