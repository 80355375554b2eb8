package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// Change is one piece of news about a document.
type Change struct {
	UserID     string
	DataType   oura.DataType
	ObjectID   string
	Day        oura.Day
	Key        time.Time // the instant Oura's range query compares
	Operation  oura.Operation
	Source     oura.Source
	Timestamp  string // Oura's event_time as sent
	ReceivedAt time.Time
	Data       json.RawMessage // Oura's document, nil for a delete or a notice
	Ticket     int64           // taken before the request; see Apply
	DeliveryID int64           // the delivery to close with the result, 0: none
}

// Applied is what became of a Change.
type Applied struct {
	Seq     int64  // the event, 0: none
	Outcome string // new | changed | unchanged | stale | deleted | notice
}

// Apply stores changes, their events and the results of their deliveries in one
// transaction, in order. Per change:
//
//   - The answer to an older request than the stored state came from (lower
//     ticket) is stale and changes nothing. A delete without ticket is never stale.
//   - A delete leaves a tombstone with the last known data and an event without
//     data; of a deleted document it is unchanged.
//   - Without data, a type that is unknown or has no endpoint makes an event that
//     keeps the raw notification: notice. A round of a time series makes an
//     event only.
//   - Data equal to the stored data of a living document is unchanged and makes
//     no event; other data is new or changed.
//
// Data that is not JSON, or is missing where there should be some, fails all
// changes with CodeInvalid.
func (s *Store) Apply(ctx context.Context, changes ...Change) ([]Applied, error) {
	hashes, err := hashChanges(changes)
	if err != nil {
		return nil, err
	}
	var out []Applied
	err = s.writer.do(ctx, func(t *tx) (err error) {
		out, err = s.applyAll(t, changes, hashes)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// hashChanges checks changes and returns the hash of each one's data, outside of
// any transaction. Code: invalid.
func hashChanges(changes []Change) ([][]byte, error) {
	hashes := make([][]byte, len(changes))
	for i, c := range changes {
		if err := checkChange(c); err != nil {
			return nil, err
		}
		if c.Data == nil {
			continue
		}
		sum, err := oura.ContentHash(c.Data)
		if err != nil {
			return nil, invalid("data of %s: %w", c.DataType, err)
		}
		hashes[i] = sum[:]
	}
	return hashes, nil
}

func (s *Store) applyAll(t *tx, changes []Change, hashes [][]byte) ([]Applied, error) {
	out := make([]Applied, len(changes))
	for i, c := range changes {
		var err error
		if out[i], err = s.apply(t, c, hashes[i]); err != nil {
			return nil, err
		}
	}
	return out, saveTicket(t, changes)
}

func checkChange(c Change) error {
	if c.Data != nil && !validJSON(c.Data) {
		return invalid("data of %s is not JSON", c.DataType)
	}
	if c.Data == nil && c.Operation != oura.Delete && !isNotice(c) {
		return invalid("%s of %s without data", c.Operation, c.DataType)
	}
	return nil
}

// isNotice tells whether there can be no document behind c.
func isNotice(c Change) bool {
	info, known := oura.Lookup(c.DataType)
	return c.Data == nil && (!known || info.Kind == oura.KindNotice)
}

func isRound(c Change) bool {
	info, _ := oura.Lookup(c.DataType)
	return info.Kind == oura.KindSeries
}

func (s *Store) apply(t *tx, c Change, hash []byte) (a Applied, err error) {
	switch {
	case isNotice(c):
		a.Outcome = OutcomeNotice
	case isRound(c):
		a.Outcome = OutcomeNew
	default:
		a.Outcome, err = s.revise(t, c, hash)
	}
	if err != nil {
		return a, err
	}
	if a.Outcome != OutcomeUnchanged && a.Outcome != OutcomeStale {
		a.Seq, err = insertEvent(t, c, a.Outcome)
	}
	if err == nil && c.DeliveryID != 0 {
		err = closeDelivery(t, c.DeliveryID, a)
	}
	return a, err
}

// stored is what decides about a change of a document.
type stored struct {
	exists, deleted bool
	hash            []byte
	ticket          int64
}

func (s *Store) revise(t *tx, c Change, hash []byte) (outcome string, err error) {
	old, err := storedDocument(t, c)
	if err != nil {
		return "", err
	}
	switch {
	case old.exists && c.Ticket < old.ticket && (c.Operation != oura.Delete || c.Ticket != 0):
		return OutcomeStale, nil
	case c.Operation == oura.Delete && old.deleted:
		return OutcomeUnchanged, s.touch(t, c)
	case c.Operation == oura.Delete:
		return OutcomeDeleted, s.bury(t, c)
	case old.exists && !old.deleted && string(old.hash) == string(hash):
		return OutcomeUnchanged, s.confirm(t, c)
	case old.exists:
		return OutcomeChanged, s.putDocument(t, c, hash)
	default:
		return OutcomeNew, s.putDocument(t, c, hash)
	}
}

func storedDocument(t *tx, c Change) (d stored, err error) {
	const q = `
		SELECT sha256, ticket, deleted_ms <> 0 FROM document
		WHERE user_id = ? AND data_type = ? AND object_id = ?`
	err = t.one(q, []any{c.UserID, string(c.DataType), c.ObjectID}, &d.hash, &d.ticket, &d.deleted)
	if errors.Is(err, sql.ErrNoRows) {
		return stored{}, nil
	}
	d.exists = err == nil
	return d, err
}
