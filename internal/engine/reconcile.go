package engine

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

const (
	rereadDays  = 3           // what a refused delivery can be about: Oura tries for an hour, the clocks may be days apart
	rereadAgain = time.Minute // after a round that failed
)

// rereads are the types of which something changed that was not delivered: a
// delivery whose time did not fit, or that could not be understood. Their last
// days are read again (S-25).
type rereads struct {
	mu    sync.Mutex // guards types
	types map[oura.DataType]bool
	wake  chan struct{} // buffered 1: several wakes merge
}

func newRereads() rereads {
	return rereads{types: map[oura.DataType]bool{}, wake: make(chan struct{}, 1)}
}

// queueReread asks for the last days of dt, "" for every wanted type.
func (e *Engine) queueReread(dt oura.DataType) {
	types := []oura.DataType{dt}
	if dt == "" {
		types = e.cfg.Types()
	}
	e.again.mu.Lock()
	for _, dt := range types {
		if info, ok := oura.Lookup(dt); ok && info.Kind == oura.KindDocument {
			e.again.types[dt] = true
		}
	}
	e.again.mu.Unlock()
	select {
	case e.again.wake <- struct{}{}:
	default: // a wake-up waits already
	}
}

// serveRereads works them off, and keeps what Oura did not answer.
func (e *Engine) serveRereads(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-e.again.wake:
		}
		for e.isPaused() || !e.rereadAll(ctx) {
			if !wait(ctx, rereadAgain) {
				return ctx.Err()
			}
		}
	}
}

// rereadAll reports whether nothing is left.
func (e *Engine) rereadAll(ctx context.Context) bool {
	e.again.mu.Lock()
	types := slices.Sorted(maps.Keys(e.again.types))
	e.again.mu.Unlock()
	done := true
	for _, dt := range types {
		done = !e.isPaused() && e.reread(ctx, dt) && done
	}
	return done
}

func (e *Engine) reread(ctx context.Context, dt oura.DataType) bool {
	today := oura.DayOf(e.opt.Now())
	n, err := e.fetch.Reread(ctx, dt, today.Add(-rereadDays), today.Add(1), oura.SourceCatchUp)
	if retry := oura.CodeOf(err); retry == oura.CodeUnavailable || retry == oura.CodeRateLimited || retry == oura.CodeStorage {
		e.log.WarnContext(ctx, "last days not read again", "data_type", dt, "err", err, "retry_in", rereadAgain)
		return false
	}
	e.log.InfoContext(ctx, "last days read again", "data_type", dt, "events", n, "err", err)
	e.again.mu.Lock()
	delete(e.again.types, dt)
	e.again.mu.Unlock()
	return true
}
