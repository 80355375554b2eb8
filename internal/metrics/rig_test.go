package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const user = "user-1"

// now is the present of these tests: a Sunday afternoon, two hours ahead of UTC in
// the ring's zone.
var now = time.Date(2026, time.November, 22, 13, 0, 0, 0, time.UTC)

var connected = Who{UserID: user, Connected: true}

// rig is a Reader on a real store.
type rig struct {
	t     testing.TB
	store *sqlite.Store
	r     *Reader
}

func newRig(t testing.TB) *rig {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "data", "oura_streaming.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &rig{t: t, store: s, r: New(s, Options{Now: func() time.Time { return now }})}
}

// put stores a document; its day stands in it.
func (g *rig) put(dt oura.DataType, id, doc string) {
	g.t.Helper()
	g.putAll(change(dt, id, json.RawMessage(doc)))
}

func change(dt oura.DataType, id string, doc json.RawMessage) sqlite.Change {
	info, _ := oura.Lookup(dt)
	day, key := info.Place(doc)
	return sqlite.Change{
		UserID: user, DataType: dt, ObjectID: id, Day: day, Key: key, Operation: oura.Update, Source: oura.SourcePoll,
		ReceivedAt: now, Data: doc,
	}
}

func (g *rig) putAll(list ...sqlite.Change) {
	g.t.Helper()
	for len(list) > 0 {
		n := min(len(list), 500)
		if _, err := g.store.Apply(g.t.Context(), list[:n]...); err != nil {
			g.t.Fatal(err)
		}
		list = list[n:]
	}
}

func (g *rig) remove(dt oura.DataType, id string) {
	g.t.Helper()
	g.putAll(sqlite.Change{UserID: user, DataType: dt, ObjectID: id, Operation: oura.Delete, Source: oura.SourceWebhook, ReceivedAt: now})
}

// samples stores rows of a series, one a minute from at on.
func (g *rig) samples(dt oura.DataType, at time.Time, list ...float64) {
	g.t.Helper()
	rows := make([]sqlite.Sample, len(list))
	for i, v := range list {
		rows[i] = sqlite.Sample{At: at.Add(time.Duration(i) * time.Minute), Source: "rest", Value: v}
	}
	if _, err := g.store.PutSamples(g.t.Context(), user, dt, oura.SourcePoll, now, rows); err != nil {
		g.t.Fatal(err)
	}
}

func (g *rig) trend(id string, from, to oura.Day) Trend {
	g.t.Helper()
	out, err := g.r.Trend(context.Background(), connected, id, from, to)
	if err != nil {
		g.t.Fatalf("trend of %s: %v", id, err)
	}
	return out
}

func (g *rig) day(day oura.Day) Day {
	g.t.Helper()
	out, err := g.r.Day(context.Background(), connected, day)
	if err != nil {
		g.t.Fatalf("day %s: %v", day, err)
	}
	return out
}

func (g *rig) night(day oura.Day) Night {
	g.t.Helper()
	out, err := g.r.Night(context.Background(), connected, day)
	if err != nil {
		g.t.Fatalf("night %s: %v", day, err)
	}
	return out
}

// value is a metric's value on a day, and whether there is one.
func (g *rig) value(id string, day oura.Day) (float64, bool) {
	g.t.Helper()
	out := g.trend(id, day, day)
	if len(out.Values) == 0 {
		return 0, false
	}
	return out.Values[0], true
}

// sleepDoc is a small sleep; more are further fields, each with a comma before it.
func sleepDoc(day, kind string, asleep int, more string) string {
	return fmt.Sprintf(`{"day":%q,"type":%q,"total_sleep_duration":%d%s}`, day, kind, asleep, more)
}

// near reports whether a and b differ by rounding only.
func near(a, b, most float64) bool { return a-b <= most && b-a <= most }

func (g *rig) asked(day oura.Day, dt oura.DataType, outcome sqlite.AskOutcome, at time.Time) {
	g.t.Helper()
	err := g.store.NoteAsked(g.t.Context(), sqlite.Asked{UserID: user, DataType: dt, From: day, To: day, At: at, Outcome: outcome})
	if err != nil {
		g.t.Fatal(err)
	}
}
