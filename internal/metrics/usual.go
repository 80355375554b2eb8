package metrics

import "math"

// The windows of a usual range and the least data in them: METRICS §1.
const (
	longDays, longLeast   = 60, 30
	shortDays, shortLeast = 28, 14

	madScale = 1.4826 // makes of a median deviation what a standard deviation would be
)

// scaled turns a value into what medians are taken of.
func (r rule) scaled(v float64) float64 {
	if !r.log {
		return v
	}
	if v = max(v, r.least); v <= 0 {
		return math.NaN()
	}
	return math.Log(v)
}

// back is the other way round.
func (r rule) back(v float64) float64 {
	if r.log {
		return math.Exp(v)
	}
	return v
}

// tidy takes out what logarithms leave: 47, not 46.99999999999999.
func tidy(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// usuals are the usual ranges for the days of [from, to]. v must reach back
// longDays before from. The value of a day takes no part in its own range, and that of
// a day apart in none.
func (r rule) usuals(v values, from, to date, f func(d date, u Usual)) {
	var long, short window
	at := func(d date) float64 { return r.scaled(v.usually(d)) }
	for d := from - longDays; d <= to; d++ {
		if d >= from {
			f(d, r.usual(&long, &short))
		}
		// The day itself joins the windows of the next one.
		for _, w := range []struct {
			*window
			days date
		}{{&long, longDays}, {&short, shortDays}} {
			if d >= from-w.days {
				if x := at(d); !math.IsNaN(x) {
					w.add(x)
				}
			}
			if old := d - w.days; old >= from-w.days {
				if x := at(old); !math.IsNaN(x) {
					w.remove(x)
				}
			}
		}
	}
}

// usual is the range that two windows give.
func (r rule) usual(long, short *window) Usual {
	u := Usual{Days: len(long.sorted)}
	w := long
	if len(long.sorted) < longLeast {
		if r.swing > 0 {
			u.Needs = longLeast - len(long.sorted)
			return u
		}
		w = short
		if len(short.sorted) < shortLeast {
			u.Needs = min(longLeast-len(long.sorted), shortLeast-len(short.sorted))
			return u
		}
		u.Days = len(short.sorted)
	}
	m, s := r.middle(w)
	u.Known, u.scale = true, s
	u.Low, u.Mid, u.High = tidy(r.back(m-s)), tidy(r.back(m)), tidy(r.back(m+s))
	return u
}

// middle is the middle of the usual range and half its width.
func (r rule) middle(w *window) (m, s float64) {
	if r.swing > 0 {
		m, s = w.mean(), r.swing*w.deviation()
	} else {
		m = w.median()
		s = madScale * w.mad(m)
	}
	return m, max(s, r.floor)
}

// usualOn is the usual range for one day.
func (r rule) usualOn(v values, d date) (out Usual) {
	r.usuals(v, d, d, func(_ date, u Usual) { out = u })
	return out
}

// robustZ is how far v lies from the middle of the usual range, in halves of its
// width; NaN where that is not known.
func (r rule) robustZ(u Usual, v float64) float64 {
	if !u.Known || u.scale <= 0 {
		return math.NaN()
	}
	return (r.scaled(v) - r.scaled(u.Mid)) / u.scale
}
