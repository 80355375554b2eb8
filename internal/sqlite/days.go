package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// EachDocument calls f for every living document of a type with from <= day <= to,
// by day. Its Data is valid until f returns; one whose text was spoilt has none.
func (s *Store) EachDocument(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day, f func(oura.Document) error) error {
	const q = `
		SELECT object_id, day, data, revisions, first_seen_ms, last_seen_ms, sha256, text_sha256
		FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND day BETWEEN ? AND ? AND deleted_ms = 0 ORDER BY day`
	var data, sum, text sql.RawBytes
	err := s.readers.each(ctx, q, func(scan func(...any) error) error {
		d := oura.Document{UserID: userID, DataType: dt}
		var first, last int64
		if err := scan(&d.ObjectID, &d.Day, &data, &d.Revisions, &first, &last, &sum, &text); err != nil {
			return err
		}
		d.Data, d.FirstSeen, d.LastSeen = json.RawMessage(data), fromMS(first), fromMS(last)
		s.verify(&d, sum, text)
		return f(d)
	}, userID, dt, from, to)
	return storageError("read documents", err)
}

// EachChange calls f for the events after a number, oldest first, at most limit of
// them. Only those of series have their Data, which tells of how many samples they
// are. whole is false when events after that number have been pruned since.
func (s *Store) EachChange(ctx context.Context, after int64, limit int, f func(oura.Event) error) (whole bool, err error) {
	const q = `
		SELECT seq, user_id, data_type, event_type, object_id, day, CASE WHEN object_id = '' THEN data END
		FROM event NOT INDEXED WHERE seq > ? ORDER BY seq LIMIT ?`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var e oura.Event
		if err := scan(&e.Seq, &e.UserID, &e.DataType, &e.EventType, &e.ObjectID, &e.Day, (*[]byte)(&e.Data)); err != nil {
			return err
		}
		return f(e)
	}, after, limit)
	if err != nil {
		return false, storageError("read changes", err)
	}
	pruned, err := s.PrunedSeq(ctx)
	return pruned <= after, err
}

// EachTypeDays calls f for every type of which something is stored with
// from <= day <= to: on how many days, and the first and the last of them. Days of
// series are UTC dates.
func (s *Store) EachTypeDays(ctx context.Context, userID string, from, to oura.Day, f func(dt oura.DataType, days int, first, last oura.Day)) error {
	const documents = `
		SELECT data_type, count(DISTINCT day), min(day), max(day) FROM document INDEXED BY document_living
		WHERE user_id = ? AND deleted_ms = 0 AND day BETWEEN ? AND ? GROUP BY data_type`
	const samples = `
		SELECT data_type, count(*), min(day), max(day) FROM sample_day
		WHERE user_id = ? AND day BETWEEN ? AND ? GROUP BY data_type`
	for _, q := range []string{documents, samples} {
		err := s.readers.each(ctx, q, func(scan func(...any) error) error {
			var dt oura.DataType
			var days int
			var first, last oura.Day
			err := scan(&dt, &days, &first, &last)
			if err == nil {
				f(dt, days, first, last)
			}
			return err
		}, userID, from, to)
		if err != nil {
			return storageError("count days", err)
		}
	}
	return nil
}

// NearestDays returns the last day before and the first day after day on which a
// document of the type lives, "" where there is none.
func (s *Store) NearestDays(ctx context.Context, userID string, dt oura.DataType, day oura.Day) (before, after oura.Day, err error) {
	const earlier = `
		SELECT coalesce(max(day), '') FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND day < ? AND day > '' AND deleted_ms = 0`
	const later = `
		SELECT coalesce(min(day), '') FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND day > ? AND deleted_ms = 0`
	args := []any{userID, dt, day}
	if err = s.readers.one(ctx, earlier, args, &before); err == nil {
		err = s.readers.one(ctx, later, args, &after)
	}
	return before, after, storageError("read nearest days", err)
}

// ReceivedAt is when the newest revision of a document came in, zero when its
// event was pruned.
func (s *Store) ReceivedAt(ctx context.Context, dt oura.DataType, objectID string) (time.Time, error) {
	const q = `
		SELECT received_ms FROM event INDEXED BY event_by_object
		WHERE object_id = ?1 AND object_id <> '' AND kind_id IN (SELECT id FROM event_kind WHERE data_type = ?2)
		ORDER BY seq DESC LIMIT 1`
	var at int64
	err := s.readers.one(ctx, q, []any{objectID, dt}, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMS(at), storageError("read newest revision", err)
}

// SyncedAt is when Oura was last asked and answered, or something last came in of the
// user; zero before. Of what came in only the last ten thousand events are looked at.
func (s *Store) SyncedAt(ctx context.Context, userID string) (time.Time, error) {
	const q = `
		SELECT max(coalesce((SELECT max(asked_ms) FROM coverage WHERE user_id = ?1 AND day = ''), 0),
			coalesce((SELECT received_ms FROM event WHERE user_id = ?1 AND seq > (SELECT max(seq) FROM event) - 10000 ORDER BY seq DESC LIMIT 1), 0))`
	var at int64
	err := s.readers.one(ctx, q, []any{userID}, &at)
	return fromMS(at), storageError("read last sync", err)
}

// SampleSpans sums up the samples between neighbours of bounds, which rise: span i
// holds those with bounds[i] <= At < bounds[i+1]. f is called in order, not for
// spans without samples. Unlike those of SampleBuckets spans may differ in length,
// as days do where clocks change.
func (s *Store) SampleSpans(ctx context.Context, userID string, dt oura.DataType, bounds []time.Time, f func(i, count int, low, mean, high float64)) error {
	const q = `
		SELECT day, packed FROM sample_day
		WHERE user_id = ? AND data_type = ? AND day BETWEEN ? AND ? ORDER BY day`
	if len(bounds) < 2 {
		return nil
	}
	var b bucket
	place, end := 0, bounds[len(bounds)-1] // place of the span that b sums up
	tell := func() {
		if b.count > 0 {
			f(place, int(b.count), b.min, b.sum/float64(b.count), b.max)
		}
		b = bucket{}
	}
	err := s.readers.each(ctx, q, func(scan func(...any) error) error {
		rows, err := scanDay(scan, false)
		for _, r := range rows {
			if r.At.Before(bounds[0]) || !r.At.Before(end) {
				continue
			}
			if !r.At.Before(bounds[place+1]) {
				tell()
				for !r.At.Before(bounds[place+1]) {
					place++
				}
			}
			b.add(r.Value)
		}
		return err
	}, userID, dt, utcDay(bounds[0]), utcDay(end))
	tell()
	return storageError("read samples", err)
}

// FirstSampleDay returns the UTC date of the oldest sample, "" without any.
func (s *Store) FirstSampleDay(ctx context.Context, userID string, dt oura.DataType) (day oura.Day, err error) {
	const q = `SELECT coalesce(min(day), '') FROM sample_day WHERE user_id = ? AND data_type = ?`
	err = s.readers.one(ctx, q, []any{userID, dt}, &day)
	return day, storageError("read first sample", err)
}

// DayState returns what is known about types on one day: see Coverage.
func (s *Store) DayState(ctx context.Context, userID string, types []oura.DataType, day oura.Day) (map[oura.DataType]string, error) {
	cells, err := s.Coverage(ctx, userID, types, day, day, day)
	out := make(map[oura.DataType]string, len(cells))
	for _, c := range cells {
		out[c.DataType] = string(c.State)
	}
	return out, err
}
