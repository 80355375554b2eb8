package ourasim

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// RowSource makes the rows of a series from from until to (not included), oldest
// first, the same ones at every call. It lets a history of millions of rows cost
// no memory.
type RowSource func(from, to time.Time) iter.Seq[Row]

// series are the rows of heartrate and ring_battery_level: those that were added
// and those that a source makes, up to now.
type series struct {
	sources map[oura.DataType]RowSource // not changed after the start

	mu    sync.Mutex
	added map[oura.DataType][]Row // guarded by mu; oldest first, never changed in place
}

// add merges rows in; rows of one instant keep their order.
func (s *series) add(dt oura.DataType, rows []Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.added == nil {
		s.added = map[oura.DataType][]Row{}
	}
	all := append(slices.Clip(s.added[dt]), rows...)
	byTime := func(a, b Row) int { return cmp.Compare(a.TimeMS, b.TimeMS) }
	if !slices.IsSortedFunc(all, byTime) {
		slices.SortStableFunc(all, byTime)
	}
	s.added[dt] = all
}

// from yields the rows inside w from the instant begin on, oldest first. What a
// source makes ends at now; added rows may lie in the future.
func (s *series) from(dt oura.DataType, w window, begin, now time.Time) iter.Seq[Row] {
	if begin.Before(w.Start) {
		begin = w.Start
	}
	s.mu.Lock()
	added := s.added[dt]
	s.mu.Unlock()
	added = added[firstAt(added, begin):]
	end := w.End.Add(time.Millisecond) // sources exclude their end
	if now.Before(end) {
		end = now
	}
	made := iter.Seq[Row](func(func(Row) bool) {})
	if source := s.sources[dt]; source != nil && begin.Before(end) {
		made = source(begin, end)
	}
	return within(w, begin, mergeRows(made, added))
}

// firstAt is the index of the first row at t or later.
func firstAt(rows []Row, t time.Time) int {
	return sort.Search(len(rows), func(i int) bool { return !time.UnixMilli(rows[i].TimeMS).Before(t) })
}

func within(w window, begin time.Time, rows iter.Seq[Row]) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for row := range rows {
			at := time.UnixMilli(row.TimeMS)
			if w.passed(at) {
				return
			}
			if !at.Before(begin) && !yield(row) {
				return
			}
		}
	}
}

// mergeRows yields both by time; at one instant the made ones come first.
func mergeRows(made iter.Seq[Row], added []Row) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		rest := added
		for row := range made {
			for len(rest) > 0 && rest[0].TimeMS < row.TimeMS {
				if !yield(rest[0]) {
					return
				}
				rest = rest[1:]
			}
			if !yield(row) {
				return
			}
		}
		for _, row := range rest {
			if !yield(row) {
				return
			}
		}
	}
}

// latest returns the newest row of the last week, or the newest added one.
func (s *series) latest(dt oura.DataType, now time.Time) []Row {
	w := allTime()
	var last []Row
	for row := range s.from(dt, w, now.AddDate(0, 0, -7), now) {
		last = []Row{row}
	}
	if last == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		last = s.added[dt][max(0, len(s.added[dt])-1):]
	}
	return last
}
