package person

import (
	"slices"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

func TestZones_AllAreCompiledIn(t *testing.T) {
	z := loadZones()
	for _, loc := range []*time.Location{z.home, z.lisbon, z.newYork, z.tokyo, z.honolulu, z.kathmandu} {
		if loc == time.UTC {
			t.Error("a zone fell back to UTC")
		}
	}
}

func TestYear_IsFoundForEveryDay(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	for n := numOf(time.Date(1991, 1, 1, 0, 0, 0, 0, time.UTC)); n.date().Year() < 2110; n++ {
		if got := p.year(n).first.date().Year(); got != n.date().Year() {
			t.Fatalf("%s: plan of %d", n.day(), got)
		}
	}
}

// crossing finds the day that the date line repeats.
func crossing(t *testing.T, p *Person) dayNum {
	t.Helper()
	found := dayNum(0)
	for n := p.firstDay(); n < numOf(now); n++ {
		if p.dayStart(n+1)-p.dayStart(n) > longDay {
			if found != 0 {
				t.Fatal("the date line is crossed twice")
			}
			found = n
		}
	}
	if found == 0 {
		t.Fatal("the date line is never crossed")
	}
	return found
}

func TestDateLine_OneDateHasTwoNights(t *testing.T) {
	for seed := range int64(6) {
		p := New(Options{Seed: seed, To: now})
		n := crossing(t, p)
		if !p.slept(n) {
			continue // the ring was off just then
		}
		docs := p.collect([]docMaker{{oura.Sleep, sleepDocs}}, n.day(), n.day(), now)
		var offsets []string
		for _, d := range docs {
			b := mustDecode[sleepBody](t, d.JSON)
			if b.Type == "long_sleep" {
				offsets = append(offsets, b.BedtimeStart[19:], b.BedtimeEnd[19:])
			}
		}
		if !slices.Equal(offsets, []string{"+09:00", "+09:00", "+09:00", "-10:00"}) {
			t.Errorf("seed %d, %s: offsets %v", seed, n.day(), offsets)
		}
	}
}

// TestLocalTimes_CarryTheOffsetOfTheMoment walks summer time on both continents.
func TestLocalTimes_CarryTheOffsetOfTheMoment(t *testing.T) {
	p := New(Options{Seed: 1, To: now})
	seen := map[string]int{}
	for _, b := range starts() {
		for _, s := range b {
			at := mustTime(t, s)
			_, want := at.In(p.zoneAt(at.Unix())).Zone()
			if _, got := at.Zone(); got != want {
				t.Fatalf("%s: offset %d, want %d", s, got, want)
			}
			seen[s[19:]]++
		}
	}
	for _, offset := range []string{"+01:00", "+02:00", "-04:00", "-05:00", "+09:00", "-10:00", "+05:45"} {
		if seen[offset] == 0 {
			t.Errorf("five years without offset %s: %v", offset, seen)
		}
	}
}

// dstDays are the Saturdays whose night loses or wins an hour in Berlin.
var dstDays = []struct {
	day     oura.Day
	hours   int64
	nonWear int // least seconds
}{
	{"2025-03-29", 23, 3600}, {"2025-10-25", 25, 0}, {"2026-03-28", 23, 3600}, {"2026-10-24", 25, 0},
}

func TestSummerTime_DaysHave23And25Hours(t *testing.T) {
	p := New(Options{Seed: 4, To: now})
	for _, tt := range dstDays {
		n, _ := numOfDay(tt.day)
		if p.zone(n) != p.home || p.zone(n+1) != p.home || !p.worn(n) {
			t.Fatalf("%s: choose a seed that is at home", tt.day)
		}
		if got := (p.dayStart(n+1) - p.dayStart(n)) / 3600; got != tt.hours {
			t.Errorf("%s has %d hours", tt.day, got)
		}
		docs := p.collect([]docMaker{{oura.DailyActivity, dailyActivity}}, tt.day, tt.day, now)
		b := mustDecode[activityBody](t, docs[0].JSON)
		if b.NonWearTime < tt.nonWear || len(b.Class5Min) != 288 {
			t.Errorf("%s: %d classes, %d s without the ring", tt.day, len(b.Class5Min), b.NonWearTime)
		}
		if night := p.view(n+1, forever).sleep(); night != nil && sum(night) != int(night.seconds()) {
			t.Errorf("night after %s: stages %d s, in bed %d s", tt.day, sum(night), night.seconds())
		}
	}
}

// sum is the length of the stages in seconds, the last epoch cut as the night cuts it.
func sum(r *sleepRecord) int {
	return r.asleep() + (len(r.stages)-r.asleep()/epoch)*epoch - (len(r.stages)*epoch - int(r.seconds()))
}
