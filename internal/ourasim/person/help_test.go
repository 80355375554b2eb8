package person

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func hours(h int) time.Duration { return time.Duration(h) * time.Hour }

// sinceStart is how long the day of now has run, so that now minus it is 04:00.
func sinceStart(p *Person) time.Duration {
	return now.Sub(time.Unix(p.dayStart(p.dayAt(now.Unix())), 0))
}

func mustDecode[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v: %.200s", err, raw)
	}
	return v
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// life is five years of one person, made once for all tests that only read.
var life = sync.OnceValue(func() map[oura.DataType][]Doc {
	out := map[oura.DataType][]Doc{}
	for _, d := range New(Options{Seed: 1, To: now}).Documents() {
		out[d.Type] = append(out[d.Type], d)
	}
	return out
})

// bodies reads the documents of life of one type.
func bodies[T any](t *testing.T, dt oura.DataType) []T {
	t.Helper()
	return decodeAll[T](t, life()[dt])
}

func decodeAll[T any](t *testing.T, docs []Doc) []T {
	t.Helper()
	var out []T
	for _, d := range docs {
		out = append(out, mustDecode[T](t, d.JSON))
	}
	return out
}

// field returns the text of the last field of that name: the outer one where a
// sample has a field of the same name. It spares the tests reading whole documents.
func field(raw json.RawMessage, name string) string {
	_, rest, _ := strings.Cut(string(raw[strings.LastIndex(string(raw), `"`+name+`":"`):]), `":"`)
	text, _, _ := strings.Cut(rest, `"`)
	return text
}

// starts returns when the sleeps of life began and ended, as written.
func starts() [][2]string {
	var out [][2]string
	for _, d := range life()[oura.Sleep] {
		out = append(out, [2]string{field(d.JSON, "bedtime_start"), field(d.JSON, "bedtime_end")})
	}
	return out
}
