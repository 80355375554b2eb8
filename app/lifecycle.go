package app

import (
	"context"
	"runtime"
	"time"

	"oura-streaming/internal/config"
)

const (
	// Of the five seconds that quitting may take: what waits to be deleted has
	// closingTime of them, then the engine its own three and a half.
	quitLimit   = 4300 * time.Millisecond
	signalGrace = 50 * time.Millisecond // between the framework's hearing of a signal and ours
)

// trayPatience is how long a hidden window waits for a tray that shows the program:
// at sign-in the desktop may still be building one.
const trayPatience = 10 * time.Second

// closingIsSystems says that the system itself hides the window when it is closed:
// on a Mac programs go on without one, and only quitting asks us.
const closingIsSystems = runtime.GOOS == "darwin"

// beforeClose is asked by the framework whenever the window would be closed: by its
// button, by us, and by a signal that the framework hears too. It reports whether
// the window stays. Only what Quit has prepared ends the loop, and only once.
func (b *backend) beforeClose(context.Context) (stays bool) {
	if b.ui.Ends() {
		return false
	}
	switch {
	case b.ctx.Err() != nil: // it is quitting already
	case closingIsSystems || !b.staysOnClose():
		b.quit()
	default:
		b.background(b.closed)
	}
	return true
}

// staysOnClose reports whether the program goes on without its window. It never does
// where no tray would bring the window back.
func (b *backend) staysOnClose() bool {
	e, err := b.live()
	return b.tray().Hosted() && (err != nil || e.Config().Get(config.WindowClosing) == config.ClosingKeeps)
}

// closed hides the window, unless it was a signal that has closed it.
func (b *backend) closed() {
	select {
	case <-b.ctx.Done():
		return
	case <-time.After(signalGrace):
	}
	if !b.hide() {
		return
	}
	b.explainClosing()
	select {
	case b.hid <- struct{}{}:
	default: // noticed already
	}
}

// hide takes the window from the screen. Once the program ends it does nothing.
func (b *backend) hide() bool {
	b.moving.Lock()
	defer b.moving.Unlock()
	if b.ctx.Err() != nil {
		return false
	}
	b.keepPlace()
	b.ui.Hide()
	return true
}

// explainClosing says, once and for all, that the program goes on. Where the desktop
// shows no notifications the page says it when it is seen again.
func (b *backend) explainClosing() {
	e, err := b.live()
	if err != nil || e.Config().Bool(config.WindowCloseTold) {
		return
	}
	if err := e.Config().Set(b.ctx, config.WindowCloseTold, "on"); err != nil {
		b.log.Warn("not kept that closing was explained", "err", err)
	}
	b.notices.Say("still_running", "Oura Streaming keeps running", "Its window is closed, and it goes on in the tray. Quit it there, or choose under Settings that closing the window quits.", "#/settings/start")
	if shown, _ := b.notices.System(); shown {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.explain = true
}

// show brings the window to the front, wherever it was. Once the program ends it
// does nothing: the framework's loop may answer no more.
func (b *backend) show() {
	b.moving.Lock()
	defer b.moving.Unlock()
	if b.ctx.Err() != nil {
		return
	}
	wasShown := b.ui.IsShown()
	b.ui.Show()
	if !wasShown {
		b.restorePlace()
	}
	b.mu.Lock()
	explain := b.explain
	b.explain = false
	b.mu.Unlock()
	if explain {
		b.ui.Emit(msgKept, nil)
	}
}

// quit ends the program from everywhere: all of it begins to end at once.
func (b *backend) quit() { b.cancel() }

// endWindow ends the framework's loop once the program ends. The window goes first:
// what is left to do needs no eyes.
func (b *backend) endWindow() {
	b.moving.Lock()
	defer b.moving.Unlock()
	b.keepPlace()
	b.ui.Hide()
	b.ui.Quit()
}

// staysReachable shows a hidden window that no tray could bring back: one that was
// started hidden where there is no tray, or whose tray has gone.
func (b *backend) staysReachable(icon trayIcon) {
	wake, stop := icon.Listen()
	defer stop()
	for {
		var late <-chan time.Time
		if !b.ui.IsShown() && !icon.Hosted() {
			late = time.After(b.patience)
		}
		select {
		case <-b.ctx.Done():
			return
		case <-b.hid:
		case <-wake:
		case <-late:
			if !icon.Hosted() {
				b.log.Info("no tray shows the program, so its window does")
				b.show()
			}
		}
	}
}

// limitQuit ends the process when the program does not end in time after it was asked
// to: an open dialog of the toolkit, for one, holds the window's loop. What is stored
// is safe at any moment; the status is that of a failure all the same. The returned
// function takes the limit back.
func (b *backend) limitQuit(exit func(status int)) (over func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(b.ctx, func() {
		timer := time.NewTimer(quitLimit)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			b.log.Error("not ended in time")
			exit(1)
		}
	})
	return func() {
		stop()
		close(done)
	}
}
