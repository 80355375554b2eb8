package oura

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzDocument reads what a provider may send as a document of each type (S-66): its
// day is one of the calendar, and white space does not make it another revision.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `7`, `{"day":"2026-11-22","timestamp":"2026-11-22T00:00:00+00:00"}`, `{"day":"2026-02-30"}`, `{"day":7}`, `{"day":{"a":[1]}}`,
		`{"day":"2026-11-22","day":"2026-11-23"}`, `{"start_datetime":"2026-11-22T23:59:60Z"}`, `{"bedtime_start":"2026-11-22T00:00:00.123456789-25:00"}`,
		`{"a":1e400,"b":1.0,"c":"\ud800"}`, "{\"day\":\"2026-11-22\xff\"}", `{"day":"2026-11-22"} {}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, info := range Catalogue() {
			if day, _ := info.Place(doc); day != "" {
				if _, err := ParseDay(string(day)); err != nil {
					t.Errorf("%s: day %q", info.Type, day)
				}
			}
		}
		if !json.Valid(doc) {
			return
		}
		want, err := ContentHash(doc)
		var wide bytes.Buffer
		if err == nil {
			err = json.Indent(&wide, doc, " ", "\t")
		}
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		if got, err := ContentHash(wide.Bytes()); err != nil || got != want {
			t.Errorf("%q and with white space are two revisions, %v", doc, err)
		}
	})
}
