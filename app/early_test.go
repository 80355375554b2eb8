package app

import (
	"context"
	"log/slog"
	"testing"

	"oura-streaming/app/tray"
	"oura-streaming/internal/backup"
)

// TestEarly_TheWindowTakesTheEngineThatBeganBeforeIt starts as Run does.
func TestEarly_TheWindowTakesTheEngineThatBeganBeforeIt(t *testing.T) {
	dir := home(t)
	b := earlyBackend(t, dir)
	early := b.early
	b.startup(t.Context())
	if opened, err := early(); err != nil || opened != b.side(t, dir, false) {
		t.Errorf("another engine runs than the one that began early: %v", err)
	}
	if err := b.stop(); err != nil {
		t.Error(err)
	}
	wantClosed(t, dir)
}

// TestEarly_AnEngineWithoutWindowIsClosed ends the program before the window came.
func TestEarly_AnEngineWithoutWindowIsClosed(t *testing.T) {
	dir := home(t)
	b := earlyBackend(t, dir)
	if _, err := b.early(); err != nil {
		t.Fatal(err)
	}
	if err := b.stop(); err != nil {
		t.Error(err)
	}
	wantClosed(t, dir)
}

func earlyBackend(t *testing.T, dir string) *backend {
	t.Helper()
	b := newBackend(t.Context(), Options{Engine: engineOptions(t, dir, false)})
	b.ui, b.open = newFakeUI(), func(context.Context) {}
	b.newTray = func(*slog.Logger, func(tray.Action)) trayIcon { return noTray{} }
	if !b.take() {
		t.Fatal("the folder is taken")
	}
	b.openEarly()
	return b
}

// wantClosed looks at what the last engine left of itself.
func wantClosed(t *testing.T, dir string) {
	t.Helper()
	if mark, ok, err := backup.ReadMark(dir); err != nil || !ok || mark.Open {
		t.Errorf("the store was left open: %+v, %v, %v", mark, ok, err)
	}
}
