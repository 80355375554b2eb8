package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const asleep = "sleep.total_sleep_duration"

func (g *rig) want(id string, day oura.Day, want float64) {
	g.t.Helper()
	got, known := g.value(id, day)
	switch {
	case math.IsNaN(want) && known:
		g.t.Errorf("%s on %s is %v, want unknown", id, day, got)
	case !math.IsNaN(want) && (!known || got != want):
		g.t.Errorf("%s on %s is %v (known %v), want %v", id, day, got, known, want)
	}
}

var unknown = math.NaN()

func TestValues_OfADayWithSeveralSleepsTheLongestNightCounts(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "a", sleepDoc("2026-11-20", "long_sleep", 20_000, `,"average_hrv":40`))
	g.put(oura.Sleep, "b", sleepDoc("2026-11-20", "long_sleep", 25_000, `,"average_hrv":50`))
	g.put(oura.Sleep, "c", sleepDoc("2026-11-20", "sleep", 30_000, `,"average_hrv":60`))
	g.put(oura.Sleep, "d", sleepDoc("2026-11-20", "deleted", 31_000, `,"average_hrv":70`))
	g.put(oura.Sleep, "e", sleepDoc("2026-11-20", "rest", 32_000, `,"average_hrv":80`))
	g.want("sleep.average_hrv", "2026-11-20", 50)
	g.put(oura.Sleep, "f", sleepDoc("2026-11-21", "sleep", 3_000, `,"average_hrv":60`))
	g.put(oura.Sleep, "g", sleepDoc("2026-11-21", "late_nap", 4_000, `,"average_hrv":60`))
	g.want("sleep.average_hrv", "2026-11-21", unknown)
	g.put(oura.Sleep, "h", `{"day":"2026-11-19","type":"long_sleep","average_hrv":33}`) // nobody knows how long
	g.want("sleep.average_hrv", "2026-11-19", 33)
}

func TestValues_WhatStandsForNoMeasurementIsNone(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "a", sleepDoc("2026-11-20", "long_sleep", 20_000,
		`,"lowest_heart_rate":255,"average_hrv":null,"average_breath":0,"readiness":{"score":48,"contributors":{"recovery_index":0,"previous_night":1}}`))
	g.put(oura.DailySpO2, "b", `{"day":"2026-11-20","spo2_percentage":{"average":0}}`)
	g.put(oura.DailySpO2, "c", `{"day":"2026-11-21","spo2_percentage":null}`)
	g.put(oura.DailyStress, "d", `{"day":"2026-11-20","stress_high":0,"recovery_high":0,"day_summary":null}`)
	g.put(oura.DailyStress, "e", `{"day":"2026-11-21","stress_high":0,"recovery_high":900,"day_summary":"normal"}`)
	g.put(oura.DailyActivity, "f", `{"day":"2026-11-20","steps":0,"score":1,"non_wear_time":86400,"target_calories":400,"class_5_min":"`+strings.Repeat("0", 288)+`"}`)
	g.put(oura.DailyActivity, "g", `{"day":"2026-11-21","steps":0,"non_wear_time":80000,"class_5_min":"0001"}`)
	for id, want := range map[string]float64{
		"sleep.lowest_heart_rate": unknown, "sleep.average_hrv": unknown, "sleep.average_breath": unknown,
		"sleep.readiness.contributors.recovery_index": unknown, "sleep.readiness.contributors.previous_night": 1, "sleep.readiness.score": 48,
		"daily_spo2.spo2_percentage.average": unknown, "daily_stress.stress_high": unknown, "daily_stress.recovery_high": unknown,
		"daily_activity.steps": unknown, "daily_activity.score": unknown, "daily_activity.target_calories": 400, "daily_activity.non_wear_time": 86400,
	} {
		g.want(id, "2026-11-20", want)
	}
	g.want("daily_stress.stress_high", "2026-11-21", 0)
	g.want("daily_stress.recovery_high", "2026-11-21", 900)
	g.want("daily_activity.steps", "2026-11-21", 0)
}

func TestValues_WorkoutsOfADayAddUp(t *testing.T) {
	g := newRig(t)
	g.put(oura.Workout, "a", `{"day":"2026-11-20","calories":106.5,"distance":2.5,"start_datetime":"2026-11-20T14:41:00+01:00","end_datetime":"2026-11-20T15:12:00+01:00"}`)
	g.put(oura.Workout, "b", `{"day":"2026-11-20","calories":null,"distance":1.5,"start_datetime":"2026-11-20T18:00:00+01:00","end_datetime":"2026-11-20T17:00:00+01:00"}`)
	g.put(oura.Session, "c", `{"day":"2026-11-20","start_datetime":"2026-11-20T16:39:07+02:00","end_datetime":"2026-11-20T16:43:44+02:00"}`)
	g.want("workout.calories", "2026-11-20", 106.5)
	g.want("workout.distance", "2026-11-20", 4)
	g.want("workout.duration", "2026-11-20", 31*60) // the other ends before it begins
	g.want("session.duration", "2026-11-20", 277)
	g.want("workout.calories", "2026-11-19", unknown)
}

func TestValues_BedtimesByTheClockOfThePlace(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "a", sleepDoc("2026-11-20", "long_sleep", 20_000, `,"bedtime_start":"2026-11-19T22:30:00-08:00","bedtime_end":"2026-11-20T06:15:00-07:00"`))
	g.put(oura.Sleep, "b", sleepDoc("2026-11-21", "long_sleep", 20_000, `,"bedtime_start":"2026-11-21T00:30:00+09:00","bedtime_end":"later"`))
	g.want("sleep.bedtime_start", "2026-11-20", -90*60)
	g.want("sleep.bedtime_end", "2026-11-20", 6*3600+15*60)
	g.want("sleep.bedtime_start", "2026-11-21", 30*60)
	g.want("sleep.bedtime_end", "2026-11-21", unknown)
}

func TestValues_FollowEveryChange(t *testing.T) {
	g := newRig(t)
	const id, day = "daily_sleep.score", oura.Day("2026-10-31")
	g.want(id, day, unknown)
	g.put(oura.DailySleep, "a", `{"day":"2026-10-31","score":70}`)
	g.want(id, day, 70)
	g.put(oura.DailySleep, "a", `{"day":"2026-10-31","score":71}`)
	g.want(id, day, 71)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-01","score":72}`) // to another month
	g.want(id, day, unknown)
	g.want(id, "2026-11-01", 72)
	g.remove(oura.DailySleep, "a") // which names no day
	g.want(id, "2026-11-01", unknown)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-01","score":73}`)
	g.want(id, "2026-11-01", 73)
	for { // events go, documents stay
		n, err := g.store.PruneEvents(t.Context(), 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	g.want(id, "2026-11-01", 73)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-01","score":74}`)
	if _, err := g.store.PruneEvents(t.Context(), 1_000_000); err != nil {
		t.Fatal(err)
	}
	g.want(id, "2026-11-01", 74) // its event was gone before anybody looked
}

func TestValues_OfTwoDocumentsOfADayTheLastCounts(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailySleep, "b", `{"day":"2026-11-20","score":70}`)
	time.Sleep(2 * time.Millisecond) // seen in that order by the store's clock
	g.put(oura.DailySleep, "a", `{"day":"2026-11-20","score":75}`)
	g.want("daily_sleep.score", "2026-11-20", 75)
}

func TestValues_OfAnotherAccountAreNotShown(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-20","score":70}`)
	g.want("daily_sleep.score", "2026-11-20", 70)
	other, err := g.r.Trend(t.Context(), Who{UserID: "user-2"}, "daily_sleep.score", "2026-11-20", "2026-11-20")
	if err != nil || len(other.Values) != 0 {
		t.Errorf("another account sees %v, %v", other.Values, err)
	}
	g.want("daily_sleep.score", "2026-11-20", 70)
}

func TestValues_SamplesOfADayByTheRingsClock(t *testing.T) {
	g := newRig(t)
	// Midnight of 21 November two hours ahead of UTC is 22:00 of the 20th there.
	g.put(oura.DailyActivity, "a", `{"day":"2026-11-20","timestamp":"2026-11-20T04:00:00+02:00","steps":1}`)
	g.samples(oura.HeartRate, time.Date(2026, 11, 20, 21, 58, 0, 0, time.UTC), 50, 60, 70, 80)
	g.want("heartrate.mean", "2026-11-20", 55)
	g.want("heartrate.max", "2026-11-20", 60)
	g.want("heartrate.min", "2026-11-21", 70)
	g.want("heartrate.max", "2026-11-21", 80)
	g.samples(oura.HeartRate, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), 180)
	g.want("heartrate.max", "2026-11-21", 180)
	// The clock turns out to have been another one.
	g.put(oura.DailyActivity, "a", `{"day":"2026-11-20","timestamp":"2026-11-20T04:00:00+00:00","steps":1}`)
	g.want("heartrate.mean", "2026-11-20", 65)
	if _, err := g.store.PruneSamples(t.Context(), "2026-11-21"); err != nil {
		t.Fatal(err)
	}
	g.want("heartrate.mean", "2026-11-20", unknown)
	g.want("heartrate.max", "2026-11-21", 180)
}

func TestValues_SamplesFollowTheClockOfEveryDocument(t *testing.T) {
	activity := func(day, offset string) string {
		return fmt.Sprintf(`{"day":%q,"timestamp":"%sT04:00:00%s","steps":1}`, day, day, offset)
	}
	atMidnight := func(day oura.Day) *rig { // 50 before and 70 after midnight two hours ahead of UTC, which is 22:00
		g := newRig(t)
		midnight, err := time.Parse(time.DateOnly, string(day))
		if err != nil {
			t.Fatal(err)
		}
		g.samples(oura.HeartRate, midnight.Add(-3*time.Hour), 50)
		g.samples(oura.HeartRate, midnight.Add(-time.Hour), 70)
		g.samples(oura.HeartRate, midnight.Add(time.Hour), 90)
		return g
	}
	const id = "heartrate.mean"

	g := atMidnight("2026-10-25")
	g.put(oura.DailyActivity, "a", activity("2026-11-20", "+02:00"))
	g.want(id, "2026-10-25", 80)
	g.put(oura.DailyActivity, "a", activity("2026-11-20", "+00:00")) // whose month is another one
	g.want(id, "2026-10-25", 90)

	g = atMidnight("2026-03-01")
	g.put(oura.DailyActivity, "a", activity("2026-01-30", "+02:00")) // two months before
	g.want(id, "2026-03-01", 80)
	g.put(oura.DailyActivity, "a", activity("2026-01-30", "+00:00"))
	g.want(id, "2026-03-01", 90)

	g = atMidnight("2026-07-10")
	g.put(oura.DailyActivity, "a", activity("2026-07-10", "+02:00"))
	g.want(id, "2026-07-10", 80)
	g.put(oura.DailyActivity, "a", activity("2026-11-20", "+02:00")) // moves: nothing around tells any more
	g.want(id, "2026-07-10", 90)
	g.put(oura.Sleep, "s", `{"day":"2026-07-12","type":"long_sleep","bedtime_start":"2026-07-11T23:00:00+02:00"}`)
	g.want(id, "2026-07-10", 80)
	g.remove(oura.Sleep, "s") // which names no day
	g.want(id, "2026-07-10", 90)
}

func TestValues_SamplesPrunedAfterTheFirstLookAreGone(t *testing.T) {
	g := newRig(t)
	g.samples(oura.HeartRate, time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC), 50)
	g.samples(oura.HeartRate, time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), 70)
	g.want("heartrate.mean", "2026-11-18", 50)
	if _, err := g.store.PruneSamples(t.Context(), "2026-11-19"); err != nil {
		t.Fatal(err)
	}
	g.want("heartrate.mean", "2026-11-18", unknown)
	g.want("heartrate.mean", "2026-11-20", 70)
}

func TestValues_DaysHaveAsManyHoursAsTheClockSays(t *testing.T) {
	g := newRig(t)
	// In the night to 25 October 2026 the clock goes back from +02:00 to +01:00.
	g.put(oura.Sleep, "n", `{"day":"2026-10-25","type":"long_sleep","total_sleep_duration":27000,"bedtime_start":"2026-10-24T23:00:00+02:00","bedtime_end":"2026-10-25T07:00:00+01:00"}`)
	g.put(oura.DailyActivity, "a", `{"day":"2026-10-25","timestamp":"2026-10-25T04:00:00+01:00"}`)
	g.put(oura.DailyActivity, "b", `{"day":"2026-10-24","timestamp":"2026-10-24T04:00:00+02:00"}`)
	h := g.day("2026-10-25").Heart
	if got := h.To.Sub(h.From); got != 25*time.Hour || h.From.Format(time.RFC3339) != "2026-10-24T22:00:00Z" {
		t.Errorf("the day has %v from %v", got, h.From)
	}
	m := g.day("2026-10-24").Movement
	if got := m.To.Sub(m.From); got != 25*time.Hour {
		t.Errorf("the day of movement has %v", got)
	}
}

func TestMetrics_NameEveryNumberOfTheDocument(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "oura", "openapi.json"))
	if err != nil {
		t.Skip("Oura's document (oura/openapi.json) is not beside this repository, so the catalogue cannot be held against it here.")
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema json.RawMessage }
			}
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Ref        string `json:"$ref"`
		Type       string
		AnyOf      []json.RawMessage `json:"anyOf"`
		Properties map[string]json.RawMessage
		Items      json.RawMessage
	}
	fields := map[string]bool{}
	var walk func(raw json.RawMessage, path []string, inList bool)
	walk = func(raw json.RawMessage, path []string, inList bool) {
		var s schema
		if json.Unmarshal(raw, &s) != nil {
			return
		}
		if s.Ref != "" {
			walk(doc.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]], path, inList)
		}
		for _, one := range s.AnyOf {
			walk(one, path, inList)
		}
		if (s.Type == "integer" || s.Type == "number") && !inList {
			fields[strings.Join(path, ".")] = true
		}
		for name, of := range s.Properties {
			walk(of, append(slices.Clone(path), name), inList)
		}
	}
	numbers := 0
	for _, info := range oura.Catalogue() {
		if !info.Dated {
			continue
		}
		clear(fields)
		answer := doc.Paths["/v2/usercollection/"+info.Path+"/{document_id}"]["get"].Responses["200"].Content["application/json"].Schema
		if len(answer) == 0 {
			t.Fatalf("%s: no answer described", info.Type)
		}
		walk(answer, nil, false)
		for field := range fields {
			if strings.HasSuffix(field, ".interval") {
				continue // of a list of readings
			}
			numbers++
			if m := catalogue[metricID(info.Type, field)]; m == nil || m.Name == "" || !m.Known {
				t.Errorf("%s: %s has no name", info.Type, field)
			}
		}
	}
	if numbers < 80 {
		t.Errorf("only %d numbers found", numbers)
	}
	seen := map[string]string{}
	for id, m := range catalogue {
		if former := seen[m.Name]; former != "" {
			t.Errorf("%s and %s are both called %q", id, former, m.Name)
		}
		seen[m.Name] = id
	}
}

func TestMetrics_NumbersNobodyHasNamedAreFound(t *testing.T) {
	g := newRig(t)
	g.put(oura.DailySleep, "old", `{"day":"2020-01-01","score":60,"old_number":5}`)
	g.put(oura.DailySleep, "a", `{"day":"2026-11-20","score":70,"field_of_2031":{"level":1.5,"text":"x"},"met":{"interval":60},"a\u0000b":1,"`+strings.Repeat("long", 40)+`":1}`)
	g.put(oura.EnhancedTag, "t", `{"start_day":"2026-11-20","strength":3}`)
	list, err := g.r.Metrics(t.Context(), connected)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]Metric{}
	var extra []string
	for _, m := range list {
		byID[m.ID] = m
		if !m.Known {
			extra = append(extra, m.ID)
		}
	}
	if !slices.Equal(extra, []string{"daily_sleep.field_of_2031.level", "enhanced_tag.strength"}) {
		t.Errorf("found %v", extra)
	}
	if m := byID["daily_sleep.score"]; m.Days != 2 || m.FirstDay != "2020-01-01" || m.LastDay != "2026-11-20" || m.Name != "Sleep score" {
		t.Errorf("%+v", m)
	}
	if m := byID["daily_sleep.contributors.deep_sleep"]; m.Name != "Deep sleep (contribution to sleep score)" {
		t.Errorf("%+v", m)
	}
	g.want("daily_sleep.field_of_2031.level", "2026-11-20", 1.5)
	g.want("daily_sleep.old_number", "2020-01-01", 5) // the whole history is looked through for it
	for _, id := range []string{"daily_sleep.nothing", "nothing.score", "", ".", "daily_sleep", "daily_sleep.", "daily_sleep.\x00kind", "meal.x", "heartrate.bpm", "../etc/passwd"} {
		if _, err := g.r.Trend(t.Context(), connected, id, "", ""); oura.CodeOf(err) != oura.CodeNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Serve makes everything known ahead, and only what was asked for at all.
func TestServe_ReadsAhead(t *testing.T) {
	g := newRig(t)
	for i := range 40 {
		g.put(oura.DailySleep, fmt.Sprint(i), fmt.Sprintf(`{"day":%q,"score":%d,"extra_%d":1}`, oura.Day("2026-11-20").Add(-30*i), 60+i, i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- g.r.Serve(ctx) }()
	found := func() (n int) {
		list, err := g.r.Metrics(t.Context(), connected)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if !m.Known {
				n++
			}
		}
		return n
	}
	for end := time.Now().Add(20 * time.Second); found() < 40; {
		if time.Now().After(end) {
			t.Fatalf("%d of 40 numbers found", found())
		}
		<-time.After(time.Millisecond)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("Serve ended without a reason")
	}
}
