//go:build window

package app_test

import (
	"os"
	"testing"
	"time"

	"oura-streaming/app/tray/traytest"
)

// TestU05_TheRealWindowClosesIntoTheTray starts hidden where a tray shows the
// program, opens and closes its window, starts it a second time, and quits it from
// the tray.
func TestU05_TheRealWindowClosesIntoTheTray(t *testing.T) {
	watcher := traytest.OpenWatcher(t, os.Getenv("DBUS_SESSION_BUS_ADDRESS"), true)
	addr, home := freeAddr(t), t.TempDir()
	env := []string{"LC_ALL=C.UTF-8", "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}
	program := launchIn(t, home, shipped(t), env, "--demo", "--hidden")
	wait(t, "the icon", func() bool { return watcher.Registered() > 0 })
	page := inspect(t, addr)
	page.until(t, "the screens", `String(document.querySelectorAll("nav a").length)`, func(v string) bool { return v == "8" })
	<-time.After(11 * time.Second) // longer than a hidden window waits for a tray
	if program.shownWindow(t) != "" {
		t.Fatal("the window shows though it was started hidden and a tray shows the program")
	}
	icon := watcher.Item()
	icon.Activate()
	wait(t, "the window", func() bool { return program.shownWindow(t) != "" })
	page.close(t)
	wait(t, "the window to hide", func() bool { return program.shownWindow(t) == "" })
	second := launchIn(t, home, shipped(t), env[:1], "--demo")
	select {
	case err := <-second.done:
		if err != nil {
			t.Errorf("the second start ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("two programs run")
	}
	wait(t, "the first one's window", func() bool { return program.shownWindow(t) != "" })
	icon.Click("Quit")
	program.ends(t)
}

// TestF11_StartsAtOnceAreOneRealWindow starts the program as an impatient person does.
func TestF11_StartsAtOnceAreOneRealWindow(t *testing.T) {
	const starts = 8
	type end struct {
		p   *process
		err error
	}
	home, ended, running := t.TempDir(), make(chan end, starts), map[*process]bool{}
	for range starts {
		p := launchIn(t, home, shipped(t), noDesktop(t)[:2], "--demo")
		running[p] = true
		go func() {
			err := <-p.done
			p.done <- err // for who waits for it later
			ended <- end{p, err}
		}()
	}
	for range starts - 1 {
		select {
		case e := <-ended:
			if e.err != nil {
				t.Errorf("a later start ended with %v", e.err)
			}
			delete(running, e.p)
		case <-time.After(patience):
			t.Fatalf("%d programs run on one folder", len(running))
		}
	}
	for first := range running {
		wait(t, "the window", func() bool { return first.shownWindow(t) != "" })
		select {
		case e := <-ended:
			t.Fatalf("none of them runs: %v", e.err)
		default:
		}
		first.quit(t)
	}
}
