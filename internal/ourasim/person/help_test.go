package person

import (
	"encoding/json"
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

// decodeAll returns the bodies of all documents of one type.
func decodeAll[T any](t *testing.T, p *Person, dt oura.DataType) []T {
	t.Helper()
	var out []T
	for _, d := range p.DocumentsOf(dt) {
		out = append(out, mustDecode[T](t, d.JSON))
	}
	return out
}
