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

// documents reads the days since the last look, the newest first, until tomorrow,
// which some zones have already.
func (r *run) documents(ctx context.Context, dt oura.DataType) (answered, error) {
	info, _ := oura.Lookup(dt)
	d := &reading{run: r, dt: dt, info: info, to: r.today.Add(1)}
	r.p.mu.Lock()
	from := r.p.state(dt).begin(r.from, r.now)
	r.p.mu.Unlock()
	for first := true; first || d.to >= from; first = false {
		if d.from = max(from, d.to.Add(1-cutDays)); !info.Dated {
			d.from = from // the collection comes whole
		}
		if err := d.cut(ctx); err != nil {
			return answered{tally: d.tally}, err
		}
		d.to = d.from.Add(-1)
	}
	return answered{tally: d.tally, from: from, to: r.today}, nil
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

func (r *run) source() oura.Source {
	if r.kind == KindCatchUp {
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
