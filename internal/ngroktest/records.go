package ngroktest

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
)

// records are what agents did, oldest first.
type records struct {
	dials   []time.Time
	auths   []Auth
	binds   []Bind
	unbinds []string
	streams []json.RawMessage

	statuses map[int]int
}

// Auth is how an agent introduced itself.
type Auth struct {
	Token, Metadata string
	Raw             json.RawMessage // the whole request
	At              time.Time
}

// Bind is an endpoint that an agent asked for.
type Bind struct {
	ID     string // given by the edge; the same when the agent asks again after a lost connection
	URL    string // "" lets the edge choose
	Policy string // traffic policy
	Raw    json.RawMessage
}

// Auths are all authentications asked for, refused and unanswered ones included.
func (e *Edge) Auths() []Auth {
	return tell(e, func() []Auth { return slices.Clone(e.records.auths) })
}

// Binds are all endpoints asked for, refused ones included.
func (e *Edge) Binds() []Bind {
	return tell(e, func() []Bind { return slices.Clone(e.records.binds) })
}

// Unbinds are the ids of the endpoints that agents gave up.
func (e *Edge) Unbinds() []string {
	return tell(e, func() []string { return slices.Clone(e.records.unbinds) })
}

// Dials are the moments at which agents connected, refused connections included.
func (e *Edge) Dials() []time.Time {
	return tell(e, func() []time.Time { return slices.Clone(e.records.dials) })
}

// Streams counts the public connections opened to agents. One carries as many
// requests as its two ends like.
func (e *Edge) Streams() int { return len(e.StreamHeaders()) }

// StreamHeaders are the introductions of these connections.
func (e *Edge) StreamHeaders() []json.RawMessage {
	return tell(e, func() []json.RawMessage { return slices.Clone(e.records.streams) })
}

// Statuses counts the answers of agents by their status. What the edge says
// itself, for want of an agent or of a proper answer, is not among them.
func (e *Edge) Statuses() map[int]int {
	return tell(e, func() map[int]int { return maps.Clone(e.records.statuses) })
}

// Online counts the endpoints that are bound now.
func (e *Edge) Online() int { return tell(e, func() int { return len(e.endpoints) }) }

// Connections counts the agent connections that are open now.
func (e *Edge) Connections() int { return tell(e, func() int { return len(e.sessions) }) }

// Wait returns when holds does. It asks at once and after each change of a
// record, count or control, and gives up when ctx ends or the edge is closed.
func (e *Edge) Wait(ctx context.Context, holds func() bool) error {
	for {
		var changed chan struct{}
		var closed bool
		e.mu.Lock()
		changed, closed = e.changed, e.closed
		e.mu.Unlock()
		if holds() { // without the lock, for it asks the edge
			return nil
		}
		if closed {
			return errors.New("the test edge was closed")
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}
