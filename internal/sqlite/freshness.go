package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// Newest tells of the newest thing of one type.
type Newest struct {
	At    time.Time // instant of the sample, or that Oura's range query compares; zero: unknown
	Day   oura.Day  // Oura's calendar day, of a series the UTC date; "" for a type without days
	Count int       // of documents that are not deleted, or of samples; at least 1
}

// Freshness tells of the newest document or sample of each type; types of which
// nothing is there are missing.
func (s *Store) Freshness(ctx context.Context, userID string) (map[oura.DataType]Newest, error) {
	const documents = `
		SELECT n.data_type, n.day, n.count, (
			SELECT max(key_ms) FROM document d INDEXED BY document_living
			WHERE d.user_id = ?1 AND d.data_type = n.data_type AND d.day = n.day AND d.deleted_ms = 0)
		FROM (SELECT data_type, max(day) AS day, count(*) AS count FROM document INDEXED BY document_living
			WHERE user_id = ?1 AND deleted_ms = 0 GROUP BY data_type) n`
	const samples = `
		SELECT data_type, max(day), sum(count), max(last_ms) FROM sample_day WHERE user_id = ? GROUP BY data_type`
	out := map[oura.DataType]Newest{}
	for _, q := range []string{documents, samples} {
		err := s.readers.each(ctx, q, func(scan func(...any) error) error {
			var dt oura.DataType
			var n Newest
			var at int64
			err := scan(&dt, &n.Day, &n.Count, &at)
			n.At = fromMS(at)
			out[dt] = n
			return err
		}, userID)
		if err != nil {
			return nil, storageError("read freshness", err)
		}
	}
	return out, nil
}

// FirstDay returns the oldest day of which anything is stored or was asked for,
// "" when there is none.
func (s *Store) FirstDay(ctx context.Context, userID string) (day oura.Day, err error) {
	const asked = `SELECT coalesce(min(day), '') FROM coverage WHERE user_id = ? AND day > ''`
	day, err = s.firstData(ctx, userID)
	if err != nil {
		return "", err
	}
	var first oura.Day
	err = s.readers.one(ctx, asked, []any{userID}, &first)
	if first != "" && (day == "" || first < day) {
		day = first
	}
	return day, storageError("read first day", err)
}

// firstData returns the oldest day of which anything is stored, "" when there is
// none.
func (s *Store) firstData(ctx context.Context, userID string) (day oura.Day, err error) {
	const document = `
		SELECT coalesce(min(day), '') FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND deleted_ms = 0 AND day > ''`
	const sample = `SELECT coalesce(min(day), '') FROM sample_day WHERE user_id = ? AND data_type = ?`
	look := func(query string, args ...any) {
		var found oura.Day
		if err == nil {
			err = s.readers.one(ctx, query, args, &found)
		}
		if found != "" && (day == "" || found < day) {
			day = found
		}
	}
	for _, info := range oura.Catalogue() {
		switch info.Kind {
		case oura.KindDocument:
			look(document, userID, info.Type)
		case oura.KindSeries:
			look(sample, userID, info.Type)
		case oura.KindPersonal, oura.KindNotice: // have no days
		}
	}
	return day, storageError("read first day", err)
}
