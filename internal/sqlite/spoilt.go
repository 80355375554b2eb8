package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"

	"oura-streaming/internal/oura"
)

// DocumentKey names one document.
type DocumentKey struct {
	UserID   string
	DataType oura.DataType
	ObjectID string
}

// OnSpoilt registers f to be called with each document whose stored text turns out
// not to be what was stored: a flipped bit on the disk, which SQLite does not see.
// Whoever reads it gets it without data until it is whole again. f may be called
// from any goroutine, and again for the same document; it must return at once.
func (s *Store) OnSpoilt(f func(DocumentKey)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoilt = f
}

// verify takes the data off d when it is not what was stored: neither its text has
// the hash text, nor its content the hash sum.
func (s *Store) verify(d *oura.Document, sum, text []byte) {
	if d.Data == nil || bytes.Equal(text, textHash(d.Data)) || isWhole(d.Data, sum) {
		return
	}
	d.Data, d.Spoilt = nil, true
	s.mu.Lock()
	f := s.spoilt
	s.mu.Unlock()
	if f != nil {
		f(DocumentKey{d.UserID, d.DataType, d.ObjectID})
	}
}

func textHash(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

func isWhole(data, sum []byte) bool {
	got, err := oura.ContentHash(data)
	return err == nil && bytes.Equal(got[:], sum)
}

// ScanDocuments checks the text of the next documents after place, at most limit of
// them, and returns where to go on; 0 when all were seen. Those that are not whole
// go to OnSpoilt.
func (s *Store) ScanDocuments(ctx context.Context, place int64, limit int) (next int64, err error) {
	const q = `
		SELECT rowid, user_id, data_type, object_id, sha256, text_sha256, data FROM document
		WHERE rowid > ? ORDER BY rowid LIMIT ?`
	n := 0
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var d oura.Document
		var sum, text []byte
		n++
		if err := scan(&next, &d.UserID, &d.DataType, &d.ObjectID, &sum, &text, (*[]byte)(&d.Data)); err != nil {
			return err
		}
		s.verify(&d, sum, text)
		return nil
	}, place, limit)
	if n < limit {
		next = 0
	}
	return next, storageError("scan documents", err)
}

// HealDocument puts a document right from the event that brought it, and reports
// whether it is whole now. Which text is right its hash says; where the hash was
// spoilt, the newest event does.
func (s *Store) HealDocument(ctx context.Context, key DocumentKey) (whole bool, err error) {
	const row = `SELECT sha256, data FROM document WHERE user_id = ? AND data_type = ? AND object_id = ?`
	var sum, data []byte
	err = s.readers.one(ctx, row, []any{key.UserID, key.DataType, key.ObjectID}, &sum, &data)
	if err != nil || isWhole(data, sum) {
		return err == nil, storageError("read document", err)
	}
	revisions, err := s.revisions(ctx, key)
	if err != nil {
		return false, err
	}
	for i, text := range revisions {
		got, err := oura.ContentHash(text)
		if err != nil || !bytes.Equal(got[:], sum) && (i > 0 || !isWhole(data, got[:])) {
			continue
		}
		return s.putRight(ctx, key, sum, text, got[:])
	}
	return false, nil
}

// putRight writes text and hash, unless the document was changed meanwhile.
func (s *Store) putRight(ctx context.Context, key DocumentKey, former, text, sum []byte) (bool, error) {
	const q = `
		UPDATE document SET data = ?, sha256 = ?, text_sha256 = ?
		WHERE user_id = ? AND data_type = ? AND object_id = ? AND sha256 = ?`
	err := s.writer.do(ctx, func(t *tx) error {
		_, err := t.exec(q, string(text), sum, textHash(text), key.UserID, string(key.DataType), key.ObjectID, former)
		return err
	})
	return err == nil, err
}

// revisions returns the data of the document's events, the newest first.
func (s *Store) revisions(ctx context.Context, key DocumentKey) (out []json.RawMessage, err error) {
	events, err := s.Events(ctx, EventFilter{Types: []oura.DataType{key.DataType}, ObjectID: key.ObjectID})
	for _, e := range events {
		if e.UserID == key.UserID && e.Data != nil {
			out = append(out, e.Data)
		}
	}
	return out, err
}
