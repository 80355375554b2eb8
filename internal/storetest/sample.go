package storetest

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func beat(seconds float64, source string, bpm float64) sqlite.Sample {
	return sqlite.Sample{At: day0.Add(time.Duration(seconds * float64(time.Second))), Source: source, Value: bpm}
}

func with(s sqlite.Sample, extra string) sqlite.Sample {
	s.Extra = json.RawMessage(extra)
	return s
}

// put stores rows as one answer and checks how many were new and changed.
func put(t testing.TB, s Store, isNew, changed int, rows ...sqlite.Sample) int64 {
	t.Helper()
	got, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, day0.Add(time.Hour), rows)
	if err != nil || got.New != isNew || got.Changed != changed || (got.Seq == 0) != (isNew+changed == 0) {
		t.Errorf("put %v: %+v, %v; want %d new, %d changed", rows, got, err, isNew, changed)
	}
	return got.Seq
}

func allSamples(t testing.TB, s Store) []sqlite.Sample {
	t.Helper()
	got, err := s.Samples(t.Context(), "user-1", oura.HeartRate, time.Time{}, time.Time{}, nil, 10_000)
	must(t, err)
	return got
}

func wantSamples(t testing.TB, s Store, want ...sqlite.Sample) {
	t.Helper()
	if got := allSamples(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("samples %v, want %v", got, want)
	}
}

func testSamples(t *testing.T, s Store) {
	ctx := t.Context()
	if _, ok, err := s.NewestSample(ctx, "user-1", oura.HeartRate); ok || err != nil {
		t.Errorf("newest of none: %v, %v", ok, err)
	}
	put(t, s, 0, 0)
	awake, rest := beat(0, "awake", 61), beat(0, "rest", 62)
	late := with(beat(86_400.25, "awake", 70.5), `{"a":1}`)
	seq := put(t, s, 3, 0, late, rest, awake)
	put(t, s, 0, 0, awake, rest, awake)
	wantSamples(t, s, awake, rest, late)
	e, _, err := s.Event(ctx, seq)
	want := oura.Event{
		Seq: seq, UserID: "user-1", DataType: oura.HeartRate, EventType: oura.Create, Day: "2025-11-23", ReceivedAt: day0.Add(time.Hour),
		Source: oura.SourcePoll,
		Data:   json.RawMessage(`{"from":"2025-11-22T06:00:00Z","to":"2025-11-23T06:00:00.25Z","count":3,"min":61,"max":70.5}`),
	}
	if err != nil || !reflect.DeepEqual(e, want) {
		t.Errorf("event %+v %s, %v", e, e.Data, err)
	}
	if at, ok, err := s.NewestSample(ctx, "user-1", oura.HeartRate); err != nil || !ok || !at.Equal(late.At) {
		t.Errorf("newest %v, %v, %v", at, ok, err)
	}
	if _, ok, err := s.NewestSample(ctx, "user-2", oura.HeartRate); err != nil || ok {
		t.Errorf("newest of another user: %v, %v", ok, err)
	}
	if _, ok, err := s.NewestSample(ctx, "user-1", oura.RingBatteryLevel); err != nil || ok {
		t.Errorf("newest of another series: %v, %v", ok, err)
	}
}

func testSampleKeys(t *testing.T, s Store) {
	put(t, s, 1, 0, beat(0, "awake", 61))
	put(t, s, 0, 1, beat(0, "awake", 62))
	put(t, s, 1, 0, beat(0, "awake", 64), beat(0, "awake", 62)) // two at once are two
	wantSamples(t, s, beat(0, "awake", 62), beat(0, "awake", 64))
	put(t, s, 0, 0, beat(0, "awake", 62), beat(0, "awake", 64))
	put(t, s, 0, 1, beat(0, "awake", 62)) // one taken back
	wantSamples(t, s, beat(0, "awake", 62))
	put(t, s, 0, 1, with(beat(0, "awake", 62), `{"a":1, "b":[2]}`))
	put(t, s, 0, 0, with(beat(0, "awake", 62), `{"b": [2],"a":1}`)) // the same content
	put(t, s, 1, 0, beat(0, "rest", 62))
	wantSamples(t, s, with(beat(0, "awake", 62), `{"a":1,"b":[2]}`), beat(0, "rest", 62))
	put(t, s, 0, 1, beat(0, "awake", 62))
	put(t, s, 1, 0, beat(-7*3600, "awake", 50)) // the day before
	wantSamples(t, s, beat(-7*3600, "awake", 50), beat(0, "awake", 62), beat(0, "rest", 62))
}

func testSamplePages(t *testing.T, s Store) {
	var all []sqlite.Sample
	for i := range 50 { // two per instant, over several days
		at := float64(i/2) * 9000
		all = append(all, with(beat(at, "awake", float64(50+i%2)), fmt.Sprintf(`{"n":%d}`, i)))
	}
	put(t, s, 50, 0, all...)
	for _, limit := range []int{1, 3, 50} {
		var got []sqlite.Sample
		var after *sqlite.Sample
		for {
			page, err := s.Samples(t.Context(), "user-1", oura.HeartRate, time.Time{}, time.Time{}, after, limit)
			if err != nil || len(page) > limit {
				t.Fatalf("%d of %d, %v", len(page), limit, err)
			}
			if got = append(got, page...); len(page) < limit {
				break
			}
			after = &page[limit-1]
		}
		if !reflect.DeepEqual(got, all) {
			t.Errorf("pages of %d: %v", limit, got)
		}
	}
	from, to := all[10].At, all[20].At
	got, err := s.Samples(t.Context(), "user-1", oura.HeartRate, from, to, nil, 0)
	if err != nil || !reflect.DeepEqual(got, all[10:20]) {
		t.Errorf("from %v to %v: %v, %v", from, to, got, err)
	}
	got, err = s.Samples(t.Context(), "user-1", oura.HeartRate, from, to, &all[3], 4)
	if err != nil || !reflect.DeepEqual(got, all[10:14]) {
		t.Errorf("a cursor before the range: %v, %v", got, err)
	}
}

func testBadSamples(t *testing.T, s Store) {
	for name, bad := range map[string]sqlite.Sample{
		"no instant":              {Value: 1},
		"a year beyond all dates": {At: time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC), Value: 1},
		"no number":               beat(0, "", math.NaN()),
		"no end":                  beat(0, "", math.Inf(1)),
		"an extra that is broken": with(beat(0, "", 1), `{`),
	} {
		_, err := s.PutSamples(t.Context(), "user-1", oura.HeartRate, oura.SourcePoll, day0, []sqlite.Sample{beat(1, "", 1), bad})
		if oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantSamples(t, s)
	if _, err := s.SampleBuckets(t.Context(), "user-1", oura.HeartRate, day0, day0, 0); oura.CodeOf(err) != oura.CodeInvalid {
		t.Errorf("no width: %v", err)
	}
}
