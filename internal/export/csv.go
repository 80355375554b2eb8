package export

import (
	"io"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// table writes one CSV file with one kind of rows.
type table struct {
	lines  // its buffer and its output
	layout layout
}

// newTable begins with the line of names, so that an export without rows has it
// too.
func newTable(r Request, out io.Writer) (*table, error) {
	t := &table{lines: lines{out: out}}
	switch r.Kind {
	case Documents:
		t.layout = layoutOf(r.Types[0])
		t.buf = appendRow(t.buf, t.layout.columns)
	case Samples:
		t.buf = appendRow(t.buf, sampleColumns)
	default:
		t.buf = appendRow(t.buf, eventColumns)
	}
	return t, t.flush()
}

func (t *table) Events(rows []oura.Event) error {
	return t.rows(len(rows), func(i int) []string {
		e := rows[i]
		return []string{
			string(appendInt(nil, e.Seq)), safe(string(e.DataType)), safe(string(e.EventType)), safe(e.ObjectID), safe(e.UserID),
			safe(string(e.Day)), safe(e.Timestamp), stamp(e.ReceivedAt), safe(string(e.Source)), cellOf(e.Data),
		}
	})
}

func (t *table) Documents(_ oura.DataType, rows []oura.Document) error {
	return t.rows(len(rows), func(i int) []string { return t.layout.row(rows[i]) })
}

func (t *table) Samples(userID string, series oura.DataType, rows []sqlite.Sample) error {
	return t.rows(len(rows), func(i int) []string {
		s := rows[i]
		return []string{
			safe(string(series)), safe(userID), stamp(s.At), safe(s.Source), string(appendNumber(nil, s.Value)), cellOf(s.Extra),
		}
	})
}

func (t *table) rows(n int, row func(i int) []string) error {
	for i := range n {
		t.buf = appendRow(t.buf, row(i))
		if len(t.buf) >= flushAt {
			if err := t.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}
