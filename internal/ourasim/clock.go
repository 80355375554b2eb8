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

// wait returns when the clock shows until or later, when wake fires, or when ctx
// ends. A clock of the caller's own is looked at again after the time that is
// left, but at least every second.
func (c *clock) wait(ctx context.Context, until time.Time, wake <-chan struct{}) {
	for {
		now, moved := c.read()
		left := until.Sub(now)
		if left <= 0 {
			return
		}
		timer := time.NewTimer(min(max(left, time.Millisecond), time.Second))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-wake:
			timer.Stop()
			return
		case <-moved:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// ticker gives instants of which each is later than the one before, by a
// millisecond at least: two changes of one document are never told at the same
// event_time, even when the clock stands still.
type ticker struct {
	mu   sync.Mutex
	last time.Time // guarded by mu
}

func (t *ticker) next(now time.Time) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(t.last) {
		now = t.last.Add(time.Millisecond)
	}
	t.last = now
	return now
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
