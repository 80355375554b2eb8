package sqlite

import (
	"context"
	"time"
)

const pruneStep = 500 // rows per transaction, so that writers wait little

// PruneDeliveries deletes the oldest deliveries received before the given time,
// at most 500 of them, and returns how many: call it again until it returns 0.
// What waits for a fetch stays, so does the newest delivery, and so do all replay
// keys.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time) (int, error) {
	const q = `
		DELETE FROM delivery WHERE id IN (
			SELECT id FROM delivery
			WHERE fetch NOT IN ('pending', 'parked') AND id < (SELECT max(id) FROM delivery)
				AND id < coalesce((SELECT id FROM delivery WHERE received_ms >= ?1 ORDER BY id LIMIT 1), 1 << 62)
			ORDER BY id LIMIT ?2)`
	var n int64
	err := s.writer.do(ctx, func(t *tx) error {
		res, err := t.exec(q, ms(before), pruneStep)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}
