package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// PutResult is what became of the rows of one answer.
type PutResult struct {
	Seq     int64 // the event, 0: nothing was new or changed
	New     int
	Changed int
}

// PutSamples stores the rows of one answer in one transaction, in any order. All
// rows of one instant must come in the same call. Rules:
//
//   - A row is known by user, type, instant in milliseconds and source. Rows of one
//     instant and different sources are different rows.
//   - Rows equal in everything count once. Rows of one key that differ in value or
//     extra are all kept, ordered by value and then extra.
//   - What an answer says about a key replaces what was stored of it: the first
//     row is compared with the first stored one, and so on. A row is changed when
//     value or content of extra differ; where fewer come than are stored, the
//     surplus is dropped, which counts as one change.
//   - Keys that the answer does not name stay: there is no way to delete a sample.
//
// When any row is new or changed PutSamples adds one event (create, without
// object id, on the UTC date of the newest such row) whose data tells of these
// rows {"from","to","count","min","max"}. A row without instant or number fails
// all with CodeInvalid.
func (s *Store) PutSamples(ctx context.Context, userID string, dt oura.DataType, source oura.Source,
	receivedAt time.Time, rows []Sample) (PutResult, error) {
	clean, err := cleanSamples(rows)
	if err != nil || len(clean) == 0 {
		return PutResult{}, err
	}
	put := samplePut{userID: userID, dt: dt, source: source, receivedAt: receivedAt, rows: clean, packer: &s.packer}
	var out PutResult
	err = s.writer.do(ctx, func(t *tx) (err error) {
		out, err = put.run(t)
		return err
	})
	if err != nil {
		return PutResult{}, err
	}
	return out, nil
}

// samplePut is one call of PutSamples.
type samplePut struct {
	userID     string
	dt         oura.DataType
	source     oura.Source
	receivedAt time.Time
	rows       []Sample // clean
	packer     *extrasPacker
}

// run merges the rows and tells of the fresh ones in an event.
func (p samplePut) run(t *tx) (out PutResult, err error) {
	var fresh SampleSum
	fresh, out.New, out.Changed, err = p.merge(t)
	if err != nil || fresh.Count == 0 {
		return out, err
	}
	out.Seq, err = p.event(t, fresh)
	return out, err
}

// merge stores the rows and sums up those that are new or changed.
func (p samplePut) merge(t *tx) (fresh SampleSum, isNew, changed int, err error) {
	for rest := p.rows; len(rest) > 0; {
		day, n := utcDay(rest[0].At), 1
		for n < len(rest) && utcDay(rest[n].At) == day {
			n++
		}
		news, added, replaced, err := p.day(t, day, rest[:n])
		if err != nil {
			return fresh, isNew, changed, err
		}
		fresh = fresh.plus(sumOf(news))
		isNew += added
		changed += replaced
		rest = rest[n:]
	}
	return fresh, isNew, changed, nil
}

// day merges rows into what is stored of one UTC date.
func (p samplePut) day(t *tx, day oura.Day, rows []Sample) (fresh []Sample, isNew, changed int, err error) {
	const q = `SELECT packed, extras FROM sample_day WHERE user_id = ? AND data_type = ? AND day = ?`
	var packed, extras []byte
	var stored []Sample
	err = t.one(q, []any{p.userID, string(p.dt), string(day)}, &packed, &extras)
	if err == nil {
		stored, err = unpackDay(day, packed, extras)
	} else if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if err != nil {
		return nil, 0, 0, err
	}
	merged, fresh, isNew, changed := mergeSamples(stored, rows)
	if len(fresh) == 0 {
		return nil, 0, 0, nil
	}
	return fresh, isNew, changed, p.write(t, day, merged)
}

func unpackDay(day oura.Day, packed, extras []byte) ([]Sample, error) {
	rows, err := unpackSamples(day, packed)
	if err != nil {
		return nil, err
	}
	return rows, unpackExtras(rows, extras)
}

func (p samplePut) write(t *tx, day oura.Day, rows []Sample) error {
	const q = `
		INSERT INTO sample_day (user_id, data_type, day, count, first_ms, last_ms, min, max, sum, packed, extras)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, data_type, day) DO UPDATE SET
			count = excluded.count, first_ms = excluded.first_ms, last_ms = excluded.last_ms, min = excluded.min,
			max = excluded.max, sum = excluded.sum, packed = excluded.packed, extras = excluded.extras`
	packed, err := packSamples(day, rows)
	if err != nil {
		return err
	}
	extras, err := p.packer.pack(rows)
	if err != nil {
		return err
	}
	b := bucketOf(rows)
	_, err = t.exec(q, p.userID, string(p.dt), string(day), len(rows), ms(rows[0].At), ms(rows[len(rows)-1].At),
		b.min, b.max, b.sum, packed, extras)
	return err
}

// event adds the event of a round that brought fresh rows.
func (p samplePut) event(t *tx, fresh SampleSum) (int64, error) {
	data, err := json.Marshal(fresh)
	if err != nil {
		return 0, err
	}
	return insertEvent(t, Change{
		UserID: p.userID, DataType: p.dt, Operation: oura.Create, Source: p.source, ReceivedAt: p.receivedAt,
		Day: utcDay(fresh.To), Data: data,
	}, OutcomeNew)
}
