package export

import (
	"bytes"
	"compress/flate"
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Estimate tells what an export would be.
type Estimate struct {
	Rows  int64
	Bytes int64 // of the file
}

const (
	zipEntry    = 180      // bytes an archive takes for each file in it
	packedMost  = 24 << 10 // bytes of a sample that are packed to see how well that goes
	indexesLeft = 1.2      // a packed database beside packed JSONL: its indexes repeat some of the rows
	samplesLeft = 0.17     // what packing leaves of samples in a database, whose numbers repeat little
)

// Estimate tells how many rows r has and how large its file is, about: the rows
// by counts that are kept or quickly made, the size by some rows of each type,
// written as the export would. Code: invalid.
func (x *Exporter) Estimate(ctx context.Context, r Request) (e Estimate, err error) {
	if err := r.Check(); err != nil {
		return e, err
	}
	parts, err := x.survey(ctx, r)
	if err != nil {
		return e, err
	}
	bytes := 0.0
	if r.Format == SQLite {
		bytes = sqlite.EmptyExportBytes
		if r.Gzip {
			bytes *= 0.1
		}
	}
	for i, p := range parts {
		n, err := p.bytes(r, i == 0)
		if err != nil {
			return e, err
		}
		e.Rows += p.rows
		bytes += n
	}
	if len(parts) == 0 && r.Format != SQLite {
		return e, nil
	}
	e.Bytes = int64(bytes)
	return e, nil
}

// bytes is about what all rows of the part take in the output; the first part of
// an output brings the line of names along, in an archive each does.
func (p part) bytes(r Request, first bool) (float64, error) {
	switch {
	case r.Format == SQLite && !r.Gzip:
		return float64(p.inBase()), nil
	case r.Format == SQLite && p.series:
		return float64(p.inBase()) * samplesLeft, nil
	}
	head, body, err := p.text(r)
	if err != nil {
		return 0, err
	}
	perRow := float64(len(body)) / float64(p.read)
	switch {
	case r.Format == SQLite:
		perRow *= share(body) * indexesLeft
		head = 0
	case r.Gzip || r.zipped():
		perRow *= share(body)
		head /= 2
	}
	total := perRow * float64(p.rows)
	if first || r.zipped() {
		total += float64(head)
	}
	if r.zipped() {
		total += zipEntry
	}
	return total, nil
}

// text writes the sample as the export would, or as JSONL for a database: the line
// of names, if there is one, and the rows.
func (p part) text(r Request) (head int, body []byte, err error) {
	if p.rows == 0 {
		return 0, nil, nil
	}
	if r.zipped() {
		r.Types = []oura.DataType{p.dt}
	}
	if r.Format == SQLite {
		r.Format = JSONL
	}
	var out bytes.Buffer
	w, err := NewWriter(r, &out, time.Time{})
	if err != nil {
		return 0, nil, err
	}
	head = out.Len()
	if err := p.write(w); err != nil {
		return 0, nil, err
	}
	if err := w.Close(); err != nil {
		return 0, nil, err
	}
	return head, out.Bytes()[head:], nil
}

// share is what packing leaves of text like this, judged by its second half once
// the first half is known: a short text packs worse than a long one.
func share(text []byte) float64 {
	text = text[:min(len(text), packedMost)]
	half := len(text) / 2
	if half == 0 {
		return 1
	}
	return float64(packed(text)-packed(text[:half])) / float64(len(text)-half)
}

func packed(text []byte) int {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.DefaultCompression) // the level is one of those there are
	_, _ = w.Write(text)                                    // into memory
	_ = w.Close()
	return out.Len()
}
