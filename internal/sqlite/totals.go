package sqlite

import "context"

// Totals are the rows of all accounts. Deleted documents do not count.
type Totals struct{ Events, Documents, Samples int64 }

// Totals counts what is stored.
func (s *Store) Totals(ctx context.Context) (t Totals, err error) {
	const q = `
		SELECT (SELECT coalesce(sum(count), 0) FROM event_kind),
			(SELECT count(*) FROM document WHERE deleted_ms = 0),
			(SELECT coalesce(sum(count), 0) FROM sample_day)`
	err = s.readers.one(ctx, q, nil, &t.Events, &t.Documents, &t.Samples)
	return t, storageError("count what is stored", err)
}
