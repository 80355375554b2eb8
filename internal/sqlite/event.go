package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"oura-streaming/internal/oura"
)

// EventFilter selects events; the zero value means the newest 100. Lists that
// are empty mean "all".
type EventFilter struct {
	Types      []oura.DataType
	EventTypes []oura.Operation
	Sources    []oura.Source
	ObjectID   string
	Since      time.Time // received_at at or after it
	Until      time.Time // received_at before it
	Query      string    // substring of object id, data type or data, case-insensitive
	After      int64     // only numbers above it
	Before     int64     // only numbers below it
	Ascending  bool      // oldest first; also with After the newest come first otherwise
	Limit      int       // 0: 100
}

// Events returns the events f selects, with their data.
func (s *Store) Events(ctx context.Context, f EventFilter) ([]oura.Event, error) {
	return s.events(ctx, f, true)
}

// EventHeads returns the events f selects without their data.
func (s *Store) EventHeads(ctx context.Context, f EventFilter) ([]oura.Event, error) {
	return s.events(ctx, f, false)
}

// Event returns one event and the number of the revision of the same document
// before it that has data, 0 if there is none. Code: not_found.
func (s *Store) Event(ctx context.Context, seq int64) (e oura.Event, previous int64, err error) {
	found := false
	err = s.readers.each(ctx, eventColumns+`, data FROM event WHERE seq = ?`, func(scan func(...any) error) error {
		found = true
		e, err = scanEvent(scan, true)
		return err
	}, seq)
	if err == nil && !found {
		err = notFound("event %d", seq)
	}
	if err != nil {
		return e, 0, storageError("read event", err)
	}
	previous, err = s.previousRevision(ctx, e)
	return e, previous, storageError("read previous revision", err)
}

func (s *Store) previousRevision(ctx context.Context, e oura.Event) (seq int64, err error) {
	const q = `
		SELECT coalesce(max((SELECT e.seq FROM event e INDEXED BY event_by_object
			WHERE e.kind_id = k.id AND e.object_id = ?2 AND e.object_id <> '' AND e.seq < ?3
				AND e.user_id = ?4 AND e.data IS NOT NULL
			ORDER BY e.seq DESC LIMIT 1)), 0)
		FROM event_kind k WHERE k.data_type = ?1`
	err = s.readers.one(ctx, q, []any{e.DataType, e.ObjectID, e.Seq, e.UserID}, &seq)
	return seq, err
}

// LastSeq returns the highest event number ever given, pruned ones included.
func (s *Store) LastSeq(ctx context.Context) (seq int64, err error) {
	const q = `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'`
	err = s.readers.one(ctx, q, nil, &seq)
	return seq, storageError("read last event", err)
}

// HasEvents reports whether any event is stored.
func (s *Store) HasEvents(ctx context.Context) (bool, error) {
	seq, err := s.OldestSeq(ctx)
	return seq > 0, err
}

// OldestSeq returns the lowest event number that is still stored, 0 without any.
func (s *Store) OldestSeq(ctx context.Context) (seq int64, err error) {
	err = s.readers.one(ctx, `SELECT coalesce(min(seq), 0) FROM event`, nil, &seq)
	return seq, storageError("read oldest event", err)
}

// CountEvents returns how many events are stored. It reads kept counts.
func (s *Store) CountEvents(ctx context.Context) (n int64, err error) {
	err = s.readers.one(ctx, `SELECT coalesce(sum(count), 0) FROM event_kind`, nil, &n)
	return n, storageError("count events", err)
}

const eventColumns = `
	SELECT seq, user_id, data_type, event_type, object_id, day, event_time, received_ms, source`

func scanEvent(scan func(...any) error, withData bool) (e oura.Event, err error) {
	var received int64
	dest := []any{
		&e.Seq, &e.UserID, &e.DataType, &e.EventType, &e.ObjectID, &e.Day, &e.Timestamp, &received, &e.Source,
	}
	if withData {
		dest = append(dest, (*[]byte)((*json.RawMessage)(&e.Data)))
	}
	err = scan(dest...)
	e.ReceivedAt = fromMS(received)
	return e, err
}
