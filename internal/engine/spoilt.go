package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

const (
	spoiltAgain = time.Minute // after documents that could not be put right

	settingScanned = "documents_scanned" // row of table setting: when the last scan ended
	scanEvery      = 7 * 24 * time.Hour
	scanLook       = 10 * time.Minute // timers stand still while a computer sleeps
	scanStep       = 100              // documents read at once
	scanRest       = 20 * time.Millisecond
)

// spoilt are the documents whose text is not what Oura sent.
type spoilt struct {
	mu   sync.Mutex // guards keys
	keys map[sqlite.DocumentKey]bool
	wake chan struct{} // buffered 1: several wakes merge
}

func newSpoilt() spoilt {
	return spoilt{keys: map[sqlite.DocumentKey]bool{}, wake: make(chan struct{}, 1)}
}

// noteSpoilt hears of a document from whoever read it.
func (e *Engine) noteSpoilt(key sqlite.DocumentKey) {
	e.spoilt.mu.Lock()
	defer e.spoilt.mu.Unlock()
	if e.spoilt.keys[key] {
		return
	}
	e.spoilt.keys[key] = true
	select {
	case e.spoilt.wake <- struct{}{}:
	default: // a wake-up waits already
	}
}

func (e *Engine) spoiltKeys() []sqlite.DocumentKey {
	e.spoilt.mu.Lock()
	defer e.spoilt.mu.Unlock()
	return slices.Collect(maps.Keys(e.spoilt.keys))
}

// serveSpoilt puts them right at once, and tries again what did not work.
func (e *Engine) serveSpoilt(ctx context.Context) error {
	paused, stop := e.pause.bell.Listen()
	defer stop()
	again := time.NewTimer(spoiltAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-e.spoilt.wake:
		case <-paused:
		case <-again.C:
		}
		if !e.healAll(ctx) {
			again.Reset(spoiltAgain)
		}
	}
}

// healAll reports whether none is left.
func (e *Engine) healAll(ctx context.Context) bool {
	for _, key := range e.spoiltKeys() {
		if err := e.healDocument(ctx, key); err != nil {
			e.log.WarnContext(ctx, "spoilt document not put right", "data_type", key.DataType, "object_id", key.ObjectID, "err", err, "retry_in", spoiltAgain)
			continue
		}
		e.spoilt.mu.Lock()
		delete(e.spoilt.keys, key)
		e.spoilt.mu.Unlock()
	}
	left := len(e.spoiltKeys())
	e.raiseIf(left > 0, status.DocumentsSpoilt, fmt.Sprintf("It concerns %d of them.", left))
	return left == 0
}

// healDocument puts a document right from the history, else it asks Oura again.
// What Oura no longer has cannot be put right: it stays without data.
func (e *Engine) healDocument(ctx context.Context, key sqlite.DocumentKey) error {
	whole, err := e.store.HealDocument(ctx, key)
	if err != nil || whole {
		e.log.InfoContext(ctx, "spoilt document", "data_type", key.DataType, "object_id", key.ObjectID, "from", "history", "err", err)
		return err
	}
	doc, err := e.store.Document(ctx, key.UserID, key.DataType, key.ObjectID)
	if err != nil || !doc.Spoilt {
		return err
	}
	if !doc.DeletedAt.IsZero() {
		e.log.WarnContext(ctx, "spoilt document was deleted at Oura and stays without data", "data_type", key.DataType, "object_id", key.ObjectID)
		return nil
	}
	if e.isPaused() {
		return &oura.Error{Code: oura.CodeUnavailable, Message: "Nothing is asked of Oura during the pause."}
	}
	if err := e.fetch.RereadOne(ctx, doc, oura.SourceCatchUp); err != nil {
		return err
	}
	doc, err = e.store.Document(ctx, key.UserID, key.DataType, key.ObjectID)
	if err == nil && doc.Spoilt && doc.DeletedAt.IsZero() {
		err = fmt.Errorf("the answer did not bring %s", key.ObjectID)
	}
	return err
}

// serveScan reads all documents once a week: most are read by nobody else.
func (e *Engine) serveScan(ctx context.Context) error {
	for wait(ctx, scanLook) {
		if e.scanIsDue(ctx) {
			if err := e.scan(ctx); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (e *Engine) scanIsDue(ctx context.Context) bool {
	rows, err := e.store.Settings(ctx)
	if err != nil {
		return false
	}
	var at time.Time
	_ = json.Unmarshal([]byte(rows[settingScanned]), &at) // never, or not to be read: due
	age := e.wall().Sub(at)
	return age >= scanEvery || age < -scanEvery // from the future: the clock was wrong then
}

// scan checks every document, a few at a time.
func (e *Engine) scan(ctx context.Context) error {
	for place, first := int64(0), true; first || place != 0; first = false {
		next, err := e.store.ScanDocuments(ctx, place, scanStep)
		if err != nil {
			return err
		}
		if place = next; place != 0 && !wait(ctx, scanRest) {
			return ctx.Err()
		}
	}
	e.log.InfoContext(ctx, "documents scanned", "spoilt", len(e.spoiltKeys()))
	return e.store.PutSettings(ctx, map[string]string{settingScanned: quote(e.wall().UTC().Format(time.RFC3339))})
}
