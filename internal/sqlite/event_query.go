package sqlite

import (
	"context"
	"math"
	"strings"

	"oura-streaming/internal/oura"
)

const blockSize = 1024 // events per row of event_block; the schema says so too

// span is a run of event numbers, both ends included.
type span struct{ lo, hi int64 }

func (s *Store) events(ctx context.Context, f EventFilter, withData bool) ([]oura.Event, error) {
	spans, err := s.spans(ctx, f)
	if err != nil {
		return nil, storageError("find events", err)
	}
	if f.Query != "" {
		return s.search(ctx, f, spans, withData)
	}
	q, err := newEventQuery(f, withData)
	if err != nil {
		return nil, err
	}
	out := make([]oura.Event, 0, min(q.limit, 100))
	for _, sp := range spans {
		if len(out) == q.limit {
			break
		}
		if out, err = s.page(ctx, q, sp, q.limit-len(out), out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// page appends at most limit events of one span to out.
func (s *Store) page(ctx context.Context, q eventQuery, sp span, limit int, out []oura.Event) ([]oura.Event, error) {
	err := s.readers.each(ctx, q.text, func(scan func(...any) error) error {
		e, err := scanEvent(scan, q.withData)
		out = append(out, e)
		return err
	}, q.args(sp, limit)...)
	return out, storageError("list events", err)
}

// spans returns the runs of numbers that can hold a match, in the order of the
// answer: one for all unless the filter names a time.
func (s *Store) spans(ctx context.Context, f EventFilter) ([]span, error) {
	all := span{f.After + 1, upTo(f.Before) - 1}
	if f.Since.IsZero() && f.Until.IsZero() {
		return []span{all}, nil
	}
	const q = `
		SELECT block FROM event_block
		WHERE block BETWEEN ?1 / 1024 AND ?2 / 1024 AND max_ms >= ?3 AND min_ms < ?4
		ORDER BY block`
	var out []span
	since, until := timeBounds(f)
	err := s.readers.each(ctx, q, func(scan func(...any) error) error {
		var block int64
		err := scan(&block)
		lo := block * blockSize
		if n := len(out); n > 0 && out[n-1].hi == lo-1 {
			out[n-1].hi += blockSize
		} else {
			out = append(out, span{lo, lo + blockSize - 1})
		}
		return err
	}, all.lo, all.hi, since, until)
	for i := range out {
		out[i] = span{max(out[i].lo, all.lo), min(out[i].hi, all.hi)}
	}
	if !f.Ascending {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out, err
}

func timeBounds(f EventFilter) (since, until int64) {
	since, until = math.MinInt64, math.MaxInt64
	if !f.Since.IsZero() {
		since = f.Since.UnixMilli()
	}
	if !f.Until.IsZero() {
		until = f.Until.UnixMilli()
	}
	return since, until
}

// eventQuery is the statement for one filter, to be run per span.
type eventQuery struct {
	text     string
	filter   []any // parameters from ?4 on
	limit    int
	withData bool
}

func (q eventQuery) args(sp span, limit int) []any {
	return append([]any{sp.lo, sp.hi, limit}, q.filter...)
}

// newEventQuery builds the statement. Its text depends on which filters are
// set, not on their values or number, so few texts exist and each is prepared once.
func newEventQuery(f EventFilter, withData bool) (eventQuery, error) {
	types, err1 := list(f.Types)
	ops, err2 := list(f.EventTypes)
	sources, err3 := list(f.Sources)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return eventQuery{}, err
		}
	}
	q := eventQuery{limit: pageSize(f.Limit), withData: withData}
	columns := eventColumns
	if withData {
		columns += ", data"
	}
	since, until := timeBounds(f)
	q.filter = []any{since, until, types, ops, sources, f.ObjectID}
	order := "DESC"
	if f.Ascending {
		order = "ASC"
	}
	text := scanQuery
	if types != nil || ops != nil || sources != nil || f.ObjectID != "" {
		text = mergeQuery
	}
	q.text = fill(text, columns, order, f)
	return q, nil
}

// scanQuery walks the events themselves. ?6 to ?9 are named for the sake of one
// parameter list.
const scanQuery = `{columns} FROM event
	WHERE seq BETWEEN ?1 AND ?2{time} AND ?6 IS NULL AND ?7 IS NULL AND ?8 IS NULL AND ?9 = ''
	ORDER BY seq {order} LIMIT ?3`

// mergeQuery merges the index ranges of all matching kinds. The recursive part
// is SQLite's priority queue: it takes out the best number so far and puts in the
// next one of the same kind, so a page costs one look-up per kind and one per
// row. {none} sorts behind every number.
const mergeQuery = `
	WITH RECURSIVE pick (kind_id, seq) AS (
		SELECT k.id, coalesce((SELECT e.seq FROM event e INDEXED BY {index}
			WHERE e.kind_id = k.id AND e.seq BETWEEN ?1 AND ?2{object}{time}
			ORDER BY e.seq {order} LIMIT 1), {none})
		FROM event_kind k
		WHERE (?6 IS NULL OR k.data_type IN (SELECT value FROM json_each(?6)))
			AND (?7 IS NULL OR k.event_type IN (SELECT value FROM json_each(?7)))
			AND (?8 IS NULL OR k.source IN (SELECT value FROM json_each(?8)))
			AND ?9 IS NOT NULL
		UNION ALL
		SELECT p.kind_id, coalesce((SELECT e.seq FROM event e INDEXED BY {index}
			WHERE e.kind_id = p.kind_id AND e.seq BETWEEN {rest}{object}{time}
			ORDER BY e.seq {order} LIMIT 1), {none})
		FROM pick p WHERE p.seq <> {none}
		ORDER BY 2 {order} LIMIT ?3)
	{columns} FROM event WHERE seq IN (SELECT p.seq FROM pick p) ORDER BY seq {order}`

func fill(text, columns, order string, f EventFilter) string {
	rest, none := "?1 AND p.seq - 1", "-1"
	if f.Ascending {
		rest, none = "p.seq + 1 AND ?2", "9223372036854775807"
	}
	index, object, time := "event_by_kind", "", ""
	if f.ObjectID != "" {
		index, object = "event_by_object", " AND e.object_id = ?9 AND e.object_id <> ''"
	}
	if !f.Since.IsZero() || !f.Until.IsZero() {
		time = " AND received_ms >= ?4 AND received_ms < ?5"
	}
	return strings.NewReplacer("{columns}", columns, "{order}", order, "{rest}", rest, "{none}", none,
		"{index}", index, "{object}", object, "{time}", time).Replace(text)
}
