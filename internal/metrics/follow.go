package metrics

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// follow takes in the changes since the last call. r.mu is held.
func (r *Reader) follow(ctx context.Context, userID string) error {
	if r.seq >= 0 && userID == r.user {
		n, last := 0, r.seq
		whole, err := r.store.EachChange(ctx, r.seq, mostChanges, func(e oura.Event) error {
			n, last = n+1, e.Seq
			if e.UserID == userID {
				r.drop(e)
			}
			return nil
		})
		if err != nil {
			r.seq = -1 // some may be in and some not
			return err
		}
		r.dropSpoilt()
		if err := r.dropPruned(ctx); err != nil {
			return err
		}
		if whole && n < mostChanges {
			if n > 0 {
				r.spans = nil
			}
			r.seq = last
			return nil
		}
	}
	r.kept, r.cells, r.spans, r.user = map[oura.DataType]*table{}, 0, nil, userID
	r.first = map[oura.DataType]oura.Day{}
	r.seq = -1
	seq, err := r.store.LastSeq(ctx) // both are read before any month is
	if err == nil {
		err = r.dropPruned(ctx)
	}
	if err == nil {
		r.seq = seq
	}
	return err
}

// drop forgets what a change concerns: the month of its day, and the one in which
// the document stood before.
func (r *Reader) drop(e oura.Event) {
	if isSeries(e.DataType) {
		r.dropSamples(e)
		return
	}
	t := r.kept[e.DataType]
	if t == nil {
		return
	}
	if d, ok := dateOf(e.Day); ok {
		r.forget(t, d.month())
	}
	id := idOf(e.ObjectID)
	for m, rows := range t.months {
		if slices.Contains(rows.ids, id) {
			r.forget(t, m)
		}
	}
}

func (r *Reader) dropSamples(e oura.Event) {
	t := r.kept[e.DataType]
	var told struct{ From, To time.Time }
	if t == nil {
		return
	}
	if json.Unmarshal(e.Data, &told) != nil || !plausible(told.From) || !plausible(told.To) {
		r.forgetAll(e.DataType)
		return
	}
	for m := (dateAt(told.From, 0) - 1).month(); m <= (dateAt(told.To, 0) + 1).month(); m++ {
		r.forget(t, m)
	}
}

// dropSpoilt forgets the months that lack a document: no event tells when it is
// whole again.
func (r *Reader) dropSpoilt() {
	for _, t := range r.kept {
		for m, rows := range t.months {
			if rows.spoilt {
				r.forget(t, m)
			}
		}
	}
}

// dropPruned forgets series whose oldest days were deleted: no event tells of it.
func (r *Reader) dropPruned(ctx context.Context) error {
	for _, dt := range series {
		first, err := r.store.FirstSampleDay(ctx, r.user, dt)
		if err != nil {
			return err
		}
		if before := r.first[dt]; before != "" && (first == "" || first > before) {
			r.forgetAll(dt)
			r.spans = nil
		}
		r.first[dt] = first
	}
	return nil
}

// forget forgets a month. Days of a series end where the ring's clock says, so with
// what tells of that clock go the months around: a month of a series is kept only
// while all that its clock was read from is.
func (r *Reader) forget(t *table, m month) {
	if rows := t.months[m]; rows != nil {
		r.cells -= len(rows.cells)
		delete(t.months, m)
	}
	if t.dt != oura.Sleep && t.dt != oura.DailyActivity {
		return
	}
	const reach = 2 // months: the days around, and a February
	for _, dt := range series {
		for at := m - reach; r.kept[dt] != nil && at <= m+reach; at++ {
			r.forget(r.kept[dt], at)
		}
	}
}

func (r *Reader) forgetAll(dt oura.DataType) {
	if t := r.kept[dt]; t != nil {
		for m := range t.months {
			r.forget(t, m)
		}
	}
}
