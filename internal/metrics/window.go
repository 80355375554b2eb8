package metrics

import (
	"math"
	"slices"
)

// window holds some values in order, for medians of days that move on.
type window struct{ sorted []float64 }

func (w *window) add(v float64) {
	i, _ := slices.BinarySearch(w.sorted, v)
	w.sorted = slices.Insert(w.sorted, i, v)
}

// remove takes out a value that was added.
func (w *window) remove(v float64) {
	if i, ok := slices.BinarySearch(w.sorted, v); ok {
		w.sorted = slices.Delete(w.sorted, i, i+1)
	}
}

// median of at least one value; of an even number the mean of the middle two.
func (w *window) median() float64 { return middle(w.sorted) }

func middle(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// mad is the median of the distances from m. The distances rise on either side of
// it, so that only half of them have to be looked at.
func (w *window) mad(m float64) float64 {
	n := len(w.sorted)
	right, _ := slices.BinarySearch(w.sorted, m)
	left := right - 1
	before, at := 0.0, 0.0
	for range n/2 + 1 {
		before = at
		if left < 0 || right < n && w.sorted[right]-m <= m-w.sorted[left] {
			at = w.sorted[right] - m
			right++
		} else {
			at = m - w.sorted[left]
			left--
		}
	}
	if n%2 == 1 {
		return at
	}
	return (before + at) / 2
}

// mean of at least one value.
func (w *window) mean() float64 {
	sum := 0.0
	for _, v := range w.sorted {
		sum += v
	}
	return sum / float64(len(w.sorted))
}

// deviation is the standard deviation of at least two values.
func (w *window) deviation() float64 {
	m, sum := w.mean(), 0.0
	for _, v := range w.sorted {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(w.sorted)-1))
}

// percentile of values in order, which may lie between two of them.
func percentile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-math.Floor(at))*(sorted[i+1]-sorted[i])
}
