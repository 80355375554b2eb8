package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const benchDays = 3_650 // ten years

// tenYears fills a store with nights of some 20 kB and a day of activity of 8 kB
// beside each.
func tenYears(b *testing.B) *rig {
	b.Helper()
	g := newRig(b)
	rnd := rand.New(rand.NewPCG(1, 1))
	items := func(n int, format string, low, span float64) string {
		var s strings.Builder
		for i := range n {
			if i > 0 {
				s.WriteByte(',')
			}
			fmt.Fprintf(&s, format, low+span*rnd.Float64())
		}
		return s.String()
	}
	digits := func(n int) string {
		out := make([]byte, n)
		for i := range out {
			out[i] = byte('1' + rnd.IntN(4))
		}
		return string(out)
	}
	last := oura.DayOf(now)
	var list []sqlite.Change
	size := 0
	for i := range benchDays {
		day := last.Add(-i)
		night := fmt.Sprintf(`{"id":"n%d","average_breath":%.3f,"average_heart_rate":%.3f,"average_hrv":%d,"awake_time":3000,"bedtime_end":"%sT07:00:00+02:00","bedtime_start":"%sT23:00:00+02:00","day":%q,"deep_sleep_duration":%d,"efficiency":%d,"heart_rate":{"interval":300.0,"items":[%s],"timestamp":"%sT23:00:00.000+02:00"},"hrv":{"interval":300.0,"items":[%s],"timestamp":"%sT23:00:00.000+02:00"},"latency":%d,"light_sleep_duration":15000,"low_battery_alert":false,"lowest_heart_rate":%d,"movement_30_sec":%q,"period":0,"readiness":{"contributors":{"activity_balance":80,"body_temperature":90},"score":80,"temperature_deviation":0.1,"temperature_trend_deviation":0.0},"rem_sleep_duration":5000,"restless_periods":200,"sleep_phase_30_sec":%q,"sleep_phase_5_min":%q,"time_in_bed":28800,"total_sleep_duration":%d,"type":"long_sleep","app_sleep_phase_5_min":%q,"ring_id":%q}`,
			i, 13+rnd.Float64(), 50+9*rnd.Float64(), 30+rnd.IntN(40), day, day.Add(-1), day, 3600+rnd.IntN(2000), 80+rnd.IntN(15), items(96, "%.1f", 48, 20), day.Add(-1), items(96, "%.1f", 20, 60), day.Add(-1),
			300+rnd.IntN(900), 45+rnd.IntN(8), digits(960), digits(960), digits(96), 24_000+rnd.IntN(4000), digits(96), strings.Repeat("r", 15_000))
		activity := fmt.Sprintf(`{"id":"a%d","day":%q,"score":%d,"steps":%d,"active_calories":400,"class_5_min":%q,"met":{"interval":60.0,"items":[%s],"timestamp":"%sT04:00:00.000+02:00"},"non_wear_time":600,"timestamp":"%sT04:00:00+02:00"}`,
			i, day, 60+rnd.IntN(40), rnd.IntN(15_000), digits(288), items(1440, "%.1f", 0.9, 3), day, day)
		score := fmt.Sprintf(`{"id":"s%d","day":%q,"score":%d,"contributors":{"deep_sleep":80}}`, i, day, 60+rnd.IntN(40))
		size += len(night)
		list = append(list, change(oura.Sleep, fmt.Sprint("n", i), []byte(night)), change(oura.DailyActivity, fmt.Sprint("a", i), []byte(activity)), change(oura.DailySleep, fmt.Sprint("s", i), []byte(score)))
	}
	g.putAll(list...)
	b.Logf("%d nights of %d bytes each", benchDays, size/benchDays)
	return g
}

func BenchmarkTenYears(b *testing.B) {
	g := tenYears(b)
	for _, dt := range oura.Fetchable() { // as of an account whose history is here
		asked := sqlite.Asked{UserID: user, DataType: dt, From: oura.DayOf(now).Add(1 - benchDays), To: oura.DayOf(now), At: now, Outcome: sqlite.AskOK}
		if err := g.store.NoteAsked(b.Context(), asked); err != nil {
			b.Fatal(err)
		}
	}
	const id = "sleep.average_hrv"
	first, last := oura.DayOf(now).Add(1-benchDays), oura.DayOf(now)
	fresh := func() { g.r = New(g.store, Options{Now: func() time.Time { return now }}) }
	trend := func(b *testing.B, id string, from, to oura.Day) {
		b.Helper()
		if tr, err := g.r.Trend(context.Background(), connected, id, from, to); err != nil || len(tr.Values) != int(days(from, to)) {
			b.Fatalf("%d values, %v", len(tr.Values), err)
		}
	}
	trend(b, id, first, last)
	trend(b, "daily_activity.steps", first, last)
	b.Logf("kept: %.1f MB", float64(8*g.r.cells)/1e6)
	for _, run := range []struct {
		name string
		f    func()
	}{
		{"values, kept", func() { g.mustValues(b, id, first, last) }},
		{"trend of everything, kept", func() { trend(b, id, first, last) }},
		{"trend of five years against five, kept", func() { trend(b, id, last.Add(-1824), last) }},
		{"trend of 90 days, kept", func() { trend(b, id, last.Add(-89), last) }},
		{"today, kept", func() { g.mustDay(b) }},
		{"night, kept", func() {
			if n, err := g.r.Night(context.Background(), connected, ""); err != nil || len(n.Periods) != 1 {
				b.Fatal(err)
			}
		}},
		{"all metrics, kept", func() {
			if _, err := g.r.Metrics(context.Background(), connected); err != nil {
				b.Fatal(err)
			}
		}},
		{"today, after a change", func() {
			g.put(oura.DailySleep, "s0", fmt.Sprintf(`{"day":%q,"score":%d}`, last, rand.IntN(100)))
			g.mustDay(b)
		}},
		{"today, first time", func() {
			fresh()
			g.mustDay(b)
		}},
		{"trend of 90 days, first time", func() {
			fresh()
			trend(b, id, last.Add(-89), last)
		}},
		{"trend of everything, first time", func() {
			fresh()
			trend(b, id, first, last)
		}},
	} {
		trend(b, id, first, last) // whatever is kept is there
		b.Run(run.name, func(b *testing.B) { timed(b, run.f) })
	}
}

// BenchmarkAYearOfHeartRate measures what no month has kept: 1,100 samples a day.
func BenchmarkAYearOfHeartRate(b *testing.B) {
	g := newRig(b)
	rnd := rand.New(rand.NewPCG(1, 1))
	first := now.AddDate(-1, 0, 0).Truncate(24 * time.Hour)
	for day := range 365 {
		rows := make([]sqlite.Sample, 1100)
		for i := range rows {
			rows[i] = sqlite.Sample{At: first.AddDate(0, 0, day).Add(time.Duration(i*78) * time.Second), Source: "awake", Value: float64(50 + rnd.IntN(60))}
		}
		if _, err := g.store.PutSamples(b.Context(), user, oura.HeartRate, oura.SourcePoll, now, rows); err != nil {
			b.Fatal(err)
		}
	}
	timed(b, func() {
		g.r = New(g.store, Options{Now: func() time.Time { return now }})
		if tr, err := g.r.Trend(context.Background(), connected, "heartrate.mean", "", ""); err != nil || len(tr.Values) < 360 {
			b.Fatalf("%d values, %v", len(tr.Values), err)
		}
	})
}

func (g *rig) mustValues(b *testing.B, id string, from, to oura.Day) {
	b.Helper()
	first, _ := dateOf(from)
	last, _ := dateOf(to)
	end, err := g.r.begin(context.Background(), user)
	if err != nil {
		b.Fatal(err)
	}
	defer end()
	if _, err := g.r.values(context.Background(), catalogue[id], first, last); err != nil {
		b.Fatal(err)
	}
}

func (g *rig) mustDay(b *testing.B) {
	b.Helper()
	if d, err := g.r.Day(context.Background(), connected, ""); err != nil || !d.HasData {
		b.Fatal(err)
	}
}

// timed runs f and reports the quickest run beside the mean: other programs share
// the machine.
func timed(b *testing.B, f func()) {
	b.Helper()
	best := time.Duration(math.MaxInt64)
	for b.Loop() {
		began := time.Now()
		f()
		best = min(best, time.Since(began))
	}
	b.ReportMetric(float64(best.Microseconds())/1000, "best-ms")
}

func days(from, to oura.Day) date {
	f, _ := dateOf(from)
	l, _ := dateOf(to)
	return l - f + 1
}
