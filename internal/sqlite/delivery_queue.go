package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// DueDeliveries returns pending deliveries whose next try has come, those that
// have waited longest first.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]Delivery, error) {
	const q = deliveryColumns + `INDEXED BY delivery_pending
		WHERE fetch = 'pending' AND next_try_ms <= ? ORDER BY next_try_ms, id LIMIT ?`
	return s.deliveries(ctx, q, ms(now), pageSize(limit))
}

// NextDue returns when the next pending delivery is to be tried; false when none
// is pending.
func (s *Store) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	const q = `SELECT next_try_ms FROM delivery INDEXED BY delivery_pending WHERE fetch = 'pending' ORDER BY next_try_ms LIMIT 1`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var next int64
		err := scan(&next)
		at, ok = time.UnixMilli(next).UTC(), true
		return err
	})
	return at, ok, storageError("read next try", err)
}

// RetryDelivery puts a delivery back into the queue for a try at next. It also
// serves a user's wish to fetch again, whatever the state.
func (s *Store) RetryDelivery(ctx context.Context, id int64, tries int, next time.Time, reason string) error {
	const q = `UPDATE delivery SET fetch = 'pending', tries = ?, next_try_ms = ?, reason = ? WHERE id = ?`
	return s.changeDelivery(ctx, q, id, tries, ms(next), reason, id)
}

// ParkDelivery takes a delivery out of the queue until UnparkDeliveries or
// RetryDelivery. Code: not_found.
func (s *Store) ParkDelivery(ctx context.Context, id int64, tries int, reason string) error {
	const q = `UPDATE delivery SET fetch = 'parked', tries = ?, next_try_ms = 0, reason = ? WHERE id = ?`
	return s.changeDelivery(ctx, q, id, tries, reason, id)
}

// FinishDelivery closes a delivery that led to no change of a document: outcome
// is OutcomeGone or OutcomeUnchanged. Code: not_found.
func (s *Store) FinishDelivery(ctx context.Context, id int64, outcome, reason string) error {
	const q = `UPDATE delivery SET fetch = 'done', next_try_ms = 0, outcome = ?, reason = ? WHERE id = ?`
	return s.changeDelivery(ctx, q, id, outcome, reason, id)
}

func (s *Store) changeDelivery(ctx context.Context, query string, id int64, args ...any) error {
	return s.writer.do(ctx, func(t *tx) error {
		res, err := t.exec(query, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return notFound("delivery %d: %w", id, err)
		}
		return nil
	})
}

// UnparkDeliveries queues the deliveries of the given types, nil for all, for a
// try at once: parked ones with a fresh count of tries, and those that wait for
// a later try. It returns how many.
func (s *Store) UnparkDeliveries(ctx context.Context, types []oura.DataType) (int, error) {
	const ofType = ` AND (?2 IS NULL OR data_type IN (SELECT value FROM json_each(?2)))`
	const parked = `
		UPDATE delivery INDEXED BY delivery_parked SET fetch = 'pending', tries = 0, next_try_ms = ?1
		WHERE fetch = 'parked'` + ofType
	const waiting = `
		UPDATE delivery INDEXED BY delivery_pending SET next_try_ms = ?1
		WHERE fetch = 'pending' AND next_try_ms > ?1` + ofType
	names, err := list(types)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.writer.do(ctx, func(t *tx) error {
		n = 0
		for _, q := range []string{waiting, parked} {
			res, err := t.exec(q, ms(s.now()), names)
			if err != nil {
				return err
			}
			rows, err := res.RowsAffected()
			if err != nil {
				return err
			}
			n += rows
		}
		return nil
	})
	return int(n), err
}
