package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// PollStore is the part of the store the Poller needs.
type PollStore interface {
	Document(ctx context.Context, userID string, dt oura.DataType, id string) (oura.Document, error)
	Documents(ctx context.Context, f sqlite.DocumentFilter) ([]oura.Document, error)
	Deliveries(ctx context.Context, f sqlite.DeliveryFilter) ([]sqlite.Delivery, error)
	Ticket() int64
	Apply(ctx context.Context, changes ...sqlite.Change) ([]sqlite.Applied, error)
	NewestSample(ctx context.Context, userID string, dt oura.DataType) (time.Time, bool, error)
	PutSamples(ctx context.Context, userID string, dt oura.DataType, source oura.Source, receivedAt time.Time,
		rows []sqlite.Sample) (sqlite.PutResult, error)
	NoteAsked(ctx context.Context, asked ...sqlite.Asked) error
	AskedFor(ctx context.Context, userID string, day oura.Day) (map[oura.DataType]time.Time, error)
	LastAsked(ctx context.Context, userID string) (map[oura.DataType]time.Time, error)
}

// PollAPI is the part of Oura's cloud the Poller needs.
type PollAPI interface {
	Document(ctx context.Context, dt oura.DataType, id string) (json.RawMessage, error)
	Documents(ctx context.Context, dt oura.DataType, from, to oura.Day, each func([]json.RawMessage) error) error
	Rows(ctx context.Context, dt oura.DataType, from, to time.Time, each func([]ouraapi.SeriesRow) error) error
}

// PollOptions are what a Poller needs. Store, API, UserID and Types are required.
type PollOptions struct {
	Store   PollStore
	API     PollAPI
	UserID  func() string                     // the connected account; "": nothing is asked
	Types   func() []oura.DataType            // documents wanted
	Live    func() bool                       // changes are announced to a proven address; nil: never
	Paused  func() bool                       // the user wants no requests; nil: never
	Every   func() time.Duration              // between looks at the last days, 1 to 60 min; nil: 5 min
	Heard   func(dt oura.DataType, err error) // hears how each look at a type ended, nil error: well; nil: nobody
	Done    func(Round)                       // hears of each round after its end; nil: nobody
	Changed func()                            // hears when Doing would answer otherwise; nil: nobody

	Traffic *Traffic // is told of rounds; nil: nobody is
	Now     func() time.Time
	Log     *slog.Logger
}

// TypeRound tells how the rounds treat one type.
type TypeRound struct {
	At     time.Time // begin of the last look that Oura answered whole, zero: none yet
	Err    error     // of the last look, nil when it went well
	Events int       // made by the last look
}

func (o PollOptions) withDefaults() PollOptions {
	never := func() bool { return false }
	if o.Live == nil {
		o.Live = never
	}
	if o.Paused == nil {
		o.Paused = never
	}
	if o.Every == nil {
		o.Every = func() time.Duration { return pollEvery }
	}
	if o.Heard == nil {
		o.Heard = func(oura.DataType, error) {}
	}
	if o.Done == nil {
		o.Done = func(Round) {}
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}
