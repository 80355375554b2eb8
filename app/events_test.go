package app

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// revise stores one more revision of a document; no data is a deletion.
func revise(t *testing.T, e *engine.Engine, dt oura.DataType, object, data string) {
	t.Helper()
	c := sqlite.Change{
		UserID: "user-1", DataType: dt, ObjectID: object, Day: oura.DayOf(time.Now()), Key: time.Now(),
		Operation: oura.Update, Source: oura.SourceWebhook, ReceivedAt: time.Now(), Data: json.RawMessage(data),
	}
	if data == "" {
		c.Operation, c.Data = oura.Delete, nil
	}
	if _, err := e.Store().Apply(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestEventsAPI_RevisionsAreThoseOfOneDocumentNewestFirst(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e := stored(t, b, 3)
	for i := range 4 {
		revise(t, e, oura.Workout, "run", fmt.Sprintf(`{"calories":%d}`, i))
		revise(t, e, oura.Session, "run", fmt.Sprintf(`{"mood":%d}`, i)) // another type, the same id
	}
	revise(t, e, oura.Workout, "run", "")
	got, err := (&EventsAPI{b}).Revisions("workout", "run")
	if err != nil || len(got) != 5 {
		t.Fatalf("%d revisions, want 5, %v", len(got), err)
	}
	if got[0].EventType != "delete" || got[4].EventType == "delete" || got[0].ReceivedAt == "" || got[0].Source != "webhook" {
		t.Errorf("revisions %+v", got)
	}
	if !slices.IsSortedFunc(got, func(a, b RevisionView) int { return int(b.Seq - a.Seq) }) {
		t.Errorf("not newest first: %+v", got)
	}
}

func TestEventsAPI_RevisionsOfNoDocumentAreNone(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	stored(t, b, 3)
	for _, c := range [][2]string{{"daily_sleep", ""}, {"", "night-0"}, {"daily_sleep", "night-99"}, {"nothing", "night-0"}} {
		got, err := (&EventsAPI{b}).Revisions(c[0], c[1])
		if err != nil || got == nil || len(got) != 0 {
			t.Errorf("%q: %v, %v", c, got, err)
		}
	}
}

func TestEventsAPI_CountTellsWhatTheFilterSelects(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e := stored(t, b, 40)
	for i := range 5 {
		revise(t, e, oura.Workout, fmt.Sprint("run-", i), `{"activity":"needle"}`)
	}
	revise(t, e, oura.Workout, "run-0", "")
	cases := []struct {
		name   string
		filter EventFilterView
		want   int64
	}{
		{"everything", EventFilterView{}, 46},
		{"a type", EventFilterView{DataTypes: []string{"workout"}}, 6},
		{"a type and a change", EventFilterView{DataTypes: []string{"workout"}, EventTypes: []string{"delete"}}, 1},
		{"a source", EventFilterView{Sources: []string{"poll"}}, 40},
		{"unknown words", EventFilterView{DataTypes: []string{"nothing"}}, 0},
		{"a text", EventFilterView{Query: "NEEDLE"}, 5},
		{"a text and a type it is not in", EventFilterView{Query: "needle", DataTypes: []string{"daily_sleep"}}, 0},
		{"whatever part of the list is shown", EventFilterView{Before: 3, After: 1, Limit: 1}, 46},
		{"the same of a text", EventFilterView{Query: "needle", Before: 3, After: 1, Limit: 1}, 5},
	}
	for _, c := range cases {
		if got, err := (&EventsAPI{b}).Count(c.filter); err != nil || got.Count != c.want || !got.Exact {
			t.Errorf("%s: %+v, %v; want %d", c.name, got, err, c.want)
		}
	}
}

func TestEventsAPI_CountOfASearchIsBounded(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	stored(t, b, maxFound+maxPage)
	got, err := (&EventsAPI{b}).Count(EventFilterView{Query: "score"})
	if err != nil || got.Exact || got.Count > maxFound {
		t.Errorf("%+v, %v; want at most %d and more", got, err, maxFound)
	}
}

func TestEventsAPI_OutlineHoldsWhatTheListHolds(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	e := stored(t, b, 30)
	for i := range 20 {
		revise(t, e, oura.Workout, fmt.Sprint("run-", i%3), fmt.Sprintf(`{"calories":%d}`, i))
	}
	api := &EventsAPI{b}
	for _, f := range []EventFilterView{
		{}, {Limit: 7}, {Before: 20, Limit: 5}, {After: 10}, {DataTypes: []string{"workout"}}, {Query: "score", Limit: 4}, {Sources: []string{"nothing"}}, {Limit: -5},
	} {
		outline, err := api.Outline(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Limit < 1 {
			f.Limit = maxPage
		}
		page, err := api.List(f)
		if err != nil {
			t.Fatal(err)
		}
		if outline.More != page.More || len(outline.Seqs) != len(page.Rows) {
			t.Fatalf("%+v: %d events, more %v; want %d, %v", f, len(outline.Seqs), outline.More, len(page.Rows), page.More)
		}
		outline.compare(t, page.Rows)
	}
}

func (v OutlineView) compare(t *testing.T, rows []EventRow) {
	t.Helper()
	objects := map[uint32]string{}
	var seq, second int64
	for i, row := range rows {
		if i == 0 {
			seq, second = v.Seqs[0], v.Seconds[0]
		} else {
			seq, second = seq-v.Seqs[i], second-v.Seconds[i]
		}
		at, err := time.Parse(time.RFC3339, row.ReceivedAt)
		if err != nil {
			t.Fatal(err)
		}
		kind := KindView{row.DataType, row.EventType, row.Source}
		if seq != row.Seq || second != at.Unix() || v.Kinds[v.Kind[i]] != kind {
			t.Errorf("place %d: %d at %d, %+v; want %+v", i, seq, second, v.Kinds[v.Kind[i]], row)
		}
		if other, known := objects[v.Objects[i]]; known && other != row.ObjectID || v.Objects[i] == 0 {
			t.Errorf("%q and %q have the number %d", other, row.ObjectID, v.Objects[i])
		}
		objects[v.Objects[i]] = row.ObjectID
	}
}

// The window computes the same numbers for rows that have just arrived.
func TestEventsAPI_OutlineNumbersADocumentAsTheWindowDoes(t *testing.T) {
	for id, want := range map[string]uint32{"": 0, "a": 0xe40c292c, "foobar": 0xbf9cf968, "ü": 0x119dd44a} {
		if got := objectHash(id); got != want {
			t.Errorf("%q: %#x, want %#x", id, got, want)
		}
	}
}

func TestS45_EventsBearHostileArguments(t *testing.T) {
	home(t)
	b, _ := begin(t, engineOptions(t, "", false))
	stored(t, b, 5)
	api := &EventsAPI{b}
	long := strings.Repeat("ü", 1<<20)
	words := []string{"", "%", "_", "' OR 1=1 --", "\x00", "\u202e", "*", `{"a":`, long, strings.Repeat("[", 10_000)}
	for _, w := range words {
		for _, n := range []int64{0, -1, 1, math.MinInt64, math.MaxInt64} {
			f := EventFilterView{DataTypes: []string{w}, EventTypes: []string{w, w}, Sources: []string{w}, Before: n, After: -n, Limit: int(n)}
			for _, f := range []EventFilterView{f, {Query: w, Before: n, After: n, Limit: int(n)}} {
				page, err := api.List(f)
				if err != nil || page.Rows == nil || len(page.Rows) > maxPage {
					t.Errorf("list of %.40q, %d: %d rows, %v", w, n, len(page.Rows), err)
				}
				if _, err := api.Outline(f); err != nil {
					t.Errorf("outline of %.40q, %d: %v", w, n, err)
				}
				if _, err := api.Count(f); err != nil {
					t.Errorf("count of %.40q: %v", w, err)
				}
			}
			if _, err := api.Get(n); n != 1 && oura.CodeOf(err) != oura.CodeNotFound {
				t.Errorf("event %d: %v", n, err)
			}
		}
		if got, err := api.Revisions(w, w); err != nil || len(got) != 0 {
			t.Errorf("revisions of %.40q: %v, %v", w, got, err)
		}
	}
}
