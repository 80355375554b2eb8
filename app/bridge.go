package app

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"oura-streaming/internal/engine"
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
	msgUpdate     = "update:changed"
	msgTray       = "tray:changed"
	msgNavigate   = "navigate"
	msgNotices    = "notices:changed"
	msgKept       = "window:kept"
)

// ui is the window as the rest of this package sees it.
type ui interface {
	Emit(name string, data any)
	Show()
	Hide()
	IsShown() bool
	SetClipboard(text string) error

	// SaveFile asks for a file to write, and ChooseFolder for a folder; both return
	// "" when the user chooses none.
	SaveFile(title, folder, name string) (string, error)
	ChooseFolder(title, folder string) (string, error)

	notifier

	// Geometry tells where the window stands, unless it is hidden, minimised or fills
	// the screen by itself. Place puts it there as far as the screen allows.
	Geometry() (now engine.Place, ok bool)
	Place(p engine.Place)

	// Quit ends the window, which asks before it closes; Ends then is the answer,
	// once.
	Quit()
	Ends() bool
}

// bridge calls the Wails runtime, which ends the process when given any context
// but its own; so the context lives here and nowhere else.
type bridge struct {
	notes notes

	mu  sync.Mutex // guards ctx
	ctx context.Context

	hidden atomic.Bool // by us; the framework does not tell
	ends   atomic.Bool
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
		b.hidden.Store(false)
	})
}

// Hide takes the window from the screen; the page in it goes on.
func (b *bridge) Hide() {
	b.do(func(ctx context.Context) {
		b.hidden.Store(true)
		runtime.WindowHide(ctx)
	})
}

// IsShown reports whether the user can reach the window without us: on the screen,
// behind others or minimised.
func (b *bridge) IsShown() (shown bool) {
	b.do(func(context.Context) { shown = !b.hidden.Load() })
	return shown
}

// Geometry tells where the window stands, unless it cannot be seen or is full screen.
func (b *bridge) Geometry() (now engine.Place, ok bool) {
	b.do(func(ctx context.Context) {
		if b.hidden.Load() || runtime.WindowIsMinimised(ctx) || runtime.WindowIsFullscreen(ctx) {
			return
		}
		now.Width, now.Height = runtime.WindowGetSize(ctx)
		now.Maximised = runtime.WindowIsMaximised(ctx)
		if now.Placed = hasPlaces() && len(screens(ctx)) == 1; now.Placed {
			now.X, now.Y = runtime.WindowGetPosition(ctx)
		}
		ok = true
	})
	return now, ok
}

// Place puts the window there as far as the screen allows. It waits until the loop
// runs: the framework centres the window when that begins.
func (b *bridge) Place(p engine.Place) {
	b.do(func(ctx context.Context) {
		runtime.WindowGetSize(ctx)
		if at, ok := placed(p, screens(ctx)); ok && hasPlaces() {
			runtime.WindowSetPosition(ctx, at.X, at.Y)
		}
	})
}

func screens(ctx context.Context) []screen {
	all, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		return nil
	}
	out := make([]screen, len(all))
	for i, s := range all {
		out[i] = screen{s.Size.Width, s.Size.Height}
	}
	return out
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

// SetClipboard gives the desktop a text to paste.
func (b *bridge) SetClipboard(text string) (err error) {
	b.do(func(ctx context.Context) { err = runtime.ClipboardSetText(ctx, text) })
	return err
}

// Quit ends the framework's main loop. A loop that has not begun cannot be ended
// and would then run for good, so the loop is asked for something first.
func (b *bridge) Quit() {
	b.do(func(ctx context.Context) {
		runtime.WindowGetSize(ctx)
		b.ends.Store(true)
		runtime.Quit(ctx)
	})
}

// Ends reports, once, that the window may close because Quit has asked for it.
func (b *bridge) Ends() bool { return b.ends.CompareAndSwap(true, false) }
