package metrics

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Line is a course of readings. Neighbours further apart than Step are a gap.
type Line struct {
	Unit   Unit
	Step   time.Duration
	At     []time.Time
	Values []float64
}

// Run is a stretch of time in one class.
type Run struct {
	Class    int
	From, To time.Time
}

const (
	mostReadings = 20_000 // of one list: a day of seconds would be 86,400, and no list is that fine
	longestWord  = 40     // bytes of a word that is shown
)

// fields are those of a document, read when they are asked for. What has another
// form than expected counts as missing.
type fields map[string]json.RawMessage

func fieldsOf(doc []byte) fields {
	var f fields
	if json.Unmarshal(doc, &f) != nil {
		return nil
	}
	return f
}

func (f fields) object(name string) fields { return fieldsOf(f[name]) }

// has reports whether there is anything but null.
func (f fields) has(name string) bool { return len(f[name]) > 0 && string(f[name]) != "null" }

func (f fields) text(name string) string {
	var text string
	if json.Unmarshal(f[name], &text) != nil {
		return ""
	}
	return text
}

// word is a text that should be one of a few; "" when it is none of them.
func (f fields) word(name string, of ...string) string {
	if text := f.text(name); slices.Contains(of, text) {
		return text
	}
	return ""
}

// at reads a local time; its zone is the offset of that moment.
func (f fields) at(name string) (time.Time, bool) { return instant([]byte(f.text(name))) }

// number is NaN when there is none.
func (f fields) number(name string) float64 { return numberIn(f[name]) }

// line reads a list of readings: interval, items, timestamp. Items that are no
// reading are left out, as fits says.
func (f fields) line(name string, unit Unit, fits func(float64) bool) Line {
	in := f.object(name)
	start, ok := in.at("timestamp")
	step := in.number("interval")
	var items []any
	_ = json.Unmarshal(in["items"], &items) // an item that cannot be read is left out, the others stay
	if !ok || !(step >= 1 && step <= daySeconds) || len(items) > mostReadings {
		return Line{Unit: unit}
	}
	out := Line{Unit: unit, Step: time.Duration(step * float64(time.Second))}
	for i, item := range items {
		if v, ok := item.(float64); ok && math.Abs(v) <= greatest && fits(v) {
			out.At = append(out.At, start.Add(time.Duration(i)*out.Step))
			out.Values = append(out.Values, v)
		}
	}
	return out
}

// runs reads a text of one digit per step from begin on, and joins equal
// neighbours. It ends at end, whatever follows. A character that is none of the
// classes leaves its step out.
func runs(text string, begin, end time.Time, step time.Duration, low, high int) []Run {
	var out []Run
	for i := range min(len(text), mostReadings) {
		from := begin.Add(time.Duration(i) * step)
		to := from.Add(step)
		if to.After(end) {
			to = end
		}
		class := int(text[i]) - '0'
		if !from.Before(end) {
			break
		}
		if class < low || class > high {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Class == class && out[n-1].To.Equal(from) {
			out[n-1].To = to
			continue
		}
		out = append(out, Run{class, from, to})
	}
	return out
}

// totals sums up the time in each class.
func totals(list []Run) map[int]time.Duration {
	out := map[int]time.Duration{}
	for _, r := range list {
		out[r.Class] += r.To.Sub(r.From)
	}
	return out
}

// figuresOf takes some fields out of a document's numbers.
func figuresOf(t *table, cells []float64, names ...string) []Figure {
	var out []Figure
	for _, name := range names {
		out = append(out, figureOf(catalogue[metricID(t.dt, name)], cells[t.columns[name]]))
	}
	return out
}

// figureOf makes a figure of a value as it stands in a document, NaN for none.
func figureOf(m *Metric, v float64) Figure {
	if v = m.rule.clean(v); math.IsNaN(v) {
		return Figure{Metric: m}
	}
	return Figure{Metric: m, Known: true, Value: v}
}

// partsOf are the names of a type's fields that begin with prefix.
func partsOf(dt oura.DataType, prefix string) []string {
	var out []string
	for _, e := range named[dt] {
		if len(e.field) > len(prefix) && e.field[:len(prefix)] == prefix {
			out = append(out, e.field)
		}
	}
	return out
}
