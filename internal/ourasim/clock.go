package ourasim

import (
	"context"
	"sync"
	"time"
)

// clock is the cloud's wall clock. It can be moved, and whoever waits for an
// instant notices.
type clock struct {
	mu     sync.Mutex
	source func() time.Time // guarded by mu
	offset time.Duration    // guarded by mu
	moved  chan struct{}    // guarded by mu; closed and replaced at each move
}

func newClock(source func() time.Time) *clock {
	return &clock{source: source, moved: make(chan struct{})}
}

func (c *clock) now() time.Time {
	t, _ := c.read()
	return t
}

func (c *clock) read() (time.Time, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.source().Add(c.offset), c.moved
}

func (c *clock) move(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.moved)
	c.moved = make(chan struct{})
}

// wait returns when the clock shows until or later, when wake fires (true), or
// when ctx ends. A clock that stands still is looked at again after the time
// that is left, but at least every second.
func (c *clock) wait(ctx context.Context, until time.Time, wake <-chan struct{}) (woken bool, err error) {
	for {
		now, moved := c.read()
		left := until.Sub(now)
		if left <= 0 {
			return false, nil
		}
		timer := time.NewTimer(min(max(left, time.Millisecond), time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return false, ctx.Err()
		case <-wake:
			timer.Stop()
			return true, nil
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// SetClock replaces the cloud's clock and forgets earlier Advance calls; nil
// means time.Now. Expiry, stamps, defaults and the spacing of retries follow it;
// deadlines of network calls do not.
func (s *Sim) SetClock(now func() time.Time) {
	if now == nil {
		now = time.Now
	}
	s.clock.move(func() { s.clock.source, s.clock.offset = now, 0 })
}

// Advance moves the cloud's clock forward by d.
func (s *Sim) Advance(d time.Duration) { s.clock.move(func() { s.clock.offset += d }) }

// Now is the cloud's time.
func (s *Sim) Now() time.Time { return s.clock.now() }
