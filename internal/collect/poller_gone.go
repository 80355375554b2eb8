package collect

import (
	"context"
	"encoding/json"
	"fmt"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	openDays  = 2   // the last days, whose documents come and go
	mostAlone = 200 // documents asked for singly in one look
)

// vanished asks singly for what the store has of the days and the answer has
// not. Of the last days nothing is asked: their documents still come and go, and
// a list may lag behind.
func (d *reading) vanished(ctx context.Context) error {
	for id, doc := range d.known {
		if d.seen[id] || !doc.DeletedAt.IsZero() || doc.Data == nil || !d.closed(doc) || d.askedLately(id) {
			continue
		}
		if d.alone++; d.alone > mostAlone {
			return nil // the next round goes on
		}
		if err := d.single(ctx, doc); err != nil {
			return err
		}
	}
	return nil
}

func (d *reading) closed(doc oura.Document) bool {
	return !d.info.Dated || doc.Day < d.today.Add(-openDays)
}

// single looks whether a document that no list shows is gone.
func (d *reading) single(ctx context.Context, doc oura.Document) error {
	d.ticket = d.p.store.Ticket()
	data, err := d.p.api.Document(ctx, d.dt, doc.ObjectID)
	switch {
	case oura.CodeOf(err) == oura.CodeNotFound:
		c := d.blank(doc.ObjectID, oura.Delete)
		c.Day = doc.Day
		return d.apply(ctx, []sqlite.Change{c})
	case err != nil:
		return fmt.Errorf("single document: %w", err)
	}
	d.p.mu.Lock()
	d.p.state(d.dt).alone[doc.ObjectID] = d.now
	d.p.mu.Unlock()
	return d.page(ctx, []json.RawMessage{data})
}

// askedLately tells whether Oura has a document that its lists lack, so that it
// need not be asked for in every round.
func (d *reading) askedLately(id string) bool {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	at, ok := d.p.state(d.dt).alone[id]
	return ok && d.now.Sub(at) < aDay
}
