package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Table are some rows as the file will have them.
type Table struct {
	Name    string     // of the table in a database, or of the file in an archive; else ""
	Columns []string   // none for JSONL, whose rows are one cell: the line
	Rows    [][]string //
}

const previewRows = 5

// Preview returns the first five rows of the file r would make, or of its first
// table or archived file. Code: invalid.
func (x *Exporter) Preview(ctx context.Context, r Request) (Table, error) {
	if err := r.Check(); err != nil {
		return Table{}, err
	}
	first, err := x.firstRows(ctx, r)
	if err != nil {
		return Table{}, err
	}
	switch r.Format {
	case SQLite:
		return first.database(r), nil
	case CSV:
		return first.table(r)
	default: // JSONL: Check has seen to it
		text, err := first.text(r)
		return Table{Rows: lineCells(text)}, err
	}
}

// firstRows collects as many rows of one kind and type as are shown, through the
// steps that an export takes.
func (x *Exporter) firstRows(ctx context.Context, r Request) (*few, error) {
	small := *x
	small.most = previewRows
	out := &few{}
	// A database shows its documents first: they say more than the oldest events.
	for _, kind := range []Kind{Documents, Events, Samples} {
		if !r.has(kind) || out.n() > 0 {
			continue
		}
		one := r
		one.Kind = kind
		steps, _, err := small.plan(ctx, one)
		if err != nil {
			return nil, err
		}
		err = readAll(ctx, steps, func(p page) error {
			return errors.Join(p.write(out), out.enough(r))
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
	}
	return out, nil
}

var errEnough = errors.New("enough rows")

// few is a Writer that keeps the first rows.
type few struct {
	dt        oura.DataType
	userID    string
	series    oura.DataType
	events    []oura.Event
	documents []oura.Document
	samples   []sqlite.Sample
}

func (f *few) n() int { return len(f.events) + len(f.documents) + len(f.samples) }

// enough ends the reading; in an archive each type has a file of its own.
func (f *few) enough(r Request) error {
	if f.n() >= previewRows || r.zipped() && f.n() > 0 {
		return errEnough
	}
	return nil
}

func (f *few) room(n int) int { return min(n, previewRows-f.n()) }

func (f *few) Events(rows []oura.Event) error {
	f.events = append(f.events, rows[:f.room(len(rows))]...)
	return nil
}

func (f *few) Documents(dt oura.DataType, rows []oura.Document) error {
	f.dt = dt
	f.documents = append(f.documents, rows[:f.room(len(rows))]...)
	return nil
}

// Samples keeps those of the first series.
func (f *few) Samples(userID string, series oura.DataType, rows []sqlite.Sample) error {
	if len(f.samples) == 0 {
		f.userID, f.series = userID, series
	}
	if f.series == series && f.userID == userID {
		f.samples = append(f.samples, rows[:f.room(len(rows))]...)
	}
	return nil
}

// Close does nothing: few writes nothing.
func (f *few) Close() error { return nil }

// text writes the rows as the export would.
func (f *few) text(r Request) ([]byte, error) {
	if r.zipped() {
		r.Types = []oura.DataType{f.dt}
	}
	var out bytes.Buffer
	w, err := NewWriter(r, &out, time.Time{})
	if err == nil && len(f.events) > 0 {
		err = w.Events(f.events)
	}
	if err == nil && len(f.documents) > 0 {
		err = w.Documents(f.dt, f.documents)
	}
	if err == nil && len(f.samples) > 0 {
		err = w.Samples(f.userID, f.series, f.samples)
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// table reads the text as other programs will.
func (f *few) table(r Request) (t Table, err error) {
	if r.zipped() {
		if f.n() == 0 {
			return t, nil // an archive without files
		}
		t.Name = plain(string(f.dt)) + ".csv"
	}
	text, err := f.text(r)
	if err != nil {
		return t, err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		return t, err
	}
	t.Columns, t.Rows = rows[0], rows[1:]
	return t, nil
}

func lineCells(text []byte) (out [][]string) {
	for line := range strings.Lines(string(text)) {
		out = append(out, []string{strings.TrimSuffix(line, "\n")})
	}
	return out
}

// The columns of the tables in a database, in their order.
var (
	documentTable = []string{"user_id", "data_type", "object_id", "day", "revisions", "first_seen_at", "last_seen_at", "deleted_at", "data"}
	sampleTable   = []string{"user_id", "series", "at_ms", "source", "value", "extra"}
)

func (f *few) database(r Request) Table {
	switch {
	case len(f.events) > 0 || r.Kind == Events:
		t := Table{Name: "event", Columns: eventColumns}
		for _, e := range f.events {
			t.Rows = append(t.Rows, []string{
				string(appendInt(nil, e.Seq)), string(e.DataType), string(e.EventType), e.ObjectID, e.UserID, string(e.Day), e.Timestamp,
				stamp(e.ReceivedAt), string(e.Source), string(e.Data),
			})
		}
		return t
	case len(f.samples) > 0 || r.Kind == Samples:
		t := Table{Name: "sample", Columns: sampleTable}
		for _, s := range f.samples {
			t.Rows = append(t.Rows, []string{
				f.userID, string(f.series), string(appendInt(nil, s.At.UnixMilli())), s.Source, string(appendNumber(nil, s.Value)), string(s.Extra),
			})
		}
		return t
	}
	t := Table{Name: "document", Columns: documentTable}
	for _, d := range f.documents {
		t.Rows = append(t.Rows, []string{
			d.UserID, string(d.DataType), d.ObjectID, string(d.Day), string(appendInt(nil, int64(d.Revisions))),
			stamp(d.FirstSeen), stamp(d.LastSeen), stamp(d.DeletedAt), string(d.Data),
		})
	}
	return t
}
