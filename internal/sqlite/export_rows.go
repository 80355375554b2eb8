package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

const rowsPerInsert = 50 // of one statement: a call costs more than a row

// AddEvents adds events.
func (f *ExportFile) AddEvents(ctx context.Context, rows []oura.Event) error {
	const head = `INSERT INTO event (seq, data_type, event_type, object_id, user_id, day, timestamp, received_at, source, data) VALUES `
	return insert(ctx, f, head, rows, 10, eventValues)
}

func eventValues(args []any, e oura.Event) []any {
	return append(args, e.Seq, string(e.DataType), string(e.EventType), e.ObjectID, e.UserID, textOrNull(e.Day),
		e.Timestamp, exportTime(e.ReceivedAt), string(e.Source), jsonText(e.Data))
}

// AddDocuments adds documents of any type.
func (f *ExportFile) AddDocuments(ctx context.Context, rows []oura.Document) error {
	const head = `INSERT OR REPLACE INTO document (user_id, data_type, object_id, day, revisions, first_seen_at, last_seen_at, deleted_at, data) VALUES `
	return insert(ctx, f, head, rows, 9, documentValues)
}

func documentValues(args []any, d oura.Document) []any {
	return append(args, d.UserID, string(d.DataType), d.ObjectID, textOrNull(d.Day), d.Revisions,
		exportTime(d.FirstSeen), exportTime(d.LastSeen), exportTime(d.DeletedAt), jsonText(d.Data))
}

// AddSamples adds samples of one series.
func (f *ExportFile) AddSamples(ctx context.Context, userID string, series oura.DataType, rows []Sample) error {
	const head = `INSERT INTO sample (user_id, series, at_ms, source, value, extra) VALUES `
	return insert(ctx, f, head, rows, 6, sampleValues(userID, series))
}

func sampleValues(userID string, series oura.DataType) func([]any, Sample) []any {
	return func(args []any, r Sample) []any {
		return append(args, userID, string(series), r.At.UnixMilli(), textOrNull(r.Source), r.Value, jsonText(r.Extra))
	}
}

// AddCoverage adds what is known of days.
func (f *ExportFile) AddCoverage(ctx context.Context, userID string, rows []CoverageDay) error {
	const head = `INSERT INTO coverage (user_id, data_type, day, state, reason, asked_at, count) VALUES `
	return insert(ctx, f, head, rows, 7, coverageValues(userID))
}

func coverageValues(userID string) func([]any, CoverageDay) []any {
	return func(args []any, c CoverageDay) []any {
		return append(args, userID, string(c.DataType), string(c.Day), string(c.State), c.Reason, exportTime(c.AskedAt), c.Count)
	}
}

// insert binds width values of each row.
func insert[T any](ctx context.Context, f *ExportFile, head string, rows []T, width int, bind func([]any, T) []any) error {
	args := make([]any, 0, rowsPerInsert*width)
	for len(rows) > 0 {
		n := min(rowsPerInsert, len(rows))
		args = args[:0]
		for _, row := range rows[:n] {
			args = bind(args, row)
		}
		st, err := f.prepare(ctx, head, n, width) //nolint:sqlclosecheck // kept; it ends with the transaction
		if err != nil {
			return storageError("write export", err)
		}
		if _, err := st.ExecContext(ctx, args...); err != nil {
			return storageError("write export", err)
		}
		rows = rows[n:]
	}
	return nil
}

func (f *ExportFile) prepare(ctx context.Context, head string, rows, width int) (*sql.Stmt, error) {
	row := "(?" + strings.Repeat(",?", width-1) + ")"
	text := head + row + strings.Repeat(","+row, rows-1)
	if st, ok := f.stmts[text]; ok {
		return st, nil
	}
	st, err := f.tx.PrepareContext(ctx, text)
	if err == nil {
		f.stmts[text] = st
	}
	return st, err
}

// exportTime writes t as the local API does, NULL for none.
func exportTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func textOrNull[T ~string](text T) any {
	if text == "" {
		return nil
	}
	return string(text)
}
