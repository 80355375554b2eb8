package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func testChange(object, data string, ticket int64) Change {
	c := Change{
		UserID: "user-1", DataType: oura.DailySleep, ObjectID: object, Day: "2026-11-22", Operation: oura.Update,
		Source: oura.SourceWebhook, Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: time.UnixMilli(genStart), Ticket: ticket,
	}
	if data == "" {
		c.Operation = oura.Delete
	} else {
		c.Data = []byte(data)
	}
	return c
}

func testDelivery(n int) Delivery {
	return Delivery{
		ReceivedAt: time.UnixMilli(genStart), Body: []byte(`{"event_type":"update"}`), Timestamp: fmt.Sprint(1790138124521 + n),
		SignatureForm: "raw", Verdict: VerdictAccepted, Fetch: FetchPending,
		Notification: oura.Notification{EventType: oura.Update, DataType: oura.Sleep, ObjectID: "o", EventTime: "2026-01-01T08:00:00+00:00", UserID: "user-1"},
	}
}

func countRows(t *testing.T, s *Store, table string) (n int) {
	t.Helper()
	if err := s.readers.one(t.Context(), `SELECT count(*) FROM `+table, nil, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestS26_ReplayKeysOutlivePrunedDeliveries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	first := testDelivery(0)
	first.Fetch = FetchDone
	id, isNew, err := s.InsertDelivery(t.Context(), first)
	if err != nil || !isNew {
		t.Fatal(id, isNew, err)
	}
	if _, _, err := s.InsertDelivery(t.Context(), testDelivery(1)); err != nil { // the newest is never pruned
		t.Fatal(err)
	}
	repeat := func(s *Store, wantID int64) {
		t.Helper()
		for range 500 {
			if got, isNew, err := s.InsertDelivery(t.Context(), first); err != nil || isNew || got != wantID {
				t.Fatalf("repeat: id %d, new %v, %v; want id %d", got, isNew, err, wantID)
			}
		}
	}
	repeat(s, id)
	if n, err := s.PruneDeliveries(t.Context(), time.UnixMilli(genStart).Add(time.Hour)); err != nil || n != 1 {
		t.Fatalf("pruned %d, %v", n, err)
	}
	repeat(s, 0)
	repeat(openAt(t, path), 0)
	if n := countRows(t, s, "delivery"); n != 1 {
		t.Errorf("%d deliveries, want 1", n)
	}
}

func TestF20_SameDeliveryInParallelIsOneRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	d := testDelivery(0)
	for range 2 { // the second round after a restart
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for range 10 {
					if id, _, err := s.InsertDelivery(t.Context(), d); err != nil || id != 1 {
						t.Errorf("id %d, %v", id, err)
					}
				}
			})
		}
		wg.Wait()
		if n := countRows(t, s, "delivery"); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestF21_NewestWinsInEveryOrder(t *testing.T) {
	s := openStore(t)
	orders := permutations([]int{0, 1, 2, 3, 4})
	if len(orders) != 120 {
		t.Fatalf("%d orders", len(orders))
	}
	lives := []string{`{"v":1}`, `{"v":2}`, "", `{"v":3}`, `{"v":4}`} // the third is a delete
	for _, last := range []string{`{"v":4}`, ""} {                    // what was true in the end
		lives[4] = last
		for i, order := range orders {
			object := fmt.Sprintf("%q-%d", last, i)
			for _, k := range order {
				if _, err := s.Apply(t.Context(), testChange(object, lives[k], int64(k+1))); err != nil {
					t.Fatal(err)
				}
			}
			doc, err := s.Document(t.Context(), "user-1", oura.DailySleep, object)
			if err != nil || doc.DeletedAt.IsZero() == (last == "") || (last != "" && string(doc.Data) != last) {
				t.Errorf("order %v: %s, deleted %v, %v", order, doc.Data, doc.DeletedAt, err)
			}
		}
	}
}

func permutations(of []int) (all [][]int) {
	if len(of) == 0 {
		return [][]int{nil}
	}
	for i := range of {
		rest := append(append([]int(nil), of[:i]...), of[i+1:]...)
		for _, p := range permutations(rest) {
			all = append(all, append([]int{of[i]}, p...))
		}
	}
	return all
}

func TestF12_CompetingWritersNeverSeeBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	stores := []*Store{openAt(t, path), openAt(t, path)} // two, as two processes would be
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			s := stores[g%2]
			for i := range 200 {
				if _, err := s.Deliveries(t.Context(), DeliveryFilter{Limit: 1}); err != nil {
					t.Errorf("read: %v", err)
				}
				if _, isNew, err := s.InsertDelivery(t.Context(), testDelivery(g*1000+i)); err != nil || !isNew {
					t.Errorf("write: new %v, %v", isNew, err)
				}
			}
		})
	}
	wg.Wait()
	if n := countRows(t, stores[0], "delivery"); n != 1600 {
		t.Errorf("%d rows, want 1600", n)
	}
}

func TestF24_LockedDatabaseAnswersInTime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s := openAt(t, path)
	holder := openAt(t, path)
	release := holdWriter(t, holder)
	checkAnswerInTime(t, s)
	release()
	if _, isNew, err := s.InsertDelivery(t.Context(), testDelivery(0)); err != nil || !isNew {
		t.Errorf("after release: new %v, %v", isNew, err)
	}
}

func TestF24_SlowWriteInFrontAnswersInTime(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	release := holdWriter(t, s)
	checkAnswerInTime(t, s)
	release()
	if _, isNew, err := s.InsertDelivery(t.Context(), testDelivery(0)); err != nil || !isNew {
		t.Errorf("after release: new %v, %v", isNew, err)
	}
}

// holdWriter keeps a write open until release is called.
func holdWriter(t *testing.T, s *Store) (release func()) {
	t.Helper()
	begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var first sync.Once
	go func() {
		ended <- s.writer.do(context.Background(), func(*tx) error {
			first.Do(func() { close(begun) }) // a write may run twice
			<-end
			return nil
		})
	}()
	<-begun
	var once sync.Once
	release = func() {
		once.Do(func() {
			close(end)
			if err := <-ended; err != nil {
				t.Errorf("held write: %v", err)
			}
		})
	}
	t.Cleanup(release)
	return release
}

func checkAnswerInTime(t *testing.T, s *Store) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			start := time.Now()
			_, _, err := s.InsertDelivery(t.Context(), testDelivery(i))
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("answered after %v", took)
			}
			if oura.CodeOf(err) != oura.CodeStorage {
				t.Errorf("answered %v", err)
			}
		})
	}
	wg.Wait()
}

func TestF25_BegunWriteFinishesWithoutItsCaller(t *testing.T) {
	s := openStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- s.writer.do(ctx, func(t *tx) error {
			close(begun)
			<-ctx.Done()
			_, err := t.exec(`INSERT INTO audit (at_ms, action, detail) VALUES (1, 'a', 'b')`)
			return err
		})
	}()
	<-begun
	cancel()
	if err := <-done; err != nil {
		t.Errorf("begun write: %v", err)
	}
	if n := countRows(t, s, "audit"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestF25_WaitingWriteLeavesNoTrace(t *testing.T) {
	s := openStore(t)
	release := holdWriter(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, _, err := s.InsertDelivery(ctx, testDelivery(0))
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting write: %v", err)
	}
	release()
	if err := s.Audit(t.Context(), "later", ""); err != nil { // the queue has been worked off after it
		t.Fatal(err)
	}
	if n := countRows(t, s, "delivery"); n != 0 {
		t.Errorf("%d rows, want 0", n)
	}
}
