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
	msgExport     = "export:changed"
	msgData       = "data:changed"
)

// ui is the window as the rest of this package sees it.
type ui interface {
	Emit(name string, data any)
	Show()
	Quit()

	// SaveFile asks for a file to write, and ChooseFolder for a folder; both return
	// "" when the user chooses none.
	SaveFile(title, folder, name string) (string, error)
	ChooseFolder(title, folder string) (string, error)
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

// SaveFile opens the system's dialog, which asks before a file is replaced.
func (b *bridge) SaveFile(title, folder, name string) (path string, err error) {
	b.do(func(ctx context.Context) {
		path, err = runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{
			Title: title, DefaultDirectory: folder, DefaultFilename: name, CanCreateDirectories: true,
		})
	})
	return path, err
}

// ChooseFolder opens the system's dialog.
func (b *bridge) ChooseFolder(title, folder string) (path string, err error) {
	b.do(func(ctx context.Context) {
		path, err = runtime.OpenDirectoryDialog(ctx, runtime.OpenDialogOptions{
			Title: title, DefaultDirectory: folder, CanCreateDirectories: true,
		})
	})
	return path, err
}

// Quit ends the framework's main loop. A loop that has not begun cannot be ended
// and would then run for good, so the loop is asked for something first.
func (b *bridge) Quit() {
	b.do(func(ctx context.Context) {
		runtime.WindowGetSize(ctx)
		runtime.Quit(ctx)
	})
}
