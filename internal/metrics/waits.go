package metrics

import (
	"context"

	"oura-streaming/internal/oura"
)

// Waits tells why something is not known; "" when it is.
type Waits string

// The reasons. They say what a person can wait for or do.
const (
	WaitsNothing      Waits = ""
	WaitsNotConnected Waits = "not_connected" // no account is connected, so nobody asks
	WaitsNotAllowed   Waits = "not_allowed"   // the account does not open this type
	WaitsNotAsked     Waits = "not_asked"     // nobody has asked Oura for it yet
	WaitsNotSynced    Waits = "not_synced"    // Oura has nothing yet: the ring has not synced
	WaitsNotWorn      Waits = "not_worn"      // the ring was not worn
	WaitsNoData       Waits = "no_data"       // Oura has nothing, and that is final
	WaitsNotScored    Waits = "not_scored"    // there is a document, without this number
	WaitsFailed       Waits = "failed"        // the last request for it failed
)

// The states of the coverage map, as the store tells them.
const (
	stateComplete   = "complete"
	statePartial    = "partial"
	stateEmpty      = "empty"
	stateNotWorn    = "not_worn"
	stateNotAllowed = "not_allowed"
	stateFailed     = "failed"
)

// waits tells for types why nothing of a day is there, as far as the coverage map
// and the account say.
func (r *Reader) waits(ctx context.Context, who Who, d date, types ...oura.DataType) (map[oura.DataType]Waits, error) {
	states, err := r.store.DayState(ctx, who.UserID, types, d.day())
	if err != nil {
		return nil, err
	}
	out := map[oura.DataType]Waits{}
	for _, dt := range types {
		out[dt] = who.waits(dt, states[dt])
	}
	return out, nil
}

func (w Who) waits(dt oura.DataType, state string) Waits {
	switch state { // a final answer stays true whoever is connected now
	case stateEmpty, stateComplete:
		return WaitsNoData
	case stateNotWorn:
		return WaitsNotWorn
	}
	switch {
	case !w.Connected:
		return WaitsNotConnected
	case state == stateNotAllowed, w.ScopesKnown && !oura.Opens(w.Scopes, dt):
		return WaitsNotAllowed
	case state == stateFailed:
		return WaitsFailed
	case state == statePartial:
		return WaitsNotSynced
	}
	return WaitsNotAsked
}

// unscored is why a number is missing whose document is there.
func unscored(w Waits) Waits {
	if w == WaitsNotWorn {
		return WaitsNotWorn
	}
	return WaitsNotScored
}
