//go:build window

package app_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notifyName = "org.freedesktop.Notifications"
	notifyPath = "/org/freedesktop/Notifications"
)

// shownNote is what a notification server was asked to show.
type shownNote struct {
	ID          uint32
	Title, Body string
	Actions     []string // pairs of key and label
	Closed      bool
}

// notifyServer is a desktop's notification service, and the hand that clicks there.
type notifyServer struct {
	conn *dbus.Conn

	mu    sync.Mutex // guards notes
	notes []shownNote
}

// serveNotifications takes the service's name on the session bus.
func serveNotifications(t *testing.T) *notifyServer {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test is over
	s := &notifyServer{conn: conn}
	if err := conn.Export(s, notifyPath, notifyName); err != nil {
		t.Fatal(err)
	}
	if got, err := conn.RequestName(notifyName, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the name of the service is taken: %v, %v", got, err)
	}
	return s
}

// Notify is a method of the service.
func (s *notifyServer) Notify(_ string, _ uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := uint32(len(s.notes) + 1) //nolint:gosec // a handful
	s.notes = append(s.notes, shownNote{ID: id, Title: title, Body: body, Actions: actions})
	return id, nil
}

// CloseNotification is a method of the service.
func (s *notifyServer) CloseNotification(id uint32) *dbus.Error {
	s.mu.Lock()
	s.notes[id-1].Closed = true
	s.mu.Unlock()
	_ = s.conn.Emit(notifyPath, notifyName+".NotificationClosed", id, uint32(3)) // a lost signal fails the test
	return nil
}

// find returns the newest notification with that title.
func (s *notifyServer) find(title string) (shownNote, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range slices.Backward(s.notes) {
		if n.Title == title {
			return n, true
		}
	}
	return shownNote{}, false
}

func (s *notifyServer) await(t *testing.T, title string) (n shownNote) {
	t.Helper()
	wait(t, "the notification "+title, func() (ok bool) {
		n, ok = s.find(title)
		return ok
	})
	return n
}

func (s *notifyServer) emit(t *testing.T, signal string, args ...any) {
	t.Helper()
	if err := s.conn.Emit(notifyPath, notifyName+"."+signal, args...); err != nil {
		t.Fatal(err)
	}
}

const (
	troubleTitle = "Oura Streaming needs you"
	testTitle    = "This is a test"
)

// TestU06_TheRealWindowTellsByTheDesktopsService starts the program where its folder
// cannot be used, which only the user can mend.
func TestU06_TheRealWindowTellsByTheDesktopsService(t *testing.T) {
	s := serveNotifications(t)
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(folder, []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	program := launchIn(t, t.TempDir(), shipped(t), []string{"LC_ALL=C.UTF-8", "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}, "--data-dir", folder)
	page := inspect(t, addr)
	page.until(t, "the page", `document.title + typeof window.go?.app?.NoticesAPI`, func(v string) bool { return strings.HasSuffix(v, "object") && len(v) > len("object") })
	trouble := s.await(t, troubleTitle)
	if trouble.Body != "Open the window to see what is wrong." || !slices.Equal(trouble.Actions, []string{"default", "Default", "default", "Open", "open", "Open"}) {
		t.Errorf("shown: %+v", trouble)
	}

	test := func() (n shownNote) {
		t.Helper()
		before, _ := s.find(testTitle)
		page.eval(t, `go.app.NoticesAPI.Test(); "asked"`)
		wait(t, "the next test", func() (ok bool) {
			n, ok = s.find(testTitle)
			return ok && n.ID != before.ID
		})
		return n
	}
	for _, action := range []string{"open", "default"} {
		page.eval(t, `location.hash = "#/export"; "there"`)
		s.emit(t, "ActionInvoked", test().ID, action)
		page.until(t, "the very thing, after "+action, `location.hash`, func(v string) bool { return v == "#/settings/notices" })
	}
	look := func(what, of, want string) {
		t.Helper()
		page.until(t, what, `go.app.NoticesAPI.Get().then((v) => document.body.dataset.seen = String(`+of+`)); document.body.dataset.seen ?? ""`, func(v string) bool { return v == want })
	}
	look("that the system shows them", "v.system", "shown")

	// What is waved away, one or all at once, leads nowhere and shows no window.
	page.eval(t, `location.hash = "#/export"; window.WailsInvoke("WH"); "hidden"`)
	wait(t, "the window is hidden", func() bool { return program.shownWindow(t) == "" })
	for _, n := range []shownNote{test(), test(), test()} {
		s.emit(t, "NotificationClosed", n.ID, uint32(2))
	}
	last := test()
	<-time.After(time.Second) // for what must not happen
	if at, shown := page.eval(t, `location.hash`), program.shownWindow(t); at != "#/export" || shown != "" {
		t.Errorf("after three were waved away the page is at %s, and the window %q is shown", at, shown)
	}
	s.emit(t, "ActionInvoked", last.ID, "default")
	s.emit(t, "NotificationClosed", last.ID, uint32(2)) // as desktops do after a click
	page.until(t, "the very thing, from hidden", `location.hash`, func(v string) bool { return v == "#/settings/notices" })
	wait(t, "the window", func() bool { return program.shownWindow(t) != "" })
	look("that only what was clicked is read", `v.notices.filter((n) => n.title === "`+testTitle+`").map((n) => n.read).join()`, "true,false,false,false,true,true")

	// Once the folder can be used the trouble is over, and nobody need be told any longer.
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	page.eval(t, `go.app.StatusAPI.Retry(); "asked"`)
	wait(t, "the trouble is taken back", func() bool {
		n, _ := s.find(troubleTitle)
		return n.Closed
	})
	look("that it is over in the list", "v.notices.filter((n) => n.over).length", "1")
	s.mu.Lock()
	for _, n := range s.notes {
		for _, word := range []string{"Bearer", "token=", "secret"} {
			if strings.Contains(n.Title+n.Body, word) {
				t.Errorf("S-38: a notification says %q", n.Body)
			}
		}
	}
	s.mu.Unlock()
	program.quit(t)
}

// TestU06_DunstShowsIt lets a real notification service draw it, for a person to look
// at where OURA_STREAMING_PICTURES names a folder.
func TestU06_DunstShowsIt(t *testing.T) {
	for _, tool := range []string{"dunst", "dunstctl", "dbus-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt install dunst", tool)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// A bus of its own, which knows the display: one that does not would start a
	// service by itself that sees none.
	bus := ownBus(t, os.Environ())
	running(t, append(os.Environ(), bus), "dunst")
	ctl := func(args ...string) string {
		cmd := exec.CommandContext(ctx, "dunstctl", args...)
		cmd.Env = append(os.Environ(), bus)
		out, _ := cmd.Output() // asked again until it answers
		return strings.TrimSpace(string(out))
	}
	wait(t, "dunst", func() bool { return ctl("is-paused") == "false" })
	addr := freeAddr(t)
	program := launchIn(t, t.TempDir(), shipped(t), []string{bus, "LC_ALL=C.UTF-8", "WEBKIT_INSPECTOR_HTTP_SERVER=" + addr}, "--demo")
	page := inspect(t, addr)
	page.until(t, "the screens", `String(document.querySelectorAll("nav a").length)`, func(v string) bool { return v == "8" })
	page.eval(t, `go.app.NoticesAPI.Test(); "asked"`)
	wait(t, "dunst shows it", func() bool { return ctl("count", "displayed") == "1" })
	if folder := os.Getenv("OURA_STREAMING_PICTURES"); folder != "" {
		<-time.After(time.Second)
		if out, err := exec.CommandContext(ctx, "import", "-window", "root", filepath.Join(folder, "dunst.png")).CombinedOutput(); err != nil {
			t.Errorf("no picture: %v: %s", err, out)
		}
	}
	ctl("action")
	page.until(t, "the very thing", `location.hash`, func(v string) bool { return v == "#/settings/notices" })

	page.eval(t, `location.hash = "#/export"; go.app.NoticesAPI.Test(); "asked"`)
	wait(t, "dunst shows another", func() bool { return ctl("count", "displayed") == "1" })
	ctl("close")
	wait(t, "it is waved away", func() bool { return ctl("count", "displayed") == "0" })
	<-time.After(time.Second) // for what must not happen
	if at := page.eval(t, `location.hash`); at != "#/export" {
		t.Errorf("after it was waved away the page is at %s", at)
	}

	// Quiet: the service decides, and everything is in the list all the same.
	ctl("set-paused", "true")
	page.eval(t, `go.app.NoticesAPI.Test(); "asked"`)
	wait(t, "dunst holds it back", func() bool { return ctl("count", "waiting") == "1" && ctl("count", "displayed") == "0" })
	page.until(t, "all are in the list", `go.app.NoticesAPI.Get().then((v) => document.body.dataset.count = String(v.notices.filter((n) => n.title.includes("This is a test")).length)); document.body.dataset.count ?? ""`, func(v string) bool { return v == "3" })
	ctl("set-paused", "false")
	program.quit(t)
}
