package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const hypnogram = "4244211121444444221111222211344211222222333423422222222222234422222222223323322222222222233444224"

func TestNight_StagesAreClippedAtTheEnd(t *testing.T) {
	begin := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	list := runs(hypnogram, begin, begin.Add(28_933*time.Second), coarseStep, StageDeep, StageAwake)
	if len(list) != 34 {
		t.Errorf("%d runs, want 34", len(list))
	}
	for i, want := range []Run{{4, begin, begin.Add(300 * time.Second)}, {2, begin.Add(300 * time.Second), begin.Add(600 * time.Second)}, {4, begin.Add(600 * time.Second), begin.Add(1200 * time.Second)}} {
		if list[i] != want {
			t.Errorf("run %d is %v, want %v", i, list[i], want)
		}
	}
	if last, want := list[len(list)-1], (Run{4, begin.Add(28_800 * time.Second), begin.Add(28_933 * time.Second)}); last != want {
		t.Errorf("the last run is %v, want %v", last, want)
	}
	sums := totals(list)
	for stage, want := range map[int]time.Duration{StageDeep: 3600, StageLight: 16_200, StageREM: 3600, StageAwake: 5533} {
		if sums[stage] != want*time.Second {
			t.Errorf("stage %d: %v, want %v", stage, sums[stage], want*time.Second)
		}
	}
	v := readVectors(t).Hypnogram
	list = runs(v.Phases, begin, begin.Add(time.Duration(v.InBed)*time.Second), coarseStep, StageDeep, StageAwake)
	sums = totals(list)
	if len(list) != v.Runs || sums[StageDeep].Seconds() != v.Seconds["deep"] || sums[StageAwake].Seconds() != v.Seconds["awake"] || v.Phases != hypnogram {
		t.Errorf("hypnogram: %d runs, %v", len(list), sums)
	}
}

func TestNight_OddStagesLeaveAGap(t *testing.T) {
	begin := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	list := runs("22x2é9", begin, begin.Add(time.Hour), coarseStep, StageDeep, StageAwake)
	want := []Run{{2, begin, begin.Add(10 * time.Minute)}, {2, begin.Add(15 * time.Minute), begin.Add(20 * time.Minute)}}
	if len(list) != 2 || list[0] != want[0] || list[1] != want[1] {
		t.Errorf("%v, want %v", list, want)
	}
	if list := runs("222", begin, begin, coarseStep, 1, 4); len(list) != 0 {
		t.Errorf("a sleep without length has %v", list)
	}
	if list := runs(strings.Repeat("12", 1<<20), begin, begin.AddDate(50, 0, 0), fineStep, 1, 4); len(list) > mostReadings {
		t.Errorf("%d runs", len(list))
	}
}

// full is a night whose parts fit together.
const full = `{"day":"2026-11-20","type":"long_sleep","bedtime_start":"2026-11-19T23:00:30+02:00","bedtime_end":"2026-11-20T00:00:00+02:00",
	"time_in_bed":3570,"total_sleep_duration":2700,"deep_sleep_duration":600,"light_sleep_duration":1500,"rem_sleep_duration":600,"awake_time":870,
	"sleep_phase_5_min":"442221133222","sleep_phase_30_sec":"44444444442222222222","movement_30_sec":"1122333",
	"heart_rate":{"interval":300.0,"items":[null,61,60.5,"x",0,255,59],"timestamp":"2026-11-19T23:00:30.000+02:00"},
	"hrv":{"interval":300,"items":[null,40,1e400,null,42],"timestamp":"2026-11-19T23:00:30.000+02:00"},
	"efficiency":76,"latency":600,"lowest_heart_rate":58,"average_heart_rate":60.25,"average_hrv":41,"average_breath":14.5,"restless_periods":12,
	"readiness":{"score":80,"contributors":{"recovery_index":90,"sleep_regularity":null}}}`

func TestNight_InFull(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "nap-2", `{"day":"2026-11-20","type":"sleep","bedtime_start":"2026-11-20T15:00:00+02:00","bedtime_end":"2026-11-20T15:20:00+02:00","lowest_heart_rate":255,"heart_rate":null}`)
	g.put(oura.Sleep, "night", full)
	g.put(oura.Sleep, "nap-1", `{"day":"2026-11-20","type":"sleep","bedtime_start":"2026-11-20T13:00:00+02:00","bedtime_end":"2026-11-20T13:20:00+02:00"}`)
	g.put(oura.Sleep, "no", `{"day":"2026-11-20","type":"rest"}`)
	g.put(oura.DailyReadiness, "r", `{"day":"2026-11-20","score":80,"temperature_deviation":-0.12}`)
	n := g.night("2026-11-20")
	if len(n.Periods) != 3 || n.Excluded != 1 || n.Waits != "" || n.Periods[0].ObjectID != "night" || n.Periods[1].ObjectID != "nap-1" {
		t.Fatalf("%d periods, %d left out, waits %q", len(n.Periods), n.Excluded, n.Waits)
	}
	s := n.Periods[0]
	if !s.Main || n.Periods[1].Main || s.Type != "long_sleep" || s.Revisions != 1 || s.ReceivedAt.UnixMilli() != now.UnixMilli() {
		t.Errorf("main %v, type %q, %d revisions, received %v", s.Main, s.Type, s.Revisions, s.ReceivedAt)
	}
	if s.Start.Format(time.RFC3339) != "2026-11-19T23:00:30+02:00" || s.End.Format(time.RFC3339) != "2026-11-20T00:00:00+02:00" {
		t.Errorf("from %v to %v", s.Start, s.End)
	}
	if got := fmt.Sprint(s.HeartRate.Values); got != "[61 60.5 59]" || !s.HeartRate.At[2].Equal(s.Start.Add(30*time.Minute)) || s.HeartRate.Step != 5*time.Minute {
		t.Errorf("heart rate %v at %v", got, s.HeartRate.At)
	}
	if got := fmt.Sprint(s.HRV.Values); got != "[40 42]" {
		t.Errorf("hrv %v", got)
	}
	if last := s.Movement[len(s.Movement)-1]; len(s.Movement) != 3 || last.Class != 3 || last.To.Sub(last.From) != 90*time.Second {
		t.Errorf("movement %v", s.Movement)
	}
	for _, want := range []StageTotal{{"deep", 600, 600, 0}, {"light", 1500, 1770, 300}, {"rem", 600, 600, 0}, {"awake", 870, 600, 300}, {"asleep", 2700, 2970, 300}, {"in_bed", 3570, 3570, 600}} {
		for _, got := range s.Totals {
			if got.Stage == want.Stage && got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	}
	if tot := n.Periods[1].Totals[0]; tot.Stated != -1 || tot.Counted5 != -1 || tot.Counted30 != -1 {
		t.Errorf("the nap has %+v", tot)
	}
	values := map[string]Figure{}
	for _, f := range s.Figures {
		values[f.Figure.Metric.ID] = f.Figure
	}
	for id, want := range map[string]float64{
		"sleep.total_sleep_duration": 2700, "sleep.latency": 600, "sleep.average_breath": 14.5, "daily_readiness.temperature_deviation": -0.12, "sleep.restless_periods": 12,
	} {
		if f := values[id]; !f.Known || f.Value != want {
			t.Errorf("%s: %+v, want %v", id, f, want)
		}
	}
	for _, f := range n.Periods[2].Figures {
		if f.Figure.Known || f.Usual.Known {
			t.Errorf("the nap knows %s: %v", f.Figure.Metric.ID, f.Figure.Value)
		}
	}
	known := 0
	for _, f := range s.Recovery {
		if f.Known {
			known++
		}
	}
	if len(s.Recovery) != 9 || known != 1 || len(n.Periods[1].Recovery) != 0 {
		t.Errorf("%d contributors, %d known", len(s.Recovery), known)
	}
}

func TestNight_NeighboursHaveSleep(t *testing.T) {
	g := newRig(t)
	for _, day := range []string{"2026-10-01", "2026-11-10", "2026-11-20", "2026-11-22"} {
		g.put(oura.Sleep, day, sleepDoc(day, "long_sleep", 20_000, ""))
	}
	g.put(oura.Sleep, "no", sleepDoc("2026-11-15", "deleted", 20_000, ""))
	g.put(oura.Sleep, "nap", sleepDoc("2026-11-23", "late_nap", 2_000, "")) // this evening's, which counts for tomorrow
	n := g.night("2026-11-20")
	if n.Previous != "2026-11-10" || n.Next != "2026-11-22" || n.FirstDay != "2026-10-01" || n.LastDay != "2026-11-23" {
		t.Errorf("%s, %s, %s, %s", n.Previous, n.Next, n.FirstDay, n.LastDay)
	}
	if n := g.night(""); n.Day != "2026-11-22" || n.Next != "2026-11-23" {
		t.Errorf("the newest is %s before %s", n.Day, n.Next)
	}
	if n := g.night("2026-10-01"); n.Previous != "" {
		t.Errorf("%s lies before the first", n.Previous)
	}
	if n := g.night("2026-11-15"); len(n.Periods) != 0 || n.Excluded != 1 || n.Waits != WaitsNoData {
		t.Errorf("%d periods, %d left out, waits %q", len(n.Periods), n.Excluded, n.Waits)
	}
}

func TestNight_WhatDoesNotCountIsPassedOver(t *testing.T) {
	g := newRig(t)
	g.put(oura.Sleep, "night", sleepDoc("2026-11-18", "long_sleep", 20_000, ""))
	g.put(oura.Sleep, "broken", sleepDoc("2026-11-19", "long_sleep", 20_000, ""))
	g.put(oura.Sleep, "no", sleepDoc("2026-11-21", "rest", 2_000, ""))
	g.put(oura.Sleep, "neither", sleepDoc("2026-11-22", "deleted", 2_000, ""))
	g.r = New(&spoilingOne{Store: g.store, id: "broken"}, Options{Now: g.r.now})
	if n := g.night(""); n.Day != "2026-11-18" || n.Today != "2026-11-22" || len(n.Periods) != 1 || n.Next != "" {
		t.Errorf("the newest is %s before %q, %d periods, today %s", n.Day, n.Next, len(n.Periods), n.Today)
	}
	if n := g.night("2026-11-21"); n.Previous != "2026-11-18" {
		t.Errorf("before it %s", n.Previous)
	}
}

// spoilingOne is a store of which one document cannot be read.
type spoilingOne struct {
	*sqlite.Store
	id string
}

func (s *spoilingOne) EachDocument(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day, f func(oura.Document) error) error {
	return s.Store.EachDocument(ctx, userID, dt, from, to, func(d oura.Document) error {
		if d.ObjectID == s.id {
			d.Data, d.Spoilt = nil, true
		}
		return f(d)
	})
}

func TestNight_RecordedSleeps(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "oura", "samples", "sleep")
	paths, err := filepath.Glob(filepath.Join(root, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Skip("The sample documents (oura/samples) are not beside this repository, so they cannot be read here.")
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Data []json.RawMessage }
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatal(err)
		}
		g := newRig(t)
		for i, doc := range answer.Data {
			var want struct {
				Day                     oura.Day
				Lowest                  *float64 `json:"lowest_heart_rate"`
				InBed                   float64  `json:"time_in_bed"`
				Deep, Light, REM, Awake float64
				Phases                  string `json:"sleep_phase_5_min"`
			}
			if err := json.Unmarshal(doc, &want); err != nil {
				t.Fatal(err)
			}
			id := fmt.Sprint(i)
			g.put(oura.Sleep, id, string(doc))
			for _, s := range g.night(want.Day).Periods {
				if s.ObjectID != id {
					continue
				}
				inBed := s.Totals[len(s.Totals)-1]
				if inBed.Stated != want.InBed || want.Phases != "" && (inBed.Counted5 > inBed.Stated+60 || inBed.Counted5 < inBed.Stated-300) {
					t.Errorf("%s %d: in bed %+v", filepath.Base(path), i, inBed)
				}
				for _, f := range s.Figures {
					if f.Figure.Metric.Field == "lowest_heart_rate" && want.Lowest != nil && f.Figure.Known != (*want.Lowest != 255) {
						t.Errorf("%s %d: lowest heart rate %+v of %v", filepath.Base(path), i, f.Figure, *want.Lowest)
					}
				}
			}
		}
	}
}
