package metrics

import (
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
