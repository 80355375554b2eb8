package metrics

import (
	"context"
	"fmt"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// clock tells how far the ring's clock was ahead of UTC on the days of a range.
type clock struct {
	from   date
	days   []float64 // offset in the morning, seconds; NaN where nothing tells
	nights []float64 // offset at the midnight that begins the day
	usual  int       // where nothing around tells either
	known  bool      // anything tells
}

// around is how many days before and after a range also tell of its clock: there
// may be days without the ring in between.
const around = 31

// clock reads the offsets of [from, to] and the days around. Sleeps tell of the
// midnight and the morning, activities of the morning. Other documents are not
// asked: workouts have been seen with an offset of no place.
func (r *Reader) clock(ctx context.Context, from, to date) (*clock, error) {
	from, to = from-around, to+around
	c := &clock{from: from, days: blank(int(to-from) + 1), nights: blank(int(to-from) + 1)}
	_, c.usual = r.now().Zone()
	note := func(lists []float64, d date, offset float64) {
		if !math.IsNaN(offset) && math.IsNaN(lists[d-from]) {
			lists[d-from], c.known = offset, true
		}
	}
	t := r.table(oura.Sleep)
	err := r.each(ctx, oura.Sleep, from, to, func(d date, m *rows, first, end int) {
		if i := mainSleep(t, m, first, end); i >= 0 {
			note(c.nights, d, m.at(i, t.columns[colOffset]))
			note(c.days, d, m.at(i, t.columns[colOffset2]))
		}
	})
	if err != nil {
		return nil, err
	}
	t = r.table(oura.DailyActivity)
	err = r.each(ctx, oura.DailyActivity, from, to, func(d date, m *rows, first, end int) {
		note(c.days, d, m.at(end-1, t.columns[colOffset]))
		if d < to {
			note(c.nights, d+1, m.at(end-1, t.columns[colOffset]))
		}
	})
	if err != nil {
		return nil, err
	}
	c.fill()
	return c, nil
}

// fill carries offsets forward into days that tell of none, and before the first
// that does, backward.
func (c *clock) fill() {
	last := math.NaN()
	for i := range c.days {
		for _, at := range []*float64{&c.nights[i], &c.days[i]} {
			if math.IsNaN(*at) {
				*at = last
			}
			last = *at
		}
	}
	for i := len(c.days) - 1; i >= 0; i-- {
		for _, at := range []*float64{&c.days[i], &c.nights[i]} {
			if math.IsNaN(*at) {
				*at = last
			}
			last = *at
		}
	}
}

// morning is the offset on a day, in seconds.
func (c *clock) morning(d date) int { return c.of(c.days, d) }

// midnight is the instant at which a day begins.
func (c *clock) midnight(d date) time.Time { return d.midnight(c.of(c.nights, d)) }

func (c *clock) of(list []float64, d date) int {
	if i := int(d - c.from); i >= 0 && i < len(list) && !math.IsNaN(list[i]) {
		return int(list[i])
	}
	return c.usual
}

// offsetText writes seconds ahead of UTC like +02:00.
func offsetText(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// mainSleep returns the row of a day's main sleep: the long_sleep with the most sleep.
// -1 when there is none.
func mainSleep(t *table, m *rows, first, end int) int {
	best, most := -1, math.Inf(-1)
	for i := first; i < end; i++ {
		if m.at(i, t.columns[colKind]) != kindLong {
			continue
		}
		asleep := m.at(i, t.columns["total_sleep_duration"])
		if math.IsNaN(asleep) {
			asleep = -1
		}
		if asleep > most {
			best, most = i, asleep
		}
	}
	return best
}
