package export

import (
	"io"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Writer writes rows in one format. Rows come in pages, documents type after type.
// Only Close makes the output whole.
type Writer interface {
	Events(rows []oura.Event) error
	Documents(dt oura.DataType, rows []oura.Document) error
	Samples(userID string, series oura.DataType, rows []sqlite.Sample) error
	Close() error
}

// NewWriter returns the writer of a format that is a stream, JSONL or CSV, for an
// export made at the given time.
func NewWriter(r Request, out io.Writer, made time.Time) (Writer, error) {
	switch {
	case r.zipped():
		return newZip(out, made), nil
	case r.Format == CSV:
		return newTable(r, out)
	default:
		return &lines{out: out}, nil
	}
}

const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// stamp writes t as the local API does; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampLayout)
}
