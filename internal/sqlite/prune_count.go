package sqlite

import (
	"context"
	"time"
)

// EventsBefore returns the number that PruneEvents takes to delete what was
// received before the given time: that of the oldest event received then or later,
// and where there is none, one that all stored events are below. Events go in
// their order, so one with a time ahead of its neighbours keeps those after it.
func (s *Store) EventsBefore(ctx context.Context, before time.Time) (below int64, err error) {
	const first = `SELECT coalesce(min(seq), 0) FROM event NOT INDEXED WHERE seq BETWEEN ?1 * 1024 AND ?1 * 1024 + 1023 AND received_ms >= ?2`
	last, err := s.LastSeq(ctx) // what comes from now on is younger
	if err != nil {
		return 0, err
	}
	blocks, err := s.blocksFrom(ctx, before)
	for _, block := range blocks {
		if err = s.readers.one(ctx, first, []any{block, ms(before)}, &below); err != nil || below > 0 {
			break
		}
	}
	if err != nil {
		return 0, storageError("find old events", err)
	}
	if below == 0 {
		below = last + 1
	}
	return below, nil
}

// blocksFrom returns the first blocks that may hold an event received at or after
// a time. Two are enough: the bounds of the oldest alone are wider than its events.
func (s *Store) blocksFrom(ctx context.Context, at time.Time) (blocks []int64, err error) {
	const q = `SELECT block FROM event_block WHERE max_ms >= ? ORDER BY block LIMIT 2`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var block int64
		err := scan(&block)
		blocks = append(blocks, block)
		return err
	}, ms(at))
	return blocks, err
}

// AllButNewest returns the number that PruneEvents takes to leave the given number
// of events, 0 when there are no more.
func (s *Store) AllButNewest(ctx context.Context, keep int64) (below int64, err error) {
	r, err := s.eventRun(ctx)
	gone := r.count - keep // from r.lo on
	if err != nil || gone <= 0 {
		return 0, storageError("count events", err)
	}
	for gone > 0 && !r.isDense() && r.hi-r.lo > 1 {
		mid := r.lo + (r.hi-r.lo)/2
		n, err := s.countRun(ctx, r.lo, mid)
		if err != nil {
			return 0, storageError("count events", err)
		}
		if n > gone {
			r = eventRun{r.lo, mid, n}
		} else {
			r, gone = eventRun{mid, r.hi, r.count - n}, gone-n
		}
	}
	return r.lo + gone, nil
}

// CountEventsBelow returns how many events have a number below the given one.
func (s *Store) CountEventsBelow(ctx context.Context, below int64) (n int64, err error) {
	r, err := s.eventRun(ctx)
	if err == nil && r.isDense() {
		return max(0, min(below, r.hi)-r.lo), nil
	}
	if err == nil {
		n, err = s.countRun(ctx, r.lo, min(below, r.hi))
	}
	return n, storageError("count events", err)
}

// CountDeliveries returns how many deliveries PruneDeliveries would delete.
func (s *Store) CountDeliveries(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.readers.one(ctx, `SELECT count(*)`+prunable, []any{ms(before)}, &n)
	return n, storageError("count deliveries", err)
}

// eventRun is a run of event numbers from lo on, hi excluded, with how many of
// them are stored.
type eventRun struct{ lo, hi, count int64 }

// isDense reports whether every number is stored, as nearly always: then places
// can be reckoned instead of counted.
func (r eventRun) isDense() bool { return r.count == r.hi-r.lo }

// eventRun returns the run of all stored events.
func (s *Store) eventRun(ctx context.Context) (r eventRun, err error) {
	const q = `
		SELECT coalesce((SELECT min(seq) FROM event), 0), coalesce((SELECT max(seq) + 1 FROM event), 0),
			coalesce((SELECT sum(count) FROM event_kind), 0)`
	err = s.readers.one(ctx, q, nil, &r.lo, &r.hi, &r.count)
	return r, err
}

// countRun counts in the index, which is a fraction of the events.
func (s *Store) countRun(ctx context.Context, lo, hi int64) (n int64, err error) {
	const q = `
		SELECT coalesce(sum((SELECT count(*) FROM event e INDEXED BY event_by_kind
			WHERE e.kind_id = k.id AND e.seq >= ?1 AND e.seq < ?2)), 0) FROM event_kind k`
	err = s.readers.one(ctx, q, []any{lo, hi}, &n)
	return n, err
}
