//go:build windows && !notray

package tray

import "golang.org/x/sys/windows"

var (
	user32         = windows.NewLazySystemDLL("user32.dll")
	windowProc     = user32.NewProc("GetWindowLongPtrW")
	setWindowProc  = user32.NewProc("SetWindowLongPtrW")
	callWindowProc = user32.NewProc("CallWindowProcW")
)

const (
	windowClass = "SystrayClass" // that of the library
	endSession  = 0x0016         // WM_ENDSESSION
	procIndex   = ^uintptr(3)    // GWLP_WNDPROC, which is -4
)

// hearSession hears what the icon's window is told of the end of the session. The
// library would take the icon away for good, even when another program keeps the session
// from ending.
func (t *Tray) hearSession() {
	window := ownWindow()
	if window == 0 {
		t.log.Warn("the end of the session will not be noticed")
		return
	}
	before, _, _ := windowProc.Call(uintptr(window), procIndex)
	ours := windows.NewCallback(func(window, message, wParam, lParam uintptr) uintptr {
		if message == endSession {
			t.sessionEnds(wParam != 0)
			return 0
		}
		result, _, _ := callWindowProc.Call(before, window, message, wParam, lParam)
		return result
	})
	_, _, _ = setWindowProc.Call(uintptr(window), procIndex, ours) // the window lives as long as the icon
}

// sessionEnds is called in the icon's thread. Windows ends the process when that call
// returns, so it returns when the program has ended as by Quit.
func (t *Tray) sessionEnds(after bool) {
	if !after || t.ctx.Err() != nil {
		return
	}
	t.click(Quit)
	<-t.ctx.Done() // End comes last, and a quit has its limit
}

// ownWindow is the icon's window, as the system knows it; 0 for none.
func ownWindow() (found windows.HWND) {
	look := windows.NewCallback(func(window windows.HWND, _ uintptr) uintptr {
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
