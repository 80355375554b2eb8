package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"sync"
	"time"

	"oura-streaming/internal/backup"
	"oura-streaming/internal/sqlite"
)

const (
	markAhead = 10_000      // numbers that the mark outside the database runs ahead
	markLook  = time.Minute // tickets are taken without an event
)

// mark is what is kept outside the database in case it is lost.
type mark struct {
	mu sync.Mutex // guards the fields below
	backup.Mark
	last int64     // number of the last event at the opening
	file time.Time // when the database's file was last changed before it got its word
}

// openMark notes that there is a database, and that it is open.
func (e *Engine) openMark(ctx context.Context) error {
	seq, err := e.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	word, err := e.storeWord(ctx)
	switch {
	case err != nil:
		return err
	case e.mark.Open && e.lacksChanges(word):
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
	return e.newWord(ctx)
}

// lacksChanges reports whether a database that was not closed, with this word, has
// lost its WAL or is an earlier copy. What Finish has just brought in is neither.
func (e *Engine) lacksChanges(word string) bool {
	if e.mark.Next != "" && word == e.mark.Next {
		return false
	}
	return e.look.copied || e.mark.Word != "" && word != e.mark.Word
}

func (e *Engine) storeWord(ctx context.Context) (word string, err error) {
	rows, err := e.store.Settings(ctx)
	if err == nil && rows[sqlite.StoreWord] != "" {
		err = json.Unmarshal([]byte(rows[sqlite.StoreWord]), &word)
	}
	return word, err
}

// newWord gives database and mark another word, so that the database's file has it
// only together with the WAL. It can be cut off anywhere. e.mark.mu is held.
func (e *Engine) newWord(ctx context.Context) (err error) {
	if e.mark.Word, err = e.storeWord(ctx); err != nil {
		return err
	}
	e.mark.Next, e.mark.file = rand.Text(), e.place.ChangedAt()
	if err := e.writeMark(ctx); err != nil {
		return err
	}
	if err := e.store.PutSettings(ctx, map[string]string{sqlite.StoreWord: quote(e.mark.Next)}); err != nil {
		return err
	}
	e.mark.Word, e.mark.Next = e.mark.Next, ""
	return e.writeMark(ctx)
}

// announceWord makes word that of a database which is about to be brought in. Where
// that fails, a kill on the way makes the next start ask Oura for more than it need.
func (e *Engine) announceWord(ctx context.Context, word string) {
	e.mark.Next = word
	if !backup.Marked(e.opt.DataDir) {
		return
	}
	if err := e.mark.Write(e.opt.DataDir); err != nil {
		e.log.WarnContext(ctx, "mark not written", "err", err)
	}
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
			if err := e.renewWord(ctx); err != nil {
				return err
			}
		}
	}
}

// renewWord gives a new word when the file has taken up what the WAL held, and so
// the word too: without the WAL that comes now it has to be known as cut again.
func (e *Engine) renewWord(ctx context.Context) error {
	e.mark.mu.Lock()
	defer e.mark.mu.Unlock()
	if e.place.ChangedAt().Equal(e.mark.file) {
		return nil
	}
	return e.newWord(ctx)
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
	last := e.mark.Mark
	last.Seq, last.Ticket, last.Open = max(e.mark.last, e.hub.Seq()), e.store.LastTicket(), false // a start that failed told the hub nothing
	e.mark.Mark = last
	return last.Write(e.opt.DataDir)
}
