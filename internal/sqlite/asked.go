package sqlite

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// AskOutcome is how Oura answered a request for a range of days.
type AskOutcome string

// The outcomes of a request.
const (
	AskOK         AskOutcome = "ok"          // answered, all pages read
	AskNotAllowed AskOutcome = "not_allowed" // the grant does not open this type
	AskLapsed     AskOutcome = "lapsed"      // the membership has ended
	AskFailed     AskOutcome = "failed"      // no whole answer; asked again later
)

// Asked is one request for the days From to To of one type, both included. Days
// are Oura's calendar days, of a series UTC dates. Without From and To it is
// about a type that has no days.
type Asked struct {
	UserID   string
	DataType oura.DataType
	From, To oura.Day
	At       time.Time // when the request was made, not when it ended
	Outcome  AskOutcome
	Reason   string // for the user, where the outcome is not ok
}

const (
	askedStep = 500    // days per transaction, so that other writers wait little
	askedMost = 40_000 // days of one request: more than a hundred years are a mistake
)

// NoteAsked notes how requests were answered, per type and day. Of a day the
// newest request counts, by At; a failure does not forget an earlier ok. Long
// ranges take several transactions.
func (s *Store) NoteAsked(ctx context.Context, asked ...Asked) error {
	var rows []askedRow
	for i, a := range asked {
		n, err := a.days()
		if err != nil {
			return err
		}
		rows = append(rows, askedRow{&asked[i], ""}) // the type as a whole
		for d := range n {
			rows = append(rows, askedRow{&asked[i], a.From.Add(d)})
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), askedStep)
		if err := s.writer.do(ctx, func(t *tx) error { return noteAsked(t, rows[:n]) }); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// days is how many days a is about. Code: invalid.
func (a Asked) days() (int, error) {
	switch a.Outcome {
	case AskOK, AskNotAllowed, AskLapsed, AskFailed:
	default:
		return 0, invalid("outcome %q", a.Outcome)
	}
	if a.At.IsZero() || a.UserID == "" || a.DataType == "" {
		return 0, invalid("request of %q without user, type or time", a.DataType)
	}
	if a.From == "" && a.To == "" {
		return 0, nil
	}
	from, err1 := time.Parse(time.DateOnly, string(a.From))
	to, err2 := time.Parse(time.DateOnly, string(a.To))
	n := int(to.Sub(from)/(24*time.Hour)) + 1
	if err1 != nil || err2 != nil || n < 1 || n > askedMost {
		return 0, invalid("range of days %q to %q", a.From, a.To)
	}
	return n, nil
}

// askedRow is what one request says about one day.
type askedRow struct {
	*Asked
	day oura.Day
}

func noteAsked(t *tx, rows []askedRow) error {
	const q = `
		INSERT INTO coverage (user_id, day, data_type, asked_ms, tried_ms, outcome, reason)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
		ON CONFLICT (user_id, day, data_type) DO UPDATE SET
			asked_ms = max(asked_ms, excluded.asked_ms), tried_ms = max(tried_ms, excluded.tried_ms),
			outcome = iif(excluded.tried_ms >= tried_ms, excluded.outcome, outcome),
			reason = iif(excluded.tried_ms >= tried_ms, excluded.reason, reason)`
	for _, r := range rows {
		at := ms(r.At)
		answered := at
		if r.Outcome != AskOK {
			answered = 0
		}
		if _, err := t.exec(q, r.UserID, string(r.day), string(r.DataType), answered, at, string(r.Outcome), r.Reason); err != nil {
			return err
		}
	}
	return nil
}

// AskedFor returns when each type was last asked for a day, answered or not; types
// that never were are missing.
func (s *Store) AskedFor(ctx context.Context, userID string, day oura.Day) (map[oura.DataType]time.Time, error) {
	const q = `SELECT data_type, tried_ms FROM coverage WHERE user_id = ? AND day = ?`
	out := make(map[oura.DataType]time.Time)
	err := s.readers.each(ctx, q, func(scan func(...any) error) error {
		var dt oura.DataType
		var at int64
		err := scan(&dt, &at)
		out[dt] = fromMS(at)
		return err
	}, userID, day)
	return out, storageError("read requests for a day", err)
}

// LastAsked returns when each type was last asked and answered; types that never
// were are missing.
func (s *Store) LastAsked(ctx context.Context, userID string) (map[oura.DataType]time.Time, error) {
	const q = `SELECT data_type, asked_ms FROM coverage WHERE user_id = ? AND day = '' AND asked_ms > 0`
	last := make(map[oura.DataType]time.Time)
	err := s.readers.each(ctx, q, func(scan func(...any) error) error {
		var dt oura.DataType
		var at int64
		err := scan(&dt, &at)
		last[dt] = fromMS(at)
		return err
	}, userID)
	return last, storageError("read last requests", err)
}
