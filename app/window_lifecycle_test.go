//go:build window

package app_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// xdo asks the display, as a person at it would.
func xdo(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "xdotool", args...).Output()
	if err != nil {
		return "" // there is no such window now
	}
	return strings.TrimSpace(string(out))
}

// shownWindow is the number of the program's window while it is on the screen.
func (p *process) shownWindow(t *testing.T) string {
	t.Helper()
	id, _, _ := strings.Cut(xdo(t, "search", "--onlyvisible", "--pid", strconv.Itoa(p.cmd.Process.Pid), "--name", "Oura Streaming"), "\n")
	return id
}

func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("waited in vain: %s", what)
}

// geometry is where a window stands, as the display says it.
func geometry(t *testing.T, id string) (at [4]int) {
	t.Helper()
	for line := range strings.Lines(xdo(t, "getwindowgeometry", "--shell", id)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		for i, n := range []string{"X", "Y", "WIDTH", "HEIGHT"} {
			if name == n {
				at[i], _ = strconv.Atoi(value) // the tool writes numbers
			}
		}
	}
	return at
}

// noDesktop are the variables of a session without any service.
func noDesktop(t *testing.T) []string {
	return []string{"LC_ALL=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=", "XDG_RUNTIME_DIR=" + t.TempDir(), "NO_AT_BRIDGE=1"}
}

// TestF83_TheRealWindowWithoutAnyServiceOfADesktop starts the program hidden where
// there is no bus: so no tray, no notifications, no keychain. Its window comes, says
// what is missing, and closing it quits, for nothing would bring it back.
func TestF83_TheRealWindowWithoutAnyServiceOfADesktop(t *testing.T) {
	addr, home := freeAddr(t), t.TempDir()
	program := launchIn(t, home, shipped(t), append(noDesktop(t), "WEBKIT_INSPECTOR_HTTP_SERVER="+addr), "--hidden")
	wait(t, "the window comes though it was to be hidden", func() bool { return program.shownWindow(t) != "" })
	page := inspect(t, addr)
	page.until(t, "the page", `String(document.readyState)`, func(v string) bool { return v == "complete" })
	page.until(t, "the engine", `String(document.body.innerText.includes("How would you like to start?"))`, func(v string) bool { return v == "true" })
	page.eval(t, `window.go.app.SetupAPI.SetStep("done").then(() => (location.hash = "#/settings/start")); "past the first run"`)
	for _, what := range []string{"tray", "notifications", "keychain"} {
		page.until(t, "what is missing", `document.body.innerText`, func(v string) bool { return strings.Contains(v, "This desktop offers no "+what) })
	}
	if entries, err := os.ReadDir(filepath.Join(home, "config", "autostart")); err == nil {
		t.Errorf("it starts at sign-in unasked: %v", entries)
	}
	page.close(t)
	program.ends(t)
}

// close closes the window as its button does.
func (p *inspector) close(t *testing.T) {
	t.Helper()
	p.eval(t, `setTimeout(() => window.WailsInvoke("Q"), 300); "asked"`)
}

// ends wants the program gone within 5 s, with status 0.
func (p *process) ends(t *testing.T) {
	t.Helper()
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("the program ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the program did not end within 5 s")
	}
}

// TestWindow_OpensWhereItStood moves and sizes the window, quits, and starts again.
func TestWindow_OpensWhereItStood(t *testing.T) {
	home := t.TempDir()
	first := launchIn(t, home, shipped(t), noDesktop(t), "--demo")
	wait(t, "the window", func() bool { return first.shownWindow(t) != "" })
	id := first.shownWindow(t)
	xdo(t, "windowsize", "--sync", id, "700", "560")
	xdo(t, "windowmove", "--sync", id, "120", "90")
	want := [4]int{120, 90, 700, 560}
	wait(t, "the window stands there", func() bool { return geometry(t, id) == want })
	<-time.After(time.Second) // for the toolkit to hear of it
	first.quit(t)

	second := launchIn(t, home, shipped(t), noDesktop(t), "--demo")
	wait(t, "the window again", func() bool { return second.shownWindow(t) != "" })
	id = second.shownWindow(t)
	wait(t, "it stands where it stood", func() bool { return geometry(t, id) == want })
	second.quit(t)

	kept, err := filepath.Glob(filepath.Join(home, "data", "*", "window.place"))
	if more, _ := filepath.Glob(filepath.Join(home, "data", "*", "*", "window.place")); err == nil {
		kept = append(kept, more...)
	}
	if len(kept) != 1 {
		t.Fatalf("kept in %v, %v", kept, err)
	}
	if err := os.WriteFile(kept[0], []byte(`{"width":9000,"height":7000,"x":5000,"y":5000,"placed":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	third := launchIn(t, home, shipped(t), noDesktop(t), "--demo")
	wait(t, "the window of a larger screen", func() bool { return third.shownWindow(t) != "" })
	id = third.shownWindow(t)
	wait(t, "all of it is on this one", func() bool {
		w, h, _ := strings.Cut(xdo(t, "getdisplaygeometry"), " ")
		width, _ := strconv.Atoi(w)
		height, _ := strconv.Atoi(h)
		at := geometry(t, id)
		return at[0] >= 0 && at[1] >= 0 && at[2] >= 400 && at[0]+at[2] <= width && at[1]+at[3] <= height
	})
	third.quit(t)
}

// TestF80_TheRealWindowEndsUnderLoad ends the program by a signal while its page
// asks as fast as it can, and while a dialog of the toolkit is open.
func TestF80_TheRealWindowEndsUnderLoad(t *testing.T) {
	const dialog = "a dialog is open"
	for what, load := range map[string]string{
		"the page asks without pause": `
			for (let i = 0; i < 8; i++) (async () => { for (;;) await window.go.app.EventsAPI.Count({}).catch(() => new Promise((f) => setTimeout(f, 5))); })();
			for (let i = 0; i < 4; i++) (async () => { for (;;) await window.go.app.SyncAPI.SyncNow().catch(() => new Promise((f) => setTimeout(f, 5))); })();
			"asked"`,
		dialog: `void window.go.app.ExportAPI.ChooseFolder().catch(() => {}); "asked"`,
	} {
		t.Run(what, func(t *testing.T) {
			addr := freeAddr(t)
			program := launchIn(t, t.TempDir(), shipped(t), append(noDesktop(t), "WEBKIT_INSPECTOR_HTTP_SERVER="+addr), "--demo")
			page := inspect(t, addr)
			page.until(t, "the screens", `String(document.querySelectorAll("nav a").length)`, func(v string) bool { return v == "8" })
			page.eval(t, load)
			<-time.After(2 * time.Second)
			if what != dialog {
				program.quit(t)
				return
			}
			// The toolkit's loop waits for the person at the dialog, so it ends by force.
			program.term(t)
			select {
			case <-program.done:
			case <-time.After(5 * time.Second):
				t.Error("the program did not end within 5 s")
			}
		})
	}
}
