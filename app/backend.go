package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"

	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// backend owns the engine behind the window and swaps it when the user enters or
// leaves the sample data. The page stays; it reads everything anew.
type backend struct {
	opt  Options
	log  *slog.Logger
	ui   ui
	open func(ctx context.Context) // tells ui the framework's context

	ctx    context.Context // of the whole program: bound methods bring none
	cancel context.CancelFunc

	swap sync.Mutex // one start, stop or swap at a time; held before mu

	mu      sync.Mutex // guards the fields below
	engine  *engine.Engine
	folder  *engine.Instance
	running *run
	failed  error // why there is no engine
	real    engine.Options
	demo    bool
	attempt attempt

	tasks sync.WaitGroup // what bound methods left running
}

// run is one engine's life behind the window.
type run struct {
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func newBackend(ctx context.Context, opt Options) *backend {
	b := &backend{opt: opt, log: opt.Engine.Log, real: opt.Engine, demo: opt.Engine.Demo}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	b.ctx, b.cancel = context.WithCancel(ctx)
	window := &bridge{}
	b.ui, b.open = window, window.open
	return b
}

// claim takes the data folder for this process.
func (b *backend) claim(dir string) error {
	folder, err := engine.Claim(dir)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.folder = folder
	return err
}

// startup is called by the framework once the window exists, on a goroutine.
func (b *backend) startup(ctx context.Context) {
	b.open(ctx)
	context.AfterFunc(b.ctx, b.ui.Quit) // a signal ends the window too
	b.swap.Lock()
	defer b.swap.Unlock()
	if b.folder != nil {
		b.start(b.opt.Engine)
	}
}

// start opens an engine and runs it. Failure is kept for the window to show.
func (b *backend) start(opt engine.Options) {
	e, err := engine.Open(b.ctx, opt)
	b.mu.Lock()
	b.engine, b.failed, b.demo = e, err, opt.Demo
	b.mu.Unlock()
	if err != nil {
		b.log.Error("engine not opened", "err", err)
		b.announce()
		return
	}
	r := &run{}
	ctx, cancel := context.WithCancel(b.ctx)
	r.cancel = cancel
	r.wg.Go(func() {
		if err := e.Serve(ctx); err != nil {
			b.log.Error("engine ended", "err", err)
		}
	})
	r.wg.Go(func() { b.push(ctx, e) })
	if b.folder != nil {
		r.wg.Go(func() { b.raise(ctx, b.folder.Shown()) })
	}
	b.mu.Lock()
	b.running = r
	b.mu.Unlock()
	b.announce()
}

// raise shows the window whenever a second start asks for it.
func (b *backend) raise(ctx context.Context, asked <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-asked:
			b.ui.Show()
		}
	}
}

// halt ends the present engine and gives its folder back.
func (b *backend) halt() error {
	b.mu.Lock()
	r, folder := b.running, b.folder
	b.running, b.folder, b.engine = nil, nil, nil
	b.mu.Unlock()
	if r != nil {
		r.cancel()
		r.wg.Wait()
	}
	if folder != nil {
		return folder.Release()
	}
	return nil
}

// shutdown is called by the framework when the window has gone.
func (b *backend) shutdown() {
	if err := b.stop(); err != nil {
		b.log.Error("not closed cleanly", "err", err)
	}
}

// stop ends everything; a second call does nothing.
func (b *backend) stop() error {
	b.cancel()
	b.swap.Lock()
	defer b.swap.Unlock()
	err := b.halt()
	b.tasks.Wait()
	return err
}

// background runs f beside the call that started it; stop waits for it.
func (b *backend) background(f func()) { b.tasks.Go(f) }

// reopen tries to start again after a start that failed.
func (b *backend) reopen() error {
	b.swap.Lock()
	defer b.swap.Unlock()
	if b.folder == nil {
		if err := b.claim(b.opt.Engine.DataDir); err != nil {
			b.mu.Lock()
			b.failed = err
			b.mu.Unlock()
			return err
		}
	}
	b.start(b.opt.Engine)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

func (b *backend) keepAttempt(at attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.attempt = at
}

func (b *backend) lastAttempt() attempt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.attempt
}

// bound are the structs whose methods the window may call.
func (b *backend) bound() []any {
	return []any{&StatusAPI{b}, &SetupAPI{b}, &EventsAPI{b}, &ConnectionAPI{b}, &SettingsAPI{b}}
}

// enter swaps to the sample data or back. When the other side cannot be opened
// the present one goes on.
func (b *backend) enter(demo bool) error {
	b.swap.Lock()
	defer b.swap.Unlock()
	if b.demo == demo {
		return nil
	}
	opt, err := b.other(demo)
	if err != nil {
		return err
	}
	if err := b.halt(); err != nil {
		b.log.Error("not closed cleanly", "err", err)
	}
	if err := b.claim(opt.DataDir); err != nil {
		return b.back(err)
	}
	b.start(opt)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

// back returns to where the user was after the other folder could not be taken.
func (b *backend) back(why error) error {
	opt := b.real
	if b.demo {
		opt.Demo = true
	}
	if err := b.claim(opt.DataDir); err != nil {
		return errors.Join(why, err)
	}
	b.start(opt)
	if errors.Is(why, engine.ErrRunning) {
		return &oura.Error{Code: oura.CodeStorage, Message: "Another window of Oura Streaming has that data open. Close it first."}
	}
	return why
}

// other returns the options of the sample data, or those of the real data. Sample
// data lives in a folder of its own, always.
func (b *backend) other(demo bool) (engine.Options, error) {
	opt := b.real
	opt.Demo = demo
	usual, err := engine.DefaultDataDir(b.real.Demo)
	if err != nil {
		return opt, err
	}
	switch {
	case demo == b.real.Demo: // back to where the program was started
	case b.real.DataDir == usual:
		opt.DataDir, err = engine.DefaultDataDir(demo)
	case demo:
		opt.DataDir = filepath.Join(b.real.DataDir, "sample-data")
	default:
		opt.DataDir, err = engine.DefaultDataDir(false)
	}
	opt.KeyFile = ""
	return opt, err
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
