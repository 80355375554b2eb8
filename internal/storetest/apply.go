package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func change(object, data string) sqlite.Change {
	c := sqlite.Change{
		UserID: "user-1", DataType: oura.DailySleep, ObjectID: object, Day: "2026-11-22", Key: day0, Operation: oura.Update,
		Source: oura.SourceWebhook, Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: day0,
	}
	if data == "" {
		c.Operation = oura.Delete
	} else {
		c.Data = json.RawMessage(data)
	}
	return c
}

func apply(t *testing.T, s Store, wantOutcome string, c sqlite.Change) int64 {
	t.Helper()
	got, err := s.Apply(t.Context(), c)
	if err != nil || len(got) != 1 {
		t.Fatalf("apply: %+v, %v", got, err)
	}
	if got[0].Outcome != wantOutcome {
		t.Errorf("outcome %q, want %q", got[0].Outcome, wantOutcome)
	}
	noEvent := wantOutcome == sqlite.OutcomeUnchanged || wantOutcome == sqlite.OutcomeStale
	if (got[0].Seq == 0) != noEvent {
		t.Errorf("outcome %q with event %d", got[0].Outcome, got[0].Seq)
	}
	return got[0].Seq
}

func testApply(t *testing.T, s Store) {
	ctx := t.Context()
	id := insert(t, s, delivery(0, oura.DailySleep))
	first := change("o", `{"b":1, "a":2}`)
	first.DeliveryID = id
	seq := apply(t, s, sqlite.OutcomeNew, first)
	if d, err := s.Delivery(ctx, id); err != nil || d.Fetch != sqlite.FetchDone || d.Outcome != "new" || d.Seq != seq {
		t.Errorf("delivery %+v, %v", d, err)
	}
	apply(t, s, sqlite.OutcomeUnchanged, change("o", `{"a":2,"b":1}`))
	second := apply(t, s, sqlite.OutcomeChanged, change("o", `{"a":3}`))
	e, previous, err := s.Event(ctx, second)
	want := oura.Event{
		Seq: second, UserID: "user-1", DataType: oura.DailySleep, EventType: oura.Update, ObjectID: "o", Day: "2026-11-22",
		Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: day0, Source: oura.SourceWebhook, Data: json.RawMessage(`{"a":3}`),
	}
	if err != nil || previous != seq || !reflect.DeepEqual(e, want) {
		t.Errorf("event %+v, previous %d, %v", e, previous, err)
	}
	doc, err := s.Document(ctx, "user-1", oura.DailySleep, "o")
	if err != nil || string(doc.Data) != `{"a":3}` || doc.Revisions != 2 || !doc.DeletedAt.IsZero() {
		t.Errorf("document %+v, %v", doc, err)
	}
	if e, _, err := s.Event(ctx, seq); err != nil || string(e.Data) != `{"b":1, "a":2}` {
		t.Errorf("first revision %s, %v", e.Data, err)
	}
	if _, _, err := s.Event(ctx, 99); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("unknown event: %v", err)
	}
}

func testTombstone(t *testing.T, s Store) {
	ctx := t.Context()
	first := apply(t, s, sqlite.OutcomeNew, change("o", `{"a":1}`))
	gone := apply(t, s, sqlite.OutcomeDeleted, change("o", ""))
	apply(t, s, sqlite.OutcomeUnchanged, change("o", ""))
	if e, previous, err := s.Event(ctx, gone); err != nil || e.Data != nil || previous != first {
		t.Errorf("delete event %+v, previous %d, %v", e, previous, err)
	}
	doc, err := s.Document(ctx, "user-1", oura.DailySleep, "o")
	if err != nil || doc.DeletedAt.IsZero() || string(doc.Data) != `{"a":1}` {
		t.Errorf("tombstone %+v, %v", doc, err)
	}
	again := apply(t, s, sqlite.OutcomeChanged, change("o", `{"a":1}`))
	if _, previous, err := s.Event(ctx, again); err != nil || previous != first {
		t.Errorf("revision before the new life: %d, %v", previous, err)
	}
	apply(t, s, sqlite.OutcomeDeleted, change("never seen", ""))
	if doc, err := s.Document(ctx, "user-1", oura.DailySleep, "never seen"); err != nil || doc.Data != nil {
		t.Errorf("tombstone of an unknown document %+v, %v", doc, err)
	}
}

func testStale(t *testing.T, s Store) {
	c := change("o", `{"a":1}`)
	c.Ticket = 5
	apply(t, s, sqlite.OutcomeNew, c)
	older := change("o", `{"a":0}`)
	older.Ticket = 4
	apply(t, s, sqlite.OutcomeStale, older)
	older.Operation, older.Data = oura.Delete, nil
	apply(t, s, sqlite.OutcomeStale, older)
	older.Ticket = 0 // a delete that no request was made for
	apply(t, s, sqlite.OutcomeDeleted, older)
	older.Operation, older.Data, older.Ticket = oura.Update, json.RawMessage(`{"a":2}`), 4
	apply(t, s, sqlite.OutcomeStale, older)
}

func testNotice(t *testing.T, s Store) {
	ctx := t.Context()
	for _, dt := range []oura.DataType{oura.Meal, "brand_new_type"} {
		c := change("", "")
		c.DataType, c.Operation = dt, oura.Update
		seq := apply(t, s, sqlite.OutcomeNotice, c)
		if e, previous, err := s.Event(ctx, seq); err != nil || e.Data != nil || e.DataType != dt || previous != 0 {
			t.Errorf("notice %+v, %d, %v", e, previous, err)
		}
		if docs, err := s.Documents(ctx, sqlite.DocumentFilter{Type: dt}); err != nil || len(docs) != 0 {
			t.Errorf("notice made documents %v, %v", docs, err)
		}
	}
}

func testApplyAtomic(t *testing.T, s Store) {
	ctx := t.Context()
	for _, bad := range []sqlite.Change{change("b", `{"a":`), func() sqlite.Change {
		c := change("b", "")
		c.Operation = oura.Update // an update without data
		return c
	}()} {
		if _, err := s.Apply(ctx, change("a", `{"a":1}`), bad); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("bad change: %v", err)
		}
	}
	if n, err := s.CountEvents(ctx); err != nil || n != 0 {
		t.Errorf("%d events, %v, want none", n, err)
	}
	got, err := s.Apply(ctx, change("a", `{"a":1}`), change("a", `{"a":1}`), change("a", ""))
	want := []sqlite.Applied{{Seq: 1, Outcome: "new"}, {Outcome: "unchanged"}, {Seq: 2, Outcome: "deleted"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("applied %+v, %v", got, err)
	}
}

func testDocumentPages(t *testing.T, s Store) {
	ctx := t.Context()
	for n := range 6 {
		c := change(fmt.Sprint("o", 5-n), fmt.Sprintf(`{"n":%d}`, n))
		c.Day = oura.Day(fmt.Sprintf("2026-11-%02d", 20+n/2))
		apply(t, s, sqlite.OutcomeNew, c)
	}
	apply(t, s, sqlite.OutcomeDeleted, change("o3", ""))
	check := func(want []string, f sqlite.DocumentFilter) {
		t.Helper()
		f.Type = oura.DailySleep
		docs, err := s.Documents(ctx, f)
		var got []string
		for _, d := range docs {
			got = append(got, d.ObjectID)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %v, %v, want %v", f, got, err, want)
		}
	}
	check([]string{"o4", "o5", "o2", "o0", "o1"}, sqlite.DocumentFilter{})
	check([]string{"o4", "o5", "o2"}, sqlite.DocumentFilter{Limit: 3, UserID: "user-1"})
	check([]string{"o0", "o1"}, sqlite.DocumentFilter{After: "o2"})
	check([]string{"o2", "o3"}, sqlite.DocumentFilter{StartDay: "2026-11-21", EndDay: "2026-11-21", IncludeDeleted: true})
	check(nil, sqlite.DocumentFilter{UserID: "someone else"})
}
