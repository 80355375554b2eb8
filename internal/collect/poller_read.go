package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	cutDays      = 30  // of one request for rows
	documentDays = 92  // of one request for documents
	applyAtOne   = 500 // documents stored in one transaction
)

// reading is a look at some days of one type.
type reading struct {
	*run
	comparison
	alone int // requests for single documents
	tally
}

// documents reads the days since the last look, the newest first, until tomorrow,
// which some zones have already.
func (r *run) documents(ctx context.Context, dt oura.DataType) (answered, error) {
	info, _ := oura.Lookup(dt)
	d := &reading{run: r, comparison: comparison{
		store: r.p.store, log: r.p.log, now: r.p.opt.Now, user: r.p.user, source: r.source(), dt: dt, info: info, to: r.today.Add(1),
	}}
	r.p.mu.Lock()
	from := r.p.state(dt).begin(r.from, r.now)
	r.p.mu.Unlock()
	for first := true; first || d.to >= from; first = false {
		if d.from = max(from, d.to.Add(1-documentDays)); !info.Dated {
			d.from = from // the collection comes whole
		}
		err := d.goOn()
		if err == nil {
			err = d.cut(ctx)
		}
		if err != nil {
			return answered{tally: d.tally}, err
		}
		d.to = d.from.Add(-1)
	}
	return answered{tally: d.tally, from: from, to: r.today}, nil
}

func (d *reading) cut(ctx context.Context) error {
	if err := d.begin(ctx); err != nil {
		return err
	}
	err := d.p.api.Documents(ctx, d.dt, d.from, d.to, func(page []json.RawMessage) error {
		changes, err := d.news(ctx, page)
		if err != nil {
			return err
		}
		return d.apply(ctx, changes)
	})
	if err != nil {
		return err
	}
	return d.askAlone(ctx)
}

func (r *run) source() oura.Source {
	if r.kind == KindCatchUp {
		return oura.SourceCatchUp
	}
	return oura.SourcePoll
}

func (d *reading) apply(ctx context.Context, changes []sqlite.Change) error {
	if d.p.opt.UserID() != d.p.user {
		return d.goOn()
	}
	for part := range slices.Chunk(changes, applyAtOne) {
		applied, err := d.p.store.Apply(ctx, part...)
		if err != nil {
			return fmt.Errorf("apply: %w", err)
		}
		for i, a := range applied {
			d.applied(part[i], a)
		}
	}
	return nil
}

func (d *reading) applied(c sqlite.Change, a sqlite.Applied) {
	switch a.Outcome {
	case sqlite.OutcomeNew:
		d.added++
	case sqlite.OutcomeChanged:
		d.revised++
	case sqlite.OutcomeDeleted:
		d.deleted++
	default:
		return // unchanged, or an announcement was faster
	}
	d.events++
	d.unannounced(c)
}
