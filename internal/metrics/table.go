package metrics

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oura-streaming/internal/oura"
)

// Bounds of what one type's documents can make this program keep.
const (
	mostColumns = 200    // numbers of one type, the named ones among them
	longestName = 100    // bytes of a field's path
	mostRows    = 10_000 // documents of one month
)

// What is read from a document beside its numbers. These columns have names that no
// field can have.
const (
	colKind    = "\x00kind"    // of a sleep: see kinds
	colBegin   = "\x00begin"   // Unix seconds
	colEnd     = "\x00end"     // Unix seconds
	colOffset  = "\x00offset"  // of the local clock at the begin, in seconds
	colOffset2 = "\x00offset2" // and at the end
	colUntil   = "\x00until"   // the last day that is none for a usual range: see apart
)

var hidden = []string{colKind, colBegin, colEnd, colOffset, colOffset2, colUntil}

// Kinds of sleep, by their place in kinds. An unknown one is 0.
const (
	kindNone = iota
	kindLong
	kindSleep
	kindLateNap
	kindRest
	kindDeleted
)

var kinds = []string{kindNone: "", kindLong: "long_sleep", kindSleep: "sleep", kindLateNap: "late_nap", kindRest: "rest", kindDeleted: "deleted"}

// kindOf sorts a sleep by its type; a word nobody knows is kindNone.
func kindOf(word string) int { return max(kindNone, slices.Index(kinds, word)) }

// counts reports whether a sleep of that kind took place as far as the user says.
func counts(kind int) bool { return kind != kindRest && kind != kindDeleted }

// table holds what is known of one type's documents, or of a series' days.
type table struct {
	dt      oura.DataType
	columns map[string]int // by path
	names   []string       // by column
	months  map[month]*rows
}

// month counts from January of year 0.
type month int

// rows are the documents of one month, by day, those of one day by when they were
// first seen. Columns that came up later are not in cells.
type rows struct {
	width  int
	days   []date
	ids    []uint64 // hashes of the object ids
	cells  []float64
	spoilt bool // a document could not be read and may be whole soon
}

// newTable knows the named columns from the start, so that a field has its place
// whether a document has it or not.
func newTable(dt oura.DataType) *table {
	t := &table{dt: dt, columns: map[string]int{}, months: map[month]*rows{}}
	for _, name := range hidden {
		t.column(name)
	}
	for _, e := range named[dt] {
		t.column(e.field)
	}
	return t
}

// column returns the place of a path, -1 when there is no room for it.
func (t *table) column(path string) int {
	if c, ok := t.columns[path]; ok {
		return c
	}
	if len(t.names) >= mostColumns {
		return -1
	}
	t.columns[path] = len(t.names)
	t.names = append(t.names, path)
	return len(t.names) - 1
}

// isField reports whether a path can be the name of a metric. What tells of the
// steps of a list is none.
func isField(path string) bool {
	if path == "" || len(path) > longestName || strings.HasSuffix(path, ".interval") || !utf8.ValidString(path) {
		return false
	}
	return strings.IndexFunc(path, func(c rune) bool { return !unicode.IsPrint(c) }) < 0
}

// at returns a cell, NaN for nothing.
func (r *rows) at(row, column int) float64 {
	if column < 0 || column >= r.width {
		return math.NaN()
	}
	return r.cells[row*r.width+column]
}

var seed = maphash.MakeSeed()

func idOf(objectID string) uint64 { return maphash.String(seed, objectID) }

// draft is a month while it is read.
type draft struct {
	t     *table
	lines []line
}

type line struct {
	day   date
	id    uint64
	seen  time.Time
	cells []float64
}

// add reads a document. Of a month that is fuller than any can be the rest is left
// out.
func (d *draft) add(doc oura.Document) {
	day, ok := dateOf(doc.Day)
	if !ok || len(d.lines) >= mostRows {
		return
	}
	l := line{day: day, id: idOf(doc.ObjectID), seen: doc.FirstSeen, cells: d.t.read(doc.Data)}
	d.lines = append(d.lines, l)
}

// read returns a document's numbers by column.
func (t *table) read(doc []byte) []float64 {
	cells := blank(len(t.names))
	put := func(path []byte, v float64) {
		c, ok := t.columns[string(path)] // without a copy of path
		if !ok {
			if math.IsNaN(v) || !isField(string(path)) {
				return
			}
			if c = t.column(string(path)); c < 0 {
				return
			}
		}
		for c >= len(cells) {
			cells = append(cells, math.NaN())
		}
		cells[c] = v
	}
	var w words
	if !scan(doc, put, w.note) {
		return blank(len(cells))
	}
	t.derive(cells, &w)
	t.setApart(cells, &w, doc)
	return cells
}

func blank(n int) []float64 {
	cells := make([]float64, n)
	for i := range cells {
		cells[i] = math.NaN()
	}
	return cells
}

// rows puts the documents in order.
func (d *draft) rows() *rows {
	slices.SortStableFunc(d.lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.day, b.day), a.seen.Compare(b.seen), cmp.Compare(a.id, b.id))
	})
	r := &rows{width: len(d.t.names)}
	for _, l := range d.lines {
		r.days, r.ids = append(r.days, l.day), append(r.ids, l.id)
		r.cells = append(r.cells, l.cells...)
		for range r.width - len(l.cells) {
			r.cells = append(r.cells, math.NaN())
		}
	}
	return r
}

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
