package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// Holding is a run of rows of one account and one type, as an export reads them.
type Holding struct {
	UserID string
	Type   oura.DataType
	Count  int64 // how many rows it has, or a little more
}

// DocumentParts returns which documents f selects, by type and account. Of f,
// After and Limit do not count; an empty Type means all.
func (s *Store) DocumentParts(ctx context.Context, f DocumentFilter) ([]Holding, error) {
	const q = `
		SELECT user_id, data_type, count(*) FROM document
		WHERE (?1 = '' OR data_type = ?1) AND (?2 = '' OR user_id = ?2) AND day >= ?3 AND (?4 = '' OR day <= ?4)
			AND (?5 OR deleted_ms = 0)
		GROUP BY data_type, user_id ORDER BY data_type, user_id`
	return s.holdings(ctx, q, f.Type, f.UserID, f.StartDay, f.EndDay, f.IncludeDeleted)
}

// SampleParts returns which samples with from <= At < to there are, by series and
// account; a zero from or to is no limit. Count includes the whole first and last
// UTC date.
func (s *Store) SampleParts(ctx context.Context, from, to time.Time) ([]Holding, error) {
	const q = `
		SELECT user_id, data_type, sum(count) FROM sample_day
		WHERE day >= ?1 AND (?2 = '' OR day <= ?2)
		GROUP BY data_type, user_id ORDER BY data_type, user_id`
	return s.holdings(ctx, q, dateOf(from), dateOf(to))
}

// CoverageParts returns the accounts of which something was asked. Count is the
// number of days with a note.
func (s *Store) CoverageParts(ctx context.Context) ([]Holding, error) {
	const q = `SELECT user_id, '', count(DISTINCT day) FROM coverage WHERE day <> '' GROUP BY user_id ORDER BY user_id`
	return s.holdings(ctx, q)
}

func (s *Store) holdings(ctx context.Context, query string, args ...any) (out []Holding, err error) {
	err = s.readers.each(ctx, query, func(scan func(...any) error) error {
		var p Holding
		err := scan(&p.UserID, &p.Type, &p.Count)
		out = append(out, p)
		return err
	}, args...)
	return out, storageError("count rows", err)
}

// EventsAtMost returns how many events f can select: the kept counts of its types,
// operations and sources. A filter on anything else only makes them fewer.
func (s *Store) EventsAtMost(ctx context.Context, f EventFilter) (n int64, err error) {
	const q = `
		SELECT coalesce(sum(count), 0) FROM event_kind
		WHERE (?1 IS NULL OR data_type IN (SELECT value FROM json_each(?1)))
			AND (?2 IS NULL OR event_type IN (SELECT value FROM json_each(?2)))
			AND (?3 IS NULL OR source IN (SELECT value FROM json_each(?3)))`
	types, err1 := list(f.Types)
	ops, err2 := list(f.EventTypes)
	sources, err3 := list(f.Sources)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return 0, err
		}
	}
	err = s.readers.one(ctx, q, []any{types, ops, sources}, &n)
	return n, storageError("count events", err)
}

// DocumentsAfter is Documents for a reader that knows the whole place of the last
// document of the page before: its day and its id. A document that moved to
// another day meanwhile does not move the page.
func (s *Store) DocumentsAfter(ctx context.Context, f DocumentFilter, day oura.Day, id string) ([]oura.Document, error) {
	const q = documentColumns + `
		WHERE data_type = ?1 AND (?2 = '' OR user_id = ?2) AND day >= ?3 AND (?4 = '' OR day <= ?4)
			AND (?5 OR deleted_ms = 0) AND (day, object_id) > (?6, ?7) ORDER BY day, object_id LIMIT ?8`
	return s.documents(ctx, q, f.Type, f.UserID, f.StartDay, f.EndDay, f.IncludeDeleted, day, id, pageSize(f.Limit))
}
