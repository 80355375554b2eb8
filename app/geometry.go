package app

import (
	"os"
	"runtime"

	"github.com/wailsapp/wails/v2/pkg/options"

	"oura-streaming/internal/engine"
)

// screen is the size of one, in the toolkit's pixels.
type screen struct{ width, height int }

// openAt has the window open where it stood last. Its size is kept within the
// largest screen, where that is known before there is a window.
func openAt(win *options.App, p engine.Place, largest screen) {
	if p.Width > 0 {
		win.Width, win.Height = fit(p.Width, minWidth, largest.width), fit(p.Height, minHeight, largest.height)
	}
	if p.Maximised && !win.StartHidden { // to maximise shows it
		win.WindowStartState = options.Maximised
	}
}

// fit keeps a length between the least and the most, 0 for no most.
func fit(length, least, most int) int {
	if most > 0 {
		length = min(length, most)
	}
	return max(length, least)
}

// placed returns p as it fits into the screen, all of it where it can be. Ok is
// false where a place would mean nothing: unknown, or one of several screens.
func placed(p engine.Place, screens []screen) (at engine.Place, ok bool) {
	if !p.Placed || p.Width == 0 || len(screens) != 1 {
		return engine.Place{}, false
	}
	s := screens[0]
	p.Width, p.Height = fit(p.Width, minWidth, s.width), fit(p.Height, minHeight, s.height)
	p.X, p.Y = max(0, min(p.X, s.width-p.Width)), max(0, min(p.Y, s.height-p.Height))
	return p, true
}

// hasPlaces reports whether windows know where they stand: those of Wayland do not.
func hasPlaces() bool {
	return runtime.GOOS != "linux" || os.Getenv("WAYLAND_DISPLAY") == "" || os.Getenv("GDK_BACKEND") == "x11"
}

// keepPlace notes where the window stands, if it can be seen: a hidden one does not
// know. How it stood before it was maximised is kept.
func (b *backend) keepPlace() {
	now, ok := b.ui.Geometry()
	b.placing.Lock()
	defer b.placing.Unlock()
	if !ok || !b.taken {
		return
	}
	dir := b.began.DataDir
	if now.Maximised {
		was := engine.WindowPlace(dir)
		if was.Width == 0 {
			was.Width, was.Height = width, height
		}
		was.Maximised = true
		now = was
	}
	if err := engine.NoteWindowPlace(dir, now); err != nil {
		b.log.Warn("place of the window not kept", "err", err)
	}
}

// placeFirst brings the window of the start where it stood last.
func (b *backend) placeFirst() {
	b.moving.Lock()
	defer b.moving.Unlock()
	if b.ctx.Err() == nil {
		b.restorePlace()
	}
}

// restorePlace brings the window where it stood last: whoever shows a window anew
// puts it where it likes. The caller holds moving.
func (b *backend) restorePlace() {
	if p := engine.WindowPlace(b.began.DataDir); p.Placed && !p.Maximised {
		b.ui.Place(p)
	}
}
