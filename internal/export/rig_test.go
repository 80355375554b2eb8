package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
)

var testNow = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// rig is a store and an exporter of it.
type rig struct {
	testing.TB
	store *sqlite.Store
	x     *Exporter
	dir   string // the exporter's own folder
	file  string // the store's
}

func newRig(t testing.TB) *rig {
	t.Helper()
	dir := t.TempDir()
	r := &rig{TB: t, dir: filepath.Join(dir, "exports"), file: filepath.Join(dir, "data", "oura_streaming.db")}
	r.store = openStore(t, filepath.Join(dir, "data"))
	r.x = New(r.store, r.dir, func() time.Time { return testNow })
	return r
}

func openStore(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "oura_streaming.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// put stores one document of a type.
func (r *rig) put(dt oura.DataType, id string, day oura.Day, data string) {
	r.Helper()
	r.apply(sqlite.Change{
		UserID: "user-1", DataType: dt, ObjectID: id, Day: day, Operation: oura.Create, Source: oura.SourceWebhook,
		Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: testNow, Data: json.RawMessage(data), Ticket: r.store.Ticket(),
	})
}

func (r *rig) apply(changes ...sqlite.Change) {
	r.Helper()
	if _, err := r.store.Apply(r.Context(), changes...); err != nil {
		r.Fatal(err)
	}
}

// many stores small documents of one type, several a day.
func (r *rig) many(n int) {
	r.Helper()
	var changes []sqlite.Change
	for i := range n {
		id := fmt.Sprintf("tag-%04d", i*7919%10_000)
		changes = append(changes, sqlite.Change{
			UserID: "user-1", DataType: oura.Tag, ObjectID: id, Day: oura.Day("2026-06-08").Add(i % 40), Operation: oura.Create, Source: oura.SourceBackfill,
			Timestamp: "2026-06-08T08:00:00Z", ReceivedAt: testNow, Data: json.RawMessage(`{"id":"` + id + `","text":"x"}`), Ticket: r.store.Ticket(),
		})
	}
	r.apply(changes...)
}

// fill stores the documents of a generated person, some of them twice and some
// deleted, and samples.
func (r *rig) fill(days int) {
	r.Helper()
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	p := person.New(person.Options{Seed: 4, From: from, To: from.AddDate(0, 0, days)})
	var batch []sqlite.Change
	for i, d := range p.Documents() {
		at := from.Add(time.Duration(i) * time.Minute)
		c := sqlite.Change{
			UserID: "user-1", DataType: d.Type, ObjectID: d.ID, Day: d.Day, Operation: oura.Create, Source: oura.SourceBackfill,
			Timestamp: at.Format(time.RFC3339), ReceivedAt: at, Data: d.JSON, Ticket: r.store.Ticket(),
		}
		batch = append(batch, c)
		if i%50 == 7 {
			c.Operation, c.Source, c.Data, c.Ticket = oura.Delete, oura.SourceWebhook, nil, r.store.Ticket()
			batch = append(batch, c)
		}
	}
	for len(batch) > 0 {
		n := min(200, len(batch))
		r.apply(batch[:n]...)
		batch = batch[n:]
	}
	var rows []sqlite.Sample
	for h := range p.HeartRate(from, from.AddDate(0, 0, days)) {
		rows = append(rows, sampleOf(r, h))
	}
	r.samples(oura.HeartRate, rows...)
	r.samples(oura.RingBatteryLevel, sqlite.Sample{At: from, Value: 81.5, Extra: json.RawMessage(`{"charging":true,"in_charger":null}`)},
		sqlite.Sample{At: from.Add(90 * time.Minute), Value: 100})
	if err := r.store.NoteAsked(r.Context(), sqlite.Asked{
		UserID: "user-1", DataType: oura.Sleep, From: oura.DayOf(from), To: oura.DayOf(from.AddDate(0, 0, days)), At: testNow, Outcome: sqlite.AskOK,
	}); err != nil {
		r.Fatal(err)
	}
}

func sampleOf(t testing.TB, r person.Row) sqlite.Sample {
	t.Helper()
	var body struct {
		BPM      float64         `json:"bpm"`
		Source   string          `json:"source"`
		Producer json.RawMessage `json:"producer_timestamp"`
	}
	if err := json.Unmarshal(r.JSON, &body); err != nil {
		t.Fatal(err)
	}
	return sqlite.Sample{
		At: time.UnixMilli(r.TimeMS).UTC(), Source: body.Source, Value: body.BPM,
		Extra: append(append([]byte(`{"producer_timestamp":`), body.Producer...), '}'),
	}
}

func (r *rig) samples(series oura.DataType, rows ...sqlite.Sample) {
	r.Helper()
	if _, err := r.store.PutSamples(r.Context(), "user-1", series, oura.SourceBackfill, testNow, rows); err != nil {
		r.Fatal(err)
	}
}

// stream returns what the export gives.
func (r *rig) stream(q Request) []byte {
	r.Helper()
	var out bytes.Buffer
	if err := r.x.Stream(r.Context(), q, &out, nil); err != nil {
		r.Fatalf("%+v: %v", q, err)
	}
	return out.Bytes()
}

// events returns all events f selects, oldest first.
func (r *rig) events(f sqlite.EventFilter) (out []oura.Event) {
	r.Helper()
	f.Ascending, f.Limit = true, 10_000
	for {
		rows, err := r.store.Events(r.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		out = append(out, rows...)
		if len(rows) < f.Limit {
			return out
		}
		f.After = rows[len(rows)-1].Seq
	}
}

// documents returns the documents of a type by day.
func (r *rig) documents(f sqlite.DocumentFilter) []oura.Document {
	r.Helper()
	f.Limit = 10_000
	rows, err := r.store.Documents(r.Context(), f)
	if err != nil {
		r.Fatal(err)
	}
	return rows
}

func (r *rig) allSamples(series oura.DataType) (out []sqlite.Sample) {
	r.Helper()
	var after *sqlite.Sample
	for {
		rows, err := r.store.Samples(r.Context(), "user-1", series, time.Time{}, time.Time{}, after, 7777)
		if err != nil {
			r.Fatal(err)
		}
		out = append(out, rows...)
		if len(rows) < 7777 {
			return out
		}
		after = &out[len(out)-1]
	}
}
