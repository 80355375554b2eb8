package metrics

import (
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// Sleep is one sleep period.
type Sleep struct {
	ObjectID   string
	Day        oura.Day
	Type       string // long_sleep | sleep | late_nap | ""
	Main       bool
	Start, End time.Time // in the zone of that moment; zero where unknown
	Stages5    []Run
	Stages30   []Run
	Movement   []Run // 1 none ... 4 active
	HeartRate  Line
	HRV        Line
	Totals     []StageTotal
	Figures    []NightFigure
	ReceivedAt time.Time
	Revisions  int
	Recovery   []Figure // contributors of the readiness inside, none without it

	asleep float64
	kind   int
}

// StageTotal is the time in one stage in seconds: as Oura states it, and as counted
// from the two strings. Negative where there is none.
type StageTotal struct {
	Stage                       string // deep | light | rem | awake | asleep | in_bed
	Stated, Counted5, Counted30 float64
}

// NightFigure is one figure of a night beside the usual range.
type NightFigure struct {
	Figure Figure
	Usual  Usual
}

// readSleep reads a sleep document.
func readSleep(t *table, doc oura.Document) Sleep {
	f, cells := fieldsOf(doc.Data), t.read(doc.Data)
	s := Sleep{
		ObjectID: doc.ObjectID, Day: doc.Day, Type: f.word("type", kinds[kindLong:]...), ReceivedAt: doc.FirstSeen, Revisions: doc.Revisions,
		HeartRate: f.line("heart_rate", UnitBPM, isHeartRate), HRV: f.line("hrv", UnitMS, isPositive),
	}
	s.kind = kindOf(s.Type)
	if s.asleep = cells[t.columns["total_sleep_duration"]]; math.IsNaN(s.asleep) {
		s.asleep = -1
	}
	var ok1, ok2 bool
	s.Start, ok1 = f.at("bedtime_start")
	s.End, ok2 = f.at("bedtime_end")
	if ok1 && ok2 {
		s.Stages5 = runs(f.text("sleep_phase_5_min"), s.Start, s.End, coarseStep, StageDeep, StageAwake)
		s.Stages30 = runs(f.text("sleep_phase_30_sec"), s.Start, s.End, fineStep, StageDeep, StageAwake)
		s.Movement = runs(f.text("movement_30_sec"), s.Start, s.End, fineStep, 1, 4)
	}
	s.Totals = stageTotals(t, cells, s.Stages5, s.Stages30)
	for _, figure := range figuresOf(t, cells, nightFigures...) {
		s.Figures = append(s.Figures, NightFigure{Figure: figure})
	}
	if f.has("readiness") {
		s.Recovery = figuresOf(t, cells, partsOf(oura.Sleep, "readiness.contributors.")...)
	}
	return s
}

func isHeartRate(v float64) bool { return v > 0 && v < noHeartRate }
func isPositive(v float64) bool  { return v > 0 }

// stageTotals puts what Oura states beside what the strings say.
func stageTotals(t *table, cells []float64, coarse, fine []Run) []StageTotal {
	five, thirty := totals(coarse), totals(fine)
	var out []StageTotal
	for _, stage := range []struct {
		name, field string
		classes     []int
	}{
		{"deep", "deep_sleep_duration", []int{StageDeep}},
		{"light", "light_sleep_duration", []int{StageLight}},
		{"rem", "rem_sleep_duration", []int{StageREM}},
		{"awake", "awake_time", []int{StageAwake}},
		{"asleep", "total_sleep_duration", []int{StageDeep, StageLight, StageREM}},
		{"in_bed", "time_in_bed", []int{StageDeep, StageLight, StageREM, StageAwake}},
	} {
		total := StageTotal{Stage: stage.name, Stated: cells[t.columns[stage.field]], Counted5: -1, Counted30: -1}
		if math.IsNaN(total.Stated) {
			total.Stated = -1
		}
		if len(coarse) > 0 {
			total.Counted5 = sumOf(five, stage.classes)
		}
		if len(fine) > 0 {
			total.Counted30 = sumOf(thirty, stage.classes)
		}
		out = append(out, total)
	}
	return out
}

func sumOf(times map[int]time.Duration, classes []int) (seconds float64) {
	for _, c := range classes {
		seconds += times[c].Seconds()
	}
	return seconds
}
