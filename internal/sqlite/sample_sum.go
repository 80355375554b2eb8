package sqlite

import "time"

// SampleSum tells of a number of samples. As JSON it is the data of a series'
// event. The zero value is the sum of none.
type SampleSum struct {
	From  time.Time `json:"from"` // instant of the oldest
	To    time.Time `json:"to"`   // and of the newest
	Count int       `json:"count"`
	Min   float64   `json:"min"` // beats per minute, battery level 0-100
	Max   float64   `json:"max"`
}

// sumOf sums up rows, which are in order.
func sumOf(rows []Sample) SampleSum {
	if len(rows) == 0 {
		return SampleSum{}
	}
	b := bucketOf(rows)
	return SampleSum{From: rows[0].At, To: rows[len(rows)-1].At, Count: len(rows), Min: b.min, Max: b.max}
}

func (a SampleSum) plus(b SampleSum) SampleSum {
	switch {
	case a.Count == 0:
		return b
	case b.Count == 0:
		return a
	}
	if b.From.Before(a.From) {
		a.From = b.From
	}
	if b.To.After(a.To) {
		a.To = b.To
	}
	a.Count, a.Min, a.Max = a.Count+b.Count, min(a.Min, b.Min), max(a.Max, b.Max)
	return a
}
