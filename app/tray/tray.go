// Package tray shows the program in the desktop's tray: an icon that tells the
// state by its outline and its colour, the status line, and a menu. Where there
// is no tray it does nothing, and says so. What the user chooses is handed on one
// thing at a time, never from within the desktop's own call.
package tray

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/internal/hub"
)

const (
	pause         = time.Second // between two changes of what is shown
	endTime       = time.Second // what End waits for at most
	waitingClicks = 8           // more than a hand can click while one is carried out; the next is dropped
)

// Tray is the icon with its menu. A process has one in its whole life, for so has
// the library behind it.
type Tray struct {
	log *slog.Logger
	do  func(Action)

	ctx    context.Context // of everything below: Start returns before it is done
	cancel context.CancelFunc
	work   sync.WaitGroup
	once   sync.Once
	clicks chan Action
	wake   chan struct{} // another look waits to be shown
	bell   hub.Bell      // hosted has changed

	mu     sync.Mutex // guards the fields below
	look   Look
	hosted bool
	leave  func() // takes the icon away, nil where that happens by itself
}

// Start shows the program in the tray as soon as there is one. It neither fails nor
// waits. do carries out what the user chooses, on a goroutine of the tray's own.
// Where OnMainThread says so, only the main thread may call it, before its loop runs.
func Start(log *slog.Logger, do func(Action)) *Tray {
	t := &Tray{log: log, do: do, clicks: make(chan Action, waitingClicks), wake: make(chan struct{}, 1)}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.work.Go(t.carryOut)
	t.launch()
	return t
}

// Show exchanges what the tray shows, at most once a second; what comes faster
// waits, and only the last of it is shown.
func (t *Tray) Show(l Look) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l == t.look {
		return
	}
	t.look = l
	select {
	case t.wake <- struct{}{}:
	default: // it will find this one
	}
}

// Hosted reports whether the desktop shows the icon now. Where it does not, a
// hidden window could not be found again.
func (t *Tray) Hosted() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hosted
}

// Listen returns a channel that gets a token when Hosted has changed, and the way
// to give it up.
func (t *Tray) Listen() (wake <-chan struct{}, stop func()) { return t.bell.Listen() }

// End takes the icon away, within a second. A second call does nothing.
func (t *Tray) End() {
	t.once.Do(func() {
		t.cancel()
		t.mu.Lock()
		leave := t.leave
		t.mu.Unlock()
		if leave != nil {
			leave()
		}
		t.setHosted(false)
		ended := make(chan struct{})
		go func() {
			t.work.Wait()
			close(ended)
		}()
		late := time.NewTimer(endTime)
		defer late.Stop()
		select {
		case <-ended:
		case <-late.C:
			t.log.Warn("tray did not end in time") // the process does so now
		}
	})
}

// carryOut does what was chosen, one after the other.
func (t *Tray) carryOut() {
	for {
		select {
		case <-t.ctx.Done():
			return
		case a := <-t.clicks:
			t.do(a)
		}
	}
}

// click is called by the desktop, which must not wait.
func (t *Tray) click(a Action) {
	select {
	case t.clicks <- a:
	default:
		t.log.Debug("click dropped, others wait", "action", string(a))
	}
}

func (t *Tray) setHosted(on bool) {
	t.mu.Lock()
	changed := t.hosted != on && (!on || t.ctx.Err() == nil)
	if changed {
		t.hosted = on
	}
	t.mu.Unlock()
	if changed {
		t.bell.Ring()
	}
}

// latest is what to show.
func (t *Tray) latest() Look {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.look
}

// follow shows each look until the tray ends.
func (t *Tray) follow(show func(Look)) {
	for {
		select {
		case <-t.ctx.Done():
			return
		case <-t.wake:
		}
		show(t.latest())
		rest := time.NewTimer(pause)
		select {
		case <-t.ctx.Done():
			rest.Stop()
			return
		case <-rest.C:
		}
	}
}
