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
	Count  int64    // how many rows it has, or a little more
	First  oura.Day // of its rows, "" when it has no days
	Last   oura.Day
}

// DocumentParts returns which documents f selects, by type and account. Of f,
// After and Limit do not count; an empty Type means all.
func (s *Store) DocumentParts(ctx context.Context, f DocumentFilter) ([]Holding, error) {
	const all = `
		SELECT user_id, data_type, count(*), min(day), max(day) FROM document
		WHERE (?1 = '' OR data_type = ?1) AND (?2 = '' OR user_id = ?2) AND day >= ?3 AND (?4 = '' OR day <= ?4)
		GROUP BY data_type, user_id ORDER BY data_type, user_id`
	// Of those that live an index alone tells everything: fifty times as fast.
	const living = `
		SELECT user_id, data_type, count(*), min(day), max(day) FROM document INDEXED BY document_living
		WHERE (?1 = '' OR data_type = ?1) AND (?2 = '' OR user_id = ?2) AND day >= ?3 AND (?4 = '' OR day <= ?4)
			AND deleted_ms = 0
		GROUP BY user_id, data_type ORDER BY data_type, user_id`
	q := living
	if f.IncludeDeleted {
		q = all
	}
	return s.holdings(ctx, q, f.Type, f.UserID, f.StartDay, f.EndDay)
}

// SampleParts returns which samples with from <= At < to there are, by series and
// account; a zero from or to is no limit. Count includes the whole first and last
// UTC date.
func (s *Store) SampleParts(ctx context.Context, from, to time.Time) ([]Holding, error) {
	const q = `
		SELECT user_id, data_type, sum(count), min(day), max(day) FROM sample_day
		WHERE day >= ?1 AND (?2 = '' OR day <= ?2)
		GROUP BY data_type, user_id ORDER BY data_type, user_id`
	return s.holdings(ctx, q, dateOf(from), dateOf(to))
}

// CoverageParts returns the accounts of which something was asked. Count is the
// number of days with a note.
func (s *Store) CoverageParts(ctx context.Context) ([]Holding, error) {
	const q = `SELECT user_id, '', count(DISTINCT day), min(day), max(day) FROM coverage WHERE day <> '' GROUP BY user_id ORDER BY user_id`
	return s.holdings(ctx, q)
}

func (s *Store) holdings(ctx context.Context, query string, args ...any) (out []Holding, err error) {
	err = s.readers.each(ctx, query, func(scan func(...any) error) error {
		var p Holding
		err := scan(&p.UserID, &p.Type, &p.Count, &p.First, &p.Last)
		out = append(out, p)
		return err
	}, args...)
	return out, storageError("count rows", err)
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
