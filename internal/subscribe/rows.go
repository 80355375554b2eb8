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

// rows is the list with our view of it.
func (r *round) rows() []sqlite.SubscriptionRow {
	var out []sqlite.SubscriptionRow
	shown := map[cell]bool{}
	for _, s := range r.list {
		row := sqlite.SubscriptionRow{Subscription: s, Ours: r.id.owns(s), State: string(StateForeign), ReadAt: r.readAt}
		if row.Ours {
			c := cellOf(s)
			shown[c] = true
			row.State, row.Reason = string(StateOurs), r.failed[c]
			if row.Reason != "" {
				row.State = string(StateFailed)
			}
		}
		out = append(out, row)
	}
	for c, reason := range r.failed {
		if !shown[c] {
			out = append(out, sqlite.SubscriptionRow{
				Subscription: oura.Subscription{ID: failedPrefix + string(c.dt) + ":" + string(c.op), EventType: c.op, DataType: c.dt},
				Ours:         true, State: string(StateFailed), Reason: reason, ReadAt: r.readAt,
			})
		}
	}
	return out
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
