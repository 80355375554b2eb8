package app

import (
	"context"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// The messages the window listens to. One constant here, one entry in the
// window's PushMessages.
const (
	msgEvents     = "event:new"
	msgStatus     = "status:changed"
	msgSetup      = "setup:changed"
	msgConnection = "connection:changed"
	msgSync       = "sync:changed"
)

// ui is the window as the rest of this package sees it.
type ui interface {
	Emit(name string, data any)
	Show()
	Quit()
}

// bridge calls the Wails runtime, which ends the process when given any context
// but its own; so the context lives here and nowhere else.
type bridge struct {
	mu  sync.Mutex // guards ctx
	ctx context.Context
}

func (b *bridge) open(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ctx = ctx
}

// do runs f with the framework's context; before the window is there it does
// nothing, for the page asks for everything when it opens.
func (b *bridge) do(f func(ctx context.Context)) {
	b.mu.Lock()
	ctx := b.ctx
	b.mu.Unlock()
	if ctx != nil {
		f(ctx)
	}
}

// Emit sends a message to the page.
func (b *bridge) Emit(name string, data any) {
	b.do(func(ctx context.Context) { runtime.EventsEmit(ctx, name, data) })
}

// Show brings the window to the front, wherever it was.
func (b *bridge) Show() {
	b.do(func(ctx context.Context) {
		runtime.WindowShow(ctx)
		runtime.WindowUnminimise(ctx)
	})
}

// Quit ends the framework's main loop. A loop that has not begun cannot be ended
// and would then run for good, so the loop is asked for something first.
func (b *bridge) Quit() {
	b.do(func(ctx context.Context) {
		runtime.WindowGetSize(ctx)
		runtime.Quit(ctx)
	})
}
