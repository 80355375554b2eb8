package person

import (
	"bytes"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

type heartRow struct {
	Timestamp     string `json:"timestamp"`
	TimestampUnix int64  `json:"timestamp_unix"`
	BPM           int    `json:"bpm"`
	Source        string `json:"source"`
}

func TestHeartRate_InOrderAndAboutElevenHundredADay(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	rows, shared, last := 0, 0, int64(0)
	sources := map[string]int{}
	from := now.AddDate(0, 0, -25)
	for r := range p.HeartRate(from, now) {
		row := mustDecode[heartRow](t, r.JSON)
		if r.TimeMS < last || r.TimeMS < from.UnixMilli() || r.TimeMS >= now.UnixMilli() {
			t.Fatalf("%s is out of order or outside the span", row.Timestamp)
		}
		if row.TimestampUnix != r.TimeMS || mustTime(t, row.Timestamp).UnixMilli() != r.TimeMS || row.BPM < 36 || row.BPM > 200 {
			t.Fatalf("row %s", r.JSON)
		}
		if rows++; r.TimeMS == last {
			shared++
		}
		last = r.TimeMS
		sources[row.Source]++
	}
	if perDay := rows / 25; perDay < 950 || perDay > 1300 {
		t.Errorf("%d rows a day", perDay)
	}
	if shared == 0 || len(sources) != 6 {
		t.Errorf("%d shared instants, sources %v", shared, sources)
	}
}

func TestHeartRate_SplitSpansGiveTheSameRows(t *testing.T) {
	p := New(Options{Seed: 2, To: now})
	collect := func(cuts ...time.Time) []byte {
		var out []byte
		for i := range cuts[1:] {
			for r := range p.HeartRate(cuts[i], cuts[i+1]) {
				out = append(out, r.JSON...)
			}
		}
		return out
	}
	a, z := now.AddDate(0, 0, -9), now
	if whole := collect(a, z); len(whole) == 0 || !bytes.Equal(whole, collect(a, a.Add(hours(7)), a.Add(hours(60)), a.Add(hours(61)), z)) {
		t.Error("cutting a span changed its rows")
	}
}

func TestHeartRate_NightsAgreeWithTheSleepDocuments(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	at := map[int64]int{}
	for r := range p.HeartRate(now.AddDate(0, 0, -21), now) {
		if bytes.Contains(r.JSON, []byte(`"sleep"`)) {
			at[r.TimeMS] = mustDecode[heartRow](t, r.JSON).BPM
		}
	}
	for _, d := range p.collect([]docMaker{{oura.Sleep, sleepDocs}}, "2026-11-04", "", now) {
		b := mustDecode[sleepBody](t, d.JSON)
		if b.HeartRate == nil {
			continue
		}
		for i, bpm := range mustDecode[[]*float64](t, b.HeartRate.Items) {
			ms := mustTime(t, b.BedtimeStart).UnixMilli() + int64(i)*300_000
			if bpm != nil && at[ms] != int(*bpm) {
				t.Fatalf("%s: %v at item %d, the series says %d", b.ID, *bpm, i, at[ms])
			}
		}
	}
}

func TestHeartRate_NoneWhileTheRingLiesInADrawer(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	gap := p.year(numOf(now)).noRing
	for r := range p.HeartRate(time.Unix(p.window(gap.from).start, 0), time.Unix(p.window(gap.to).start, 0)) {
		t.Fatalf("a row without the ring: %s", r.JSON)
	}
}

func TestSeries_StopWhenTheCallerStops(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	rows := 0
	for range p.HeartRate(time.Time{}, now) {
		if rows++; rows == 10 {
			break
		}
	}
	for range p.Battery(time.Time{}, now) {
		if rows++; rows == 20 {
			break
		}
	}
	if rows != 20 {
		t.Errorf("%d rows", rows)
	}
}

func TestBattery_FallsUntilItIsCharged(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	last, charges, lowest := batteryBody{Level: 100}, 0, 100
	for r := range p.Battery(now.AddDate(0, -3, 0), now) {
		row := mustDecode[batteryBody](t, r.JSON)
		if row.Level < 0 || row.Level > 100 || row.TimestampUnix != r.TimeMS {
			t.Fatalf("row %s", r.JSON)
		}
		if row.Level > last.Level && !*row.InCharger && last.InCharger != nil && !*last.InCharger {
			t.Errorf("%s: from %d%% to %d%% without the charger", row.Timestamp, last.Level, row.Level)
		}
		if *row.InCharger && (last.InCharger == nil || !*last.InCharger) {
			charges++
		}
		lowest, last = min(lowest, row.Level), row
	}
	if charges < 15 || charges > 20 || lowest > 45 {
		t.Errorf("%d charges in three months, lowest %d%%", charges, lowest)
	}
}
