package collect

import (
	"context"
	"time"
)

const (
	pulseTime = 10 * time.Second // between two looks during a round
	tickTime  = 30 * time.Second // longest time between two looks at the clock
	clockSlip = 45 * time.Second // a difference below it is no jump
)

// clock notices that the wall clock moved otherwise than time passed: the
// computer slept, or somebody set the clock.
type clock struct {
	now  func() time.Time
	wall time.Time // at the last look
	mono time.Time // the same, with the reading that nobody can set
	rest bool      // a wait of at most tickTime lies between the looks
}

func startClock(now func() time.Time) clock {
	return clock{now: now, wall: now().Round(0), mono: time.Now()}
}

// pulse calls late when it was not called for longer than it should have been: the
// computer was suspended and its monotonic reading went on. It runs until ctx
// ends.
func pulse(ctx context.Context, now func() time.Time, late func(before time.Time)) {
	ticker := time.NewTicker(pulseTime)
	defer ticker.Stop()
	wall, mono := now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if time.Since(mono) > pulseTime+clockSlip {
			late(wall)
		}
		wall, mono = now(), time.Now()
	}
}

// resting tells that nothing but a wait comes before the next look. Where the
// monotonic reading goes on during sleep, only a late timer shows it.
func (c *clock) resting() { c.rest = true }

// look returns the wall clock's time, when it showed before, and by how much it
// jumped in between: 0 when time passed as usual.
func (c *clock) look() (now, before time.Time, jump time.Duration) {
	wall, mono := c.now().Round(0), time.Now()
	before = c.wall
	passed := mono.Sub(c.mono)
	jump = wall.Sub(before) - passed
	if c.rest && passed > tickTime+clockSlip {
		jump = max(jump, passed)
	}
	if jump.Abs() < clockSlip {
		jump = 0
	}
	c.wall, c.mono, c.rest = wall, mono, false
	return c.now(), before, jump
}
