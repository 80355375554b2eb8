package sqlite

import (
	"context"
	"errors"
	"math"
	"time"

	"oura-streaming/internal/oura"
)

// Samples returns the samples with from <= At < to, oldest first, those of one
// instant by source, value and extra. A zero from or to is no limit. The next
// page follows the last sample of the one before, after; nil starts.
// limit 0 means 100. Samples of a day are stored together, so a page reads
// little more than its own days.
func (s *Store) Samples(ctx context.Context, userID string, dt oura.DataType, from, to time.Time,
	after *Sample, limit int) (out []Sample, err error) {
	const q = `
		SELECT day, packed, extras FROM sample_day
		WHERE user_id = ?1 AND data_type = ?2 AND day >= ?3 AND (?4 = '' OR day <= ?4) ORDER BY day`
	limit = pageSize(limit)
	begin := from
	if after != nil && after.At.After(from) {
		begin = after.At
	}
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		rows, err := scanDay(scan, true)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.At.Before(from) || after != nil && compareSamples(r, *after) <= 0 {
				continue
			}
			if len(out) == limit || !to.IsZero() && !r.At.Before(to) {
				return errEnough
			}
			out = append(out, r)
		}
		return nil
	}, userID, dt, dateOf(begin), dateOf(to))
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, storageError("read samples", err)
}

// errEnough ends a reading early.
var errEnough = errors.New("enough read")

// dateOf is the UTC date an end of a range lies on, "" for no limit.
func dateOf(t time.Time) oura.Day {
	if t.IsZero() {
		return ""
	}
	return utcDay(t)
}

func scanDay(scan func(...any) error, withExtras bool) ([]Sample, error) {
	var day oura.Day
	var packed, extras []byte
	dest := []any{&day, &packed}
	if withExtras {
		dest = append(dest, &extras)
	}
	if err := scan(dest...); err != nil {
		return nil, err
	}
	return unpackDay(day, packed, extras)
}

// NewestSample returns the instant of the newest sample and whether there is one.
func (s *Store) NewestSample(ctx context.Context, userID string, dt oura.DataType) (at time.Time, ok bool, err error) {
	const q = `SELECT last_ms FROM sample_day WHERE user_id = ? AND data_type = ? ORDER BY day DESC LIMIT 1`
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var last int64
		err := scan(&last)
		at, ok = time.UnixMilli(last).UTC(), true
		return err
	}, userID, dt)
	return at, ok, storageError("read newest sample", err)
}

// Bucket sums up the samples of one span of time.
type Bucket struct {
	At    time.Time // its begin
	Count int       // at least 1
	Min   float64
	Mean  float64
	Max   float64
}

// SampleBuckets sums up the samples with from <= At < to in spans of width (at
// least a second), oldest first; spans without samples are left out. The first
// span begins at from, so that a caller gets days of his zone by asking from
// its midnight; with a zero from spans begin at multiples of width since 1970.
// A zero to is no limit.
func (s *Store) SampleBuckets(ctx context.Context, userID string, dt oura.DataType, from, to time.Time,
	width time.Duration) ([]Bucket, error) {
	// A date that lies within one span as a whole comes without its samples.
	const q = `
		SELECT day, first_ms, count, min, max, sum,
			CASE WHEN first_ms < ?5 OR last_ms >= ?6 OR (first_ms - ?5) / ?7 <> (last_ms - ?5) / ?7 THEN packed END
		FROM sample_day
		WHERE user_id = ?1 AND data_type = ?2 AND day >= ?3 AND (?4 = '' OR day <= ?4) ORDER BY day`
	if width < time.Second {
		return nil, invalid("buckets of %v", width)
	}
	c := collector{from: minMS, to: math.MaxInt64, width: width.Milliseconds()}
	if !from.IsZero() {
		c.anchor, c.from = from.UnixMilli(), from.UnixMilli()
	} else {
		c.anchor = minMS - minMS%c.width - c.width // % of a number below 0 is not above it
	}
	if !to.IsZero() {
		c.to = to.UnixMilli()
	}
	args := []any{userID, dt, dateOf(from), dateOf(to), c.anchor, c.to, c.width}
	err := s.readers.each(ctx, q, c.scan, args...)
	return c.buckets(), storageError("read samples", err)
}

// minMS lies before every instant that can be stored: year 1.
const minMS = -62_135_596_800_000
