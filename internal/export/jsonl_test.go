package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// line is any row as another program reads it.
type line struct {
	Seq         int64           `json:"seq"`
	DataType    string          `json:"data_type"`
	EventType   string          `json:"event_type"`
	ObjectID    string          `json:"object_id"`
	UserID      string          `json:"user_id"`
	Day         *string         `json:"day"`
	Timestamp   string          `json:"timestamp"`
	ReceivedAt  time.Time       `json:"received_at"`
	Source      string          `json:"source"`
	Revisions   int             `json:"revisions"`
	FirstSeenAt time.Time       `json:"first_seen_at"`
	LastSeenAt  time.Time       `json:"last_seen_at"`
	DeletedAt   time.Time       `json:"deleted_at"`
	Series      string          `json:"series"`
	At          time.Time       `json:"at"`
	Value       float64         `json:"value"`
	Data        json.RawMessage `json:"data"`
	Extra       json.RawMessage `json:"extra"`
}

func readLines(t testing.TB, text []byte) (out []line) {
	t.Helper()
	if len(text) > 0 && text[len(text)-1] != '\n' {
		t.Fatal("the last line has no end")
	}
	for part := range bytes.Lines(text) {
		var l line
		dec := json.NewDecoder(bytes.NewReader(part))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&l); err != nil {
			t.Fatalf("%v in %s", err, part)
		}
		out = append(out, l)
	}
	return out
}

// dayOr compares an optional day.
func dayOr(day *string) oura.Day {
	if day == nil {
		return ""
	}
	return oura.Day(*day)
}

// sameJSON compares what was stored with what came out: byte for byte, null for nothing.
func sameJSON(stored, got json.RawMessage) bool {
	return bytes.Equal(stored, got) || stored == nil && (got == nil || string(got) == "null")
}

func sameEvent(e oura.Event, l line) bool {
	return e.Seq == l.Seq && string(e.DataType) == l.DataType && string(e.EventType) == l.EventType && e.ObjectID == l.ObjectID &&
		e.UserID == l.UserID && e.Day == dayOr(l.Day) && e.Timestamp == l.Timestamp && e.ReceivedAt.Equal(l.ReceivedAt) &&
		string(e.Source) == l.Source && sameJSON(e.Data, l.Data)
}

func TestJSONL_EventsEqualTheStore(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	moment := time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC)
	for _, q := range []Request{
		{},
		{Types: []oura.DataType{oura.Sleep, oura.Workout}},
		{EventTypes: []oura.Operation{oura.Delete}},
		{Sources: []oura.Source{oura.SourceWebhook}},
		{Since: moment, Until: moment.Add(time.Hour)},
		{Query: "long_sleep"},
		{Types: []oura.DataType{oura.Sleep}, EventTypes: []oura.Operation{oura.Create}, Query: "rem_sleep"},
	} {
		q.Format, q.Kind = JSONL, Events
		want := r.events(q.eventFilter())
		got := readLines(t, r.stream(q))
		if len(got) != len(want) || len(want) == 0 {
			t.Errorf("%+v: %d lines, the store has %d", q, len(got), len(want))
			continue
		}
		for i := range want {
			if !sameEvent(want[i], got[i]) {
				t.Fatalf("line %d is %+v, want %+v", i, got[i], want[i])
			}
		}
	}
}

func TestJSONL_DocumentsEqualTheStore(t *testing.T) {
	r := newRig(t)
	r.fill(16)
	r.many(2*documentsPerPage + 10)
	for _, f := range []sqlite.DocumentFilter{{}, {IncludeDeleted: true}, {StartDay: "2026-06-05", EndDay: "2026-06-10"}} {
		got := readLines(t, r.stream(Request{Format: JSONL, Kind: Documents, StartDay: f.StartDay, EndDay: f.EndDay, IncludeDeleted: f.IncludeDeleted}))
		seen := 0
		for _, l := range got {
			seen += len(l.Data)
		}
		if seen == 0 {
			t.Fatal("nothing came out")
		}
		for _, info := range oura.Catalogue() {
			f.Type = info.Type
			for _, d := range r.documents(f) {
				if len(got) == 0 {
					t.Fatalf("%s %s is missing", d.DataType, d.ObjectID)
				}
				l := got[0]
				got = got[1:]
				if string(d.DataType) != l.DataType || d.ObjectID != l.ObjectID || d.UserID != l.UserID || d.Day != dayOr(l.Day) || d.Revisions != l.Revisions ||
					!d.FirstSeen.Equal(l.FirstSeenAt) || !d.LastSeen.Equal(l.LastSeenAt) || !d.DeletedAt.Equal(l.DeletedAt) || !sameJSON(d.Data, l.Data) {
					t.Fatalf("got %+v, want %+v", l, d)
				}
			}
		}
		if len(got) > 0 {
			t.Errorf("%d lines more than the store has", len(got))
		}
	}
}

func TestJSONL_SamplesEqualTheStore(t *testing.T) {
	r := newRig(t)
	r.fill(12)
	want := r.allSamples(oura.HeartRate)
	got := readLines(t, r.stream(Request{Format: JSONL, Kind: Samples, Types: []oura.DataType{oura.HeartRate}}))
	if len(got) != len(want) || len(want) <= samplesPerPage {
		t.Fatalf("%d lines of %d", len(got), len(want))
	}
	for i, s := range want {
		l := got[i]
		if l.Series != "heartrate" || l.UserID != "user-1" || !l.At.Equal(s.At) || l.Source != s.Source || l.Value != s.Value || !sameJSON(s.Extra, l.Extra) {
			t.Fatalf("line %d is %+v, want %+v", i, l, s)
		}
	}
	day := readLines(t, r.stream(Request{Format: JSONL, Kind: Samples, StartDay: "2026-06-03", EndDay: "2026-06-03"}))
	for _, l := range day {
		if l.At.Format(time.DateOnly) != "2026-06-03" {
			t.Errorf("a sample of %v", l.At)
		}
	}
	if len(day) < 100 {
		t.Errorf("%d samples of a day", len(day))
	}
}

func TestJSONL_HostileTextStaysOnItsLine(t *testing.T) {
	r := newRig(t)
	for i, data := range []string{
		"{\"a\" : 1,\r\n\t\"b\":[1.50,2e3]\n}", `{"a":"line\nbreak  and </script>"}`, `{"n":12345678901234567890.10}`, "{\"bad\":\"\xff\xfe\"}",
	} {
		r.put(oura.DataType("new_type"), fmt.Sprintf("id\n\"%d\"\x01", i), "", data)
	}
	got := readLines(t, r.stream(Request{Format: JSONL, Kind: Events}))
	if len(got) != 4 {
		t.Fatalf("%d lines", len(got))
	}
	want := []string{`{"a":1,"b":[1.50,2e3]}`, `{"a":"line\nbreak  and </script>"}`, `{"n":12345678901234567890.10}`, "{\"bad\":\"\uFFFD\"}"}
	for i, l := range got {
		if string(l.Data) != want[i] || !strings.HasPrefix(l.ObjectID, "id\n\"") {
			t.Errorf("line %d: %s of %q", i, l.Data, l.ObjectID)
		}
	}
}
