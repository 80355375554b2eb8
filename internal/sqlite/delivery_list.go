package sqlite

import (
	"context"

	"oura-streaming/internal/oura"
)

const maxPage = 10_001 // rows of one answer: bounds memory, with one more that tells whether there are more

// DeliveryFilter selects deliveries; the zero value means the newest 100.
type DeliveryFilter struct {
	Before int64 // only ids below it, 0: from the newest
	Limit  int   // 0: 100
	Fetch  FetchState
}

const deliveryColumns = `
	SELECT id, received_ms, body, timestamp, signature_form, late, lag_ms,
		user_id, data_type, event_type, object_id, event_time,
		verdict, fetch, tries, next_try_ms, reason, outcome, seq
	FROM delivery `

// Deliveries returns the deliveries f selects, newest first.
func (s *Store) Deliveries(ctx context.Context, f DeliveryFilter) ([]Delivery, error) {
	q := deliveryColumns + `WHERE id < ?1 AND (?2 = '' OR fetch = ?2) ORDER BY id DESC LIMIT ?3`
	switch f.Fetch { // few rows among many: by their own indexes
	case FetchPending:
		q = deliveryColumns + `INDEXED BY delivery_pending
			WHERE id < ?1 AND fetch = 'pending' AND ?2 <> '' ORDER BY id DESC LIMIT ?3`
	case FetchParked:
		q = deliveryColumns + `INDEXED BY delivery_parked
			WHERE id < ?1 AND fetch = 'parked' AND ?2 <> '' ORDER BY id DESC LIMIT ?3`
	}
	return s.deliveries(ctx, q, upTo(f.Before), string(f.Fetch), pageSize(f.Limit))
}

// Delivery returns one delivery. Code: not_found.
func (s *Store) Delivery(ctx context.Context, id int64) (Delivery, error) {
	found, err := s.deliveries(ctx, deliveryColumns+`WHERE id = ?`, id)
	if err == nil && len(found) == 0 {
		err = notFound("delivery %d", id)
	}
	if err != nil {
		return Delivery{}, err
	}
	return found[0], nil
}

func (s *Store) deliveries(ctx context.Context, query string, args ...any) (out []Delivery, err error) {
	err = s.readers.each(ctx, query, func(scan func(...any) error) error {
		d, err := scanDelivery(scan)
		out = append(out, d)
		return err
	}, args...)
	return out, storageError("read deliveries", err)
}

func scanDelivery(scan func(...any) error) (d Delivery, err error) {
	var received, next int64
	n := &d.Notification
	err = scan(&d.ID, &received, &d.Body, &d.Timestamp, &d.SignatureForm, &d.Late, &d.LagMS,
		&n.UserID, &n.DataType, &n.EventType, &n.ObjectID, &n.EventTime,
		&d.Verdict, &d.Fetch, &d.Tries, &next, &d.Reason, &d.Outcome, &d.Seq)
	d.ReceivedAt, d.NextTry = fromMS(received), fromMS(next)
	return d, err
}

// upTo turns an exclusive upper bound with 0 for "none" into one SQLite can use.
func upTo(before int64) int64 {
	if before <= 0 {
		return 1<<63 - 1
	}
	return before
}

func pageSize(limit int) int {
	if limit <= 0 {
		return 100
	}
	return min(limit, maxPage)
}

// NewestNotified returns time and operation of the newest create or update that
// Oura announced for a document, by event_time, leaving out delivery exceptID.
// Of two with the same time the one delivered later counts as newer; a time that
// cannot be read counts as oldest.
func (s *Store) NewestNotified(ctx context.Context, userID string, dt oura.DataType, objectID string,
	exceptID int64) (eventTime string, op oura.Operation, ok bool, err error) {
	const same = `
		object_id = ?1 AND object_id <> '' AND data_type = ?2 AND user_id = ?3
			AND event_type IN ('create', 'update') AND id <> ?4`
	const q = `
		SELECT event_time, event_type FROM (
			SELECT id, event_time, event_type FROM delivery INDEXED BY delivery_object
			WHERE fetch <> 'pending' AND ` + same + `
			UNION ALL
			SELECT id, event_time, event_type FROM delivery INDEXED BY delivery_pending
			WHERE fetch = 'pending' AND ` + same + `)
		ORDER BY julianday(event_time) DESC, id DESC LIMIT 1`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		ok = true
		return scan(&eventTime, &op)
	}, objectID, dt, userID, exceptID)
	return eventTime, op, ok, storageError("read notifications", err)
}
