package metrics

import (
	"bytes"
	"math"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// words are the few texts of a document that figures depend on.
type words struct {
	day, kind, begin, end, timestamp, start, stop, summary, classes, startDay, endDay, tag []byte
}

func (w *words) note(path, raw []byte) {
	var to *[]byte
	switch string(path) {
	case "day":
		to = &w.day
	case "type":
		to = &w.kind
	case "bedtime_start":
		to = &w.begin
	case "bedtime_end":
		to = &w.end
	case "timestamp":
		to = &w.timestamp
	case "start_datetime":
		to = &w.start
	case "end_datetime":
		to = &w.stop
	case "day_summary":
		to = &w.summary
	case "class_5_min":
		to = &w.classes
	case "start_day":
		to = &w.startDay
	case "end_day":
		to = &w.endDay
	case "tag_type_code":
		to = &w.tag
	default:
		return
	}
	*to = raw
}

// instant reads a local time with its offset; ok is false when it is none.
func instant(raw []byte) (at time.Time, ok bool) {
	if len(raw) > 40 {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, string(raw))
	if err != nil || !plausible(at) {
		return time.Time{}, false
	}
	return at, true
}

// plausible keeps instants within the years in which there are rings.
func plausible(at time.Time) bool { return at.Year() >= firstYear && at.Year() <= lastYear }

func (t *table) set(cells []float64, column string, v float64) { cells[t.columns[column]] = v }

// span notes begin and end of what a document tells of.
func (t *table) span(cells []float64, begin, end []byte) (length float64) {
	from, ok := instant(begin)
	if ok {
		_, offset := from.Zone()
		t.set(cells, colBegin, float64(from.Unix()))
		t.set(cells, colOffset, float64(offset))
	}
	to, ok2 := instant(end)
	if ok2 {
		_, offset := to.Zone()
		t.set(cells, colEnd, float64(to.Unix()))
		t.set(cells, colOffset2, float64(offset))
	}
	if !ok || !ok2 || to.Before(from) {
		return math.NaN()
	}
	return to.Sub(from).Seconds()
}

// clockTime notes how long after the midnight of its day, by the local clock,
// something was.
func (t *table) clockTime(cells []float64, field string, day, at []byte) {
	d, ok := dateOf(oura.Day(day))
	local, ok2 := instant(at)
	if !ok || !ok2 {
		return
	}
	_, offset := local.Zone()
	if v := float64(local.Unix() + int64(offset) - int64(d)*daySeconds); math.Abs(v) <= 2*daySeconds {
		t.set(cells, field, v)
	}
}

// derive fills the columns that no field has, and takes out zeros that stand for
// nothing.
func (t *table) derive(cells []float64, w *words) {
	switch t.dt {
	case oura.Sleep:
		t.span(cells, w.begin, w.end)
		t.set(cells, colKind, float64(kindOf(string(w.kind))))
		t.clockTime(cells, "bedtime_start", w.day, w.begin)
		t.clockTime(cells, "bedtime_end", w.day, w.end)
	case oura.Workout, oura.Session:
		t.set(cells, "duration", t.span(cells, w.start, w.stop))
	case oura.DailyActivity:
		t.span(cells, w.timestamp, nil)
		if begin := cells[t.columns[colBegin]]; !math.IsNaN(begin) {
			t.set(cells, colEnd, begin+float64(min(len(w.classes), mostClasses)*classSeconds))
		}
		if unworn(cells[t.columns["non_wear_time"]], w.classes) {
			t.forget(cells, "non_wear_time", "target_calories", "target_meters")
		}
	case oura.DailyStress:
		high, recovery := cells[t.columns["stress_high"]], cells[t.columns["recovery_high"]]
		if high == 0 && recovery == 0 && len(w.summary) == 0 {
			t.forget(cells) // nothing was measured
		}
	}
}

// unworn reports whether an activity is that of a day without the ring: its zeros
// are no measurements.
func unworn(nonWear float64, classes []byte) bool {
	return nonWear >= daySeconds || len(classes) > 0 && len(bytes.Trim(classes, "0")) == 0
}

// forget takes out all numbers but some.
func (t *table) forget(cells []float64, but ...string) {
	for _, e := range named[t.dt] {
		if !slices.Contains(but, e.field) {
			t.set(cells, e.field, math.NaN())
		}
	}
}
