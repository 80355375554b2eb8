// Package oura holds the words that every other part speaks: data types, events,
// documents, subscriptions, tokens, errors. It imports the standard library only
// and does nothing on its own.
package oura

import (
	"encoding/json"
	"time"
)

// Source tells which way an event came into the store.
type Source string

// The ways of DESIGN section 3.
const (
	SourceWebhook  Source = "webhook"
	SourcePoll     Source = "poll"
	SourceBackfill Source = "backfill"
	SourceCatchUp  Source = "catchup"
	SourceImport   Source = "import"
)

// Event is a change of a stored document. Data is Oura's JSON of that revision,
// or nil for a delete and for types without documents.
type Event struct {
	Seq        int64
	UserID     string
	DataType   DataType
	EventType  Operation
	ObjectID   string
	Day        Day    // "" when the document has none
	Timestamp  string // Oura's event_time as sent, RFC 3339
	ReceivedAt time.Time
	Source     Source
	Data       json.RawMessage
}

// Document is the newest known state of one of Oura's records.
type Document struct {
	UserID    string
	DataType  DataType
	ObjectID  string
	Day       Day
	Data      json.RawMessage // nil for a tombstone that was never fetched, and while Spoilt
	Spoilt    bool            // the stored text is not what Oura sent, and waits to be put right
	Revisions int
	FirstSeen time.Time
	LastSeen  time.Time
	DeletedAt time.Time // zero while it lives
}

// Notification is the body of a webhook delivery. Unknown fields are allowed;
// ObjectID may be missing.
type Notification struct {
	EventType Operation `json:"event_type"`
	DataType  DataType  `json:"data_type"`
	ObjectID  string    `json:"object_id"`
	EventTime string    `json:"event_time"`
	UserID    string    `json:"user_id"`
}

// Subscription is one of Oura's webhook subscriptions. They belong to the
// application, not to a user. Oura never returns the verification token.
type Subscription struct {
	ID          string
	CallbackURL string
	EventType   Operation
	DataType    DataType
	ExpiresAt   time.Time // UTC; Oura sends it without a zone
}

// Profile is personal_info: only ID is certain, the rest depends on scopes.
type Profile struct {
	ID  string
	Raw json.RawMessage
}
