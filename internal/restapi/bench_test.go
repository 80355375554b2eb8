package restapi

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/storetest"
)

const benchEvents = 1_000_000

// BenchmarkGetEvents1M measures GET /events?limit=100 over loopback HTTP with a
// million events stored and indexed, one class of filter each, at random depths.
// The goal of DESIGN section 12 is a p99 of 5 ms.
func BenchmarkGetEvents1M(b *testing.B) {
	get := serveBench(b, openFilled(b))
	for _, c := range benchClasses() {
		b.Run(c.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(5, 6))
			var times []time.Duration
			for b.Loop() {
				target := "/events?limit=100" + c.query(r)
				begin := time.Now()
				get(target)
				times = append(times, time.Since(begin))
			}
			reportQuantiles(b, times)
		})
	}
}

// openFilled returns a store of benchEvents events whose search index is made.
func openFilled(b *testing.B) *sqlite.Store {
	b.Helper()
	folder := b.TempDir()
	if err := openStore(b, folder).Close(); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	file := filepath.Join(folder, "oura_streaming.db")
	storetest.Fill(b, file, benchEvents, testNow)
	filled := time.Now()
	s := openStore(b, folder)
	b.Cleanup(func() { _ = s.Close() })
	storetest.WaitIndexed(b, file, benchEvents)
	b.Logf("%d events stored in %v, indexed in %v", benchEvents, filled.Sub(begin).Round(time.Second), time.Since(filled).Round(time.Second))
	return s
}

type benchClass struct {
	name  string
	query func(r *rand.Rand) string
}

func benchClasses() []benchClass {
	deep := func(text string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return fmt.Sprintf("&before=%d%s", 1+r.Int64N(benchEvents), text) }
	}
	moment := func(i int) string {
		return url.QueryEscape(testNow.Add(time.Duration(i) * time.Minute).Format(time.RFC3339))
	}
	return []benchClass{
		{"all", deep("")},
		{"oldest_first", func(r *rand.Rand) string { return fmt.Sprintf("&order=asc&after=%d", r.Int64N(benchEvents)) }},
		{"type", deep("&data_type=daily_sleep")},
		{"types", deep("&data_type=daily_sleep&data_type=workout")},
		{"operation", deep("&event_type=create")},
		{"source", deep("&source=poll")},
		{"rare", deep("&data_type=vo2_max&event_type=update&source=import")},
		{"no_match", deep("&data_type=nothing")},
		{"hour", func(r *rand.Rand) string {
			i := r.IntN(benchEvents)
			return "&since=" + moment(i) + "&until=" + moment(i+60)
		}},
		{"month_of_a_type", func(r *rand.Rand) string {
			i := r.IntN(benchEvents)
			return "&since=" + moment(i) + "&until=" + moment(i+43_200) + "&data_type=sleep"
		}},
		{"until", func(r *rand.Rand) string { return "&until=" + moment(r.IntN(benchEvents)) }},
		{"search_object", func(r *rand.Rand) string { return fmt.Sprintf("&q=object-%05d", r.IntN(storetest.FillObjects)) }},
		{"search_common", deep("&q=contributors")},
		{"search_value", func(r *rand.Rand) string { return fmt.Sprintf("&q=%%22score%%22:%d", r.IntN(100)) }},
		{"search_type", deep("&q=vo2_max")},
		{"search_nowhere", deep("&q=zebra")},
		{"search_two_letters", deep("&q=zq")},
	}
}

// BenchmarkPageOf100 measures what the API itself adds: the same page from a
// store that costs nothing.
func BenchmarkPageOf100(b *testing.B) {
	f := &fake{}
	for i := range 100 {
		f.events = append(f.events, oura.Event{
			Seq: int64(i), DataType: oura.DailySleep, EventType: oura.Update, ObjectID: "object", UserID: "user-1", Day: "2026-11-22",
			Timestamp: "2026-11-22T06:12:31+00:00", ReceivedAt: testNow, Source: oura.SourceWebhook, Data: benchDocument("object", i),
		})
	}
	get := serveBench(b, f)
	var times []time.Duration
	for b.Loop() {
		begin := time.Now()
		get("/events?limit=100")
		times = append(times, time.Since(begin))
	}
	reportQuantiles(b, times)
}

func benchDocument(id string, n int) json.RawMessage {
	r := rand.New(rand.NewPCG(uint64(n), 2))
	return json.RawMessage(fmt.Sprintf(`{"id":"%s","contributors":{"deep_sleep":%d,"efficiency":%d,"latency":%d,"rem_sleep":%d},`+
		`"day":"2026-11-22","score":%d,"timestamp":"2026-11-22T00:00:00+00:00","average_heart_rate":%.3f,"revision":%d}`,
		id, r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), r.IntN(100), 40+r.Float64()*40, n))
}

// serveBench starts the real server and returns a caller over one kept
// connection that reads each answer to its end.
func serveBench(b *testing.B, events EventStore) (get func(target string)) {
	b.Helper()
	ls, port, err := Listen(0)
	if err != nil {
		b.Fatal(err)
	}
	services := (&fake{}).services()
	services.Events = events
	srv := NewServer(New(services, Options{Port: port, RequestsPerSecond: unthrottled}), slog.New(slog.DiscardHandler))
	for _, l := range ls {
		go srv.Serve(l) //nolint:errcheck // ends with Close below
	}
	b.Cleanup(func() { srv.Close() })
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	return func(target string) {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d%s", port, target), nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+testToken.Reveal())
		resp, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d %s %v", target, resp.StatusCode, text, err)
		}
	}
}

func reportQuantiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
}
