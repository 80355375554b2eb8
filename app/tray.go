package app

import (
	"context"
	"log/slog"
	"time"

	"oura-streaming/app/tray"
	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
)

// trayIcon is the tray as the rest of this package sees it.
type trayIcon interface {
	Show(tray.Look)
	Hosted() bool
	Listen() (wake <-chan struct{}, stop func())
	End()
}

// startTray shows the program in the desktop's tray.
func startTray(log *slog.Logger, do func(tray.Action)) trayIcon {
	return tray.Start(log.With("part", "tray"), do)
}

// noTray stands where nobody asked for one.
type noTray struct{}

func (noTray) Show(tray.Look)                    {}
func (noTray) Hosted() bool                      { return false }
func (noTray) Listen() (<-chan struct{}, func()) { return nil, func() {} }
func (noTray) End()                              {}

// enterTray begins to show the program in the tray. Where tray.OnMainThread says
// so it must be called before the framework's loop, else once the window exists.
func (b *backend) enterTray() {
	icon := b.newTray(b.log, b.chosen)
	b.mu.Lock()
	b.icon = icon
	b.mu.Unlock()
	b.showLook()
	b.background(func() { b.tellTray(icon) })
	b.background(func() { b.staysReachable(icon) })
}

// tray is the icon, never nil.
func (b *backend) tray() trayIcon {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.icon
}

// tellTray tells the page whether there is a tray.
func (b *backend) tellTray(icon trayIcon) {
	wake, stop := icon.Listen()
	defer stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-wake:
		}
		b.ui.Emit(msgTray, trayView(icon))
	}
}

// chosen carries out what the user chose in the tray.
func (b *backend) chosen(a tray.Action) {
	var err error
	sync := &SyncAPI{b}
	switch a {
	case tray.Open:
		b.show()
	case tray.Sync:
		err = sync.SyncNow()
	case tray.PauseHour:
		err = sync.Pause(60)
	case tray.PauseTomorrow:
		err = sync.Pause(pauseUntilTomorrow)
	case tray.Resume:
		err = sync.Resume()
	case tray.CopyURL:
		err = b.copyAddress()
	case tray.Settings:
		b.navigate("#/settings")
	case tray.Quit:
		b.quit()
	}
	if err != nil {
		b.log.Warn("choice in the tray not carried out", "action", string(a), "err", err) // the status line tells what is wrong
	}
}

// navigate shows the window and brings the page to that address. The wizard is left by
// its own steps only.
func (b *backend) navigate(route string) {
	b.show()
	if e, err := b.live(); err == nil && !hasScreens(e) {
		return
	}
	b.ui.Emit(msgNavigate, NavigateView{Route: route})
}

// hasScreens reports whether the window shows more than the wizard.
func hasScreens(e *engine.Engine) bool {
	return e.IsDemo() || e.Config().Get(config.WizardStep) == wizardDone
}

// copyAddress copies the public address, as the palette of the window does.
func (b *backend) copyAddress() error {
	e, err := b.live()
	if err != nil {
		return err
	}
	return b.ui.SetClipboard(e.Address().URL)
}

// trayBreath is the least time between two looks at what the tray should show.
const trayBreath = time.Second

// pushTray keeps the tray true to the engine until ctx ends. Ages are counted only
// while somebody can see them, and only when their words change.
func (b *backend) pushTray(ctx context.Context, e *engine.Engine) {
	icon := b.tray()
	hosted, stopHosted := icon.Listen()
	defer stopHosted()
	events, stopEvents := e.Hub().Listen()
	defer stopEvents()
	troubles, stopTroubles := e.Status().Listen()
	defer stopTroubles()
	account, stopAccount := e.Auth().Listen()
	defer stopAccount()
	connection, stopConnection := e.ListenConnection()
	defer stopConnection()
	sync, stopSync := e.ListenSync()
	defer stopSync()
	for {
		timer := time.NewTimer(b.showLook())
		if !icon.Hosted() {
			timer.Stop()
		}
		select {
		case <-ctx.Done():
		case <-hosted:
		case <-events:
		case <-troubles:
		case <-account:
		case <-connection:
		case <-sync:
		case <-timer.C:
		}
		timer.Stop()
		select {
		case <-ctx.Done():
			return
		case <-time.After(trayBreath):
		}
	}
}

// showLook shows in the tray how the program is doing. Its words hold for that long
// if nothing happens.
func (b *backend) showLook() (holds time.Duration) {
	now := time.Now()
	look, until := b.look(now)
	b.tray().Show(look)
	return until.Sub(now)
}
