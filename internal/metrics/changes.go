package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"
)

const (
	mostDayChanges = 8
	leastChange    = 0.5 // in halves of the usual range's width
)

// DayChange is a figure that differs from the day before.
type DayChange struct {
	Figure Figure
	Before float64
	Usual  Usual
}

// compared are the figures in which a day is held against the one before. Those of
// a day that still runs are left out of it: half a day is no change.
var compared = []struct {
	id      string
	running bool
}{
	{"daily_sleep.score", false}, {"daily_readiness.score", false}, {"daily_activity.score", true},
	{"sleep.total_sleep_duration", false}, {"sleep.deep_sleep_duration", false}, {"sleep.rem_sleep_duration", false},
	{"sleep.awake_time", false}, {"sleep.efficiency", false}, {"sleep.latency", false},
	{"sleep.lowest_heart_rate", false}, {"sleep.average_heart_rate", false}, {"sleep.average_hrv", false}, {"sleep.average_breath", false},
	{temperatureOfDay, false}, {"daily_spo2.spo2_percentage.average", false},
	{"daily_activity.steps", true}, {"daily_activity.active_calories", true}, {"daily_activity.sedentary_time", true},
	{"daily_stress.stress_high", true}, {"daily_stress.recovery_high", true},
}

// changes lists what differs from the day before, the most notable first: by how
// many halves of the usual range's width.
func (b *dayBuilder) changes(ctx context.Context) error {
	type weighed struct {
		DayChange
		weight float64
	}
	var list []weighed
	for _, c := range compared {
		if c.running && b.d >= b.today {
			continue
		}
		m := catalogue[c.id]
		v, err := b.r.history(ctx, m, b.d-longDays, b.d)
		if err != nil {
			return err
		}
		now, before, usual := v.on(b.d), v.on(b.d-1), m.rule.usualOn(v, b.d)
		weight := math.Abs(m.rule.robustZ(usual, now) - m.rule.robustZ(usual, before))
		if weight >= leastChange { // not when anything is unknown: that is NaN
			list = append(list, weighed{DayChange{figureOf(m, now), before, usual}, weight})
		}
	}
	slices.SortStableFunc(list, func(x, y weighed) int { return cmp.Compare(y.weight, x.weight) })
	for _, w := range list[:min(len(list), mostDayChanges)] {
		b.out.Changes = append(b.out.Changes, w.DayChange)
	}
	return nil
}
