package export

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// A sample of a part is read in some places, so that neither the oldest rows nor
// the newest speak for all.
const (
	places         = 4
	eventsAt       = 8
	documentsAt    = 8
	samplesAt      = 200
	coverageSample = 30 // days
)

// part is a kind of rows of one type and account: how many there are, about, and
// some of them.
type part struct {
	rows   int64
	read   int                // how many rows the sample has
	write  func(Writer) error // writes the sample
	inBase func() int64       // what all rows take in a SQLite file
	dt     oura.DataType
	series bool // it is about samples
	event  bool // it is about events
}

// survey looks at all that r asks for.
func (x *Exporter) survey(ctx context.Context, r Request) (out []part, err error) {
	for _, kind := range []struct {
		kind Kind
		look func(context.Context, Request) ([]part, error)
	}{{Events, x.surveyEvents}, {Documents, x.surveyDocuments}, {Samples, x.surveySamples}, {Everything, x.surveyCoverage}} {
		if !r.has(kind.kind) {
			continue
		}
		parts, err := kind.look(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			if p.read > 0 && p.rows > 0 {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func (x *Exporter) surveyEvents(ctx context.Context, r Request) (out []part, err error) {
	holdings, err := x.store.EventParts(ctx, r.eventFilter())
	if err != nil {
		return nil, err
	}
	last, err := x.store.LastSeq(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range holdings {
		rows, err := x.sampleEvents(ctx, r, h.Type, last)
		if err != nil {
			return nil, err
		}
		out = append(out, part{
			rows: h.Count, read: len(rows), dt: h.Type, event: true,
			write:  func(w Writer) error { return w.Events(rows) },
			inBase: func() int64 { return sqlite.EventBytes(rows, h.Count) },
		})
	}
	return out, nil
}

func (x *Exporter) sampleEvents(ctx context.Context, r Request, dt oura.DataType, last int64) (out []oura.Event, err error) {
	f := r.eventFilter()
	f.Types, f.Query, f.Before, f.Limit = []oura.DataType{dt}, "", last+1, eventsAt
	for i := range int64(places) {
		f.After = max(f.After, last*i/places)
		rows, err := x.store.Events(ctx, f)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		out = append(out, rows...)
		f.After = rows[len(rows)-1].Seq
	}
	return out, nil
}

func (x *Exporter) surveyDocuments(ctx context.Context, r Request) (out []part, err error) {
	holdings, err := x.store.DocumentParts(ctx, r.documentFilter())
	if err != nil {
		return nil, err
	}
	for _, h := range wanted(holdings, r) {
		rows, err := x.sampleDocuments(ctx, r, h)
		if err != nil {
			return nil, err
		}
		out = append(out, part{
			rows: h.Count, read: len(rows), dt: h.Type,
			write:  func(w Writer) error { return w.Documents(h.Type, rows) },
			inBase: func() int64 { return sqlite.DocumentBytes(rows, h.Count) },
		})
	}
	return out, nil
}

func (x *Exporter) sampleDocuments(ctx context.Context, r Request, h sqlite.Holding) (out []oura.Document, err error) {
	f := r.documentFilter()
	f.UserID, f.Type, f.Limit = h.UserID, h.Type, documentsAt
	day, id := oura.Day(""), ""
	for i := range places {
		if from := dayAt(h, i); from > day {
			day, id = from, ""
		}
		rows, err := x.store.DocumentsAfter(ctx, f, day, id)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		out = append(out, rows...)
		day, id = rows[len(rows)-1].Day, rows[len(rows)-1].ObjectID
	}
	return out, nil
}

// dayAt is the first day of the place with that number, "" where days say nothing.
func dayAt(h sqlite.Holding, place int) oura.Day {
	first, err1 := time.Parse(time.DateOnly, string(h.First))
	last, err2 := time.Parse(time.DateOnly, string(h.Last))
	if err1 != nil || err2 != nil {
		return ""
	}
	days := int(last.Sub(first) / (24 * time.Hour))
	return h.First.Add(days * place / places)
}

func (x *Exporter) surveySamples(ctx context.Context, r Request) (out []part, err error) {
	from, to := r.span()
	holdings, err := x.store.SampleParts(ctx, from, to)
	if err != nil {
		return nil, err
	}
	for _, h := range wanted(holdings, r) {
		rows, err := x.sampleSamples(ctx, h, from, to)
		if err != nil {
			return nil, err
		}
		out = append(out, part{
			rows: h.Count, read: len(rows), dt: h.Type, series: true,
			write:  func(w Writer) error { return w.Samples(h.UserID, h.Type, rows) },
			inBase: func() int64 { return sqlite.SampleBytes(h.UserID, h.Type, rows, h.Count) },
		})
	}
	return out, nil
}

func (x *Exporter) sampleSamples(ctx context.Context, h sqlite.Holding, from, to time.Time) (out []sqlite.Sample, err error) {
	var after *sqlite.Sample
	for i := range places {
		if at, err := time.Parse(time.DateOnly, string(dayAt(h, i))); err == nil && at.After(from) {
			from = at
		}
		rows, err := x.store.Samples(ctx, h.UserID, h.Type, from, to, after, samplesAt)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		out = append(out, rows...)
		after = &rows[len(rows)-1]
	}
	return out, nil
}

func (x *Exporter) surveyCoverage(ctx context.Context, r Request) (out []part, err error) {
	holdings, err := x.store.CoverageParts(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range holdings {
		first, last, err := x.coverageSpan(ctx, r, h.UserID)
		if err != nil {
			return nil, err
		}
		from := max(first, last.Add(1-coverageSample))
		rows, err := x.store.Coverage(ctx, h.UserID, r.Types, from, last, oura.DayOf(x.now()))
		if err != nil || len(rows) == 0 {
			return out, err
		}
		n := int64(len(rows)) * int64(daysFrom(first, last)) / int64(daysFrom(from, last))
		out = append(out, part{
			rows: n, read: len(rows),
			write:  func(w Writer) error { return nil }, // only a database has room for it
			inBase: func() int64 { return sqlite.CoverageBytes(h.UserID, rows, n) },
		})
	}
	return out, nil
}

// daysFrom counts the days of [from, to].
func daysFrom(from, to oura.Day) int {
	first, err1 := time.Parse(time.DateOnly, string(from))
	last, err2 := time.Parse(time.DateOnly, string(to))
	if err1 != nil || err2 != nil || last.Before(first) {
		return 0
	}
	return 1 + int(last.Sub(first)/(24*time.Hour))
}
