package storetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func delivery(n int, dt oura.DataType) sqlite.Delivery {
	return sqlite.Delivery{
		ReceivedAt: day0.Add(time.Duration(n) * time.Second), Body: fmt.Appendf(nil, `{"n":%d}`, n), Timestamp: fmt.Sprint(n),
		SignatureForm: "compact", Late: true, LagMS: 5, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
		NextTry: day0.Add(time.Duration(n) * time.Second), Reason: "why", Outcome: "",
		Notification: oura.Notification{
			EventType: oura.Create, DataType: dt, ObjectID: fmt.Sprint("o", n), EventTime: day0.Format(time.RFC3339), UserID: "user-1",
		},
	}
}

func insert(t *testing.T, s Store, d sqlite.Delivery) int64 {
	t.Helper()
	id, isNew, err := s.InsertDelivery(t.Context(), d)
	if err != nil || !isNew {
		t.Fatalf("insert: new %v, %v", isNew, err)
	}
	return id
}

func ids(ds []sqlite.Delivery) (out []int64) {
	for _, d := range ds {
		out = append(out, d.ID)
	}
	return out
}

func testDeliveryPages(t *testing.T, s Store) {
	ctx := t.Context()
	for n := range 5 {
		d := delivery(n, oura.Sleep)
		d.ID = insert(t, s, d)
		got, err := s.Delivery(ctx, d.ID)
		if err != nil || !reflect.DeepEqual(got, d) {
			t.Errorf("delivery %+v, %v, want %+v", got, err, d)
		}
	}
	page, err := s.Deliveries(ctx, sqlite.DeliveryFilter{Limit: 2})
	if err != nil || !reflect.DeepEqual(ids(page), []int64{5, 4}) {
		t.Errorf("first page %v, %v", ids(page), err)
	}
	must(t, s.ParkDelivery(ctx, 2, 10, "scope"))
	for fetch, want := range map[sqlite.FetchState][]int64{"": {3, 2, 1}, sqlite.FetchParked: {2}, sqlite.FetchPending: {3, 1}, sqlite.FetchDone: nil} {
		page, err := s.Deliveries(ctx, sqlite.DeliveryFilter{Before: 4, Fetch: fetch})
		if err != nil || !reflect.DeepEqual(ids(page), want) {
			t.Errorf("%q before 4: %v, %v, want %v", fetch, ids(page), err, want)
		}
	}
	if _, err := s.Delivery(ctx, 99); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("unknown delivery: %v", err)
	}
	if err := s.ParkDelivery(ctx, 99, 0, ""); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("park unknown delivery: %v", err)
	}
}

func testQueue(t *testing.T, s Store) {
	ctx := t.Context()
	if _, ok, err := s.NextDue(ctx); err != nil || ok {
		t.Fatalf("empty queue has a next try: %v", err)
	}
	for n := range 4 {
		insert(t, s, delivery(n, []oura.DataType{oura.Sleep, oura.Workout}[n%2]))
	}
	must(t, s.RetryDelivery(ctx, 1, 3, day0.Add(2500*time.Millisecond), "404"))
	must(t, s.ParkDelivery(ctx, 2, 10, "scope"))
	must(t, s.ParkDelivery(ctx, 3, 10, "scope"))
	checkDue(t, s, day0.Add(time.Minute), 1, 4)
	checkDue(t, s, day0.Add(2*time.Second))
	if at, ok, err := s.NextDue(ctx); err != nil || !ok || !at.Equal(day0.Add(2500*time.Millisecond)) {
		t.Errorf("next due %v, %v, %v", at, ok, err)
	}
	if d, err := s.Delivery(ctx, 1); err != nil || d.Tries != 3 || d.Reason != "404" {
		t.Errorf("retried delivery %+v, %v", d, err)
	}
	if n, err := s.UnparkDeliveries(ctx, []oura.DataType{oura.Workout}); err != nil || n != 1 {
		t.Errorf("unparked %d, %v", n, err)
	}
	must(t, s.RetryDelivery(ctx, 4, 5, time.Now().Add(24*time.Hour), "503"))
	if n, err := s.UnparkDeliveries(ctx, nil); err != nil || n != 2 {
		t.Errorf("unparked %d, %v", n, err)
	}
	due, err := s.DueDeliveries(ctx, time.Now().Add(time.Hour), 100)
	if err != nil || len(due) != 4 {
		t.Errorf("due after unpark: %v, %v", ids(due), err)
	}
	if d, err := s.Delivery(ctx, 4); err != nil || d.Tries != 5 {
		t.Errorf("delivery that waited has %d tries, %v", d.Tries, err)
	}
}

func checkDue(t *testing.T, s Store, now time.Time, want ...int64) {
	t.Helper()
	due, err := s.DueDeliveries(t.Context(), now, 100)
	if err != nil || !reflect.DeepEqual(ids(due), want) {
		t.Errorf("due at %v: %v, %v, want %v", now, ids(due), err, want)
	}
}

func testNewestNotified(t *testing.T, s Store) {
	ctx := t.Context()
	times := []string{"2026-11-22T08:00:00+00:00", "2026-11-22T10:30:00+02:00", "2026-11-22T08:10:00Z", "2026-11-22T09:00:00Z"}
	ops := []oura.Operation{oura.Create, oura.Update, oura.Update, oura.Delete}
	for n, at := range times {
		d := delivery(n, oura.Sleep)
		d.Notification.ObjectID, d.Notification.EventTime, d.Notification.EventType = "o", at, ops[n]
		if n%2 == 0 {
			d.Fetch = sqlite.FetchDone
		}
		insert(t, s, d)
	}
	check := func(except int64, wantTime string, wantOK bool, user string) {
		t.Helper()
		at, _, ok, err := s.NewestNotified(ctx, user, oura.Sleep, "o", except)
		if err != nil || ok != wantOK || at != wantTime {
			t.Errorf("newest but %d: %q, %v, %v, want %q", except, at, ok, err, wantTime)
		}
	}
	check(4, times[1], true, "user-1") // 08:30 UTC; the delete does not count
	check(2, times[2], true, "user-1")
	check(4, "", false, "user-2")
}
