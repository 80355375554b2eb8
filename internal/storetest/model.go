package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// testModel applies random changes, prunes now and then, also between two pages,
// and compares every answer about events with a list that is searched by brute
// force, page by page.
func testModel(t *testing.T, open func(t testing.TB) Store) {
	s := open(t)
	m := &model{docs: make(map[string]modelDoc)}
	rapid.Check(t, func(rt *rapid.T) { // one store for all rounds
		for _, c := range rapid.SliceOfN(drawChange(), 1, 20).Draw(rt, "changes") {
			got, err := s.Apply(t.Context(), c)
			if err != nil {
				rt.Fatalf("apply: %v", err)
			}
			if want := m.apply(c); got[0] != want {
				rt.Fatalf("%s %s %s ticket %d: %+v, want %+v", c.Operation, c.DataType, c.ObjectID, c.Ticket, got[0], want)
			}
		}
		checkPlans(rt, t, s, m)
		if rapid.IntRange(0, 9).Draw(rt, "prune") == 0 {
			m.pruneBoth(rt, t, s, m.pruned+int64(rapid.IntRange(0, 2*len(m.events)/3).Draw(rt, "how many"))+1)
		}
		f := drawFilter(int(m.last)).Draw(rt, "filter")
		checkPages(rt, t, s, m, f)
		checkNumbers(rt, t, s, m)
	})
}

type modelDoc struct {
	data    string
	deleted bool
	ticket  int64
}

type model struct {
	docs   map[string]modelDoc
	events []oura.Event
	last   int64 // highest number given out
	pruned int64 // highest number pruned
}

func (m *model) apply(c sqlite.Change) sqlite.Applied {
	key := string(c.DataType) + " " + c.ObjectID
	old, exists := m.docs[key]
	isDelete := c.Operation == oura.Delete
	outcome := sqlite.OutcomeNew
	switch {
	case c.DataType == oura.Meal:
		return m.event(c, sqlite.OutcomeNotice)
	case exists && c.Ticket < old.ticket:
		return sqlite.Applied{Outcome: sqlite.OutcomeStale}
	case exists && old.deleted == isDelete && (isDelete || old.data == string(c.Data)):
		m.docs[key] = modelDoc{old.data, old.deleted, c.Ticket}
		return sqlite.Applied{Outcome: sqlite.OutcomeUnchanged}
	case isDelete:
		outcome = sqlite.OutcomeDeleted
	case exists:
		outcome = sqlite.OutcomeChanged
	}
	m.docs[key] = modelDoc{string(c.Data), isDelete, c.Ticket}
	return m.event(c, outcome)
}

func (m *model) event(c sqlite.Change, outcome string) sqlite.Applied {
	m.last++
	e := oura.Event{
		Seq: m.last, UserID: c.UserID, DataType: c.DataType, EventType: c.Operation, ObjectID: c.ObjectID,
		Day: c.Day, Timestamp: c.Timestamp, ReceivedAt: c.ReceivedAt, Source: c.Source, Data: c.Data,
	}
	m.events = append(m.events, e)
	return sqlite.Applied{Seq: e.Seq, Outcome: outcome}
}

// list is what f selects, without regard to its limit.
func (m *model) list(f sqlite.EventFilter) []oura.Event {
	var out []oura.Event
	for _, e := range m.events {
		if selects(f, e) {
			out = append(out, e)
		}
	}
	if !f.Ascending {
		slices.Reverse(out)
	}
	return out
}

func selects(f sqlite.EventFilter, e oura.Event) bool {
	text := strings.ToLower(fmt.Sprintf("%s\n%s\n%s\n%s", e.DataType, e.ObjectID, e.Day, e.Data))
	return (len(f.Types) == 0 || slices.Contains(f.Types, e.DataType)) &&
		(len(f.EventTypes) == 0 || slices.Contains(f.EventTypes, e.EventType)) &&
		(len(f.Sources) == 0 || slices.Contains(f.Sources, e.Source)) &&
		(f.ObjectID == "" || f.ObjectID == e.ObjectID) &&
		(f.Since.IsZero() || !e.ReceivedAt.Before(f.Since)) &&
		(f.Until.IsZero() || e.ReceivedAt.Before(f.Until)) &&
		(f.Before == 0 || e.Seq < f.Before) && e.Seq > f.After &&
		strings.Contains(text, strings.ToLower(f.Query))
}

// checkPages reads all pages of f, each cut by the last number of the one before.
// Now and then the oldest events go while it reads.
func checkPages(rt *rapid.T, t *testing.T, s Store, m *model, f sqlite.EventFilter) {
	between := rapid.IntRange(0, 4).Draw(rt, "prune between pages") == 0
	for {
		rest := m.list(f)
		want := rest[:min(f.Limit, len(rest))]
		got, err := s.Events(t.Context(), f)
		if err != nil || !sameEvents(got, want) {
			rt.Fatalf("%+v:\ngot  %+v, %v\nwant %+v", f, got, err, want)
		}
		heads, err := s.EventHeads(t.Context(), f)
		if err != nil || !sameEvents(heads, withoutData(want)) {
			rt.Fatalf("heads %+v:\ngot  %+v, %v\nwant %+v", f, heads, err, withoutData(want))
		}
		if len(want) == 0 {
			return
		}
		if last := want[len(want)-1].Seq; f.Ascending {
			f.After = last
		} else {
			f.Before = last
		}
		if between {
			m.pruneBoth(rt, t, s, m.pruned+int64(rapid.IntRange(1, 5).Draw(rt, "how many between")))
		}
	}
}

func sameEvents(a, b []oura.Event) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}

func withoutData(events []oura.Event) []oura.Event {
	out := slices.Clone(events)
	for i := range out {
		out[i].Data = nil
	}
	return out
}

var (
	modelTypes   = []oura.DataType{oura.DailySleep, oura.Workout, oura.Meal}
	modelSources = []oura.Source{oura.SourceWebhook, oura.SourcePoll, oura.SourceImport}
	modelObjects = []string{"Object-A", "object-b", "c"}
)

func drawChange() *rapid.Generator[sqlite.Change] {
	return rapid.Custom(func(rt *rapid.T) sqlite.Change {
		c := sqlite.Change{
			UserID: "user-1", DataType: rapid.SampledFrom(modelTypes).Draw(rt, "type"), Day: "2026-11-22",
			ObjectID:  rapid.SampledFrom(modelObjects).Draw(rt, "object"),
			Operation: rapid.SampledFrom(oura.Operations()).Draw(rt, "operation"),
			Source:    rapid.SampledFrom(modelSources).Draw(rt, "source"), Timestamp: "2026-11-22T06:12:31Z",
			ReceivedAt: day0.Add(time.Duration(rapid.IntRange(0, 300).Draw(rt, "minute")) * time.Minute),
			Ticket:     int64(rapid.IntRange(1, 6).Draw(rt, "ticket")),
		}
		if c.Operation != oura.Delete && c.DataType != oura.Meal {
			c.Data = json.RawMessage(fmt.Sprintf(`{"score":%d,"Kind":"Run Ä"}`, rapid.IntRange(1, 4).Draw(rt, "score")))
		}
		return c
	})
}

func drawFilter(events int) *rapid.Generator[sqlite.EventFilter] {
	return rapid.Custom(func(rt *rapid.T) sqlite.EventFilter {
		instant := func(name string) time.Time {
			if n := rapid.IntRange(-100, 300).Draw(rt, name); n >= 0 {
				return day0.Add(time.Duration(n) * time.Minute)
			}
			return time.Time{}
		}
		return sqlite.EventFilter{
			Types:      rapid.SliceOfNDistinct(rapid.SampledFrom(modelTypes), 0, 2, rapid.ID).Draw(rt, "types"),
			EventTypes: rapid.SliceOfNDistinct(rapid.SampledFrom(oura.Operations()), 0, 2, rapid.ID).Draw(rt, "operations"),
			Sources:    rapid.SliceOfNDistinct(rapid.SampledFrom(modelSources), 0, 2, rapid.ID).Draw(rt, "sources"),
			ObjectID:   rapid.SampledFrom([]string{"", "", "Object-A", "c", "none"}).Draw(rt, "object id"),
			Since:      instant("since"), Until: instant("until"),
			Query:     rapid.SampledFrom([]string{"", "", "", "e", "object", "JECT-a", `"score":3`, "run ä", "zzz", "workout", "\n"}).Draw(rt, "query"),
			After:     int64(rapid.IntRange(0, max(1, events/2)).Draw(rt, "after")),
			Before:    int64(rapid.IntRange(0, events+2).Draw(rt, "before")),
			Ascending: rapid.Bool().Draw(rt, "ascending"),
			Limit:     rapid.IntRange(7, 50).Draw(rt, "limit"),
		}
	})
}
