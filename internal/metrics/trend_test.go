package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestTrend_IsWhatTheDocumentsSay(t *testing.T) {
	g := newRig(t)
	docs := g.live(200)
	for _, id := range []string{
		"daily_sleep.score", "daily_readiness.temperature_deviation", "daily_activity.steps", "daily_sleep.contributors.timing",
		"daily_spo2.spo2_percentage.average", "daily_resilience.contributors.stress", "vo2_max.vo2_max",
	} {
		dt, field := splitID(id)
		tr := g.trend(id, "", "")
		want := map[oura.Day]float64{}
		for day, doc := range docs[dt] {
			if v := dig(doc, field); !math.IsNaN(v) && (dt != oura.DailyActivity || dig(doc, "non_wear_time") < 86_400) {
				want[day] = v
			}
		}
		whole := tr.Values
		if dt == oura.DailyActivity && tr.To == tr.Today {
			whole = whole[:len(whole)-1] // half a day is not summed up
		}
		if len(tr.Values) != len(want) || len(want) == 0 || tr.Summary.Count != len(whole) || tr.Metric.Known != true {
			t.Errorf("%s: %d values, want %d", id, len(tr.Values), len(want))
		}
		for i, day := range tr.Days {
			if tr.Values[i] != want[day] || i > 0 && day <= tr.Days[i-1] {
				t.Errorf("%s on %s: %v, want %v", id, day, tr.Values[i], want[day])
			}
		}
		if tr.From != tr.Metric.FirstDay || tr.To != tr.Metric.LastDay {
			t.Errorf("%s from %s to %s, stored %s to %s", id, tr.From, tr.To, tr.Metric.FirstDay, tr.Metric.LastDay)
		}
		sorted := slices.Sorted(slices.Values(whole))
		if s := tr.Summary; s.Median != middle(sorted) || s.Min != sorted[0] || s.Max != sorted[len(sorted)-1] || want[s.MinDay] != s.Min || want[s.MaxDay] != s.Max {
			t.Errorf("%s: %+v", id, s)
		}
	}
}

func TestTrend_PeriodsAreHeldAgainstEachOther(t *testing.T) {
	g := newRig(t)
	first := oura.Day("2026-09-01")
	for i := range 60 {
		score := 70 + i%5
		if i >= 30 {
			score += 6
		}
		if i%10 != 3 { // a gap now and then
			g.put(oura.DailySleep, fmt.Sprint(i), fmt.Sprintf(`{"day":%q,"score":%d}`, first.Add(i), score))
		}
	}
	tr := g.trend("daily_sleep.score", first.Add(30), first.Add(59))
	if s, p := tr.Summary, tr.Previous; s.Count != 27 || s.Days != 30 || p.Count != 27 || p.Days != 30 || p.From != first || p.To != first.Add(29) || s.Median != 78 || p.Median != 72 {
		t.Errorf("%+v before it %+v", s, p)
	}
	if c := tr.Change; !c.Known || c.Shift != 6 || c.Low > 6 || c.High < 6 || c.Low < 4 || c.High > 8 || c.Delta != 1 {
		t.Errorf("%+v", c)
	}
	if s := tr.Summary; s.MinDay != first.Add(30) || s.Min != 76 || s.Max != 80 || s.Low != 76 || s.High != 80 {
		t.Errorf("%+v", s)
	}
	if c := g.trend("daily_sleep.score", first.Add(50), first.Add(59)).Change; c.Known || c.Needs != 5 {
		t.Errorf("ten days: %+v", c)
	}
	if slices.Contains(tr.Days, first.Add(33)) || !slices.Contains(tr.BandDays, first.Add(33)) {
		t.Errorf("a day without a value: %v, %v", tr.Days, tr.BandDays)
	}
}

func TestTrend_ADayThatRunsIsShownButNotSummedUp(t *testing.T) {
	g := newRig(t)
	today := oura.Day("2026-11-22")
	for i := range 60 {
		day := today.Add(-i)
		steps, high, rate := 8000+i%3, 1800, 70.0
		if i == 0 {
			steps, high, rate = 5, 900, 20
		}
		g.put(oura.DailyActivity, string(day), fmt.Sprintf(`{"day":%q,"steps":%d,"timestamp":"%sT04:00:00+02:00"}`, day, steps, day))
		g.put(oura.DailyStress, string(day), fmt.Sprintf(`{"day":%q,"stress_high":%d,"recovery_high":0,"day_summary":"normal"}`, day, high))
		g.put(oura.DailySleep, string(day), fmt.Sprintf(`{"day":%q,"score":%d}`, day, 60+i%2))
		g.samples(oura.HeartRate, now.AddDate(0, 0, -i), rate)
	}
	for id, point := range map[string]float64{"daily_activity.steps": 5, "daily_stress.stress_high": 900, "heartrate.mean": 20} {
		tr := g.trend(id, today.Add(-29), today)
		s, p := tr.Summary, tr.Previous
		if tr.Today != today || tr.To != today || len(tr.Values) != 30 || tr.Values[29] != point {
			t.Errorf("%s: %d values up to %s, today %s: %v", id, len(tr.Values), tr.To, tr.Today, tr.Values)
		}
		if s.Count != 29 || s.Days != 29 || s.To != today.Add(-1) || s.Min <= point || p.Count != 29 || p.Days != 29 || p.To != today.Add(-30) {
			t.Errorf("%s: %+v before it %+v", id, s, p)
		}
		if c := tr.Change; !c.Known || c.Shift < -1 || c.Delta < -0.1 {
			t.Errorf("%s: %+v", id, c)
		}
		if alone := g.trend(id, today, today); alone.Summary.Count != 1 || alone.Summary.Median != point {
			t.Errorf("%s of today alone: %+v", id, alone.Summary)
		}
		if past := g.trend(id, today.Add(-30), today.Add(-1)).Summary; past.Count != 30 || past.Days != 30 {
			t.Errorf("%s of days that are over: %+v", id, past)
		}
	}
	if s := g.trend("daily_sleep.score", today.Add(-29), today).Summary; s.Count != 30 || s.To != today {
		t.Errorf("a night is over in the morning: %+v", s)
	}
}

func TestTrend_EndsTodayAlthoughANapBelongsToTomorrow(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "night", sleepDoc("2026-11-20", "long_sleep", 20_000, ""))
	if tr := g.trend(asleep, "", ""); tr.From != "2026-11-20" || tr.To != "2026-11-20" {
		t.Errorf("from %s to %s", tr.From, tr.To)
	}
	g.put(oura.Sleep, "nap", sleepDoc("2026-11-23", "late_nap", 2_000, ""))
	if tr := g.trend(asleep, "", ""); tr.From != "2026-11-20" || tr.To != "2026-11-22" {
		t.Errorf("with a nap from %s to %s", tr.From, tr.To)
	}
}

func TestTrend_DaysWithoutTheRing(t *testing.T) {
	g := newRig(t)
	settled := now.AddDate(0, 0, 10)
	everything := []oura.DataType{oura.DailyActivity, oura.HeartRate, oura.DailyReadiness, oura.DailySleep, oura.DailySpO2, oura.DailyStress, oura.Sleep}
	g.put(oura.DailySleep, "1", `{"day":"2026-11-10","score":70}`)
	g.put(oura.DailySleep, "2", `{"day":"2026-11-14","score":70}`)
	g.put(oura.DailyActivity, "drawer", `{"day":"2026-11-11","non_wear_time":86400,"steps":0}`)
	for _, day := range []oura.Day{"2026-11-11", "2026-11-12", "2026-11-13"} {
		for _, dt := range everything {
			g.asked(day, dt, sqlite.AskOK, settled)
		}
	}
	g.put(oura.DailyActivity, "worn", `{"day":"2026-11-13","non_wear_time":600,"steps":5000}`)
	if tr := g.trend("daily_sleep.score", "2026-11-09", "2026-11-15"); fmt.Sprint(tr.NotWorn) != "[2026-11-11 2026-11-12]" {
		t.Errorf("without the ring: %v", tr.NotWorn)
	}
}

// Whatever Oura, or something between, may send: no figure is made of it, and
// nothing breaks.
func TestHostile_OddDocumentsAreUnknown(t *testing.T) {
	words := []string{`null`, `"61"`, `1e400`, `-1e400`, `[]`, `[1,2]`, `{}`, `{"a":{"b":{"c":{"d":1}}}}`, `true`, `123456789012345678901234567890`, `-0`, `""`, `"<b>\u202e"`}
	names := []string{
		"score", "type", "day_summary", "level", "contributors", "readiness", "bedtime_start", "bedtime_end", "timestamp", "class_5_min", "met", "heart_rate", "hrv",
		"sleep_phase_5_min", "sleep_phase_30_sec", "movement_30_sec", "total_sleep_duration", "spo2_percentage", "steps", "non_wear_time", "items", "interval",
		"__proto__", "", "a.b", "start_datetime", "end_datetime", "lowest_heart_rate", "stress_high", "recovery_high",
	}
	times := []string{`"2026-11-20T04:00:00+02:00"`, `"9999-12-31T23:59:59Z"`, `"0001-01-01T00:00:00Z"`, `"2026-11-20T04:00:00+23:59"`, `"2026-11-20"`, `"` + strings.Repeat("9", 300_000) + `"`}
	lists := []string{
		`{"interval":300,"items":[1,2,null],"timestamp":"2026-11-20T01:00:00+02:00"}`, `{"interval":0,"items":[1],"timestamp":"2026-11-20T01:00:00Z"}`,
		`{"interval":-1e-9,"items":[1],"timestamp":"2026-11-20T01:00:00Z"}`, `{"interval":1e300,"items":[1],"timestamp":"x"}`, `{"interval":1,"items":{"a":1},"timestamp":null}`,
		`{"interval":1,"items":[` + strings.Repeat("7,", 30_000) + `7],"timestamp":"2026-11-20T01:00:00Z"}`,
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	g := newRig(t)
	g.put(oura.DailySleep, "good", `{"day":"2026-11-19","score":70}`)
	types := []oura.DataType{oura.Sleep, oura.DailySleep, oura.DailyReadiness, oura.DailyActivity, oura.DailyStress, oura.DailyResilience, oura.DailySpO2, oura.Workout, oura.Session}
	rounds := 80
	if testing.Short() {
		rounds = 60
	}
	for i := range rounds {
		doc := map[string]json.RawMessage{"day": json.RawMessage(`"2026-11-20"`)}
		if rnd.IntN(3) == 0 {
			doc["type"] = json.RawMessage(`"long_sleep"`)
		}
		for range 1 + rnd.IntN(12) {
			from := [][]string{words, words, times, lists, {`"` + strings.Repeat("12340x", rnd.IntN(200)) + `"`}}[rnd.IntN(5)]
			doc[names[rnd.IntN(len(names))]] = json.RawMessage(from[rnd.IntN(len(from))])
		}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		dt := types[rnd.IntN(len(types))]
		g.put(dt, fmt.Sprint(i%20), string(text))
		d, n := g.day("2026-11-20"), g.night("2026-11-20")
		shown := []Figure{d.Scores[0].Score, d.Movement.Steps, d.Stress.High}
		shown = append(append(shown, d.Body...), d.Movement.Figures...)
		for _, s := range n.Periods {
			for _, f := range s.Figures {
				shown = append(shown, f.Figure)
			}
			if len(s.HeartRate.At) != len(s.HeartRate.Values) || len(s.Type) > longestWord {
				t.Fatalf("%s: %+v", text, s.HeartRate)
			}
		}
		for _, f := range shown {
			if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || math.Abs(f.Value) > greatest {
				t.Fatalf("%s: %s is %v", text, f.Metric.ID, f.Value)
			}
		}
		if _, err := json.Marshal(d); err != nil { // no NaN crosses
			t.Fatalf("%s: %v", text, err)
		}
		for _, id := range []string{"daily_sleep.score", "workout.duration", asleep} {
			if tr := g.trend(id, "", ""); len(tr.Days) != len(tr.Values) {
				t.Fatalf("%s: %+v", text, tr)
			}
		}
	}
	if v, ok := g.value("daily_sleep.score", "2026-11-19"); !ok || v != 70 {
		t.Errorf("the good one is %v, %v", v, ok)
	}
}

func TestHostile_DaysOutsideOfTheYearsOfRingsAreLeftOut(t *testing.T) {
	g := newRig(t)
	for _, day := range []string{"0001-01-01", "9999-12-31", "2026-11-20"} {
		g.put(oura.DailySleep, day, `{"day":"`+day+`","score":70}`)
		g.put(oura.Sleep, day, sleepDoc(day, "long_sleep", 20_000, ""))
		g.put(oura.DailyActivity, day, `{"day":"`+day+`","steps":1,"timestamp":"`+day+`T04:00:00+02:00"}`)
	}
	began := time.Now()
	if d := g.day(""); d.Today != "2026-11-22" {
		t.Errorf("today is %s", d.Today)
	}
	if n := g.night(""); n.Day != "2026-11-20" {
		t.Errorf("the last night is %s", n.Day)
	}
	if tr := g.trend("daily_sleep.score", "", ""); len(tr.Values) == 0 {
		t.Errorf("nothing from %s to %s", tr.From, tr.To)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}
