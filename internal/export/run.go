package export

import (
	"cmp"
	"context"
	"sync"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// page is some rows on their way to the writer.
type page struct {
	rows  int
	write func(Writer) error
}

// step reads a part of the export and hands on its pages.
type step func(ctx context.Context, emit func(page) error) error

// plan says what r takes: the steps in their order, and how many rows about.
func (x *Exporter) plan(ctx context.Context, r Request) (steps []step, total int64, err error) {
	for _, part := range []struct {
		kind Kind
		plan func(context.Context, Request) ([]step, int64, error)
	}{{Events, x.planEvents}, {Documents, x.planDocuments}, {Samples, x.planSamples}, {Everything, x.planCoverage}} {
		if !r.has(part.kind) {
			continue
		}
		more, n, err := part.plan(ctx, r)
		if err != nil {
			return nil, 0, err
		}
		steps, total = append(steps, more...), total+n
	}
	return steps, total, nil
}

// run reads all rows of r and writes them to w, which stays open.
func (x *Exporter) run(ctx context.Context, r Request, w Writer, progress Progress) error {
	steps, total, err := x.plan(ctx, r)
	if err != nil {
		return err
	}
	return pump(ctx, steps, w, func(done int64) {
		if progress != nil {
			progress(done, max(done, total))
		}
	})
}

// pump reads the next page while the last one is written. At most three pages are
// in memory: read, waiting, written.
func pump(ctx context.Context, steps []step, w Writer, written func(done int64)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := make(chan page, 1)
	var readErr, writeErr error
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(pages)
		readErr = readAll(ctx, steps, func(p page) error {
			select {
			case pages <- p:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	done := int64(0)
	for p := range pages {
		if writeErr != nil {
			continue // the reader is about to notice
		}
		if writeErr = ctx.Err(); writeErr == nil {
			writeErr = p.write(w)
		}
		if writeErr != nil {
			cancel()
			continue
		}
		done += int64(p.rows)
		written(done)
	}
	reader.Wait()
	return cmp.Or(writeErr, readErr)
}

func readAll(ctx context.Context, steps []step, emit func(page) error) error {
	for _, read := range steps {
		if err := read(ctx, emit); err != nil {
			return err
		}
	}
	return nil
}

func (x *Exporter) planEvents(ctx context.Context, r Request) ([]step, int64, error) {
	parts, err := x.store.EventParts(ctx, r.eventFilter())
	total := int64(0)
	for _, part := range parts {
		total += part.Count
	}
	return []step{func(ctx context.Context, emit func(page) error) error { return x.readEvents(ctx, r, emit) }}, total, err
}

func (x *Exporter) planDocuments(ctx context.Context, r Request) (steps []step, total int64, err error) {
	f := r.documentFilter()
	parts, err := x.store.DocumentParts(ctx, f)
	for _, part := range wanted(parts, r) {
		f := f
		f.UserID, f.Type, f.Limit = part.UserID, part.Type, x.page(documentsPerPage)
		total += part.Count
		steps = append(steps, func(ctx context.Context, emit func(page) error) error { return x.readDocuments(ctx, f, emit) })
	}
	return steps, total, err
}

func (x *Exporter) planSamples(ctx context.Context, r Request) (steps []step, total int64, err error) {
	from, to := r.span()
	parts, err := x.store.SampleParts(ctx, from, to)
	for _, part := range wanted(parts, r) {
		total += part.Count
		steps = append(steps, func(ctx context.Context, emit func(page) error) error { return x.readSamples(ctx, r, part, emit) })
	}
	return steps, total, err
}

func (x *Exporter) planCoverage(ctx context.Context, r Request) (steps []step, total int64, err error) {
	parts, err := x.store.CoverageParts(ctx)
	for _, part := range parts {
		first, last, err := x.coverageSpan(ctx, r, part.UserID)
		if err != nil {
			return nil, 0, err
		}
		total += int64(daysFrom(first, last)) * typesWithDays(r)
		steps = append(steps, func(ctx context.Context, emit func(page) error) error {
			return x.readCoverage(ctx, r, part.UserID, emit)
		})
	}
	return steps, total, err
}

func wanted(parts []sqlite.Holding, r Request) (out []sqlite.Holding) {
	for _, p := range parts {
		if r.wants(p.Type) {
			out = append(out, p)
		}
	}
	return out
}

// typesWithDays counts the types that coverage tells of for each day.
func typesWithDays(r Request) (n int64) {
	for _, info := range oura.Catalogue() {
		if r.wants(info.Type) && (info.Kind == oura.KindSeries || info.Dated) {
			n++
		}
	}
	return n
}
