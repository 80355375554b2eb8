package app

import (
	"context"
	"strings"
	"sync"
	"time"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

const (
	mostPlanned = 100                    // more than anybody removes within the time to undo it
	closingTime = 500 * time.Millisecond // for what waits; see quitLimit
)

// deletions are what the window does only once the time to undo it has passed, by
// the first word of its key there: "ngrok-token", "backup oura_streaming-….db".
var deletions = map[string]func(ctx context.Context, e *engine.Engine, name string) error{
	"ngrok-token": func(ctx context.Context, e *engine.Engine, _ string) error {
		return e.Config().SetNgrokAuthtoken(ctx, "")
	},
	"backup": func(ctx context.Context, e *engine.Engine, name string) error { return e.RemoveBackup(ctx, name) },
}

// later holds the keys of deletions that wait in the window. When the engine is
// ended before, by quitting or otherwise, it is done at its end: the page may hear
// nothing of that any more. What is killed does nothing of it.
type later struct {
	mu      sync.Mutex // guards the field below, and is held while that is carried out
	planned map[string]bool
}

func (l *later) plan(key string) error {
	what, _, _ := strings.Cut(key, " ")
	l.mu.Lock()
	defer l.mu.Unlock()
	if deletions[what] == nil || !l.planned[key] && len(l.planned) >= mostPlanned {
		return &oura.Error{Code: oura.CodeInvalid, Message: "This cannot be put off."}
	}
	if l.planned == nil {
		l.planned = map[string]bool{}
	}
	l.planned[key] = true
	return nil
}

func (l *later) drop(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.planned, key)
}

// forget leaves everything to the window, which does it in the next engine.
func (l *later) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.planned)
}

// finish carries out what waits. e must still run. Whoever calls it a second time
// waits until the first is done.
func (b *backend) finish(e *engine.Engine, l *later) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), closingTime)
	defer cancel()
	for key := range l.planned {
		what, name, _ := strings.Cut(key, " ")
		if err := deletions[what](ctx, e, name); err != nil && oura.CodeOf(err) != oura.CodeNotFound {
			b.log.Error("what waited to be deleted is still there", "what", what, "err", err)
		}
	}
	clear(l.planned)
}

// planning returns where the present engine's deletions wait.
func (b *backend) planning() (*later, error) {
	if _, err := b.live(); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running == nil { // since then
		return nil, &oura.Error{Code: oura.CodeUnavailable, Message: "Oura Streaming is closing."}
	}
	return &b.running.later, nil
}
