//go:build window

package app_test

import (
	"strings"
	"testing"
)

// TestS46_TheRealWindowStaysWhereItIs tries every way out that a page has: each of
// its links with each button, a second window, an address or a file let fall.
func TestS46_TheRealWindowStaysWhereItIs(t *testing.T) {
	addr := freeAddr(t)
	program := launchIn(t, t.TempDir(), shipped(t), []string{"LC_ALL=C.UTF-8", "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}, "--demo")
	page := inspect(t, addr)
	page.until(t, "the screens", `String(document.querySelectorAll("nav a").length)`, func(v string) bool { return v == "8" })
	d := openDesk(t)
	window := d.wait("the program", func() (node, bool) { return d.program("oura-streaming") })
	if n := d.frames(window); n != 1 {
		t.Fatalf("the program begins with %d windows", n)
	}

	clicked := 0
	for _, screen := range []string{"today", "stream", "trends", "night", "sync", "connection", "export", "settings"} {
		page.eval(t, `location.hash = "#/`+screen+`"`)
		page.until(t, screen, `document.title.toLowerCase()`, func(v string) bool { return strings.HasPrefix(v, screen) })
		var links []node
		d.find(window, func(n node) bool {
			if n.role() == roleLink {
				links = append(links, n)
			}
			return false
		})
		for _, link := range links {
			if link.middleClick(t) {
				clicked++
			}
		}
		page.eval(t, `
			for (const link of document.querySelectorAll("a")) {
				for (const way of [{ctrlKey: true}, {shiftKey: true}, {metaKey: true}, {}])
					link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, ...way}));
				link.dispatchEvent(new MouseEvent("auxclick", {bubbles: true, cancelable: true, button: 1}));
			}
			"tried"`)
	}
	if clicked < 8 {
		t.Fatalf("only %d links were in view", clicked)
	}

	opened := page.eval(t, `
		const add = (href, target) => { const a = document.createElement("a"); a.href = href; a.target = target; a.textContent = "away"; document.body.append(a); a.click(); a.remove(); };
		for (const href of ["https://foreign.example/", "http://127.0.0.1:9/", "file:///etc/passwd", "smb://foreign.example/share", "javascript:window.ran=1", "data:text/html,x", "wails://foreign/"])
			for (const target of ["", "_blank", "_top", "elsewhere"]) add(href, target);
		const let_fall = (kind, text) => {
			const data = new DataTransfer(); data.setData(kind, text);
			return ["dragenter", "dragover", "drop"].map((name) => document.body.dispatchEvent(new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: data})));
		};
		const fallen = [let_fall("text/uri-list", "https://foreign.example/"), let_fall("text/uri-list", "file:///etc/passwd"), let_fall("text/plain", "https://foreign.example/")];
		JSON.stringify({windows: [window.open("https://foreign.example/"), window.open("about:blank", "elsewhere")], taken: fallen.every(([, over, drop]) => !over && !drop)})`)
	if opened != `{"windows":[null,null],"taken":true}` {
		t.Errorf("second windows and what was let fall: %s", opened)
	}
	page.until(t, "the page after all that", `document.readyState`, func(v string) bool { return v == "complete" })
	if at := page.eval(t, `location.origin + " " + String(window.ran) + " " + String(window.length)`); at != "wails://wails undefined 0" {
		t.Errorf("the window is at %s", at)
	}
	if n := d.frames(window); n != 1 {
		t.Errorf("the program has %d windows", n)
	}
	program.quit(t)
}
