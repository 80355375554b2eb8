package restapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// inside is a real store with what the engine adds to it.
type inside struct{ *sqlite.Store }

func (in inside) Refetch(ctx context.Context, id int64) error {
	return in.RetryDelivery(ctx, id, 0, testNow, "asked for")
}

func (inside) Reconcile(context.Context) error { return nil }

func (inside) Create(context.Context, oura.DataType, oura.Operation) (oura.Subscription, error) {
	return oura.Subscription{}, nil
}

func (inside) Renew(context.Context, string) (oura.Subscription, error) {
	return oura.Subscription{}, nil
}

func (inside) Delete(context.Context, string) error { return nil }

func openStore(t testing.TB, folder string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(folder, "oura_streaming.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withStore serves a real store; sign-in and status stay fakes.
func withStore(s *sqlite.Store) http.Handler {
	services := (&fake{}).services()
	services.Events, services.Deliveries, services.Subscriptions, services.Days = inside{s}, inside{s}, inside{s}, s
	return New(services, testOptions)
}

// newStore returns a store that ends with the test, and its API.
func newStore(t testing.TB) (*sqlite.Store, http.Handler) {
	t.Helper()
	s := openStore(t, t.TempDir())
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, withStore(s)
}

// change is the n-th of a series of different documents, a minute apart.
func change(s *sqlite.Store, n int, dt oura.DataType) sqlite.Change {
	return sqlite.Change{
		UserID: "user-1", DataType: dt, ObjectID: fmt.Sprintf("doc-%d", n), Day: "2026-11-22",
		Operation: oura.Create, Source: oura.SourceWebhook, Timestamp: "2026-11-22T06:12:31+00:00",
		ReceivedAt: testNow.Add(time.Duration(n) * time.Minute),
		Data:       json.RawMessage(fmt.Sprintf(`{"id":"doc-%d","score":%d}`, n, n)), Ticket: s.Ticket(),
	}
}

func apply(t testing.TB, s *sqlite.Store, changes ...sqlite.Change) []sqlite.Applied {
	t.Helper()
	applied, err := s.Apply(t.Context(), changes...)
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func insertDelivery(t testing.TB, s *sqlite.Store, n int) int64 {
	t.Helper()
	note := oura.Notification{
		EventType: oura.Update, DataType: oura.DailySleep, ObjectID: fmt.Sprintf("doc-%d", n),
		EventTime: "2026-11-22T06:12:31+00:00", UserID: "user-1",
	}
	body, err := json.Marshal(note)
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := s.InsertDelivery(t.Context(), sqlite.Delivery{
		ReceivedAt: testNow.Add(time.Duration(n) * time.Second), Body: body, Timestamp: "1795331553", SignatureForm: "raw",
		LagMS: 120, Notification: note, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
