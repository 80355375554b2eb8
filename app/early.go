package app

import (
	"sync"

	"oura-streaming/internal/engine"
)

// opening returns an engine that is opened beside, once it is open.
type opening func() (*engine.Engine, error)

// openEarly begins to open the first engine while the toolkit begins: each takes about
// as long as the other, and the page needs both.
func (b *backend) openEarly() {
	b.swap.Lock()
	defer b.swap.Unlock()
	if b.hold == nil {
		return
	}
	early := sync.OnceValues(func() (*engine.Engine, error) { return engine.Open(b.ctx, b.began) })
	b.early = early
	b.background(func() { _, _ = early() }) // whoever takes it gets what it returns
}

// opened opens an engine, or returns the one that began early for the same folder. The
// caller holds swap.
func (b *backend) opened(opt engine.Options) (*engine.Engine, error) {
	if early := b.early; early != nil && opt.DataDir == b.began.DataDir && opt.Demo == b.began.Demo {
		b.early = nil
		return early()
	}
	return engine.Open(b.ctx, opt)
}

// dropEarly closes an engine that was opened for a window that did not come. The
// caller holds swap.
func (b *backend) dropEarly() error {
	early := b.early
	b.early = nil
	if early == nil {
		return nil
	}
	e, err := early()
	if err != nil {
		return nil // there is none to close, and nobody who waits to hear why
	}
	return e.Close()
}
