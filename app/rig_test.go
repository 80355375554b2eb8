package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oura-streaming/app/tray"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
)

// fakeUI is a window that only remembers.
type fakeUI struct {
	shown, quit chan struct{}

	mu       sync.Mutex // guards the fields below
	messages []string
	chosen   string   // what the user chooses when asked for a place
	asked    []string // the questions: title, folder and name

	clipboard string
	fakeNotes

	hidden, ends bool
	place        engine.Place // of the window while it is shown
}

func newFakeUI() *fakeUI {
	return &fakeUI{shown: make(chan struct{}, 8), quit: make(chan struct{}, 8)}
}

func (u *fakeUI) Emit(name string, _ any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.messages = append(u.messages, name)
}

func (u *fakeUI) SaveFile(title, folder, name string) (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = append(u.asked, title, folder, name)
	return u.chosen, nil
}

func (u *fakeUI) ChooseFolder(title, folder string) (string, error) {
	return u.SaveFile(title, folder, "")
}

func (u *fakeUI) SetClipboard(text string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.clipboard = text
	return nil
}

func (u *fakeUI) Show() {
	u.hide(false)
	u.shown <- struct{}{}
}

func (u *fakeUI) Hide() { u.hide(true) }

func (u *fakeUI) hide(hidden bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.hidden = hidden
}

func (u *fakeUI) IsShown() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.hidden
}

func (u *fakeUI) Geometry() (engine.Place, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.place, u.place.Width > 0 && !u.hidden
}

func (u *fakeUI) Place(p engine.Place) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.place = p
}

func (u *fakeUI) Quit() {
	u.mu.Lock()
	u.ends = true
	u.mu.Unlock()
	u.quit <- struct{}{}
}

func (u *fakeUI) Ends() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	ends := u.ends
	u.ends = false
	return ends
}

// home gives the test a home folder of its own and returns where data goes.
func home(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	return filepath.Join(dir, "data")
}

// engineOptions run a real engine that can reach nothing outside.
func engineOptions(t testing.TB, named string, demo bool) engine.Options {
	t.Helper()
	dir, err := DataDir(named, demo)
	if err != nil {
		t.Fatal(err)
	}
	nowhere := "http://127.0.0.1:1"
	return engine.Options{
		DataDir: dir, Demo: demo, Port: 0, Version: "test",
		Hosts: config.Hosts{API: nowhere, Authorize: nowhere, Token: nowhere, NewToken: nowhere, Revoke: nowhere, LoopbackHTTP: true},
	}
}

// begin starts a backend as Run does, with a window that only remembers.
func begin(t testing.TB, opt engine.Options) (*backend, *fakeUI) {
	t.Helper()
	return beginBefore(t, opt, newFakeUI())
}

// beginBefore starts a backend before that window.
func beginBefore(t testing.TB, opt engine.Options, window *fakeUI) (*backend, *fakeUI) {
	t.Helper()
	b := newBackend(t.Context(), Options{Engine: opt})
	b.ui, b.open = window, func(context.Context) {}
	b.newTray = func(*slog.Logger, func(tray.Action)) trayIcon { return noTray{} }
	t.Cleanup(func() {
		if err := b.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		select { // the window's end notes its place beside that
		case <-window.quit:
		case <-time.After(time.Second): // the test has seen it
		}
	})
	if !b.take() {
		t.Fatal("the folder is taken")
	}
	b.startup(t.Context())
	return b, window
}

// side returns the running engine and fails the test unless it is the one of
// that folder and kind.
func (b *backend) side(t *testing.T, dir string, demo bool) *engine.Engine {
	t.Helper()
	e, err := b.live()
	if err != nil {
		t.Fatalf("no engine runs: %v", err)
	}
	if e.DataDir() != dir || e.IsDemo() != demo {
		t.Fatalf("runs on %s, demo %v; want %s, demo %v", e.DataDir(), e.IsDemo(), dir, demo)
	}
	if view, err := (&StatusAPI{b}).Snapshot(); err != nil || view.DataDir != dir || view.Demo != demo {
		t.Errorf("the window is told %s, demo %v, %v", view.DataDir, view.Demo, err)
	}
	return e
}

// free fails the test unless nobody holds the folder.
func free(t *testing.T, dir string) {
	t.Helper()
	folder, err := engine.Claim(dir)
	if err != nil {
		t.Fatalf("the folder %s is not free: %v", dir, err)
	}
	if err := folder.Release(); err != nil {
		t.Error(err)
	}
}

// held fails the test unless this backend holds the folder: a second start on it
// shows the window.
func held(t *testing.T, dir string, window *fakeUI) {
	t.Helper()
	if _, err := engine.Claim(dir); !errors.Is(err, engine.ErrRunning) {
		t.Fatalf("second start on %s: %v, want %v", dir, err, engine.ErrRunning)
	}
	select {
	case <-window.shown:
	case <-time.After(5 * time.Second):
		t.Error("a second start did not show the window")
	}
}
