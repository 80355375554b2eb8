package restapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// walk follows the Link headers and returns all rows, failing on one page too many.
func walk(t *testing.T, h http.Handler, target string, pages int) (rows []map[string]any) {
	t.Helper()
	for range pages {
		w := ask(t, h, http.MethodGet, target, nil)
		if w.Code != http.StatusOK {
			t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
		}
		var page []map[string]any
		decode(t, w.Body.String(), &page)
		rows = append(rows, page...)
		link := w.Header().Get("Link")
		if link == "" {
			return rows
		}
		target = strings.TrimPrefix(strings.TrimPrefix(link[:strings.Index(link, ">")], "<"), "http://"+testHost)
	}
	t.Fatalf("more than %d pages", pages)
	return nil
}

func TestDocuments_PagesRevisionsAndDays(t *testing.T) {
	s, h := newStore(t)
	for n := range 25 {
		if _, err := s.Apply(t.Context(), change(s, n, oura.Sleep)); err != nil {
			t.Fatal(err)
		}
	}
	again := change(s, 3, oura.Sleep)
	again.Data = json.RawMessage(`{"id":"doc-3","score":1.0}`)
	again.Operation = oura.Update
	if _, err := s.Apply(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if rows := walk(t, h, "/documents/sleep?limit=10", 4); len(rows) != 25 {
		t.Errorf("%d documents, want 25", len(rows))
	}
	if rows := walk(t, h, "/documents/sleep?start_day=2026-11-23", 1); len(rows) != 0 {
		t.Errorf("%d documents after the last day", len(rows))
	}
	w := ask(t, h, http.MethodGet, "/documents/sleep/doc-3", nil)
	if !strings.Contains(w.Body.String(), `"revisions":2`) || !strings.Contains(w.Body.String(), `"data":{"id":"doc-3","score":1.0}`) {
		t.Errorf("document: %d %s", w.Code, w.Body)
	}
	if rows := walk(t, h, "/documents/sleep/doc-3/revisions", 1); len(rows) != 2 || rows[0]["event_type"] != "update" {
		t.Errorf("revisions %v", rows)
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/documents/sleep/none", nil), http.StatusNotFound, oura.CodeNotFound)
	for _, bad := range []string{"?start_day=2026-02-30", "?start_day=2026-11-23&end_day=2026-11-22", "?start_day=today", "?limit=0"} {
		wantProblem(t, ask(t, h, http.MethodGet, "/documents/sleep"+bad, nil), http.StatusUnprocessableEntity, codeInvalid)
	}
}

func TestSamples_PagesAndSpans(t *testing.T) {
	s, h := newStore(t)
	var rows []sqlite.Sample
	for n := range 250 { // two of each instant, of two sources
		rows = append(rows, sqlite.Sample{
			At: testNow.Add(time.Duration(n/2-200) * time.Minute), Source: []string{"awake", "rest"}[n%2], Value: float64(50 + n%2),
		})
	}
	if _, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, testNow, rows); err != nil {
		t.Fatal(err)
	}
	got := walk(t, h, "/samples/heartrate?limit=33", 9)
	seen := map[string]bool{}
	for _, r := range got {
		seen[fmt.Sprint(r["at"], r["source"])] = true
	}
	if len(got) != 250 || len(seen) != 250 {
		t.Errorf("%d samples, %d different, want 250", len(got), len(seen))
	}
	spans := walk(t, h, "/samples/heartrate?resolution=1h", 1)
	count := 0.0
	for _, b := range spans {
		count += b["count"].(float64)
		if b["min"] != 50.0 || b["max"] != 51.0 || b["mean"] != 50.5 {
			t.Errorf("span %v", b)
		}
	}
	if count != 250 || len(spans) < 2 {
		t.Errorf("%d spans of %v samples", len(spans), count)
	}
	for _, bad := range []string{"heartrate?start=2026-11-22T08:00:00Z", "heartrate?resolution=5m&start=2016-01-01T00:00:00Z", "heartrate?after=x", "sleep"} {
		wantProblem(t, ask(t, h, http.MethodGet, "/samples/"+bad, nil), http.StatusUnprocessableEntity, codeInvalid)
	}
}

func TestCoverage_ShowsEveryTypeAndDay(t *testing.T) {
	s, h := newStore(t)
	if err := s.NoteAsked(t.Context(), sqlite.Asked{UserID: "user-1", DataType: oura.Sleep, From: "2026-11-01", To: "2026-11-10", At: testNow, Outcome: sqlite.AskOK}); err != nil {
		t.Fatal(err)
	}
	rows := walk(t, h, "/coverage?data_type=sleep&data_type=tag&start_day=2026-11-05&end_day=2026-11-14", 1)
	states := map[string]int{}
	for _, r := range rows {
		states[fmt.Sprint(r["data_type"], " ", r["state"])]++
	}
	if len(rows) != 20 || states["sleep empty"] != 6 || states["sleep not_asked"] != 4 || states["tag not_asked"] != 10 {
		t.Errorf("%d rows: %v", len(rows), states)
	}
	if rows := walk(t, h, "/coverage?data_type=sleep", 1); len(rows) != 30 {
		t.Errorf("%d days without a range, want 30", len(rows))
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/coverage?start_day=2001-01-01", nil), http.StatusUnprocessableEntity, codeInvalid)
}

func TestSamples_TheGreatestPageSaysThatThereIsMore(t *testing.T) {
	s, h := newStore(t)
	const all, most = 10_005, 10_000
	var rows []sqlite.Sample
	for n := range all {
		rows = append(rows, sqlite.Sample{At: testNow.Add(time.Duration(n-all) * time.Second), Source: "rest", Value: 50})
	}
	if _, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, testNow, rows); err != nil {
		t.Fatal(err)
	}
	target := fmt.Sprintf("/samples/heartrate?limit=%d", most)
	var page []Sample
	w := ask(t, h, http.MethodGet, target, nil)
	if decode(t, w.Body.String(), &page); len(page) != most || !strings.Contains(w.Header().Get("Link"), `rel="next"`) {
		t.Errorf("%d samples, Link %q", len(page), w.Header().Get("Link"))
	}
	if got := walk(t, h, target, 2); len(got) != all {
		t.Errorf("%d samples on both pages, want %d", len(got), all)
	}
}
