package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// CoverageState is what is known about the data of one type on one day.
type CoverageState string

// The states of a day. An answer is final when the day was asked for at least 48
// hours after it had ended in UTC, that is from 00:00 UTC three days later on:
// by then it has ended in every zone, and the ring has mostly synced.
const (
	CoverageComplete   CoverageState = "complete"    // something is there and the answer was final
	CoveragePartial    CoverageState = "partial"     // something is there, or was asked for, and the answer was not final
	CoverageEmpty      CoverageState = "empty"       // the final answer held nothing
	CoverageNotWorn    CoverageState = "not_worn"    // the final answer shows a day without the ring
	CoverageNotAllowed CoverageState = "not_allowed" // nothing is there, and the account does not open this type
	CoverageNotAsked   CoverageState = "not_asked"   // nothing is there, and nobody has asked
	CoverageFailed     CoverageState = "failed"      // nothing is there, and the newest request failed
)

const settleTime = 48 * time.Hour // after the end of a day in UTC, see above

// CoverageDay tells how much of one type's data of one day is here.
type CoverageDay struct {
	DataType oura.DataType
	Day      oura.Day // Oura's calendar day, of a series the UTC date
	State    CoverageState
	Reason   string    // of the newest request, where it was not answered
	AskedAt  time.Time // of the newest request that was answered, zero without
	Count    int       // of documents that are not deleted, or of samples
}

// Coverage returns one entry per type and day of [from, to], but none after
// today, in the order of types and then by day. No types means all with days.
// Types without days (ring_configuration) have no entries. A day nobody asked for
// of a type that the account does not open counts as not allowed.
func (s *Store) Coverage(ctx context.Context, userID string, types []oura.DataType, from, to, today oura.Day) ([]CoverageDay, error) {
	to = min(to, today)
	days, err := daysBetween(from, to)
	if err != nil {
		return nil, err
	}
	types = withDays(types)
	b := newBook(days)
	for _, read := range []func(context.Context, *book, string, oura.Day, oura.Day) error{
		s.readAsked, s.readWhole, s.countDocuments, s.countSamples, s.readIdle,
	} {
		if err := read(ctx, b, userID, from, to); err != nil {
			return nil, storageError("read coverage", err)
		}
	}
	if b.first, err = s.firstData(ctx, userID); err != nil {
		return nil, err
	}
	out := make([]CoverageDay, 0, len(types)*len(days))
	for _, dt := range types {
		for i := range days {
			out = append(out, b.judge(dt, i))
		}
	}
	return out, nil
}

// daysBetween lists the days of [from, to]; none when to lies before from.
func daysBetween(from, to oura.Day) ([]oura.Day, error) {
	first, err1 := time.Parse(time.DateOnly, string(from))
	last, err2 := time.Parse(time.DateOnly, string(to))
	if err1 != nil || err2 != nil || last.Sub(first) > askedMost*24*time.Hour {
		return nil, invalid("range of days %q to %q", from, to)
	}
	var out []oura.Day
	for ; !first.After(last); first = first.AddDate(0, 0, 1) {
		out = append(out, oura.DayOf(first))
	}
	return out, nil
}

func withDays(types []oura.DataType) []oura.DataType {
	if len(types) == 0 {
		for _, info := range oura.Catalogue() {
			types = append(types, info.Type)
		}
	}
	return slices.DeleteFunc(slices.Clone(types), func(dt oura.DataType) bool {
		info, known := oura.Lookup(dt)
		return known && info.Kind != oura.KindSeries && !info.Dated
	})
}

// readAsked puts the requests about each day into b. What is the same for most of
// the many rows is left out: reading a text costs more than comparing it.
func (s *Store) readAsked(ctx context.Context, b *book, userID string, from, to oura.Day) error {
	const q = `
		SELECT data_type, day, asked_ms, iif(outcome = 'ok', NULL, outcome), iif(reason = '', NULL, reason)
		FROM coverage WHERE user_id = ? AND day BETWEEN ? AND ?`
	return s.readers.each(ctx, q, b.asked(), userID, from, to)
}

// readWhole puts the newest requests about each type as a whole into b.
func (s *Store) readWhole(ctx context.Context, b *book, userID string, _, _ oura.Day) error {
	const q = `SELECT data_type, asked_ms, outcome, reason FROM coverage WHERE user_id = ? AND day = ''`
	return s.readers.each(ctx, q, func(scan func(...any) error) error {
		var dt oura.DataType
		var p page
		err := scan(&dt, &p.askedMS, &p.outcome, &p.reason)
		b.whole[dt] = p
		return err
	}, userID)
}

// countDocuments reads one row per type, a list of days: one row per day would
// cost five times as much.
func (s *Store) countDocuments(ctx context.Context, b *book, userID string, from, to oura.Day) error {
	const q = `
		SELECT coalesce(group_concat(day, ' '), '') FROM document INDEXED BY document_living
		WHERE user_id = ? AND data_type = ? AND day BETWEEN ? AND ? AND deleted_ms = 0`
	for _, info := range oura.Catalogue() {
		if !info.Dated {
			continue
		}
		row := b.row(info.Type)
		err := s.readers.each(ctx, q, func(scan func(...any) error) error {
			var days sql.RawBytes
			err := scan(&days)
			for day := range bytes.SplitSeq(days, []byte(" ")) {
				if i, ok := b.place[oura.Day(day)]; ok {
					row[i].count++
				}
			}
			return err
		}, userID, info.Type, from, to)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) countSamples(ctx context.Context, b *book, userID string, from, to oura.Day) error {
	const q = `
		SELECT data_type, day, count FROM sample_day
		WHERE user_id = ?1 AND data_type IN ('heartrate', 'ring_battery_level') AND day BETWEEN ?2 AND ?3`
	return s.readers.each(ctx, q, b.count, userID, from, to)
}

// readIdle looks at the activity of the days that no other document tells to have
// been days with the ring.
func (s *Store) readIdle(ctx context.Context, b *book, userID string, _, _ oura.Day) error {
	const q = `
		SELECT coalesce(json_extract(data, '$.non_wear_time') >= 86400, 0)
			OR coalesce(trim(json_extract(data, '$.class_5_min'), '0') = '' AND json_extract(data, '$.class_5_min') <> '', 0)
		FROM document INDEXED BY document_living
		WHERE user_id = ?1 AND data_type = 'daily_activity' AND day = ?2 AND deleted_ms = 0`
	for i, day := range b.days {
		if b.counted(oura.DailyActivity, i) == 0 || b.anyOf(i, documentSigns) {
			continue
		}
		idle := true
		err := s.readers.each(ctx, q, func(scan func(...any) error) error {
			var one bool
			err := scan(&one)
			idle = idle && one
			return err
		}, userID, day)
		if err != nil {
			return err
		}
		b.idle[i] = idle
	}
	return nil
}
