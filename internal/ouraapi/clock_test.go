package ouraapi

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// dated is an answer that came after took and bore Oura's time then, which is
// ahead of ours by off.
func dated(off, took time.Duration, headers ...string) Answer {
	began := time.Date(2026, 11, 22, 8, 0, 0, 300_000_000, time.UTC)
	h := http.Header{"Date": {began.Add(took/2 + off).UTC().Format(http.TimeFormat)}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return Answer{Began: began, Ended: began.Add(took), Status: 200, Header: h}
}

func TestS25_ClockErrorIsMeasuredFromOurasDate(t *testing.T) {
	const s, min, day = time.Second, time.Minute, 24 * time.Hour
	for name, c := range map[string]struct {
		answers []Answer
		want    time.Duration
		known   bool
	}{
		"nothing heard yet":                {nil, 0, false},
		"one answer is no measure":         {[]Answer{dated(7*min, s)}, 0, false},
		"the right time":                   {[]Answer{dated(0, s), dated(0, 0)}, 0, true},
		"we are behind":                    {[]Answer{dated(7*min, s), dated(7*min, 4*s)}, 7 * min, true},
		"we are a day ahead":               {[]Answer{dated(-day, s), dated(-day, s)}, -day, true},
		"two that contradict":              {[]Answer{dated(0, s), dated(7*min, s)}, 0, false},
		"one freak among many":             {[]Answer{dated(0, s), dated(0, s), dated(-day, s), dated(0, s), dated(0, s)}, 0, true},
		"the clock was set meanwhile":      {[]Answer{dated(day, s), dated(day, s), dated(day, s), dated(0, s), dated(0, s)}, 0, true},
		"slow answers tell nothing":        {[]Answer{dated(0, s), dated(0, s), dated(day, 6*s), dated(day, 6*s)}, 0, true},
		"copies from a cache tell nothing": {[]Answer{dated(0, s), dated(0, s), dated(-day, s, "Age", "86400"), dated(-day, s, "Age", "86401")}, 0, true},
		"answers without a date":           {[]Answer{dated(day, s, "Date", ""), dated(day, s, "Date", "noon")}, 0, false},
		"no answer at all":                 {[]Answer{{Err: http.ErrHandlerTimeout}, {}}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			var clock Clock
			for _, a := range c.answers {
				clock.Add(a)
			}
			got, known := clock.Error()
			if known != c.known || (got-c.want).Abs() > 2*s {
				t.Errorf("measured %v, %v; want %v, %v", got, known, c.want, c.known)
			}
		})
	}
}

func TestS25_EveryAnswerOfTheClientIsSeen(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(7*time.Minute).UTC().Format(http.TimeFormat))
		switch r.URL.Path {
		case "/v2/usercollection/sleep/cut":
			w.Header().Set("Content-Length", "100")
			reply(w, 200, `{"id":`)
		case "/v2/usercollection/sleep/gone":
			reply(w, 404, `{"detail":"no"}`)
		default:
			reply(w, 503, "")
		}
	}))
	defer srv.Close()
	var mu sync.Mutex
	var seen []Answer
	var clock Clock
	client := New(Options{BaseURL: srv.URL, Tokens: &fakeTokens{}, Credentials: credentials, Seen: func(a Answer) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, a)
		clock.Add(a)
	}})
	for _, id := range []string{"cut", "gone", "down"} {
		if _, err := client.Document(t.Context(), oura.Sleep, id); err == nil {
			t.Errorf("%s: no error", id)
		}
	}
	if _, err := client.Subscribe(t.Context(), NewSubscription{CallbackURL: "https://x.test/"}); err == nil {
		t.Error("subscribe: no error")
	}
	srv.Close()
	if _, err := client.Document(t.Context(), oura.Sleep, "nobody"); err == nil {
		t.Error("a closed server answers")
	}
	if d, ok := clock.Error(); !ok || (d-7*time.Minute).Abs() > 2*time.Second {
		t.Errorf("measured %v, %v; want 7 minutes", d, ok)
	}
	if len(seen) != 4 { // the subscription's 503 may be our own address's fault
		t.Fatalf("%d answers seen, want 4: %+v", len(seen), seen)
	}
	for i, want := range []struct {
		status int
		err    bool
	}{{200, true}, {404, false}, {503, false}, {0, true}} {
		if a := seen[i]; a.Status != want.status || (a.Err != nil) != want.err || a.Ended.Before(a.Began) || a.Call == "" {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
}
