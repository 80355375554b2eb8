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
	for _, e := range all {
		row := sqlite.SubscriptionRow{Subscription: e.Subscription, Ours: e.ours, ReadAt: readAt}
		row.State, row.Reason = r.stateOf(e)
		if e.ours {
			shown[e.cell()] = true
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

func (r *round) stateOf(e entry) (state, reason string) {
	switch {
	case e.copied:
		return string(StateForeign), reasonCopy
	case !e.ours:
		return string(StateForeign), ""
	case r.failed[e.cell()] != nil:
		return string(StateFailed), oura.MessageOf(r.failed[e.cell()])
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
