package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

const (
	cutDays    = 30  // of one request
	openDays   = 2   // the last days, whose documents come and go
	mostAlone  = 200 // documents asked for singly in one look
	applyAtOne = 500 // documents stored in one transaction
	pageOfOurs = 1000
)

// reading is a look at some days of one type.
type reading struct {
	*run
	dt       oura.DataType
	info     oura.TypeInfo
	from, to oura.Day
	ticket   int64                    // taken before the request
	known    map[string]oura.Document // what the store had then
	seen     map[string]bool          // what the answer holds
	alone    int                      // requests for single documents
	tally
}

// documents reads the days from from to tomorrow, which some zones have already,
// the newest first.
func (r *run) documents(ctx context.Context, dt oura.DataType, from oura.Day) (tally, error) {
	info, _ := oura.Lookup(dt)
	d := &reading{run: r, dt: dt, info: info, to: r.today.Add(1)}
	for first := true; first || d.to >= from; first = false {
		d.from = max(from, d.to.Add(1-cutDays))
		if !info.Dated {
			d.from = from // the collection comes whole
		}
		if err := d.cut(ctx); err != nil {
			return d.tally, err
		}
		d.to = d.from.Add(-1)
	}
	return d.tally, nil
}

func (d *reading) cut(ctx context.Context) error {
	if err := d.recall(ctx); err != nil {
		return err
	}
	d.ticket, d.seen = d.p.store.Ticket(), map[string]bool{}
	err := d.p.api.Documents(ctx, d.dt, d.from, d.to, func(page []json.RawMessage) error { return d.page(ctx, page) })
	if err != nil {
		return err
	}
	return d.vanished(ctx)
}

// recall reads what the store knows of the days.
func (d *reading) recall(ctx context.Context) error {
	d.known = map[string]oura.Document{}
	f := sqlite.DocumentFilter{
		UserID: d.p.user, Type: d.dt, StartDay: d.from, EndDay: d.to, IncludeDeleted: true, Limit: pageOfOurs,
	}
	if !d.info.Dated {
		f.StartDay, f.EndDay = "", ""
	}
	for {
		docs, err := d.p.store.Documents(ctx, f)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			d.known[doc.ObjectID] = doc
		}
		if len(docs) < pageOfOurs {
			return nil
		}
		f.After = docs[len(docs)-1].ObjectID
	}
}

// page stores what is news among some documents. Those that came as they are
// stored are left alone: most of every round are, and need no write.
func (d *reading) page(ctx context.Context, page []json.RawMessage) error {
	var changes []sqlite.Change
	for _, data := range page {
		var head struct{ ID string }
		if err := json.Unmarshal(data, &head); err != nil || !ouraapi.ValidObjectID(head.ID) {
			d.p.log.WarnContext(ctx, "document without usable id left out", "data_type", d.dt, "err", err)
			continue // it cannot be told from another
		}
		d.seen[head.ID] = true
		c, news, err := d.change(ctx, head.ID, data)
		if err != nil {
			return err
		}
		if news {
			changes = append(changes, c)
		}
		if len(changes) == applyAtOne {
			if err := d.apply(ctx, changes); err != nil {
				return err
			}
			changes = nil
		}
	}
	return d.apply(ctx, changes)
}

// change makes the change that data would be; news is false when the store has
// the same bytes.
func (d *reading) change(ctx context.Context, id string, data json.RawMessage) (c sqlite.Change, news bool, err error) {
	old, known := d.known[id]
	if !known { // new, or it came from another day
		old, err = d.p.store.Document(ctx, d.p.user, d.dt, id)
		if known = err == nil; oura.CodeOf(err) == oura.CodeNotFound {
			err = nil
		}
		if err != nil {
			return c, false, err
		}
	}
	if known && old.DeletedAt.IsZero() && string(old.Data) == string(data) {
		return c, false, nil
	}
	op := oura.Update
	if !known {
		op = oura.Create
	}
	c = d.blank(id, op)
	c.Day, c.Key = d.info.Place(data)
	c.Data = data
	return c, true, nil
}

func (d *reading) blank(id string, op oura.Operation) sqlite.Change {
	now := d.p.opt.Now()
	return sqlite.Change{
		UserID: d.p.user, DataType: d.dt, ObjectID: id, Operation: op, Source: d.source(),
		Timestamp: now.UTC().Format(time.RFC3339), ReceivedAt: now, Ticket: d.ticket,
	}
}

func (d *reading) source() oura.Source {
	if d.kind == KindCatchUp {
		return oura.SourceCatchUp
	}
	return oura.SourcePoll
}

func (d *reading) apply(ctx context.Context, changes []sqlite.Change) error {
	if len(changes) == 0 {
		return nil
	}
	applied, err := d.p.store.Apply(ctx, changes...)
	if err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	for i, a := range applied {
		switch a.Outcome {
		case sqlite.OutcomeNew:
			d.added++
		case sqlite.OutcomeChanged:
			d.revised++
		case sqlite.OutcomeDeleted:
			d.deleted++
		default:
			continue // unchanged, or an announcement was faster
		}
		d.events++
		d.unannounced(changes[i])
	}
	return nil
}

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
