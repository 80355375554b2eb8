package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// BenchmarkInsertDelivery32 measures durable inserts by 32 callers at once.
func BenchmarkInsertDelivery32(b *testing.B) {
	s := openStore(b)
	var n atomic.Int64
	body := make([]byte, 220)
	times := make([]time.Duration, b.N)
	b.SetParallelism(max(1, 32/runtime.GOMAXPROCS(0)))
	b.ReportAllocs()
	cpu := cpuTime()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			d := Delivery{
				ReceivedAt: time.UnixMilli(genStart + i), Body: body, Timestamp: fmt.Sprint(i),
				SignatureForm: "raw", Verdict: VerdictAccepted, Fetch: FetchPending,
				Notification: oura.Notification{
					EventType: oura.Update, DataType: oura.DailySleep, ObjectID: genObject(int(i)),
					EventTime: "2026-01-01T08:00:00+00:00", UserID: "bd913327d56d-a0adf03b515a1d8ed46082e",
				},
			}
			t0 := time.Now()
			if _, isNew, err := s.InsertDelivery(context.Background(), d); err != nil || !isNew {
				b.Errorf("insert %d: new %v, %v", i, isNew, err)
				return
			}
			times[i-1] = time.Since(t0)
		}
	})
	b.StopTimer()
	reportQuantiles(b, times)
	b.ReportMetric((cpuTime()-cpu).Seconds()*1e6/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
}

func reportQuantiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
}

// BenchmarkEvents1M measures pages of 100 among 1,000,000 events, one class of
// filter each, at random depths.
func BenchmarkEvents1M(b *testing.B) {
	s := openStore(b)
	const n = 1_000_000
	t0 := time.Now()
	genEvents(b, s, n)
	b.Logf("generated %d events in %v", n, time.Since(t0).Round(time.Second))
	at := func(i int) time.Time { return time.UnixMilli(genStart + int64(i)*60_000) }
	types := func(dts ...oura.DataType) []oura.DataType { return dts }
	classes := []struct {
		name   string
		filter func(r *rand.Rand) EventFilter
	}{
		{"all", func(*rand.Rand) EventFilter { return EventFilter{} }},
		{"type", func(*rand.Rand) EventFilter { return EventFilter{Types: types(oura.DailySleep)} }},
		{"type_rare", func(*rand.Rand) EventFilter { return EventFilter{Types: types(oura.Meal)} }},
		{"operation", func(*rand.Rand) EventFilter { return EventFilter{EventTypes: []oura.Operation{oura.Delete}} }},
		{"source", func(*rand.Rand) EventFilter { return EventFilter{Sources: []oura.Source{oura.SourceImport}} }},
		{"all_kinds_named", func(*rand.Rand) EventFilter {
			return EventFilter{EventTypes: oura.Operations(), Sources: genSources}
		}},
		{"type_operation_source", func(*rand.Rand) EventFilter {
			return EventFilter{Types: types(oura.Sleep, oura.Meal), EventTypes: []oura.Operation{oura.Delete}, Sources: []oura.Source{oura.SourcePoll}}
		}},
		{"no_match", func(*rand.Rand) EventFilter { return EventFilter{Types: types("nothing"), Sources: genSources[:1]} }},
		{"object", func(r *rand.Rand) EventFilter { return EventFilter{ObjectID: genObject(r.IntN(50_000))} }},
		{"hour", func(r *rand.Rand) EventFilter {
			i := r.IntN(n)
			return EventFilter{Since: at(i), Until: at(i + 60)}
		}},
		{"month_type_source", func(r *rand.Rand) EventFilter {
			i := r.IntN(n)
			return EventFilter{Since: at(i), Until: at(i + 43_200), Types: types(oura.Meal), Sources: []oura.Source{oura.SourcePoll}}
		}},
		{"until", func(r *rand.Rand) EventFilter { return EventFilter{Until: at(r.IntN(n))} }},
		{"until_all_kinds", func(r *rand.Rand) EventFilter {
			return EventFilter{Until: at(r.IntN(n)), EventTypes: oura.Operations()}
		}},
	}
	for _, order := range []string{"heads", "heads_ascending", "events"} {
		for _, c := range classes {
			b.Run(order+"/"+c.name, func(b *testing.B) {
				r := rand.New(rand.NewPCG(3, 4))
				benchFilter(b, s, order, func() EventFilter {
					f := c.filter(r)
					f.Ascending = order == "heads_ascending"
					if depth := r.Int64N(n); f.Ascending {
						f.After = depth
					} else {
						f.Before = depth
					}
					return f
				})
			})
		}
	}
}

func benchFilter(b *testing.B, s *Store, order string, next func() EventFilter) {
	times := make([]time.Duration, 0, b.N)
	cpu := cpuTime()
	for b.Loop() {
		f := next()
		get := s.EventHeads
		if order == "events" {
			get = s.Events
		}
		t0 := time.Now()
		if _, err := get(context.Background(), f); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(t0))
	}
	reportQuantiles(b, times)
	b.ReportMetric((cpuTime()-cpu).Seconds()*1000/float64(len(times)), "cpu-ms/op") // tells more than time on a busy machine
}
