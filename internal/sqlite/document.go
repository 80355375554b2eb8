package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// DocumentFilter selects documents of one type; zero fields mean "all".
type DocumentFilter struct {
	UserID         string
	Type           oura.DataType
	StartDay       oura.Day // at or after it
	EndDay         oura.Day // at or before it
	IncludeDeleted bool
	After          string // object id of the last document of the page before
	Limit          int    // 0: 100
}

const documentColumns = `
	SELECT user_id, data_type, object_id, day, data, revisions, first_seen_ms, last_seen_ms, deleted_ms, sha256, text_sha256
	FROM document `

// Document returns the newest known state of one document. A tombstone has
// DeletedAt set and the last known data. One whose text was spoilt on the disk has
// Spoilt set and no data. Code: not_found.
func (s *Store) Document(ctx context.Context, userID string, dt oura.DataType, id string) (oura.Document, error) {
	const q = documentColumns + `WHERE user_id = ? AND data_type = ? AND object_id = ?`
	found, err := s.documents(ctx, q, userID, dt, id)
	if err == nil && len(found) == 0 {
		err = notFound("document %s %s", dt, id)
	}
	if err != nil {
		return oura.Document{}, err
	}
	return found[0], nil
}

// Documents returns the documents f selects, by day and object id. Pages are cut
// by the last document's id. Code: not_found when After names no document.
func (s *Store) Documents(ctx context.Context, f DocumentFilter) ([]oura.Document, error) {
	const start = documentColumns + `
		WHERE data_type = ?1 AND (?2 = '' OR user_id = ?2) AND day >= ?3 AND (?4 = '' OR day <= ?4)
			AND (?5 OR deleted_ms = 0) AND `
	const first = start + `?6 = '' ORDER BY day, object_id LIMIT ?7`
	const next = start + `(day, object_id) > (?8, ?6) ORDER BY day, object_id LIMIT ?7`
	args := []any{f.Type, f.UserID, f.StartDay, f.EndDay, f.IncludeDeleted, f.After, pageSize(f.Limit)}
	if f.After == "" {
		return s.documents(ctx, first, args...)
	}
	day, err := s.documentDay(ctx, f)
	if err != nil {
		return nil, err
	}
	return s.documents(ctx, next, append(args, day)...)
}

// documentDay returns the day of the document a page follows. Code: not_found.
func (s *Store) documentDay(ctx context.Context, f DocumentFilter) (day oura.Day, err error) {
	const q = `SELECT day FROM document WHERE data_type = ?1 AND object_id = ?2 AND (?3 = '' OR user_id = ?3) LIMIT 1`
	err = s.readers.one(ctx, q, []any{f.Type, f.After, f.UserID}, &day)
	if errors.Is(err, sql.ErrNoRows) {
		return "", notFound("document %s %s", f.Type, f.After)
	}
	return day, storageError("read document", err)
}

func (s *Store) documents(ctx context.Context, query string, args ...any) (out []oura.Document, err error) {
	err = s.readers.each(ctx, query, func(scan func(...any) error) error {
		var d oura.Document
		var first, last, deleted int64
		var sum, text []byte
		if err := scan(&d.UserID, &d.DataType, &d.ObjectID, &d.Day, (*[]byte)(&d.Data), &d.Revisions, &first, &last, &deleted, &sum, &text); err != nil {
			return err
		}
		d.FirstSeen, d.LastSeen, d.DeletedAt = fromMS(first), fromMS(last), fromMS(deleted)
		s.verify(&d, sum, text)
		out = append(out, d)
		return nil
	}, args...)
	return out, storageError("read documents", err)
}

// FirstDaySeen returns the first day of which any document was read, changed or
// deleted since then, "" without one. Documents without a day do not count.
func (s *Store) FirstDaySeen(ctx context.Context, since time.Time) (day oura.Day, err error) {
	const q = `SELECT coalesce(min(day), '') FROM document WHERE day <> '' AND max(last_seen_ms, deleted_ms) >= ?`
	err = s.readers.one(ctx, q, []any{ms(since)}, (*string)(&day))
	return day, storageError("read the first day seen", err)
}
