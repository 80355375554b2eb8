package engine

import (
	"context"
	"sync"
	"time"

	"oura-streaming/internal/backup"
)

const (
	markAhead = 10_000      // numbers that the mark outside the database runs ahead
	markLook  = time.Minute // tickets are taken without an event
)

// mark is what is kept outside the database in case it is lost.
type mark struct {
	mu sync.Mutex // guards the fields below
	backup.Mark
	last int64 // number of the last event at the opening
}

// openMark notes that there is a database, and that it is open.
func (e *Engine) openMark(ctx context.Context) error {
	seq, err := e.store.LastSeq(ctx)
	switch {
	case err != nil:
		return err
	case e.withoutWAL:
		err = e.goAbove(ctx, noteCut)
	case !e.mark.Open && seq < e.mark.Seq: // it ended well, at a later number
		err = e.goAbove(ctx, noteReplaced)
	}
	if err != nil {
		return err
	}
	e.mark.mu.Lock()
	defer e.mark.mu.Unlock()
	if e.mark.last, err = e.store.LastSeq(ctx); err != nil {
		return err
	}
	e.mark.Open = true
	return e.writeMark(ctx)
}

// goAbove makes numbers go on above those of a database that had more in it than
// this one, and leaves the note that says why.
func (e *Engine) goAbove(ctx context.Context, why string) error {
	e.log.WarnContext(ctx, "the database lacks its newest changes", "why", why)
	if err := e.store.Lift(ctx, e.mark.Seq, e.mark.Ticket); err != nil {
		return err
	}
	return e.store.PutSettings(ctx, map[string]string{settingRevived: quote(revivedNote{Why: why}.text())})
}

// writeMark raises the mark far enough above what was given out. e.mark.mu is held.
func (e *Engine) writeMark(ctx context.Context) error {
	seq, err := e.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	next := e.mark.Mark
	next.Seq, next.Ticket = max(next.Seq, seq+markAhead), max(next.Ticket, e.store.LastTicket()+markAhead)
	if err := next.Write(e.opt.DataDir); err != nil {
		return err
	}
	e.mark.Mark = next
	return nil
}

// serveMark keeps the mark ahead of the numbers.
func (e *Engine) serveMark(ctx context.Context) error {
	wake, stop := e.hub.Listen()
	defer stop()
	tick := time.NewTicker(markLook)
	defer tick.Stop()
	for {
		if e.markIsNear() {
			e.mark.mu.Lock()
			err := e.writeMark(ctx)
			e.mark.mu.Unlock()
			if err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-tick.C:
		}
	}
}

func (e *Engine) markIsNear() bool {
	e.mark.mu.Lock()
	defer e.mark.mu.Unlock()
	return e.hub.Seq()+markAhead/2 > e.mark.Seq || e.store.LastTicket()+markAhead/2 > e.mark.Ticket
}

// closeMark notes that the database was closed with all that its WAL held, and at
// which number. While somebody else reads it the WAL stays, and belongs to it.
func (e *Engine) closeMark() error {
	e.mark.mu.Lock()
	defer e.mark.mu.Unlock()
	if !e.mark.Open || e.place.HasWAL() {
		return nil
	}
	last := backup.Mark{Seq: max(e.mark.last, e.hub.Seq()), Ticket: e.store.LastTicket()} // a start that failed told the hub nothing
	e.mark.Mark = last
	return last.Write(e.opt.DataDir)
}
