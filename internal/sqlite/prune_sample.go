package sqlite

import (
	"context"

	"oura-streaming/internal/oura"
)

const pruneDates = 100 // rows of samples per transaction: a row holds a whole date

// PruneSamples deletes the samples of UTC dates before the given one, at most 100
// dates of a series, and returns how many samples: call it again until it returns 0.
func (s *Store) PruneSamples(ctx context.Context, before oura.Day) (n int64, err error) {
	const q = `
		DELETE FROM sample_day WHERE rowid IN (
			SELECT rowid FROM sample_day WHERE day < ? ORDER BY day LIMIT ?)
		RETURNING count`
	err = s.writer.do(ctx, func(t *tx) error {
		n = 0
		return t.each(q, func(scan func(...any) error) error {
			var count int64
			err := scan(&count)
			n += count
			return err
		}, string(before), pruneDates)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// CountSamples returns how many samples UTC dates before the given one hold.
func (s *Store) CountSamples(ctx context.Context, before oura.Day) (n int64, err error) {
	const q = `SELECT coalesce(sum(count), 0) FROM sample_day WHERE day < ?`
	err = s.readers.one(ctx, q, []any{string(before)}, &n)
	return n, storageError("count samples", err)
}
