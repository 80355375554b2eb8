package storetest

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// testSampleModel puts random answers and compares pages and buckets with a map
// that is searched by brute force.
func testSampleModel(t *testing.T, open func(t testing.TB) Store) {
	s := open(t)
	m := sampleModel{}
	rapid.Check(t, func(rt *rapid.T) { // one store for all rounds
		for _, rows := range rapid.SliceOfN(rapid.SliceOfN(drawSample(), 0, 20), 1, 4).Draw(rt, "answers") {
			got, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, day0, rows)
			isNew, changed := m.put(rows)
			if err != nil || got.New != isNew || got.Changed != changed {
				rt.Fatalf("put %v: %+v, %v, want %d and %d", rows, got, err, isNew, changed)
			}
		}
		if got := allSamples(t, s); !reflect.DeepEqual(got, m.all()) {
			rt.Fatalf("samples %v\nwant %v", got, m.all())
		}
		from, to := drawEdge().Draw(rt, "from"), drawEdge().Draw(rt, "to")
		width := rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Minute, time.Hour, 24 * time.Hour, 7 * time.Hour, 100 * time.Hour}).Draw(rt, "width")
		got, err := s.SampleBuckets(t.Context(), "user-1", oura.HeartRate, from, to, width)
		if want := m.buckets(from, to, width); err != nil || !slices.EqualFunc(got, want, alike) {
			rt.Fatalf("from %v to %v by %v: %v, %v\nwant %v", from, to, width, got, err, want)
		}
	})
}

// alike forgives what comes of adding in another order.
func alike(a, b sqlite.Bucket) bool {
	near := math.Abs(a.Mean-b.Mean) <= 1e-9*max(1, math.Abs(a.Min), math.Abs(a.Max))
	a.Mean = b.Mean
	return near && a == b
}

func drawSample() *rapid.Generator[sqlite.Sample] {
	return rapid.Custom(func(t *rapid.T) sqlite.Sample {
		s := sqlite.Sample{
			At:     day0.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * 7 * time.Hour / 2),
			Source: rapid.SampledFrom([]string{"awake", "rest", ""}).Draw(t, "source"),
			Value:  float64(rapid.IntRange(50, 53).Draw(t, "bpm")),
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			s.At = s.At.Add(time.Millisecond)
		case 1:
			s.Value += 0.25
		case 2:
			s.Value = -s.Value * 1e17
		case 3, 4:
			s.Extra = fmt.Appendf(nil, `{"a":%d}`, rapid.IntRange(0, 2).Draw(t, "extra"))
		}
		return s
	})
}

func drawEdge() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.IntRange(0, 4).Draw(t, "open") == 0 {
			return time.Time{}
		}
		return day0.Add(time.Duration(rapid.IntRange(-20, 230).Draw(t, "edge")) * time.Hour)
	})
}

type sampleKey struct {
	ms     int64
	source string
}

type sampleModel map[sampleKey][]sqlite.Sample

func (m sampleModel) put(rows []sqlite.Sample) (isNew, changed int) {
	said := sampleModel{}
	for _, r := range rows {
		k := sampleKey{r.At.UnixMilli(), r.Source}
		if !slices.ContainsFunc(said[k], func(o sqlite.Sample) bool { return reflect.DeepEqual(o, r) }) {
			said[k] = append(said[k], r)
		}
	}
	for k, now := range said {
		slices.SortFunc(now, func(a, b sqlite.Sample) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(string(a.Extra), string(b.Extra)))
		})
		was := m[k]
		isNew += max(0, len(now)-len(was))
		if len(was) > len(now) {
			changed++
		}
		for i := range min(len(was), len(now)) {
			if !reflect.DeepEqual(was[i], now[i]) {
				changed++
			}
		}
		m[k] = now
	}
	return isNew, changed
}

func (m sampleModel) all() []sqlite.Sample {
	var keys []sampleKey
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b sampleKey) int { return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.source, b.source)) })
	var out []sqlite.Sample
	for _, k := range keys {
		out = append(out, m[k]...)
	}
	return out
}

func (m sampleModel) buckets(from, to time.Time, width time.Duration) (out []sqlite.Bucket) {
	sum := 0.0
	for _, s := range m.all() {
		if s.At.Before(from) || !to.IsZero() && !s.At.Before(to) {
			continue
		}
		anchor := from
		if from.IsZero() {
			anchor = time.Unix(0, 0).UTC()
		}
		begin := anchor.Add(s.At.Sub(anchor) / width * width)
		if n := len(out); n == 0 || !out[n-1].At.Equal(begin) {
			out, sum = append(out, sqlite.Bucket{At: begin, Min: s.Value, Max: s.Value}), 0
		}
		b := &out[len(out)-1]
		sum += s.Value
		b.Count, b.Min, b.Max, b.Mean = b.Count+1, min(b.Min, s.Value), max(b.Max, s.Value), sum/float64(b.Count+1)
	}
	return out
}
