package sqlite

import (
	"cmp"
	"context"
	"slices"

	"oura-streaming/internal/oura"
)

// What EventParts counts one by one: fifty thousand numbers take some 10 ms.
const (
	countNumbers = 50_000
	countSpans   = 16
)

// EventParts returns how many events f selects, by type and without an account.
// Without a time the counts are the kept ones. With one, the events of a short
// stretch are counted; of a long one the kept counts are shared out by its part of
// all numbers, which is near as long as types come evenly. A text in f is not
// looked for: it only makes them fewer.
func (s *Store) EventParts(ctx context.Context, f EventFilter) ([]Holding, error) {
	kept, err := s.keptEvents(ctx, f)
	if err != nil || f.Since.IsZero() && f.Until.IsZero() {
		return kept, err
	}
	first, err := s.OldestSeq(ctx)
	if err != nil {
		return nil, err
	}
	last, err := s.LastSeq(ctx)
	if err != nil {
		return nil, err
	}
	f.After, f.Before = max(f.After, first-1), min(upTo(f.Before), last+1)
	spans, err := s.spans(ctx, f)
	if err != nil {
		return nil, storageError("count events", err)
	}
	if numbers := numbersIn(spans); len(spans) > countSpans || numbers > countNumbers {
		return shared(kept, float64(numbers)/float64(max(1, last-first+1))), nil
	}
	return s.countEvents(ctx, f, spans)
}

func numbersIn(spans []span) (n int64) {
	for _, sp := range spans {
		n += sp.hi - sp.lo + 1
	}
	return n
}

func shared(kept []Holding, part float64) []Holding {
	for i := range kept {
		kept[i].Count = int64(float64(kept[i].Count) * part)
	}
	return kept
}

// kindsWanted are the combinations that f selects, as a condition.
const kindsWanted = `
	(?1 IS NULL OR data_type IN (SELECT value FROM json_each(?1)))
	AND (?2 IS NULL OR event_type IN (SELECT value FROM json_each(?2)))
	AND (?3 IS NULL OR source IN (SELECT value FROM json_each(?3)))`

func (s *Store) keptEvents(ctx context.Context, f EventFilter) ([]Holding, error) {
	const q = `
		SELECT '', data_type, sum(count), '', '' FROM event_kind WHERE count > 0 AND ` + kindsWanted + `
		GROUP BY data_type ORDER BY data_type`
	lists, err := kindLists(f)
	if err != nil {
		return nil, err
	}
	return s.holdings(ctx, q, lists...)
}

func kindLists(f EventFilter) (out []any, err error) {
	types, err1 := list(f.Types)
	ops, err2 := list(f.EventTypes)
	sources, err3 := list(f.Sources)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return nil, err
		}
	}
	return []any{types, ops, sources}, nil
}

// countEvents counts in an index, without touching the events.
func (s *Store) countEvents(ctx context.Context, f EventFilter, spans []span) (out []Holding, err error) {
	const q = `
		SELECT '', k.data_type, sum((SELECT count(*) FROM event e INDEXED BY event_by_kind
			WHERE e.kind_id = k.id AND e.seq BETWEEN ?4 AND ?5 AND e.received_ms >= ?6 AND e.received_ms < ?7)), '', ''
		FROM event_kind k WHERE count > 0 AND ` + kindsWanted + `
		GROUP BY k.data_type ORDER BY k.data_type`
	lists, err := kindLists(f)
	if err != nil {
		return nil, err
	}
	since, until := timeBounds(f)
	counts := map[oura.DataType]int64{}
	for _, sp := range spans {
		parts, err := s.holdings(ctx, q, append(slices.Clone(lists), sp.lo, sp.hi, since, until)...)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			counts[p.Type] += p.Count
		}
	}
	for dt, n := range counts {
		if n > 0 {
			out = append(out, Holding{Type: dt, Count: n})
		}
	}
	slices.SortFunc(out, func(a, b Holding) int { return cmp.Compare(a.Type, b.Type) })
	return out, nil
}
