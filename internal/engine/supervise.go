package engine

import (
	"context"
	"sync"
	"time"
)

// Pauses between restarts of a part that failed.
const (
	firstPause = time.Second
	longPause  = time.Minute
)

// group is a set of parts that stop together.
type group struct {
	e      *Engine
	cancel context.CancelFunc
	ctx    context.Context // of the group's parts; ends with stop
	wg     sync.WaitGroup
}

// newGroup returns a group whose parts outlive ctx: they end when stop is
// called, so that closing can go in order of flow.
func (e *Engine) newGroup(ctx context.Context) *group {
	g := &group{e: e}
	g.ctx, g.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return g
}

// run starts one part. When its Serve fails it is started again after a pause
// that grows from a second to a minute and starts over after a minute of health.
func (g *group) run(name string, serve func(context.Context) error) {
	g.wg.Go(func() {
		pause := firstPause
		for {
			began := time.Now()
			err := serve(g.ctx)
			if g.ctx.Err() != nil {
				return
			}
			if time.Since(began) > longPause {
				pause = firstPause
			}
			g.e.log.ErrorContext(g.ctx, "part ended and is started again", "part", name, "err", err, "retry_in", pause)
			if !wait(g.ctx, pause) {
				return
			}
			pause = min(2*pause, longPause)
		}
	})
}

// stop ends the group's parts and waits for them until the deadline; it tells
// whether all ended in time.
func (g *group) stop(deadline <-chan struct{}) bool {
	g.cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.wg.Wait()
	}()
	select {
	case <-done:
		return true
	case <-deadline:
		return false
	}
}

// wait pauses and reports whether the pause was not cut short by ctx.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
