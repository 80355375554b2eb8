package engine

import (
	"fmt"
	"math"
	"sync"
	"time"

	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/status"
)

const (
	skewShown = time.Minute      // a clock that is farther off is a trouble
	skewOver  = 50 * time.Second // and one that is nearer is none any more
)

// clock is what is known of this computer's clock.
type clock struct {
	measured ouraapi.Clock

	mu  sync.Mutex // guards off
	off bool       // the trouble is raised
}

// judgeClock compares our clock with Oura's and shows when ours is off. Nothing
// else follows from it: whether a token still works, Oura says itself (F-51).
func (e *Engine) judgeClock(a ouraapi.Answer) {
	if !e.clock.measured.Add(a) {
		return
	}
	e.clock.mu.Lock()
	defer e.clock.mu.Unlock()
	d, ok := e.clock.measured.Error()
	switch {
	case !ok:
	case d.Abs() > skewShown:
		e.clock.off = true
		e.status.Raise(status.Trouble{Code: status.ClockSkew, Text: sayClock(d) +
			" Deliveries may be refused as too old or too early. Turn on automatic time in the system's settings."})
	case e.clock.off && d.Abs() < skewOver:
		e.clock.off = false
		e.clockIsRight()
	}
}

// sayClock tells the error of our clock in a sentence.
func sayClock(d time.Duration) string {
	direction := "behind"
	if d < 0 {
		direction = "ahead of"
	}
	return fmt.Sprintf("This computer's clock is %s %s Oura's.", inWords(d.Abs()), direction)
}

// inWords is a span of a minute or more in its largest fitting unit, rounded so
// that it changes only when the clock does.
func inWords(d time.Duration) string {
	unit, name := time.Minute, "minute"
	switch {
	case d >= 48*time.Hour:
		unit, name = 24*time.Hour, "day"
	case d >= 2*time.Hour:
		unit, name = time.Hour, "hour"
	}
	n := int(math.Round(float64(d) / float64(unit)))
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}
