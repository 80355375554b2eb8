package sqlite

import (
	"context"
	"database/sql"
	"slices"

	"oura-streaming/internal/oura"
)

const wornAtOnce = 2_000 // days that are looked into together

// NotWornDays returns the days of [from, to] that are known to be without wear of
// the ring, as Coverage judges. Days with a daily_sleep are not looked into.
func (s *Store) NotWornDays(ctx context.Context, userID string, from, to oura.Day) ([]oura.Day, error) {
	first, err := s.firstData(ctx, userID)
	if err != nil || first == "" {
		return nil, err // before the first ring there was none to wear
	}
	if from = max(from, first); from > to {
		return nil, nil
	}
	days, err := s.daysWithout(ctx, userID, oura.DailySleep, from, to)
	if err != nil {
		return nil, err
	}
	var out []oura.Day
	for part := range slices.Chunk(days, wornAtOnce) {
		b := newBook(part)
		b.first = first
		if err := s.readDays(ctx, b, userID); err != nil {
			return nil, storageError("read wear", err)
		}
		for i, day := range part {
			if b.judge(oura.DailyActivity, i).State == CoverageNotWorn {
				out = append(out, day)
			}
		}
	}
	return out, nil
}

// daysWithout lists the days of [from, to] on which no document of the type lives.
func (s *Store) daysWithout(ctx context.Context, userID string, dt oura.DataType, from, to oura.Day) ([]oura.Day, error) {
	const q = `
		SELECT DISTINCT day FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND day BETWEEN ? AND ? AND deleted_ms = 0`
	days, err := daysBetween(from, to)
	if err != nil {
		return nil, err
	}
	has := map[oura.Day]bool{}
	err = s.readers.each(ctx, q, func(scan func(...any) error) error {
		var day oura.Day
		err := scan(&day)
		has[day] = true
		return err
	}, userID, dt, from, to)
	out := days[:0]
	for _, day := range days {
		if !has[day] {
			out = append(out, day)
		}
	}
	return out, storageError("read days", err)
}

// readDays fills a book of scattered days: what Coverage does for days in a row.
func (s *Store) readDays(ctx context.Context, b *book, userID string) error {
	const asked = `
		SELECT c.data_type, c.day, c.asked_ms, iif(c.outcome = 'ok', NULL, c.outcome), NULL
		FROM json_each(?2) d CROSS JOIN coverage c ON c.user_id = ?1 AND c.day = d.value`
	const documents = `
		SELECT c.value, d.value, count(*)
		FROM json_each(?3) c CROSS JOIN json_each(?2) d
		CROSS JOIN document INDEXED BY document_living
			ON user_id = ?1 AND data_type = c.value AND day = d.value AND deleted_ms = 0
		GROUP BY c.value, d.value`
	const samples = `
		SELECT data_type, day, count FROM json_each(?2) d
		CROSS JOIN sample_day ON user_id = ?1 AND data_type = 'heartrate' AND day = d.value`
	days, err := list(b.days)
	if err != nil {
		return err
	}
	types, err := list(append([]oura.DataType{oura.DailyActivity}, documentSigns...))
	if err != nil {
		return err
	}
	if err := s.readers.each(ctx, asked, b.asked(), userID, days); err != nil {
		return err
	}
	if err := s.readWhole(ctx, b, userID, "", ""); err != nil {
		return err
	}
	if err := s.readers.each(ctx, documents, b.count, userID, days, types); err != nil {
		return err
	}
	if err := s.readers.each(ctx, samples, b.count, userID, days); err != nil {
		return err
	}
	return s.readIdle(ctx, b, userID, "", "")
}

// asked takes rows of coverage: type, day, asked_ms, and outcome where it is not
// ok and reason where there is one, both else NULL.
func (b *book) asked() func(scan func(...any) error) error {
	var dt, day, outcome, reason sql.RawBytes
	var at int64
	dest := []any{&dt, &day, &at, &outcome, &reason} // made once: there are many rows
	return func(scan func(...any) error) error {
		if err := scan(dest...); err != nil {
			return err
		}
		if row := b.cell(dt, day); row != nil {
			row.page = page{askedMS: at, outcome: AskOK, reason: string(reason)}
			if outcome != nil {
				row.outcome = AskOutcome(outcome)
			}
		}
		return nil
	}
}
