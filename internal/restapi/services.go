package restapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// Services is what the API serves. All that is not said to be optional is needed
// by the calls that use it.
type Services struct {
	Events        EventStore
	Bell          EventBell
	Auth          Authenticator
	Status        StatusSource
	Situation     func(ctx context.Context) Situation
	Subscriptions SubscriptionKeeper
	Deliveries    DeliveryStore
	Days          DayStore
	Jobs          JobKeeper
	Exports       Exporter
	Backups       BackupKeeper
	Clearer       Clearer
	Pauser        Pauser
	UserID        func() string // of the connected account, "" without

	// Sync asks for the last days at once and returns without waiting.
	Sync func() error

	// Tokens returns the tokens that open something. It is asked at each request,
	// so a revoked token ends at once; TokenNews wakes streams and exports to look.
	// TokenUsed hears of each request. TokensLocked tells that there may be more
	// than Tokens knows now. All but Tokens may be nil.
	Tokens       func() []KnownToken
	TokenNews    Listener
	TokenUsed    func(id int64)
	TokensLocked func() bool

	// Callback answers /auth/callback. It decides itself whether a sign-in is
	// pending; nil answers 404.
	Callback http.Handler

	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: silent
	Version string           // of the program, shown by /status
}

// Listener wakes after a change.
type Listener interface {
	Listen() (wake <-chan struct{}, stop func())
}

// EventStore reads the kept events.
type EventStore interface {
	Events(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error)
	Event(ctx context.Context, seq int64) (e oura.Event, previous int64, err error)
	LastSeq(ctx context.Context) (int64, error)
	OldestSeq(ctx context.Context) (int64, error)
	PrunedSeq(ctx context.Context) (int64, error)
}

// DeliveryStore reads the inspector's rows. Refetch puts the document of one
// delivery back in the queue and returns at once.
type DeliveryStore interface {
	Deliveries(ctx context.Context, f sqlite.DeliveryFilter) ([]sqlite.Delivery, error)
	Delivery(ctx context.Context, id int64) (sqlite.Delivery, error)
	Refetch(ctx context.Context, id int64) error
}

// SubscriptionKeeper reads Oura's list as last seen. Reconcile asks for a round
// and returns at once, for a full round takes minutes. Create, Renew and Delete
// wait for Oura and never touch another program's.
type SubscriptionKeeper interface {
	Subscriptions(ctx context.Context) ([]sqlite.SubscriptionRow, error)
	Reconcile(ctx context.Context) error
	Create(ctx context.Context, dt oura.DataType, op oura.Operation) (oura.Subscription, error)
	Renew(ctx context.Context, id string) (oura.Subscription, error)
	Delete(ctx context.Context, id string) error
}

// StatusSource tells what is wrong right now.
type StatusSource interface {
	Snapshot() status.Snapshot
}

// Authenticator connects and disconnects the account.
type Authenticator interface {
	BeginLogin(ctx context.Context) (Login, error)
	Status(ctx context.Context) (AuthStatus, error)
	Logout(ctx context.Context) error
}

// Login is a sign-in that waits for the browser.
type Login struct {
	AuthorizeURL string
	ExpiresIn    time.Duration
}

// AuthStatus is the state of the connection to the account.
type AuthStatus struct {
	Authenticated bool
	ExpiresIn     time.Duration // of the access token; 0 when not known
	Scopes        []oura.Scope
}

// Situation is what the engine knows beyond the status registry.
type Situation struct {
	Tunnel        TunnelState
	Subscriptions SubscriptionCounts
	Round         Round
	LastDelivery  *sqlite.Delivery // nil when none has come yet
	LastSync      map[oura.DataType]time.Time
	SQLiteVersion string
	OuraAPI       string // revision of Oura's API this program was built for
	Demo          bool
	Seq           int64 // number of the newest event
}

// Round is the last comparison of the subscriptions with Oura's list.
type Round struct {
	At, Next time.Time // zero: none yet, none planned
	Err      string    // for the user
}

// TunnelState is the public address as the window shows it.
type TunnelState struct {
	Kind   string // ngrok, own_url, none
	URL    string // "" when there is none
	State  string // off, starting, online, reconnecting, refused
	Since  time.Time
	Reason string // why it is not proven, "" when it is

	Proven    bool          // the program saw its own answer there from outside
	ProvenAt  time.Time     // when it last did
	RoundTrip time.Duration // of that look, 0 before the first

	Account, Plan, Region, Notice string // of the service behind it, "" without
}
