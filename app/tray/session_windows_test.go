//go:build windows && !notray

package tray

import (
	"log/slog"
	"testing"
	"time"
)

// TestF80_LogOffQuits has one icon: a process can have no second one.
func TestF80_LogOffQuits(t *testing.T) {
	chosen := make(chan Action, 1)
	icon := Start(slog.New(slog.DiscardHandler), func(a Action) { chosen <- a })
	defer icon.End()
	for late := time.Now().Add(20 * time.Second); !icon.Hosted(); <-time.After(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("there is no icon")
		}
	}
	window := uintptr(ownWindow())
	send := user32.NewProc("SendMessageW")

	for range 2 { // another program keeps the session from ending
		_, _, _ = send.Call(window, endSession, 0, 0)
	}
	select {
	case a := <-chosen:
		t.Errorf("%s was carried out though the session goes on", a)
	case <-time.After(200 * time.Millisecond):
	}
	if !icon.Hosted() {
		t.Error("the icon has gone though the session goes on")
	}

	heard := make(chan struct{})
	go func() {
		_, _, _ = send.Call(window, endSession, 1, 0)
		close(heard)
	}()
	select {
	case a := <-chosen:
		if a != Quit {
			t.Errorf("the end of the session does %s", a)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the end of the session is not noticed")
	}
	select {
	case <-heard:
		t.Error("the system may end the process before it has ended by itself")
	case <-time.After(200 * time.Millisecond):
	}
	icon.End()
	select {
	case <-heard:
	case <-time.After(20 * time.Second):
		t.Error("the end of the session waits for good")
	}
}
