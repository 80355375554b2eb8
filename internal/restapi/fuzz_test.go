package restapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// FuzzCursors asks the lists that have pages with any query (S-66). Whatever a cursor
// says, the answer is a page or a refusal, and the next page that a page names is one
// that the program takes.
func FuzzCursors(f *testing.F) {
	s, h := newStore(f)
	for n := range 5 {
		apply(f, s, change(s, n, oura.DailySleep))
	}
	var rows []sqlite.Sample
	for n := range 5 {
		rows = append(rows, sqlite.Sample{At: testNow.Add(time.Duration(n/2) * time.Minute), Value: float64(60 + n), Source: "awake"})
	}
	if _, err := s.PutSamples(f.Context(), "user-1", oura.HeartRate, oura.SourcePoll, testNow, rows); err != nil {
		f.Fatal(err)
	}
	day := "start=2026-11-22T00:00:00Z&end=2026-11-23T00:00:00Z&limit=2&after="
	for _, seed := range []string{
		"", "limit=2", "limit=2&after=2&order=asc", "limit=1&before=3", "before=-1", "after=9223372036854775808", "after=1e3", "limit=0", "after=%zz",
		day, day + writeCursor(rows[1]), day + writeCursor(sqlite.Sample{}), day + "bnVsbA", day + "e30", day + "W10", day + "eyJBdCI6MX0",
		"since=2026-11-22T06:12:31Z&until=2026-11-21T06:12:31Z", "after=1&after=2", "q=%00", "limit=1001",
	} {
		f.Add(seed)
	}
	get := func(t *testing.T, path, query string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.URL.RawQuery, r.Host = query, testHost
		r.Header.Set("Authorization", "Bearer "+testToken.Reveal())
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/events", "/samples/heartrate", "/documents/daily_sleep", "/deliveries"} {
			w := get(t, path, query)
			switch w.Code {
			case http.StatusOK:
				var page []json.RawMessage
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
					t.Errorf("%s?%s: %v", path, query, err)
				}
				next, _, found := strings.Cut(strings.TrimPrefix(w.Header().Get("Link"), "<"), ">")
				if !found {
					continue
				}
				u, err := url.Parse(next)
				if err != nil {
					t.Fatalf("%s?%s leads to %q", path, query, next)
				}
				if w := get(t, u.Path, u.RawQuery); w.Code != http.StatusOK {
					t.Errorf("%s?%s leads to %q, which is answered with %d", path, query, next, w.Code)
				}
			case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusNotFound: // a document that is not there to go on from
			default:
				t.Errorf("%s?%s is answered with %d: %s", path, query, w.Code, w.Body)
			}
		}
	})
}
