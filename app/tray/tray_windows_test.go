//go:build windows && !notray

package tray

import (
	"log/slog"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

var sendMessage = windows.NewLazySystemDLL("user32.dll").NewProc("SendMessageW")

const (
	windowClass = "SystrayClass" // of the library
	endSession  = 0x0016         // WM_ENDSESSION
)

// ownWindow is the icon's window, as the system knows it.
func ownWindow() (found windows.HWND) {
	look := syscall.NewCallback(func(window windows.HWND, _ uintptr) uintptr {
		var name [64]uint16
		var owner uint32
		n, _ := windows.GetClassName(window, &name[0], int32(len(name))) // a window that has gone has no name
		_, _ = windows.GetWindowThreadProcessId(window, &owner)          // as above
		if owner == windows.GetCurrentProcessId() && windows.UTF16ToString(name[:n]) == windowClass {
			found = window
			return 0
		}
		return 1
	})
	_ = windows.EnumWindows(look, nil) // it fails when it is ended early
	return found
}

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
	window := ownWindow()
	if window == 0 {
		t.Fatal("the icon has no window")
	}
	_, _, _ = sendMessage.Call(uintptr(window), endSession, 0, 0) // another program has kept the session from ending
	if icon.Hosted() {
		t.Error("the icon that was taken away counts as one")
	}
	select {
	case a := <-chosen:
		t.Errorf("%s was carried out though the session goes on", a)
	case <-time.After(200 * time.Millisecond):
	}

	left := make(chan struct{})
	go func() {
		icon.left(true)
		close(left)
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
	case <-left:
		t.Error("the system may end the process before it has ended by itself")
	case <-time.After(200 * time.Millisecond):
	}
	icon.End()
	select {
	case <-left:
	case <-time.After(20 * time.Second):
		t.Error("the end of the session waits for good")
	}
}
