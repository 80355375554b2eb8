package collect

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// weather stands before the cloud and spoils a share of the answers about
// documents, each in one of the ways of line F-32. How a request fares depends on
// its path, on how often that was asked for and on the seed alone.
type weather struct {
	cloud   http.Handler
	seed    uint64
	percent int

	mu     sync.Mutex // guards the fields below
	asked  map[string]uint64
	total  int
	spoilt map[string]int
}

// spoilers are the ways, each by its name.
var spoilers = []struct {
	name  string
	spoil func(w http.ResponseWriter, r *http.Request, cloud http.Handler)
}{
	{"500", refuseWith(500, "application/json", `{"detail":"Internal Server Error"}`)},
	{"502 of the front", refuseWith(502, "text/html", "<html><body>Bad Gateway</body></html>")},
	{"503", refuseWith(503, "application/json", `{"detail":"busy"}`)},
	{"504 of the front", refuseWith(504, "text/html", "<html><body>Gateway Timeout</body></html>")},
	{"a page with 200", refuseWith(200, "text/html", "<!DOCTYPE html><title>Sign in to this network</title>")},
	{"reset", func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }},
	{"time-out", func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }},
	{"cut JSON", func(w http.ResponseWriter, r *http.Request, cloud http.Handler) {
		half(w, plainAnswer(r, cloud), false)
	}},
	{"cut JSON and reset", func(w http.ResponseWriter, r *http.Request, cloud http.Handler) { half(w, plainAnswer(r, cloud), true) }},
	{"cut gzip", func(w http.ResponseWriter, r *http.Request, cloud http.Handler) {
		half(w, packed(plainAnswer(r, cloud)), false)
	}},
	{"cut gzip and reset", func(w http.ResponseWriter, r *http.Request, cloud http.Handler) {
		half(w, packed(plainAnswer(r, cloud)), true)
	}},
}

func refuseWith(status int, kind, body string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // the client may have left
	}
}

// plainAnswer is what the cloud says, not compressed.
func plainAnswer(r *http.Request, cloud http.Handler) *httptest.ResponseRecorder {
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	rec := httptest.NewRecorder()
	cloud.ServeHTTP(rec, r)
	return rec
}

func packed(rec *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(rec.Body.Bytes()) // a buffer takes everything
	_ = zip.Close()
	rec.Body = &out
	rec.Header().Set("Content-Encoding", "gzip")
	return rec
}

// half sends the first half of an answer as if it were all of it or, with reset,
// leaves in the middle.
func half(w http.ResponseWriter, rec *httptest.ResponseRecorder, reset bool) {
	part := rec.Body.Bytes()[:rec.Body.Len()/2]
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(part)))
	if reset {
		w.Header().Set("Content-Length", strconv.Itoa(rec.Body.Len()))
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(part) // the client may have left
	if reset {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func (s *weather) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/v2/usercollection/") {
		s.cloud.ServeHTTP(w, r)
		return
	}
	name := fnv.New64a()
	_, _ = name.Write([]byte(r.URL.Path)) // never fails
	s.mu.Lock()
	s.asked[r.URL.Path]++
	s.total++
	dice := rand.New(rand.NewPCG(s.seed, name.Sum64()+s.asked[r.URL.Path]))
	if dice.IntN(100) >= s.percent {
		s.mu.Unlock()
		s.cloud.ServeHTTP(w, r)
		return
	}
	way := spoilers[dice.IntN(len(spoilers))]
	s.spoilt[way.name]++
	s.mu.Unlock()
	way.spoil(w, r, s.cloud)
}

// TestF32_TenThousandFetchesThroughBadWeather fetches 10,000 documents while 30 of
// 100 answers are spoilt.
func TestF32_TenThousandFetchesThroughBadWeather(t *testing.T) {
	const seed, percent = 32, 30
	documents := 10_000
	if underRace {
		documents = 1_000
	}
	sky := &weather{seed: seed, percent: percent, asked: map[string]uint64{}, spoilt: map[string]int{}}
	inWire(t, func(cloud http.Handler) http.Handler { sky.cloud = cloud; return sky }, func(t *testing.T, w *world) {
		var all []oura.Notification
		text := `,"label":"` + strings.Repeat("long enough to be cut ", 10) + `"`
		for i := range documents {
			id := fmt.Sprintf("doc-%05d", i)
			w.put(oura.Workout, id, fmt.Sprintf(`,"n":%d%s`, i, text))
			all = append(all, noticed(oura.Create, oura.Workout, id, i%60))
		}
		w.deliverAll(all)
		began := time.Now()
		stop := w.run()
		w.idle(48 * time.Hour)
		took := time.Since(began)
		stop()
		lost := 0
		for i := range documents {
			if err := w.matches(oura.Workout, fmt.Sprintf("doc-%05d", i)); err != nil {
				lost++
				t.Log(err)
			}
		}
		spoilt := 0
		for _, way := range spoilers {
			spoilt += sky.spoilt[way.name]
			if sky.spoilt[way.name] < documents*percent/100/len(spoilers)/2 {
				t.Errorf("%q happened only %d times", way.name, sky.spoilt[way.name])
			}
		}
		t.Logf("seed %d: %d of %d lost, %d requests, %d of them spoilt (%v), %v of Oura's time", seed, lost, documents, sky.total, spoilt, sky.spoilt, took)
		if lost > 0 || sky.total > 2*documents {
			t.Errorf("%d of %d lost, %d requests", lost, documents, sky.total)
		}
		if share := 100 * spoilt / sky.total; share < percent-3 || share > percent+3 {
			t.Errorf("%d of 100 answers were spoilt, want %d", share, percent)
		}
	})
}
