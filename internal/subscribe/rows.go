package subscribe

import (
	"context"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// State is how a subscription stands, as stored in its row.
type State string

// The states. Missing and pending occur on screens only: the store holds Oura's
// list, and a row for each wanted subscription that could not be made.
const (
	StateOurs    State = "ours"
	StateMissing State = "missing"
	StateForeign State = "foreign"
	StateFailed  State = "failed"
	StatePending State = "pending"
)

// failedPrefix begins the id of a row for a subscription that does not exist at
// Oura. Such a row has no callback URL.
const failedPrefix = "failed:"

const reasonCopy = "A copy of this program with the same settings, perhaps on another computer, holds this subscription."

// rows is the list with our view of it.
func (r *round) rows() []sqlite.SubscriptionRow {
	all, readAt := r.list.snapshot()
	out := make([]sqlite.SubscriptionRow, 0, len(all))
	shown := map[cell]bool{}
	for _, s := range all {
		row := sqlite.SubscriptionRow{Subscription: s, Ours: r.list.id.owns(s), ReadAt: readAt}
		row.State, row.Reason = r.stateOf(s)
		if row.Ours {
			shown[cellOf(s)] = true
		}
		out = append(out, row)
	}
	for c, err := range r.failed {
		if !shown[c] {
			out = append(out, sqlite.SubscriptionRow{
				Subscription: oura.Subscription{ID: failedPrefix + string(c.dt) + ":" + string(c.op), EventType: c.op, DataType: c.dt},
				Ours:         true, State: string(StateFailed), Reason: oura.MessageOf(err), ReadAt: readAt,
			})
		}
	}
	return out
}

func (r *round) stateOf(s oura.Subscription) (state, reason string) {
	switch {
	case r.list.id.isCopy(s):
		return string(StateForeign), reasonCopy
	case !r.list.id.owns(s):
		return string(StateForeign), ""
	case r.failed[cellOf(s)] != nil:
		return string(StateFailed), oura.MessageOf(r.failed[cellOf(s)])
	}
	return string(StateOurs), ""
}

func (r *round) save(ctx context.Context) error {
	return r.opt.Store.ReplaceSubscriptions(ctx, r.rows())
}

// saveOrLog keeps the rows fresh during a long round; the last save counts.
func (r *round) saveOrLog(ctx context.Context) {
	if err := r.save(ctx); err != nil {
		r.log.WarnContext(ctx, "subscription rows not stored", "err", err)
	}
}
