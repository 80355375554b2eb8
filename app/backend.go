package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"oura-streaming/app/autostart"
	"oura-streaming/app/notify"
	"oura-streaming/app/tray"
	"oura-streaming/internal/auth"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// backend owns the engine behind the window and swaps it when the user enters or
// leaves the sample data. The page stays; it reads everything anew.
type backend struct {
	began   engine.Options // what the command line asked for
	log     *slog.Logger
	ui      ui
	open    func(ctx context.Context)                       // tells ui the framework's context
	browse  func(ctx context.Context, address string) error // opens the system's browser
	reveal  func(ctx context.Context, path string) error    // shows a file in the system's file manager
	newTray func(log *slog.Logger, do func(tray.Action)) trayIcon
	login   autostart.Program

	patience time.Duration // trayPatience
	hid      chan struct{} // the window was hidden

	moving  sync.Mutex // one showing, hiding or ending of the window at a time; held before mu and placing
	placing sync.Mutex // held last; guards taken, and while the place is written
	taken   bool       // the folder the program was started on is ours

	notices *notify.Planner
	desktop *desktop
	asking  asking
	looked  looked
	copying copying

	ctx    context.Context // of the whole program: bound methods bring none
	cancel context.CancelFunc

	swap  sync.Mutex // one start, stop or swap at a time; held before mu; guards hold and early
	hold  *hold      // the present data folder, nil while it is not ours
	early opening    // of the first engine, nil once it is taken

	renewing sync.Mutex // held by who has the program opened again to bring a backup back or to delete everything; held before swap

	signing sync.Mutex // one sign-in begins at a time; held before mu

	mu      sync.Mutex     // guards the fields below
	present engine.Options // of the engine that runs, or was tried last
	engine  *engine.Engine
	running *run
	failed  error          // why there is no engine
	former  diagnose.Sieve // what the engine before knew
	attempt *attempt
	explain bool        // when the window is seen again, that closing it has not ended the program
	noQuit  func() bool // keeps the end of ctx from ending the window, nil before there is one
	icon    trayIcon    // never nil

	tasks sync.WaitGroup // what bound methods left running
}

func newBackend(ctx context.Context, opt Options) *backend {
	b := &backend{
		began: opt.Engine, present: opt.Engine, log: opt.Engine.Log, icon: noTray{},
		login: loginProgram(opt.Engine), patience: trayPatience, hid: make(chan struct{}, 1),
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	b.ctx, b.cancel = context.WithCancel(ctx)
	window := &bridge{}
	window.hidden.Store(opt.Hidden)
	b.ui, b.open = window, window.open
	b.browse = auth.SystemBrowser{}.Open
	b.reveal = revealFile
	b.newTray = startTray
	b.desktop = &desktop{ui: func() notifier { return b.ui }, shown: notificationsShown}
	b.notices = notify.New(b.desktop, b.log.With("part", "notices"))
	return b
}

// bound are the structs whose methods the window may call.
func (b *backend) bound() []any {
	return []any{&StatusAPI{b}, &SetupAPI{b}, &EventsAPI{b}, &HealthAPI{b}, &ConnectionAPI{b}, &SyncAPI{b}, &ExportAPI{b}, &DataAPI{b}, &SettingsAPI{b}, &DiagnosticsAPI{b}, &NoticesAPI{b}, &UpdateAPI{b}}
}

// startup is called by the framework once the window exists, on a goroutine.
func (b *backend) startup(ctx context.Context) {
	b.open(ctx)
	b.mu.Lock()
	b.noQuit = context.AfterFunc(b.ctx, b.endWindow) // a signal ends the window too
	b.mu.Unlock()
	if !tray.OnMainThread {
		b.enterTray()
	}
	b.background(b.serveNotices)
	b.background(b.tellNotices)
	var beside sync.WaitGroup
	beside.Go(b.placeFirst) // it waits for the window, for which the engine need not
	defer beside.Wait()
	b.swap.Lock()
	defer b.swap.Unlock()
	if b.hold == nil || b.ctx.Err() != nil {
		_, err := b.live()
		b.noticeFailure(err)
		return // the window shows why
	}
	_ = b.start(b.options()) // kept for the window to show
	b.announce()
}

// shutdown is called by the framework when the window has gone.
func (b *backend) shutdown() {
	b.mu.Lock()
	if b.noQuit != nil {
		b.noQuit()
	}
	b.mu.Unlock()
	if err := b.stop(); err != nil {
		b.log.Error("not closed cleanly", "err", err)
	}
}

// stop ends everything; a second call does nothing.
func (b *backend) stop() error {
	b.cancel()
	err := b.leave()
	b.ui.EndNotify() // a call that waits there ends
	b.tasks.Wait()   // one of them may have waited for swap
	b.tray().End()   // after the keychain, which it shares a bus with
	return err
}

// leave ends the engine and gives its folder back.
func (b *backend) leave() error {
	b.swap.Lock()
	defer b.swap.Unlock()
	b.halt()
	err := errors.Join(b.dropEarly(), b.hold.release())
	b.hold = nil
	return err
}

// background runs f beside the call that started it; stop waits for it. Once
// the program ends nothing more is started.
func (b *backend) background(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx.Err() == nil {
		b.tasks.Go(f)
	}
}

// live returns the running engine, or why there is none.
func (b *backend) live() (*engine.Engine, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.engine != nil:
		return b.engine, nil
	case b.failed != nil:
		return nil, b.failed
	}
	return nil, &oura.Error{Code: oura.CodeUnavailable, Message: "Oura Streaming is still starting. Wait a moment."}
}

// options are those of the engine that runs, or was tried last.
func (b *backend) options() engine.Options {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.present
}

// fail keeps why there is no engine, for the window to show.
func (b *backend) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed = err
}
