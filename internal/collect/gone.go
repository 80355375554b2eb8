package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	maxTries    = 10 // of one delivery, before it is parked
	searchAfter = 5  // failed tries after which the document is searched by day as well
)

// deleteDecides tells whether the newest word on the document is that it was
// deleted, so that nothing need be fetched. A delete older than another
// announcement may have been overtaken; then Oura's present answer decides.
func (f *Fetcher) deleteDecides(ctx context.Context, g group) (bool, error) {
	last := g.deliveries[len(g.deliveries)-1]
	at := eventTime(last.Notification.EventTime)
	if last.Notification.EventType != oura.Delete || at.IsZero() {
		return false, nil
	}
	text, _, ok, err := f.store.NewestNotified(ctx, g.user, g.dt, g.id, last.ID)
	return err == nil && (!ok || !eventTime(text).After(at)), err
}

// document returns what the store knows.
func (f *Fetcher) document(ctx context.Context, g group) (doc oura.Document, found bool, err error) {
	doc, err = f.store.Document(ctx, g.user, g.dt, g.id)
	if oura.CodeOf(err) == oura.CodeNotFound {
		return oura.Document{}, false, nil
	}
	return doc, err == nil, err
}

// bury stores that the document is gone. The delete makes the event and the
// other deliveries are unchanged.
func (f *Fetcher) bury(ctx context.Context, g group) error {
	doc, _, err := f.document(ctx, g)
	if err != nil {
		return err
	}
	ticket := f.store.Ticket()
	var changes []sqlite.Change
	for i := len(g.deliveries) - 1; i >= 0; i-- {
		c := change(g.deliveries[i])
		c.Day, c.Operation, c.Ticket = doc.Day, oura.Delete, ticket
		changes = append(changes, c)
	}
	return f.apply(ctx, changes)
}

// missing deals with Oura's "no such document". After a delete that is the
// answer. After a create or update the document may not be visible yet, so it is
// tried again, and searched by its day in the end.
func (f *Fetcher) missing(ctx context.Context, g group) error {
	if older, newer := g.atDelete(); len(older.deliveries) > 0 {
		if err := f.bury(ctx, older); err != nil || len(newer.deliveries) == 0 {
			return err
		}
		g = newer
	}
	if g.tries() >= searchAfter {
		ticket := f.store.Ticket()
		data, err := f.search(ctx, g)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && oura.CodeOf(err) != oura.CodeNotFound:
			return f.refused(ctx, g, err)
		case data != nil:
			return f.save(ctx, g, data, ticket)
		}
	}
	return f.giveUp(ctx, g)
}

// giveUp counts a try. Deliveries that have used up theirs end here: a document
// that we know was deleted at Oura, one that we never saw is parked.
func (f *Fetcher) giveUp(ctx context.Context, g group) error {
	spent, waiting := g.split(func(d sqlite.Delivery) bool { return d.Tries+1 >= maxTries })
	if len(waiting.deliveries) > 0 {
		if err := f.strike(ctx, waiting, "Oura does not show this document yet."); err != nil {
			return err
		}
	}
	if len(spent.deliveries) == 0 {
		return nil
	}
	_, found, err := f.document(ctx, g)
	if err != nil {
		return err
	}
	if found {
		return f.bury(ctx, spent)
	}
	return f.strike(ctx, spent, "Oura does not have this document.")
}

// search looks for the document among those of the days around event_time. It
// returns nil when it is not there.
func (f *Fetcher) search(ctx context.Context, g group) (json.RawMessage, error) {
	newest := g.deliveries[len(g.deliveries)-1]
	at := eventTime(newest.Notification.EventTime)
	if at.IsZero() {
		at = newest.ReceivedAt
	}
	day := oura.DayOf(at)
	var found json.RawMessage
	err := f.api.Documents(ctx, g.dt, day.Add(-1), day.Add(1), func(docs []json.RawMessage) error {
		for _, doc := range docs {
			var head struct {
				ID string `json:"id"`
			}
			if json.Unmarshal(doc, &head) == nil && head.ID == g.id {
				found = doc
				return errFound
			}
		}
		return nil
	})
	if err != nil && found == nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

var errFound = errors.New("found") // ends the paging early

// atDelete splits the group behind its newest delete.
func (g group) atDelete() (upTo, after group) {
	newest := -1
	for i, d := range g.deliveries {
		if d.Notification.EventType == oura.Delete {
			newest = i
		}
	}
	return group{g.object, g.deliveries[:newest+1]}, group{g.object, g.deliveries[newest+1:]}
}

// split divides the group in those that match and the others.
func (g group) split(match func(sqlite.Delivery) bool) (yes, no group) {
	yes, no = group{object: g.object}, group{object: g.object}
	for _, d := range g.deliveries {
		if match(d) {
			yes.deliveries = append(yes.deliveries, d)
		} else {
			no.deliveries = append(no.deliveries, d)
		}
	}
	return yes, no
}

// tries returns the tries of the delivery that has most behind it.
func (g group) tries() int {
	most := 0
	for _, d := range g.deliveries {
		most = max(most, d.Tries)
	}
	return most
}

// backoff returns the pause after a number of failed tries.
func (f *Fetcher) backoff(failed int) time.Duration {
	return f.opt.Backoff[min(max(failed, 1), len(f.opt.Backoff))-1]
}
