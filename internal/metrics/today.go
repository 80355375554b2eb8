package metrics

import (
	"context"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// today is the day that the ring's clock shows, by the offset it last had. Before
// four in the morning it is still the day before, unless the night is in already.
// r.mu is held.
func (r *Reader) today(ctx context.Context) (date, error) {
	now := r.now()
	_, offset := now.Zone()
	spans, err := r.typeDays(ctx)
	if err != nil {
		return 0, err
	}
	latest := dateAt(now, offset) + 1
	last := date(0)
	for _, dt := range []oura.DataType{oura.Sleep, oura.DailyActivity} {
		if d, ok := dateOf(spans[dt].last); ok {
			last = max(last, min(d, latest))
		}
	}
	if last > 0 {
		c, err := r.clock(ctx, last, last)
		if err != nil {
			return 0, err
		}
		if c.known {
			offset = c.morning(last)
		}
	}
	today := dateAt(now.Add(-dayTurns), offset)
	if shown := dateAt(now, offset); shown > today {
		for _, dt := range []oura.DataType{oura.DailySleep, oura.DailyReadiness} {
			err := r.each(ctx, dt, shown, shown, func(date, *rows, int, int) { today = shown })
			if err != nil {
				return 0, err
			}
		}
	}
	return min(max(today, firstDate), lastDate), nil
}

// ringAt is the instant of the newest reading, zero when there is none.
func (r *Reader) ringAt(ctx context.Context, spans map[oura.DataType]typeDays) (at time.Time, err error) {
	latest := r.now().Add(24 * time.Hour)
	note := func(t time.Time) {
		if t.After(at) && t.Before(latest) {
			at = t
		}
	}
	for _, dt := range series {
		newest, ok, err := r.store.NewestSample(ctx, r.user, dt)
		if err != nil {
			return at, err
		}
		if ok {
			note(newest)
		}
	}
	for _, dt := range []oura.DataType{oura.Sleep, oura.DailyActivity} {
		last, ok := dateOf(spans[dt].last)
		if !ok {
			continue
		}
		t := r.table(dt)
		err := r.each(ctx, dt, last-1, last, func(_ date, m *rows, first, end int) {
			for i := first; i < end; i++ {
				if v := m.at(i, t.columns[colEnd]); !math.IsNaN(v) {
					note(time.Unix(int64(v), 0).UTC())
				}
			}
		})
		if err != nil {
			return at, err
		}
	}
	return at, nil
}
