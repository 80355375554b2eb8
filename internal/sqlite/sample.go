package sqlite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Sample is one row of a time series. At, Source, Value and Extra together make
// its identity in order; see PutSamples for what makes two rows the same one.
type Sample struct {
	At     time.Time       `json:"at"`               // whole milliseconds count
	Source string          `json:"source,omitempty"` // heartrate: "awake", "rest" …; "" for battery
	Value  float64         `json:"value"`            // beats per minute, or level 0-100
	Extra  json.RawMessage `json:"extra,omitempty"`  // all other fields of the row as sent, nil when none
}

func compareSamples(a, b Sample) int {
	return cmp.Or(compareKeys(a, b), cmp.Compare(a.Value, b.Value), bytes.Compare(a.Extra, b.Extra))
}

func compareKeys(a, b Sample) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Source, b.Source))
}

// cleanSamples returns the rows of one answer as they are stored: in order, in
// milliseconds, with compact extras, rows that are equal in everything once.
func cleanSamples(rows []Sample) ([]Sample, error) {
	out := make([]Sample, len(rows))
	for i, r := range rows {
		if y := r.At.UTC().Year(); r.At.IsZero() || y < 1 || y > 9999 || math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
			return nil, invalid("sample %d has no instant or no number", i)
		}
		extra, err := compactExtra(r.Extra)
		if err != nil {
			return nil, invalid("extra of sample %d: %w", i, err)
		}
		out[i] = Sample{At: r.At.UTC().Truncate(time.Millisecond), Source: r.Source, Value: r.Value + 0, Extra: extra}
	}
	slices.SortFunc(out, compareSamples)
	return slices.CompactFunc(out, func(a, b Sample) bool { return compareSamples(a, b) == 0 }), nil
}

// compactExtra drops white space, and with it line breaks, which separate extras
// where they are stored.
func compactExtra(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// mergeSamples puts the rows of an answer into those stored, both in order. Of
// each key (instant and source) in news, news replaces all that is stored.
// fresh are the rows that are new or changed.
func mergeSamples(stored, news []Sample) (merged, fresh []Sample, isNew, changed int) {
	merged = make([]Sample, 0, len(stored)+len(news))
	for len(news) > 0 {
		n := keyRun(news)
		before, _ := slices.BinarySearchFunc(stored, news[0], compareKeys)
		merged = append(merged, stored[:before]...)
		stored = stored[before:]
		old := 0
		for old < len(stored) && compareKeys(stored[old], news[0]) == 0 {
			old++
		}
		for i, row := range news[:n] {
			switch {
			case i >= old:
				isNew++
			case sameSample(row, stored[i]):
				news[i] = stored[i] // what is equal in content stays as it was first sent
				continue
			default:
				changed++
			}
			fresh = append(fresh, row)
		}
		if old > n { // Oura has taken rows of this key back
			changed++
			fresh = append(fresh, news[n-1])
		}
		slices.SortFunc(news[:n], compareSamples) // again, since some may have been exchanged
		merged = append(merged, news[:n]...)
		news, stored = news[n:], stored[old:]
	}
	return append(merged, stored...), fresh, isNew, changed
}

// keyRun is how many rows at the head of rows share its key.
func keyRun(rows []Sample) int {
	n := 1
	for n < len(rows) && compareKeys(rows[n], rows[0]) == 0 {
		n++
	}
	return n
}

func sameSample(a, b Sample) bool {
	if a.Value != b.Value || (a.Extra == nil) != (b.Extra == nil) {
		return false
	}
	if bytes.Equal(a.Extra, b.Extra) {
		return true
	}
	x, err1 := oura.ContentHash(a.Extra)
	y, err2 := oura.ContentHash(b.Extra)
	return err1 == nil && err2 == nil && x == y
}

// utcDay is the date a sample is stored under: the calendar day of the person is
// not known for a row of a series, and UTC never repeats or skips an hour.
func utcDay(t time.Time) oura.Day { return oura.DayOf(t.UTC()) }
