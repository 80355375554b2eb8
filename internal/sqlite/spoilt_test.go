package sqlite

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"oura-streaming/internal/oura"
)

// flipBits changes one bit in the text of each document whose row is listed, behind
// the store's back, and returns what it made of them.
func flipBits(t *testing.T, path string, rows ...int64) {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=ignore_check_constraints(1)&_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(9, 9))
	for _, row := range rows {
		var data []byte
		if err := db.QueryRowContext(t.Context(), `SELECT data FROM document WHERE rowid = ?`, row).Scan(&data); err != nil {
			t.Fatal(err)
		}
		data[rnd.IntN(len(data))] ^= 1 << rnd.IntN(8)
		if _, err := db.ExecContext(t.Context(), `UPDATE document SET data = ? WHERE rowid = ?`, string(data), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// spoiltStore has 150 documents, of which the first 100 have a flipped bit.
func spoiltStore(t *testing.T) (s *Store, heard map[DocumentKey]int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s, heard = openAt(t, path), map[DocumentKey]int{}
	for n := range 150 {
		if _, err := s.Apply(t.Context(), testChange(docID(n), fmt.Sprintf(`{"id":%q,"value":12345,"text":"Größe"}`, docID(n)), s.Ticket())); err != nil {
			t.Fatal(err)
		}
	}
	var rows []int64
	for n := range 100 {
		rows = append(rows, int64(n+1))
	}
	flipBits(t, path, rows...)
	if err := Check(t.Context(), path); err != nil {
		t.Fatalf("SQLite sees it: %v", err)
	}
	s.OnSpoilt(func(k DocumentKey) { heard[k]++ })
	return s, heard
}

func docID(n int) string { return fmt.Sprintf("doc-%03d", n) }

func TestF09_AScanFindsEveryFlippedBit(t *testing.T) {
	s, heard := spoiltStore(t)
	steps := 0
	for place, first := int64(0), true; first || place != 0; first = false {
		var err error
		if place, err = s.ScanDocuments(t.Context(), place, 40); err != nil {
			t.Fatal(err)
		}
		steps++
	}
	t.Logf("%d of 100 found", len(heard))
	if len(heard) != 100 || steps != 4 {
		t.Errorf("%d found, want 100, in %d steps", len(heard), steps)
	}
}

func TestF09_ReadersGetNoSpoiltText(t *testing.T) {
	s, heard := spoiltStore(t)
	docs, err := s.Documents(t.Context(), DocumentFilter{Type: oura.DailySleep, Limit: 1000})
	if err != nil || len(docs) != 150 {
		t.Fatal(len(docs), err)
	}
	for i, d := range docs {
		if bad := i < 100; d.Spoilt != bad || (d.Data == nil) != bad {
			t.Errorf("%s: spoilt %v, %s", d.ObjectID, d.Spoilt, d.Data)
		}
	}
	d, err := s.Document(t.Context(), "user-1", oura.DailySleep, docID(7))
	if err != nil || !d.Spoilt || d.Data != nil || heard[DocumentKey{"user-1", oura.DailySleep, docID(7)}] != 2 {
		t.Errorf("%+v, %v, heard %d times", d, err, heard[DocumentKey{"user-1", oura.DailySleep, docID(7)}])
	}
}

func TestF09_TheHistoryPutsItRight(t *testing.T) {
	s, _ := spoiltStore(t)
	for n := range 150 {
		key := DocumentKey{"user-1", oura.DailySleep, docID(n)}
		if whole, err := s.HealDocument(t.Context(), key); err != nil || !whole {
			t.Errorf("%s: %v, %v", key.ObjectID, whole, err)
		}
		d, err := s.Document(t.Context(), "user-1", oura.DailySleep, docID(n))
		want := fmt.Sprintf(`{"id":%q,"value":12345,"text":"Größe"}`, docID(n))
		if err != nil || string(d.Data) != want || d.Revisions != 1 {
			t.Errorf("%+v, %v", d, err)
		}
	}
	if n, err := s.CountEvents(t.Context()); err != nil || n != 150 {
		t.Errorf("%d events, %v", n, err)
	}
}

func TestF09_ASpoiltHashIsPutRightToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	for _, v := range []string{`{"v":1}`, `{"v":2}`} {
		if _, err := s.Apply(t.Context(), testChange("x", v, s.Ticket())); err != nil {
			t.Fatal(err)
		}
	}
	tamper(t, path, `UPDATE document SET sha256 = zeroblob(32), text_sha256 = zeroblob(32)`)
	key := DocumentKey{"user-1", oura.DailySleep, "x"}
	if whole, err := s.HealDocument(t.Context(), key); err != nil || !whole {
		t.Fatal(whole, err)
	}
	if d, err := s.Document(t.Context(), "user-1", oura.DailySleep, "x"); err != nil || string(d.Data) != `{"v":2}` {
		t.Errorf("%+v, %v", d, err)
	}
}

// Without its events only Oura knows what a document said. What comes again from
// there is unchanged news, and is written all the same.
func TestF09_WhatComesAgainIsWrittenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	if _, err := s.Apply(t.Context(), testChange("x", `{"v":1}`, s.Ticket())); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, `DELETE FROM event`)
	flipBits(t, path, 1)
	if whole, err := s.HealDocument(t.Context(), DocumentKey{"user-1", oura.DailySleep, "x"}); err != nil || whole {
		t.Fatal(whole, err)
	}
	a, err := s.Apply(t.Context(), testChange("x", `{"v":1}`, s.Ticket()))
	if err != nil || a[0].Outcome != OutcomeUnchanged {
		t.Fatalf("%+v, %v", a, err)
	}
	if d, err := s.Document(t.Context(), "user-1", oura.DailySleep, "x"); err != nil || string(d.Data) != `{"v":1}` {
		t.Errorf("%+v, %v", d, err)
	}
}
