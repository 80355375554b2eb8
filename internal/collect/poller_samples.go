package collect

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

const sampleBatch = 20_000 // rows stored at once: bounds memory

// overlap returns how far behind the newest sample a round begins: a phone may
// bring rows of a time whose neighbours are here already.
func (r *run) overlap() time.Duration {
	const day = 24 * time.Hour
	switch r.kind {
	case KindDaily:
		return weekDays * day
	case KindHourly, KindReconcile, KindCatchUp:
		return day
	}
	return 2 * time.Hour
}

// samples reads the rows of a series since the newest one we have. They are
// stored together, so that a look makes one event.
func (r *run) samples(ctx context.Context, dt oura.DataType) (answered, error) {
	from, err := r.firstSample(ctx, dt)
	if err != nil {
		return answered{}, err
	}
	s := sampling{run: r, dt: dt}
	to := r.now.Add(time.Hour) // clocks differ
	err = r.p.api.Rows(ctx, dt, from, to, func(rows []ouraapi.SeriesRow) error {
		if err := s.take(ctx, rows); err != nil {
			return err
		}
		return r.goOn()
	})
	if stored := s.store(ctx); err == nil { // also what came before a failure
		err = stored
	}
	out := answered{tally: s.tally, from: wholeDay(from), to: oura.DayOf(r.now.UTC())}
	if out.from > out.to {
		out.from, out.to = "", ""
	}
	return out, err
}

// firstSample returns where to begin.
func (r *run) firstSample(ctx context.Context, dt oura.DataType) (time.Time, error) {
	newest, any, err := r.p.store.NewestSample(ctx, r.p.user, dt)
	if err != nil {
		return newest, err
	}
	r.p.mu.Lock()
	defer r.p.mu.Unlock()
	t := r.p.state(dt)
	from := r.now.AddDate(0, 0, -monthDays)
	switch {
	case t.last.At.IsZero(): // what is there came another way, and tells nothing of the days before it
	case !any: // nothing in the last month: there may be no ring
		from = t.last.At.AddDate(0, 0, -weekDays)
	case newest.After(t.last.At): // clocks differ, or it came another way
		from = t.last.At.Add(-r.overlap())
	default:
		from = newest.Add(-r.overlap())
	}
	if r.overlap() >= 24*time.Hour {
		from = midnight(oura.DayOf(from.UTC()), from) // days as a whole count for the coverage
	}
	if owed := midnight(t.owed, from); owed.Before(from) {
		from = owed
	}
	return from, nil
}

// midnight returns 00:00 UTC of a day, other when it is none.
func midnight(day oura.Day, other time.Time) time.Time {
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return other
	}
	return at
}

// wholeDay returns the first UTC date that begins at from or later.
func wholeDay(from time.Time) oura.Day {
	from = from.UTC()
	if day := from.Truncate(24 * time.Hour); !day.Equal(from) {
		return oura.DayOf(day.AddDate(0, 0, 1))
	}
	return oura.DayOf(from)
}

// sampling is a look at a series.
type sampling struct {
	*run
	dt   oura.DataType
	rows []sqlite.Sample
	tally
}

func (s *sampling) take(ctx context.Context, rows []ouraapi.SeriesRow) error {
	for _, row := range rows {
		s.rows = append(s.rows, sqlite.Sample(row))
	}
	if len(s.rows) < sampleBatch {
		return nil
	}
	return s.store(ctx)
}

func (s *sampling) store(ctx context.Context) error {
	if len(s.rows) == 0 {
		return nil
	}
	if s.p.opt.UserID() != s.p.user {
		return s.goOn()
	}
	put, err := s.p.store.PutSamples(ctx, s.p.user, s.dt, s.source(), s.p.opt.Now(), s.rows)
	if err != nil {
		return err
	}
	s.rows = nil
	s.tally.samples += put.New + put.Changed
	if put.Seq != 0 {
		s.events++
	}
	return nil
}
