package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// Sentences for the inspector.
const (
	reasonForeign  = "This delivery is for another Oura account than the connected one. It was kept and nothing was fetched."
	reasonNoObject = "Oura announced a change without a usable document identifier. It was kept and nothing was fetched."
)

// work deals with one group. Whatever goes wrong, each of its deliveries is
// afterwards done, parked or waiting with a reason.
func (f *Fetcher) work(ctx context.Context, g group) {
	err := f.settle(ctx, g)
	if err == nil || ctx.Err() != nil {
		return // at the end of the program the queue keeps what was under way
	}
	if oura.CodeOf(err) == oura.CodeStorage {
		f.storeFailed(ctx, err)
		return
	}
	f.log.ErrorContext(ctx, "delivery not settled", "data_type", g.dt, "object_id", g.id, "err", err)
	if err := f.strike(ctx, g, "Storing the document did not work. The log has the details."); err != nil {
		f.storeFailed(ctx, err)
	}
}

func (f *Fetcher) settle(ctx context.Context, g group) error {
	info, known := oura.Lookup(g.dt)
	switch {
	case f.isForeign(g):
		return f.park(ctx, g, reasonForeign)
	case !known, info.Kind == oura.KindNotice:
		return f.note(ctx, g)
	case info.Kind != oura.KindDocument, !ouraapi.ValidObjectID(g.id):
		return f.finish(ctx, g, sqlite.OutcomeNotice, reasonNoObject)
	}
	if deleted, err := f.deleteDecides(ctx, g); err != nil {
		return err
	} else if deleted {
		return f.bury(ctx, g)
	}
	if left, reason := f.typeHeld(g.dt); left > 0 {
		return f.postpone(ctx, g, left, reason)
	}
	return f.fetch(ctx, g)
}

// isForeign guards against deliveries of another account; the ingress sets them
// aside, but the account may have changed since.
func (f *Fetcher) isForeign(g group) bool {
	own := f.opt.UserID()
	return own != "" && g.user != own || slices.ContainsFunc(g.deliveries, func(d sqlite.Delivery) bool {
		return d.Verdict == sqlite.VerdictSetAside
	})
}

// fetch looks at the present document. The ticket is taken before the request,
// so that the store can tell an older answer from a newer one.
func (f *Fetcher) fetch(ctx context.Context, g group) error {
	ticket := f.store.Ticket()
	failpoint.Hit("fetch.before")
	data, err := f.api.Document(ctx, g.dt, g.id)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		return f.save(ctx, g, data, ticket)
	case oura.CodeOf(err) == oura.CodeNotFound:
		return f.missing(ctx, g)
	}
	return f.refused(ctx, g, err)
}

// save stores what was fetched and closes all deliveries of the group with it.
// The first makes the event, if there is news; the others are unchanged.
func (f *Fetcher) save(ctx context.Context, g group, data json.RawMessage, ticket int64) error {
	info, _ := oura.Lookup(g.dt)
	day, key := info.Place(data)
	var changes []sqlite.Change
	for _, d := range eventFirst(g.deliveries) {
		c := change(d)
		c.Day, c.Key, c.Data, c.Ticket = day, key, data, ticket
		if c.Operation != oura.Create {
			c.Operation = oura.Update // also for a delete that the document outlived
		}
		changes = append(changes, c)
	}
	if err := f.apply(ctx, changes); err != nil {
		return err
	}
	f.succeeded(ctx, g)
	return nil
}

// eventFirst puts the delivery whose name and time the event shall bear first: a
// create, else the newest update, and a delete only where there is nothing else.
func eventFirst(sorted []sqlite.Delivery) []sqlite.Delivery {
	rank := map[oura.Operation]int{oura.Create: -1, oura.Delete: 1}
	out := slices.Clone(sorted)
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b sqlite.Delivery) int {
		return cmp.Compare(rank[a.Notification.EventType], rank[b.Notification.EventType])
	})
	return out
}

// note keeps announcements that no document stands behind, one event each.
func (f *Fetcher) note(ctx context.Context, g group) error {
	changes := make([]sqlite.Change, 0, len(g.deliveries))
	for _, d := range g.deliveries {
		changes = append(changes, change(d))
	}
	return f.apply(ctx, changes)
}

func (f *Fetcher) apply(ctx context.Context, changes []sqlite.Change) error {
	applied, err := f.store.Apply(ctx, changes...)
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	f.troubles.stored()
	for i, a := range applied {
		f.log.DebugContext(ctx, "delivery settled", "delivery", changes[i].DeliveryID, "data_type", changes[i].DataType,
			"object_id", changes[i].ObjectID, "outcome", a.Outcome, "seq", a.Seq)
	}
	return nil
}

func change(d sqlite.Delivery) sqlite.Change {
	n := d.Notification
	return sqlite.Change{
		UserID: n.UserID, DataType: n.DataType, ObjectID: n.ObjectID, Operation: n.EventType,
		Source: oura.SourceWebhook, Timestamp: n.EventTime, ReceivedAt: d.ReceivedAt, DeliveryID: d.ID,
	}
}
