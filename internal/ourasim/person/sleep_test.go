package person

import (
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func checkSleep(t *testing.T, b sleepBody) {
	t.Helper()
	bad := func(format string, args ...any) { t.Helper(); t.Errorf(b.ID+" "+string(b.Day)+": "+format, args...) }
	start, end := mustTime(t, b.BedtimeStart), mustTime(t, b.BedtimeEnd)
	if got := int(end.Sub(start).Seconds()); got != b.TimeInBed {
		bad("in bed %d s, from the times %d s", b.TimeInBed, got)
	}
	if b.AwakeTime+b.DeepSleepDuration+b.LightSleepDuration+b.RemSleepDuration != b.TimeInBed {
		bad("stages do not sum to the time in bed")
	}
	if b.DeepSleepDuration+b.LightSleepDuration+b.RemSleepDuration != b.TotalSleepDuration {
		bad("stages do not sum to the sleep")
	}
	for stage, want := range map[string]int{"1": b.DeepSleepDuration, "2": b.LightSleepDuration, "3": b.RemSleepDuration} {
		if got := 30 * strings.Count(b.SleepPhase30Sec, stage); got != want {
			bad("stage %s: string says %d s, duration %d s", stage, got, want)
		}
	}
	if want := (b.TimeInBed + 29) / 30; len(b.SleepPhase30Sec) != want || len(b.Movement30Sec) != want {
		bad("%d and %d epochs, want %d", len(b.SleepPhase30Sec), len(b.Movement30Sec), want)
	}
	if want := (b.TimeInBed + 299) / 300; len(b.SleepPhase5Min) != want {
		bad("%d digits, want %d", len(b.SleepPhase5Min), want)
	}
	if got := strings.IndexAny(b.SleepPhase30Sec, "123") * 30; got != b.Latency {
		bad("latency %d s, asleep after %d s", b.Latency, got)
	}
	if day := sleepDayOf(end); day != b.Day {
		bad("counts for %s, want %s", b.Day, day)
	}
}

func sleepDayOf(end time.Time) oura.Day {
	day := oura.DayOf(end)
	if end.Hour() >= 18 {
		return day.Add(1)
	}
	return day
}

func TestSleep_DocumentsAreConsistent(t *testing.T) {
	types := map[string]int{}
	tiny := 0
	for _, b := range bodies[sleepBody](t, oura.Sleep) {
		checkSleep(t, b)
		types[b.Type]++
		if b.Type == "long_sleep" && b.TimeInBed <= 3*3600 || b.Type != "long_sleep" && b.TimeInBed > 3*3600 {
			t.Errorf("%s: %s of %d s", b.ID, b.Type, b.TimeInBed)
		}
		if *b.LowestHeartRate == 255 {
			tiny++
			if b.HeartRate != nil || b.AverageHRV != nil || *b.Readiness.Contributors.RestingHeartRate != 0 {
				t.Errorf("%s: measurements in a tiny nap", b.ID)
			}
		}
	}
	for _, want := range []string{"long_sleep", "sleep", "late_nap", "rest", "deleted"} {
		if types[want] < 5 {
			t.Errorf("%d sleeps of type %s in five years", types[want], want)
		}
	}
	if tiny < 20 {
		t.Errorf("%d tiny naps without a heart rate", tiny)
	}
}

func TestSleep_WeekendsAreLater(t *testing.T) {
	wake := map[bool][]float64{}
	for _, b := range starts() {
		if end := mustTime(t, b[1]); end.Sub(mustTime(t, b[0])) > hours(3) {
			weekend := end.Weekday() == time.Saturday || end.Weekday() == time.Sunday
			wake[weekend] = append(wake[weekend], float64(end.Hour())+float64(end.Minute())/60)
		}
	}
	if late := average(wake[true]) - average(wake[false]); late < 1 || late > 3 {
		t.Errorf("weekends start %.1f h later, want 1 to 3", late)
	}
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func TestDailySleep_ScoreFollowsContributors(t *testing.T) {
	nulls := 0
	for _, b := range bodies[dailySleepBody](t, oura.DailySleep) {
		if b.Score == nil {
			nulls++
			continue
		}
		if got := b.Contributors.score(); got != *b.Score {
			t.Errorf("%s: score %d, contributors give %d", b.Day, *b.Score, got)
		}
		if b.Timestamp != string(b.Day)+"T00:00:00+00:00" {
			t.Errorf("%s: timestamp %s", b.Day, b.Timestamp)
		}
	}
	if nulls < 5 || nulls > 100 {
		t.Errorf("%d days without a score in five years", nulls)
	}
}

func TestIllness_ShowsInTheBodyAndOpensRestMode(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	periods := bodies[restModeBody](t, oura.RestModePeriod)
	if len(periods) < 4 {
		t.Fatalf("%d rest periods in five years", len(periods))
	}
	for _, period := range periods {
		n, _ := numOfDay(period.StartDay)
		ill, well := nightsFrom(p, n, 5), nightsFrom(p, n-12, 10)
		if len(ill) == 0 || len(well) == 0 {
			continue
		}
		if ill["pulse"] < well["pulse"]+3 || ill["hrv"] > well["hrv"]-5 || ill["warm"] < well["warm"]+0.4 {
			t.Errorf("%s: ill %v, well %v", period.StartDay, ill, well)
		}
		if period.EndDay == nil || *period.EndDay <= period.StartDay {
			t.Errorf("%s: rest mode never ended", period.StartDay)
		}
	}
}

// nightsFrom averages k nights from day n on; empty if none was recorded.
func nightsFrom(p *Person, n dayNum, k int) map[string]float64 {
	var pulse, hrv, warm []float64
	for i := range dayNum(k) {
		if r := p.view(n+i, forever).sleep(); r != nil {
			pulse, hrv, warm = append(pulse, mean(r.heart)), append(hrv, mean(r.hrv)), append(warm, p.temperature(n+i))
		}
	}
	if len(pulse) == 0 {
		return nil
	}
	return map[string]float64{"pulse": average(pulse), "hrv": average(hrv), "warm": average(warm)}
}
