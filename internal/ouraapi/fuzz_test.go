package ouraapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// FuzzAnswer lets the cloud answer with anything (S-66): what comes of it is whole
// documents and rows, or an error with a code.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"data":[],"next_token":null}`, `{"data":[{"id":"a","day":"2026-01-01"}]}`, `{"data":[null,7,"x",[]]}`, `{"data":null}`, `{"data":{}}`, `[]`, `<html>`, "",
		`{"data":[{"id":"a"}],"next_token":"again"}`, `{"next_token":7,"data":[]}`, `{"data":[{"timestamp":"2026-01-01T00:00:01.5+01:00","bpm":61,"source":"awake","x":{"a":1}}]}`,
		`{"data":[{"timestamp_unix":1767225600000,"bpm":6.1e1,"timestamp":7}]}`, `{"data":[{"timestamp":"2026-01-01T00:00:00Z","level":null,"bpm":"61"}]}`,
		`{"detail":[{"loc":["query"],"msg":"no"}]}`, `{"id":"a"`, `{"data":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}`,
	} {
		f.Add(uint16(http.StatusOK), []byte(seed))
		f.Add(uint16(http.StatusUnprocessableEntity), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status uint16, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		client := func() *Client {
			return offline(func(*http.Request) (*http.Response, error) { return respond(int(status), string(body)), nil })
		}
		judge := func(what string, err error) {
			var known *oura.Error
			if err != nil && (!errors.As(err, &known) || known.Code == "" || known.Message == "") {
				t.Errorf("%s: %d %q gives %v", what, status, body, err)
			}
		}
		doc, err := client().Document(t.Context(), oura.Sleep, "a")
		judge("document", err)
		if err == nil && !json.Valid(doc) {
			t.Errorf("a document %q", doc)
		}
		judge("documents", client().Documents(t.Context(), oura.Sleep, "2026-01-01", "2026-01-02", func(docs []json.RawMessage) error {
			for _, doc := range docs {
				if !json.Valid(doc) {
					t.Errorf("a document %q", doc)
				}
			}
			return nil
		}))
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		judge("rows", client().Rows(t.Context(), oura.HeartRate, from, from.AddDate(0, 0, 1), func(rows []SeriesRow) error {
			for _, row := range rows {
				if row.At.Before(from) || !row.At.Before(from.AddDate(0, 0, 1)) || row.At.Nanosecond()%1e6 != 0 || row.Extra != nil && !json.Valid(row.Extra) {
					t.Errorf("a row %+v", row)
				}
			}
			return nil
		}))
	})
}
