package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// Stages of sleep.
const (
	StageDeep  = 1
	StageLight = 2
	StageREM   = 3
	StageAwake = 4
)

const (
	coarseStep = 5 * time.Minute  // of sleep_phase_5_min
	fineStep   = 30 * time.Second // of sleep_phase_30_sec and movement_30_sec
)

// Night is all sleep of a day.
type Night struct {
	Day               oura.Day
	Today             oura.Day // by the ring's own clock
	Previous, Next    oura.Day // nearest with sleep, "" without
	FirstDay, LastDay oura.Day
	Periods           []Sleep // the main sleep first, then by time
	Waits             Waits   // why there are none
	Excluded          int     // periods that the user rejected or deleted
}

// nightFigures are what a night sums up to.
var nightFigures = []string{
	"total_sleep_duration", "time_in_bed", "efficiency", "latency", "deep_sleep_duration", "rem_sleep_duration", "light_sleep_duration", "awake_time",
	"lowest_heart_rate", "average_heart_rate", "average_hrv", "average_breath", "restless_periods",
}

// temperatureOfDay is told beside the main sleep, although it stands in the day's
// readiness.
const temperatureOfDay = "daily_readiness.temperature_deviation"

// Night reads all sleep of a day, "" for the last one up to today that has any.
// Code: invalid.
func (r *Reader) Night(ctx context.Context, who Who, day oura.Day) (Night, error) {
	end, err := r.begin(ctx, who.UserID)
	if err != nil {
		return Night{}, err
	}
	defer end()
	spans, err := r.typeDays(ctx)
	if err != nil {
		return Night{}, err
	}
	today, err := r.today(ctx)
	if err != nil {
		return Night{}, err
	}
	d, err := r.nightOf(ctx, today, day)
	if err != nil {
		return Night{}, err
	}
	out := Night{Day: d.day(), Today: today.day(), FirstDay: spans[oura.Sleep].first, LastDay: spans[oura.Sleep].last}
	if out.Previous, out.Next, err = r.neighbours(ctx, d); err != nil {
		return Night{}, err
	}
	if out.Periods, out.Excluded, err = r.sleeps(ctx, d); err != nil {
		return Night{}, err
	}
	if len(out.Periods) == 0 {
		w, err := r.waits(ctx, who, d, oura.Sleep)
		if err != nil {
			return Night{}, err
		}
		out.Waits = w[oura.Sleep]
		if out.Excluded > 0 {
			out.Waits = WaitsNoData
		}
	}
	return out, nil
}

// nightOf is the day that is asked for, or the last one up to today with a sleep that
// counts. An evening's nap belongs to tomorrow, which nobody means by the last night.
func (r *Reader) nightOf(ctx context.Context, today date, day oura.Day) (date, error) {
	if day != "" {
		return askedDate(day)
	}
	before, err := r.neighbour(ctx, today+1, false)
	if err != nil {
		return 0, err
	}
	if d, ok := dateOf(before); ok {
		return d, nil
	}
	return today, nil
}

// neighbours are the nearest days with a sleep that counts.
func (r *Reader) neighbours(ctx context.Context, d date) (previous, next oura.Day, err error) {
	for _, to := range []struct {
		later bool
		day   *oura.Day
	}{{false, &previous}, {true, &next}} {
		if *to.day, err = r.neighbour(ctx, d, to.later); err != nil {
			return "", "", err
		}
	}
	return previous, next, nil
}

// neighbour is the nearest day before or after d with a sleep that counts, "" without.
func (r *Reader) neighbour(ctx context.Context, d date, later bool) (oura.Day, error) {
	const far = 60 // rejected sleeps in a row that are passed over
	for range far {
		day, after, err := r.store.NearestDays(ctx, r.user, oura.Sleep, d.day())
		if later {
			day = after
		}
		var ok bool
		if d, ok = dateOf(day); err != nil || !ok {
			return "", err
		}
		slept, err := r.sleptOn(ctx, d)
		if slept || err != nil {
			return day, err
		}
	}
	return "", nil
}

func (r *Reader) sleptOn(ctx context.Context, d date) (slept bool, err error) {
	t := r.table(oura.Sleep)
	err = r.each(ctx, oura.Sleep, d, d, func(_ date, m *rows, first, end int) {
		for i := first; i < end; i++ {
			kind := m.at(i, t.columns[colKind]) // NaN: nothing of it can be read
			slept = slept || !math.IsNaN(kind) && counts(int(kind))
		}
	})
	return slept, err
}

// sleeps reads the sleep periods of a day, the main one first, and counts those
// that the user rejected or deleted.
func (r *Reader) sleeps(ctx context.Context, d date) (out []Sleep, excluded int, err error) {
	t := r.table(oura.Sleep)
	err = r.store.EachDocument(ctx, r.user, oura.Sleep, d.day(), d.day(), func(doc oura.Document) error {
		if doc.Data == nil {
			return nil
		}
		if s := readSleep(t, doc); counts(s.kind) {
			out = append(out, s)
		} else {
			excluded++
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(out, func(a, b Sleep) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ObjectID, b.ObjectID)) })
	best := -1
	for i, s := range out {
		if s.kind == kindLong && (best < 0 || s.asleep > out[best].asleep) {
			best = i
		}
	}
	if best >= 0 {
		s := out[best]
		s.Main = true
		out = slices.Insert(slices.Delete(out, best, best+1), 0, s)
	}
	for i := range out {
		s := &out[i]
		if s.ReceivedAt, err = r.receivedAt(ctx, oura.Sleep, s.ObjectID, s.ReceivedAt); err != nil {
			return nil, 0, err
		}
		if s.Main {
			err = r.hold(ctx, s, d)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return out, excluded, nil
}

// receivedAt is when the newest revision came in; of one whose event was pruned,
// when the document was first seen.
func (r *Reader) receivedAt(ctx context.Context, dt oura.DataType, objectID string, firstSeen time.Time) (time.Time, error) {
	at, err := r.store.ReceivedAt(ctx, dt, objectID)
	if at.IsZero() {
		at = firstSeen
	}
	return at, err
}

// hold puts the figures of a main sleep beside the usual ranges. They are those of
// main sleeps, so that naps have none.
func (r *Reader) hold(ctx context.Context, s *Sleep, d date) error {
	t, err := r.figuresOn(ctx, d, catalogue[temperatureOfDay])
	if err != nil {
		return err
	}
	s.Figures = append(s.Figures, NightFigure{Figure: t[0]})
	for i := range s.Figures {
		m := s.Figures[i].Figure.Metric
		v, err := r.history(ctx, m, d-longDays, d)
		if err != nil {
			return err
		}
		s.Figures[i].Usual = m.rule.usualOn(v, d)
	}
	return nil
}

// figuresOn reads metrics of one day.
func (r *Reader) figuresOn(ctx context.Context, d date, list ...*Metric) ([]Figure, error) {
	var out []Figure
	for _, m := range list {
		v, err := r.values(ctx, m, d, d)
		if err != nil {
			return nil, err
		}
		out = append(out, figureOf(m, v.on(d)))
	}
	return out, nil
}
