package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// SubscriptionRow is one of Oura's subscriptions as last read, with what this
// program thinks of it.
type SubscriptionRow struct {
	oura.Subscription
	Ours   bool // false: another program's, never touched
	State  string
	Reason string
	ReadAt time.Time
}

// ReplaceSubscriptions stores rows as the whole list in one transaction.
func (s *Store) ReplaceSubscriptions(ctx context.Context, rows []SubscriptionRow) error {
	const add = `
		INSERT INTO subscription (id, callback_url, event_type, data_type, expires_ms, ours, state, reason, read_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	return s.writer.do(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM subscription`); err != nil {
			return err
		}
		for _, r := range rows {
			_, err := t.exec(add, r.ID, r.CallbackURL, r.EventType, r.DataType, ms(r.ExpiresAt),
				r.Ours, r.State, r.Reason, ms(r.ReadAt))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Subscriptions returns the list as last stored, by type and operation.
func (s *Store) Subscriptions(ctx context.Context) (rows []SubscriptionRow, err error) {
	const q = `
		SELECT id, callback_url, event_type, data_type, expires_ms, ours, state, reason, read_ms
		FROM subscription ORDER BY data_type, event_type, id`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var r SubscriptionRow
		var expires, read int64
		err := scan(&r.ID, &r.CallbackURL, &r.EventType, &r.DataType, &expires, &r.Ours, &r.State, &r.Reason, &read)
		r.ExpiresAt, r.ReadAt = fromMS(expires), fromMS(read)
		rows = append(rows, r)
		return err
	})
	return rows, storageError("list subscriptions", err)
}
