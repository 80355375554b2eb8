package export

import (
	"cmp"
	"context"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Rows of one page. A document has up to some 15 kB, a sample some 100 bytes.
const (
	eventsPerPage    = 256
	documentsPerPage = 256
	samplesPerPage   = 10_000
	daysPerPage      = 365 // of coverage, for all types
)

func (x *Exporter) page(rows int) int {
	if x.most > 0 {
		return min(rows, x.most)
	}
	return rows
}

// oldestCoverage is how many days back coverage goes at most: a document with an
// impossible day does not make millions of days of nothing.
const oldestCoverage = 30 * 366

// readEvents reads the events there are now; those that come meanwhile would make
// it a race without an end.
func (x *Exporter) readEvents(ctx context.Context, r Request, emit func(page) error) error {
	last, err := x.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	f := r.eventFilter()
	f.Before, f.Limit = last+1, x.page(eventsPerPage)
	for {
		rows, err := x.store.Events(ctx, f)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := emit(page{len(rows), func(w Writer) error { return w.Events(rows) }}); err != nil {
			return err
		}
		if len(rows) < f.Limit {
			return nil
		}
		f.After = rows[len(rows)-1].Seq
	}
}

// readDocuments reads the documents of one type and account by day. One that moves
// to another day meanwhile can be met twice, or not at all.
func (x *Exporter) readDocuments(ctx context.Context, f sqlite.DocumentFilter, emit func(page) error) error {
	day, id := oura.Day(""), ""
	for {
		rows, err := x.store.DocumentsAfter(ctx, f, day, id)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := emit(page{len(rows), func(w Writer) error { return w.Documents(f.Type, rows) }}); err != nil {
			return err
		}
		if len(rows) < f.Limit {
			return nil
		}
		day, id = rows[len(rows)-1].Day, rows[len(rows)-1].ObjectID
	}
}

func (x *Exporter) readSamples(ctx context.Context, r Request, part sqlite.Holding, emit func(page) error) error {
	from, to := r.span()
	var after *sqlite.Sample
	for {
		rows, err := x.store.Samples(ctx, part.UserID, part.Type, from, to, after, x.page(samplesPerPage))
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := emit(page{len(rows), func(w Writer) error { return w.Samples(part.UserID, part.Type, rows) }}); err != nil {
			return err
		}
		if len(rows) < x.page(samplesPerPage) {
			return nil
		}
		after = &rows[len(rows)-1]
	}
}

// coverer is a writer that has room for what was asked.
type coverer interface {
	Coverage(userID string, rows []sqlite.CoverageDay) error
}

// readCoverage reads what is known of the days from the first one with anything
// until today.
func (x *Exporter) readCoverage(ctx context.Context, r Request, userID string, emit func(page) error) error {
	first, last, err := x.coverageSpan(ctx, r, userID)
	if err != nil {
		return err
	}
	today := oura.DayOf(x.now())
	for from := first; from <= last; from = from.Add(daysPerPage) {
		rows, err := x.store.Coverage(ctx, userID, r.Types, from, min(from.Add(daysPerPage-1), last), today)
		if err != nil {
			return err
		}
		write := func(w Writer) error {
			if c, ok := w.(coverer); ok {
				return c.Coverage(userID, rows)
			}
			return nil // the other formats are never asked for everything
		}
		if err := emit(page{len(rows), write}); err != nil {
			return err
		}
	}
	return nil
}

// coverageSpan are the days whose coverage is part of the export.
func (x *Exporter) coverageSpan(ctx context.Context, r Request, userID string) (first, last oura.Day, err error) {
	today := oura.DayOf(x.now())
	first, err = x.store.FirstDay(ctx, userID)
	first = max(cmp.Or(first, today), r.StartDay, today.Add(-oldestCoverage))
	return first, min(cmp.Or(r.EndDay, today), today), err
}
