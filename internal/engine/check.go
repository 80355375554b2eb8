package engine

import (
	"cmp"
	"context"
	"time"

	"oura-streaming/internal/sqlite"
)

const (
	// checkLimit bounds the look at the database before it is opened: the window
	// waits for it. A large one is read through while the program runs.
	checkLimit = 250 * time.Millisecond
	checkCalm  = 30 * time.Second // after a start, which is busy enough
	checkEvery = 24 * time.Hour   // for a large database that is closed well
)

// readLately reports whether the whole database was found sound a short time ago.
func (e *Engine) readLately() bool {
	age := e.wall().Sub(time.UnixMilli(e.mark.ReadMS))
	return age >= 0 && age < checkEvery
}

// serveCheck goes on with the look at a large database that the start had no time
// for.
func (e *Engine) serveCheck(ctx context.Context) error {
	if e.look.unchecked && wait(ctx, cmp.Or(e.opt.checkCalm, checkCalm)) {
		if err := e.readThrough(ctx); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// readThrough reads the whole database. A sound one is noted in the mark, a damaged
// one healed after a restart.
func (e *Engine) readThrough(ctx context.Context) error {
	if err := sqlite.Check(ctx, e.place.Database); err != nil {
		e.noteDamage(ctx, err)
		return nil
	}
	e.mark.mu.Lock()
	defer e.mark.mu.Unlock()
	e.mark.ReadMS = e.wall().UnixMilli()
	return e.writeMark(ctx)
}
