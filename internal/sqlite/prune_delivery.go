package sqlite

import (
	"context"
	"time"
)

// prunable are the deliveries received before ?1 that may go: from the oldest on
// up to the first that came later, but those that wait for a fetch, and never the
// newest one, for its number must not come twice.
const prunable = `
	FROM delivery
	WHERE fetch NOT IN ('pending', 'parked') AND id < (SELECT max(id) FROM delivery)
		AND id < coalesce((SELECT id FROM delivery WHERE received_ms >= ?1 ORDER BY id LIMIT 1), 1 << 62)`

// PruneDeliveries deletes the oldest deliveries received before the given time,
// at most 500 of them, and returns how many: call it again until it returns 0.
// What waits for a fetch stays, so does the newest delivery, and so do all replay
// keys: see PruneReplayKeys.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time) (n int, err error) {
	const find = `SELECT id, timestamp, body` + prunable + ` ORDER BY id LIMIT ?2`
	err = s.writer.do(ctx, func(t *tx) error {
		var gone []Delivery
		err := t.each(find, func(scan func(...any) error) error {
			var d Delivery
			err := scan(&d.ID, &d.Timestamp, &d.Body)
			gone = append(gone, d)
			return err
		}, ms(before), pruneStep)
		if err != nil {
			return err
		}
		for _, d := range gone {
			if err := s.dropDelivery(t, d); err != nil {
				return err
			}
		}
		n = len(gone)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// dropDelivery deletes d. The time of its replay key becomes that of the deletion,
// for from now on the key's own time runs.
func (s *Store) dropDelivery(t *tx, d Delivery) error {
	const (
		keep   = `UPDATE replay SET received_ms = max(received_ms, ?) WHERE sent = ? AND key = ?`
		remove = `DELETE FROM delivery WHERE id = ?`
	)
	key := keyOf(d)
	if _, err := t.exec(keep, ms(s.now()), key.sent, key.sum[:]); err != nil {
		return err
	}
	_, err := t.exec(remove, d.ID)
	return err
}

// PruneReplayKeys deletes keys whose delivery was pruned before the given time, at
// most 500 of them, and returns how many: call it again until it returns 0. Keys
// of stored deliveries stay. It looks for them outside the writer, as no index
// leads there.
func (s *Store) PruneReplayKeys(ctx context.Context, before time.Time) (n int, err error) {
	const (
		orphan = `received_ms < ? AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = replay.delivery_id)`
		find   = `SELECT sent, key FROM replay WHERE ` + orphan + ` LIMIT ?`
		remove = `DELETE FROM replay WHERE sent = ? AND key = ? AND ` + orphan
	)
	type stored struct {
		sent int64
		key  []byte
	}
	var keys []stored
	err = s.readers.each(ctx, find, func(scan func(...any) error) error {
		var k stored
		err := scan(&k.sent, &k.key)
		keys = append(keys, k)
		return err
	}, ms(before), pruneStep)
	if err != nil || len(keys) == 0 {
		return 0, storageError("find replay keys", err)
	}
	err = s.writer.do(ctx, func(t *tx) error {
		for _, k := range keys {
			if _, err := t.exec(remove, k.sent, k.key, ms(before)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(keys), nil
}
