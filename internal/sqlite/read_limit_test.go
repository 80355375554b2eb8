package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const mega = 1 << 20

// crowd writes n times 2 MB and returns how large the WAL was at most.
func crowd(t *testing.T, s *Store, n int) (most int64) {
	t.Helper()
	large := make([]byte, 2*mega)
	for range n {
		_, _ = rand.Read(large) // never fails; SQLite leaves out pages that stay as they are
		if err := s.PutSecrets(t.Context(), map[string][]byte{"large": large}); err != nil {
			t.Fatal(err)
		}
		most = max(most, walSize(t, s))
	}
	return most
}

// let changes how long a read may last; the store's own parts read all the time.
func (r *readPool) let(limit, grace time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limit, r.grace = limit, grace
}

func walSize(t *testing.T, s *Store) int64 {
	t.Helper()
	info, err := os.Stat(s.path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// held reads the first of several rows and waits; the end of reading comes out.
func held(t *testing.T, s *Store) (goOn func(), ended <-chan error) {
	t.Helper()
	reading, wait, end := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		first := true
		end <- s.readers.each(context.Background(), `SELECT name FROM setting`, func(func(...any) error) error {
			if first {
				first = false
				close(reading)
				<-wait
			}
			return nil
		})
	}()
	<-reading
	return func() { close(wait) }, end
}

// withRows is a store with something to read.
func withRows(t *testing.T) *Store {
	t.Helper()
	s := openStore(t)
	if err := s.PutSettings(t.Context(), map[string]string{"a": "1", "b": "2", "c": "3"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestF13_ALongReaderKeepsTheWALBounded(t *testing.T) {
	s := withRows(t)
	s.readers.let(readLimit, time.Millisecond)
	goOn, ended := held(t, s)
	most := crowd(t, s, 70)
	goOn()
	if err := <-ended; oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != msgLongRead {
		t.Errorf("the reader ended with %v", err)
	}
	later := crowd(t, s, 3)
	t.Logf("WAL of %d MB at most while 140 MB were written, %d MB afterwards", most/mega, walSize(t, s)/mega)
	if most > 64*mega || later > walLimit+4*mega {
		t.Errorf("WAL of %d bytes, later of %d", most, later)
	}
	if rows, err := s.Settings(t.Context()); err != nil || len(rows) != 3 {
		t.Errorf("later readers: %v, %v", rows, err)
	}
}

func TestF13_AReaderInGraceIsLeftAlone(t *testing.T) {
	s := withRows(t)
	s.readers.let(readLimit, time.Hour)
	goOn, ended := held(t, s)
	if most := crowd(t, s, 20); most <= walLimit {
		t.Errorf("the WAL has %d bytes: nothing was tried", most)
	}
	goOn()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestF13_NobodyReadsForEver(t *testing.T) {
	s := withRows(t)
	s.readers.let(50*time.Millisecond, readGrace)
	const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n`
	var n int
	if err := s.readers.one(t.Context(), endless, nil, &n); oura.MessageOf(err) != msgLongRead {
		t.Errorf("%d, %v", n, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.readers.one(gone, endless, nil, &n); !isContext(err) {
		t.Errorf("who has gone is told %v", err)
	}
}

// TestF13_AnotherProgramThatReadsForLong cannot be cut off: it costs room on the
// disk until it ends, and nothing else.
func TestF13_AnotherProgramThatReadsForLong(t *testing.T) {
	s := withRows(t)
	s.readers.let(readLimit, time.Millisecond)
	db, err := sql.Open("sqlite", filepath.ToSlash(s.path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it only read
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM setting`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	crowd(t, s, 20)
	goOn, ended := held(t, s)
	crowd(t, s, 20)
	goOn()
	if err := <-ended; err != nil {
		t.Errorf("a reader that is not in the way was cut off: %v", err)
	}
	grown := walSize(t, s)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	crowd(t, s, 3)
	if left := walSize(t, s); grown < 2*walLimit || left > walLimit+4*mega {
		t.Errorf("the WAL has %d bytes, had %d", left, grown)
	}
}
