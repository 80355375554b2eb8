package metrics

import (
	"context"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

const (
	classSeconds = 5 * 60 // one digit of class_5_min
	mostClasses  = 288

	classNone    = 0 // not worn
	classHighest = 5
)

// Movement is a day's activity. Classes are those of class_5_min: 0 not worn, 1
// rest, 2 inactive, 3 low, 4 medium, 5 high.
type Movement struct {
	Known    bool
	From, To time.Time // four in the morning by the ring's clock
	Steps    Figure
	Figures  []Figure
	Runs     []Run
	Met      Line // means over five minutes
	Waits    Waits
}

var movementFigures = []string{
	"active_calories", "total_calories", "equivalent_walking_distance", "high_activity_time", "medium_activity_time", "low_activity_time",
	"sedentary_time", "resting_time", "non_wear_time", "inactivity_alerts",
}

func (b *dayBuilder) movement(ctx context.Context) error {
	t, out := b.r.table(oura.DailyActivity), &b.out.Movement
	none := blank(len(t.names))
	out.Steps, out.Figures = figuresOf(t, none, "steps")[0], figuresOf(t, none, movementFigures...)
	out.Met, out.Waits = Line{Unit: UnitMET}, b.waits[oura.DailyActivity]
	zone := func(d date) *time.Location { return time.FixedZone("", b.clock.morning(d)) }
	out.From = b.d.midnight(b.clock.morning(b.d)).Add(dayTurns).In(zone(b.d))
	out.To = (b.d + 1).midnight(b.clock.morning(b.d + 1)).Add(dayTurns).In(zone(b.d + 1))
	return b.newest(ctx, oura.DailyActivity, func(doc oura.Document) {
		f, cells := fieldsOf(doc.Data), t.read(doc.Data)
		if at, ok := f.at("timestamp"); ok {
			out.From = at
			if !out.To.After(at) || out.To.Sub(at) > 2*daySeconds*time.Second {
				out.To = at.Add(daySeconds * time.Second)
			}
		}
		out.Steps, out.Figures = figuresOf(t, cells, "steps")[0], figuresOf(t, cells, movementFigures...)
		out.Runs = runs(f.text("class_5_min"), out.From, out.To, classSeconds*time.Second, classNone, classHighest)
		out.Met = f.line("met", UnitMET, func(v float64) bool { return v >= 0 }).means(classSeconds * time.Second)
		out.Known = out.Steps.Known || len(out.Runs) > 0 || len(out.Met.At) > 0
		switch {
		case unworn(cells[t.columns["non_wear_time"]], []byte(f.text("class_5_min"))):
			out.Waits = WaitsNotWorn
		case out.Known:
			out.Waits = WaitsNothing
		default:
			out.Waits = unscored(out.Waits)
		}
	})
}

// means joins readings to means over spans of width from the first of them on.
func (l Line) means(width time.Duration) Line {
	if l.Step >= width || len(l.At) == 0 {
		return l
	}
	out := Line{Unit: l.Unit, Step: width}
	sum, n := 0.0, 0
	var begin time.Time
	tell := func() {
		if n > 0 {
			out.At, out.Values = append(out.At, begin), append(out.Values, math.Round(1000*sum/float64(n))/1000)
		}
		sum, n = 0, 0
	}
	for i, at := range l.At {
		if span := at.Sub(l.At[0]).Truncate(width); !begin.Equal(l.At[0].Add(span)) {
			tell()
			begin = l.At[0].Add(span)
		}
		sum, n = sum+l.Values[i], n+1
	}
	tell()
	return out
}

// Heart is the heart rate through a day: means over five minutes, with the least
// and the greatest reading beside them.
type Heart struct {
	Known           bool
	From, To        time.Time
	Line            Line
	Low, High       []float64
	Lowest, Highest float64
	Waits           Waits
}

const heartStep = 5 * time.Minute

func (b *dayBuilder) heart(ctx context.Context) error {
	out := &b.out.Heart
	out.From, out.To = b.clock.midnight(b.d), b.clock.midnight(b.d+1)
	out.Line = Line{Unit: UnitBPM, Step: heartStep}
	var bounds []time.Time
	for at := out.From; at.Before(out.To); at = at.Add(heartStep) {
		bounds = append(bounds, at)
	}
	bounds = append(bounds, out.To)
	err := b.r.store.SampleSpans(ctx, b.who.UserID, oura.HeartRate, bounds, func(i, _ int, low, mean, high float64) {
		out.Line.At, out.Line.Values = append(out.Line.At, bounds[i]), append(out.Line.Values, math.Round(10*mean)/10)
		out.Low, out.High = append(out.Low, low), append(out.High, high)
		if !out.Known || low < out.Lowest {
			out.Lowest = low
		}
		out.Known, out.Highest = true, max(out.Highest, high)
	})
	if !out.Known {
		out.Waits = b.waits[oura.HeartRate]
	}
	return err
}
