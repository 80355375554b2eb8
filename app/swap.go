package app

import (
	"context"
	"errors"
	"sync"

	"oura-streaming/internal/config"
	"oura-streaming/internal/diagnose"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// run is one engine's life behind the window.
type run struct {
	later  later
	cancel context.CancelFunc // once what waits is done
	wg     sync.WaitGroup
}

// hold is a data folder that belongs to this process. While it lasts, a second
// start on that folder shows this window.
type hold struct {
	folder *engine.Instance
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// release gives the folder back; nil holds nothing.
func (h *hold) release() error {
	if h == nil {
		return nil
	}
	h.cancel()
	h.wg.Wait()
	return h.folder.Release()
}

// take claims the folder the program was started on. It returns false when another
// window has it, which was asked to show itself. What else is wrong with the folder
// is kept for the window to show.
func (b *backend) take() bool {
	b.swap.Lock()
	defer b.swap.Unlock()
	h, err := b.claim(b.began.DataDir)
	b.hold = h
	b.takes(h != nil)
	b.fail(err)
	return !errors.Is(err, engine.ErrRunning)
}

// takes notes whether the folder the program was started on is ours.
func (b *backend) takes(ours bool) {
	b.placing.Lock()
	defer b.placing.Unlock()
	b.taken = ours
}

// claim takes a data folder for this process. The error is engine.ErrRunning in
// the words of the window when another process has it.
func (b *backend) claim(dir string) (*hold, error) {
	folder, err := engine.Claim(dir)
	if errors.Is(err, engine.ErrRunning) {
		return nil, &oura.Error{
			Code: oura.CodeStorage, Err: err,
			Message: "Another window of Oura Streaming has that data open. Close it first.",
		}
	} else if err != nil {
		return nil, err
	}
	h := &hold{folder: folder}
	ctx, cancel := context.WithCancel(b.ctx)
	h.cancel = cancel
	h.wg.Go(func() { b.raise(ctx, folder.Shown()) })
	return h, nil
}

// raise shows the window whenever a second start asks for it.
func (b *backend) raise(ctx context.Context, asked <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-asked:
			b.show()
		}
	}
}

// start opens an engine on a folder that is held and runs it. Failure is kept
// for the window to show. The caller holds swap and announces.
func (b *backend) start(opt engine.Options) error {
	e, err := b.opened(opt)
	if err == nil {
		b.settle(e)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.present, b.engine, b.failed, b.attempt = opt, e, err, nil
	if err != nil {
		b.log.Error("engine not opened", "err", err)
		b.noticeFailure(err)
		return err
	}
	r := &run{}
	// The end of the program is that of the engine too, but for what waits in it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.ctx))
	end := func() {
		b.finish(e, &r.later)
		cancel()
	}
	asked := context.AfterFunc(b.ctx, end)
	r.cancel = func() {
		asked()
		end()
	}
	next := e.Again(opt)
	notices := newWatch(b, e)
	r.wg.Go(func() {
		if err := e.Serve(ctx); err != nil {
			b.log.Error("engine ended", "err", err)
		}
		select {
		case <-e.RestartAsked():
			b.background(func() { b.again(e, next) })
		default: // it was ended from here
		}
	})
	r.wg.Go(func() { b.push(ctx, e) })
	r.wg.Go(func() { b.pushSync(ctx, e) })
	r.wg.Go(func() { b.pushExport(ctx, e) })
	r.wg.Go(func() { b.pushData(ctx, e) })
	r.wg.Go(func() { b.pushTray(ctx, e) })
	r.wg.Go(func() { b.pushNotices(ctx, notices) })
	b.running = r
	return nil
}

// again opens the next engine in the place of e, which has asked for it and ended.
// Whoever swapped or stopped meanwhile was faster.
func (b *backend) again(e *engine.Engine, next engine.Options) {
	b.swap.Lock()
	defer b.swap.Unlock()
	if present, err := b.live(); err != nil || present != e || b.ended() != nil {
		return
	}
	if planned, err := b.planning(); err == nil {
		planned.forget() // e has ended, and nothing can be done in it
	}
	b.halt()
	_ = b.start(next) // kept for the window to show
	b.announce()
}

// settle closes a wizard that has nothing left to ask: who has an account came
// further without a window, or left it half way. A sign-in that Oura no longer
// accepts is mended in the program, not here.
func (b *backend) settle(e *engine.Engine) {
	if e.IsDemo() || e.Config().Get(config.WizardStep) == wizardDone {
		return
	}
	st, err := e.Auth().Status(b.ctx) // secrets that are locked still tell whose they are
	if st.UserID == "" {
		if err != nil {
			b.log.Warn("account not read, the wizard stays open", "err", err)
		}
		return
	}
	if err := e.Config().Set(b.ctx, config.WizardStep, wizardDone); err != nil {
		b.log.Warn("wizard not closed", "err", err)
	}
}

// halt ends the present engine; its folder stays held. What it says until its end is
// cleaned of what it knew, for another one follows.
func (b *backend) halt() {
	b.mu.Lock()
	r, e := b.running, b.engine
	b.mu.Unlock()
	var former diagnose.Sieve
	if r != nil && b.ended() == nil {
		former = e.Sieve(b.ctx)
	}
	b.mu.Lock()
	b.running, b.engine, b.failed, b.attempt = nil, nil, nil, nil
	if e != nil {
		b.former = former
	}
	b.mu.Unlock()
	if r != nil {
		r.cancel()
		r.wg.Wait()
	}
	b.began.Recent.Clean(former)
}

// reopen tries to start again what failed to start.
func (b *backend) reopen() error {
	b.swap.Lock()
	defer b.swap.Unlock()
	defer b.announce()
	return b.resume()
}

// resume starts the present side unless it runs. The caller holds swap.
func (b *backend) resume() error {
	if _, err := b.live(); err == nil {
		return nil
	}
	if err := b.ended(); err != nil {
		return err
	}
	present := b.options()
	if b.hold == nil {
		h, err := b.claim(present.DataDir)
		if err != nil {
			b.fail(err)
			return err
		}
		b.hold = h
		b.takes(present.DataDir == b.began.DataDir)
	}
	return b.start(present)
}

// enter swaps to the sample data or back. When the other side cannot be opened
// the former one goes on, and the error says why.
func (b *backend) enter(demo bool) error {
	b.swap.Lock()
	defer b.swap.Unlock()
	defer b.announce()
	former := b.options()
	if former.Demo == demo {
		return b.resume()
	}
	if err := b.ended(); err != nil {
		return err
	}
	next, err := b.other(demo)
	if err != nil {
		return err
	}
	h, err := b.claim(next.DataDir) // the former side runs on, and keeps its folder until the next one runs
	if err != nil {
		return err
	}
	b.halt()
	if err := b.start(next); err != nil {
		return errors.Join(err, h.release(), b.back(former))
	}
	left := b.hold
	b.hold = h
	b.takes(next.DataDir == b.began.DataDir)
	if err := left.release(); err != nil {
		b.log.Error("folder not given back cleanly", "err", err)
	}
	return nil
}

// back starts the side that was there before, on the folder it still holds.
func (b *backend) back(former engine.Options) error {
	b.mu.Lock()
	b.present = former
	b.mu.Unlock()
	return b.resume()
}

// ended refuses to start anything once the program ends.
func (b *backend) ended() error {
	if b.ctx.Err() == nil {
		return nil
	}
	return &oura.Error{Code: oura.CodeUnavailable, Message: "Oura Streaming is closing."}
}
