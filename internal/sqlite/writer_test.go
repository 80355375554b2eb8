package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"oura-streaming/internal/oura"
)

func TestWriter_OneFailureSpoilsNoOther(t *testing.T) {
	s := openStore(t)
	add := func(n int) write {
		return func(t *tx) error {
			_, err := t.exec(`INSERT INTO audit (at_ms, action, detail) VALUES (?, 'a', '')`, n)
			return err
		}
	}
	release := holdWriter(t, s)
	var wg sync.WaitGroup
	errs := make([]error, 10)
	for i := range errs {
		wg.Go(func() {
			errs[i] = s.writer.do(t.Context(), func(x *tx) error {
				if err := add(i)(x); err != nil {
					return err
				}
				if i == 4 { // after it has written
					return fmt.Errorf("number %d fails", i)
				}
				return nil
			})
		})
	}
	for len(s.writer.jobs) < len(errs) {
		if t.Context().Err() != nil {
			t.Fatal("jobs never queued")
		}
		runtime.Gosched()
	}
	release()
	wg.Wait()
	for i, err := range errs {
		if (err != nil) != (i == 4) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if n := countRows(t, s, "audit"); n != 9 {
		t.Errorf("%d rows, want 9", n)
	}
}

func TestWriter_LoneCallersDoNotWaitForOthers(t *testing.T) {
	s := openStore(t)
	usual := func(set int) (got int) {
		t.Helper()
		err := s.writer.do(t.Context(), func(*tx) error {
			got, s.writer.usual = s.writer.usual, set // here the writer's goroutine is ours
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	usual(maxBatch) // as after the greatest rush
	for range 8 {
		if err := s.Audit(t.Context(), "alone", ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := usual(0); got > 1 {
		t.Errorf("after 8 lone writes the writer still waits for %d", got)
	}
}

func TestWriter_FullDiskIsToldAndPasses(t *testing.T) {
	s := openStore(t)
	limit := func(pages int) {
		t.Helper()
		err := s.writer.do(t.Context(), func(x *tx) error {
			var now int
			return x.conn.QueryRowContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&now)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(60)
	stored := 0
	var err error
	for ; err == nil && stored < 1000; stored++ {
		d := testDelivery(stored)
		d.Body = []byte(strings.Repeat("x", 4000))
		_, _, err = s.InsertDelivery(t.Context(), d)
	}
	stored-- // the last one failed
	if oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != msgFull {
		t.Fatalf("full disk: %v", err)
	}
	if n := countRows(t, s, "delivery"); n != stored {
		t.Errorf("%d rows, want %d", n, stored)
	}
	limit(100_000)
	if _, isNew, err := s.InsertDelivery(t.Context(), testDelivery(stored)); err != nil || !isNew {
		t.Errorf("with space again: new %v, %v", isNew, err)
	}
}

func TestWriter_ReadOnlyFileIsTold(t *testing.T) {
	s := openStore(t)
	if _, err := s.writer.tx.conn.ExecContext(t.Context(), `PRAGMA query_only = 1`); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.InsertDelivery(t.Context(), testDelivery(0))
	if oura.CodeOf(err) != oura.CodeStorage || oura.MessageOf(err) != msgReadOnly {
		t.Errorf("read-only: %v", err)
	}
}

func TestWriter_ClosedStoreRefuses(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Audit(t.Context(), "late", ""); oura.CodeOf(err) != oura.CodeStorage {
		t.Errorf("write after close: %v", err)
	}
}

func TestOnEvent_ComesAfterTheCommit(t *testing.T) {
	s := openStore(t)
	var told []int64
	s.OnEvent(func(seq int64) {
		told = append(told, seq)
		if last, err := s.LastSeq(context.Background()); err != nil || last != seq {
			t.Errorf("told of %d while readers see %d, %v", seq, last, err)
		}
	})
	for i := range 3 {
		if _, err := s.Apply(t.Context(), testChange("o", fmt.Sprintf(`{"v":%d}`, i/2), s.Ticket())); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(told) != "[1 2]" { // the second change was none
		t.Errorf("told of %v, want [1 2]", told)
	}
}
