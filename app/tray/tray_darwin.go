//go:build darwin && !notray

package tray

import (
	"embed"

	"fyne.io/systray"
)

// OnMainThread says that Start belongs into the main thread, before its loop.
const OnMainThread = true

// Hint says how to get a tray where there is none.
const Hint = "The menu bar is still starting."

//go:embed icons/*-template.png
var pictures embed.FS

// picture is an outline that macOS colours to fit the menu bar.
func picture(name string) []byte {
	img, _ := pictures.ReadFile("icons/" + name + "-template.png") // embedded: a test reads all of them
	return img
}

func label(title string) string { return title }

// launch makes the icon at once; what it shows comes as soon as the main loop
// runs. A click opens the menu, as is the custom there.
func (t *Tray) launch() {
	ready := make(chan struct{})
	start, end := systray.RunWithExternalLoop(func() { close(ready) }, nil)
	start()
	t.leave = end
	t.work.Go(func() {
		select {
		case <-t.ctx.Done():
			return
		case <-ready:
		}
		p := &painter{t: t}
		p.paint(t.latest())
		t.setHosted(true)
		t.follow(p.paint)
	})
}
