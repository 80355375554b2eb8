//go:build windows && !notray

package tray

import (
	"embed"
	"runtime"
	"strings"

	"fyne.io/systray"
)

// OnMainThread says that Start belongs into the main thread, before its loop.
const OnMainThread = false

// Hint says how to get a tray where there is none.
const Hint = "The notification area of the taskbar is not running. It comes back with the taskbar."

//go:embed icons/*.ico
var pictures embed.FS

func picture(name string) []byte {
	img, _ := pictures.ReadFile("icons/" + name + ".ico") // embedded: a test reads all of them
	return img
}

// label keeps an ampersand from becoming a shortcut.
func label(title string) string { return strings.ReplaceAll(title, "&", "&&") }

// launch gives the icon a thread of its own, on which Windows delivers its
// messages; the library's other way reads them on any.
func (t *Tray) launch() {
	ready := make(chan struct{})
	systray.SetOnTapped(func() { t.click(Open) }) // the right button opens the menu
	t.work.Go(func() {
		runtime.LockOSThread() // and never unlock: the thread ends with the icon
		systray.Run(func() { close(ready) }, nil)
	})
	t.work.Go(func() {
		select {
		case <-t.ctx.Done():
			return
		case <-ready:
		}
		p := &painter{t: t}
		systray.SetTitle(Name)
		p.paint(t.latest())
		t.hearSession()
		t.mu.Lock()
		t.leave = systray.Quit
		t.mu.Unlock()
		if t.ctx.Err() != nil {
			systray.Quit() // End came before
			return
		}
		t.setHosted(true)
		t.follow(p.paint)
	})
}
