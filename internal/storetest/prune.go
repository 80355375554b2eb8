package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Pruner is what the suite needs to delete and to say beforehand how much.
type Pruner interface {
	PruneEvents(ctx context.Context, below int64) (int, error)
	PruneDeliveries(ctx context.Context, before time.Time) (int, error)
	PruneReplayKeys(ctx context.Context, before time.Time) (int, error)
	PruneSamples(ctx context.Context, before oura.Day) (int64, error)
	PrunedSeq(ctx context.Context) (int64, error)
	OldestSeq(ctx context.Context) (int64, error)
	EventsBefore(ctx context.Context, before time.Time) (int64, error)
	AllButNewest(ctx context.Context, keep int64) (int64, error)
	CountEventsBelow(ctx context.Context, below int64) (int64, error)
	CountDeliveries(ctx context.Context, before time.Time) (int64, error)
	CountSamples(ctx context.Context, before oura.Day) (int64, error)
	LastUser(ctx context.Context) (string, error)
}

// pruneBoth prunes the model and the store.
func (m *model) pruneBoth(rt *rapid.T, t *testing.T, s Store, below int64) {
	before := len(m.events)
	m.events = slices.DeleteFunc(m.events, func(e oura.Event) bool { return e.Seq < below })
	if gone := before - len(m.events); gone > 0 {
		m.pruned = min(below-1, m.last)
		if n := pruneAll(rt, t, s, below); n != gone {
			rt.Fatalf("%d events below %d pruned, want %d", n, below, gone)
		}
	}
}

func pruneAll(tb rapid.TB, t *testing.T, s Store, below int64) (all int) {
	for {
		n, err := s.PruneEvents(t.Context(), below)
		if err != nil || n > 500 {
			tb.Fatalf("%d pruned in a step, %v", n, err)
		}
		if all += n; n == 0 {
			return all
		}
	}
}

// checkPlans compares what deleting would do with the model.
func checkPlans(rt *rapid.T, t *testing.T, s Store, m *model) {
	keep := rapid.IntRange(0, len(m.events)+3).Draw(rt, "keep")
	below, err := s.AllButNewest(t.Context(), int64(keep))
	left := slices.DeleteFunc(slices.Clone(m.events), func(e oura.Event) bool { return e.Seq < below })
	if err != nil || len(left) != min(keep, len(m.events)) {
		rt.Fatalf("of %d events below %d leaves %d, %v, want %d", len(m.events), below, len(left), err, keep)
	}
	if n, err := s.CountEventsBelow(t.Context(), below); err != nil || int(n) != len(m.events)-len(left) {
		rt.Fatalf("%d events below %d, %v, want %d", n, below, err, len(m.events)-len(left))
	}
	at := day0.Add(time.Duration(rapid.IntRange(-1, 301).Draw(rt, "minutes")) * time.Minute)
	want := m.last + 1
	if i := slices.IndexFunc(m.events, func(e oura.Event) bool { return !e.ReceivedAt.Before(at) }); i >= 0 {
		want = m.events[i].Seq
	}
	if below, err = s.EventsBefore(t.Context(), at); err != nil || below != want {
		rt.Fatalf("events before %v are below %d, %v, want %d", at, below, err, want)
	}
}

// checkNumbers compares counts and ends with the model.
func checkNumbers(rt *rapid.T, t *testing.T, s Store, m *model) {
	ctx := t.Context()
	oldest := int64(0)
	if len(m.events) > 0 {
		oldest = m.events[0].Seq
	}
	for _, c := range []struct {
		what string
		read func(context.Context) (int64, error)
		want int64
	}{
		{"count", s.CountEvents, int64(len(m.events))},
		{"last", s.LastSeq, m.last},
		{"oldest", s.OldestSeq, oldest},
		{"pruned", s.PrunedSeq, m.pruned},
	} {
		if n, err := c.read(ctx); err != nil || n != c.want {
			rt.Fatalf("%s %d, %v, want %d", c.what, n, err, c.want)
		}
	}
	if m.pruned == 0 {
		return
	}
	if _, _, err := s.Event(ctx, m.pruned); oura.CodeOf(err) != oura.CodeNotFound {
		rt.Fatalf("event %d was pruned and is there: %v", m.pruned, err)
	}
}

// testPruneAll clears everything and goes on.
func testPruneAll(t *testing.T, s Store) {
	ctx := t.Context()
	for from := 0; from < 1200; from += 100 {
		var changes []sqlite.Change
		for n := from; n < from+100; n++ {
			c := sleep
			c.ObjectID, c.Ticket, c.Data = "night", int64(n+1), fmt.Appendf(nil, `{"n":%d}`, n)
			changes = append(changes, c)
		}
		_, err := s.Apply(ctx, changes...)
		must(t, err)
	}
	last, err := s.LastSeq(ctx)
	must(t, err)
	if n := pruneAll(t, t, s, last+1); n != int(last) {
		t.Errorf("%d of %d events pruned", n, last)
	}
	if n := mustCount(t, s); n != 0 {
		t.Errorf("%d events left", n)
	}
	if _, err := s.Document(ctx, sleep.UserID, sleep.DataType, "night"); err != nil {
		t.Errorf("the document: %v", err)
	}
	if user, err := s.LastUser(ctx); err != nil || user != sleep.UserID {
		t.Errorf("without events the last user is %q, %v", user, err)
	}
	c := sleep
	c.ObjectID, c.Ticket, c.ReceivedAt = "night", 9999, day0
	applied, err := s.Apply(ctx, c)
	must(t, err)
	pruned, err := s.PrunedSeq(ctx)
	if err != nil || applied[0].Seq != last+1 || pruned != last {
		t.Errorf("the next event is %d after %d, pruned %d, %v", applied[0].Seq, last, pruned, err)
	}
	got, err := s.Events(ctx, sqlite.EventFilter{Types: []oura.DataType{sleep.DataType}, Since: c.ReceivedAt})
	if err != nil || len(got) != 1 || got[0].Seq != last+1 {
		t.Errorf("events %+v, %v", got, err)
	}
	if n, err := s.PruneEvents(ctx, last+1); err != nil || n != 0 {
		t.Errorf("%d pruned once more, %v", n, err)
	}
}

// testPruneSamples deletes by UTC date.
func testPruneSamples(t *testing.T, s Store) {
	ctx := t.Context()
	put(t, s, 4, 0, beat(-2*86_400, "rest", 50), beat(-86_400, "rest", 51), beat(-86_399, "rest", 52), beat(0, "rest", 53))
	before := oura.DayOf(day0)
	if n, err := s.CountSamples(ctx, before); err != nil || n != 3 {
		t.Errorf("%d samples before %s, %v", n, before, err)
	}
	if n, err := s.PruneSamples(ctx, before); err != nil || n != 3 {
		t.Errorf("%d samples pruned, %v", n, err)
	}
	if n, err := s.PruneSamples(ctx, before); err != nil || n != 0 {
		t.Errorf("%d samples pruned once more, %v", n, err)
	}
	wantSamples(t, s, beat(0, "rest", 53))
}

// testPruneDeliveries keeps what waits, the newest, and the keys of all.
func testPruneDeliveries(t *testing.T, s Store) {
	ctx := t.Context()
	states := []sqlite.FetchState{sqlite.FetchDone, sqlite.FetchPending, sqlite.FetchParked, sqlite.FetchNone, sqlite.FetchDone, sqlite.FetchDone}
	var all []sqlite.Delivery
	for n, state := range states {
		d := delivery(n, oura.Sleep)
		d.Fetch, d.ReceivedAt = state, day0.Add(time.Duration(n)*time.Hour)
		all = append(all, d)
		_, _, err := s.InsertDelivery(ctx, d)
		must(t, err)
	}
	limit := day0.Add(4 * time.Hour)
	if n, err := s.CountDeliveries(ctx, limit); err != nil || n != 2 {
		t.Errorf("%d deliveries may go, %v, want 2", n, err)
	}
	for _, want := range []int{2, 0} {
		if n, err := s.PruneDeliveries(ctx, limit); err != nil || n != want {
			t.Errorf("%d deliveries pruned, %v, want %d", n, err, want)
		}
	}
	far := day0.AddDate(10, 0, 0)
	if n, err := s.PruneDeliveries(ctx, far); err != nil || n != 1 {
		t.Errorf("%d deliveries pruned, %v: the newest stays", n, err)
	}
	left, err := s.Deliveries(ctx, sqlite.DeliveryFilter{})
	if err != nil || !reflect.DeepEqual(ids(left), []int64{6, 3, 2}) {
		t.Errorf("left are %v, %v", ids(left), err)
	}
	for _, d := range all {
		if _, isNew, err := s.InsertDelivery(ctx, d); err != nil || isNew {
			t.Errorf("a repeat counts as new: %v", err)
		}
	}
}
