package metrics

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// Serve reads the numbers of all documents ahead, once somebody has asked for any,
// so that a chart of many years need not wait for them; the newest come first. It
// works no more than half of the time, and goes on when an account or a great
// change made it all obsolete. It ends with ctx.
func (r *Reader) Serve(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.asked:
		}
		if err := r.readAhead(ctx); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "figures not read ahead", "err", err)
		}
	}
}

// readAhead reads the months that are not kept, one at a time.
func (r *Reader) readAhead(ctx context.Context) error {
	for {
		began := time.Now()
		more, err := r.readNext(ctx)
		if err != nil || !more {
			return err
		}
		rest := time.NewTimer(time.Since(began))
		select {
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		case <-rest.C:
		}
	}
}

// readNext reads the newest month that is not kept, and reports whether there was
// one.
func (r *Reader) readNext(ctx context.Context) (more bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seq < 0 {
		return false, nil // the next call begins anew
	}
	spans, err := r.typeDays(ctx)
	if err != nil {
		return false, err
	}
	if dt, m, ok := r.missing(spans); ok && r.cells < mostCells/2 {
		_, err = r.month(ctx, dt, m)
		return true, err
	}
	return false, nil
}

func (r *Reader) missing(spans map[oura.DataType]typeDays) (dt oura.DataType, newest month, ok bool) {
	for _, kind := range listed(spans) {
		first, ok1 := dateOf(spans[kind].first)
		last, ok2 := dateOf(spans[kind].last)
		if !ok1 || !ok2 {
			continue
		}
		for m := last.month(); m >= first.month() && (!ok || m > newest); m-- {
			if r.table(kind).months[m] == nil {
				dt, newest, ok = kind, m, true
				break
			}
		}
	}
	return dt, newest, ok
}
