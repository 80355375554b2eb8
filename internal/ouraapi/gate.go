package ouraapi

import (
	"math/rand/v2"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// When to stop asking, and for how long.
const (
	outageThreshold = 8 // failed calls in a row that count as an outage
	firstPause      = time.Second
	longestOutage   = time.Minute     // an outage is probed at least this often
	longestPause    = 5 * time.Minute // pause of our own after many 429s
	longestObeyed   = time.Hour       // a larger Retry-After is taken for this
	probeRetry      = time.Second     // advice while another call is probing
	jitterShare     = 10              // up to 1/10 is added to each pause
)

// outcome is what one call says about Oura's health.
type outcome int

const (
	answered  outcome = iota // Oura answered for itself, whatever it said
	throttled                // 429
	failed                   // network, time-out, 5xx
	unknown                  // we gave up ourselves
)

// gate is the pause shared by all calls of a client. It closes on a 429, and
// after several failures in a row; when the pause is over, one call at a time
// goes out as a probe until Oura answers again.
type gate struct {
	now func() time.Time

	mu       sync.Mutex // guards the fields below
	failures int        // in a row, while open
	strikes  int        // pauses in a row; 0 means open
	until    time.Time
	code     oura.Code // why it is closed
	obey     bool      // Oura asked for the pause
	probing  bool
}

// check returns the error with which enter would refuse a call just now.
func (g *gate) check() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refuse()
}

// enter asks to make a call. The caller must report how it went exactly once;
// a closed gate returns an error with the remaining time instead.
func (g *gate) enter() (leave func(outcome, time.Duration), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.refuse(); err != nil {
		return nil, err
	}
	probe := g.strikes > 0
	g.probing = probe
	return func(o outcome, wait time.Duration) { g.leave(o, wait, probe) }, nil
}

// refuse needs the lock.
func (g *gate) refuse() error {
	left := g.until.Sub(g.now())
	switch {
	case g.strikes == 0:
		return nil
	case left > 0:
		return g.closed(left)
	case g.probing:
		return g.closed(probeRetry)
	}
	return nil
}

func (g *gate) leave(o outcome, wait time.Duration, probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if probe {
		g.probing = false
	}
	switch o {
	case answered:
		g.failures = 0
		if probe {
			g.strikes = 0
		}
	case throttled:
		g.close(oura.CodeRateLimited, wait, longestPause, probe)
	case failed:
		g.failures++
		if probe || g.strikes == 0 && g.failures >= outageThreshold {
			g.close(oura.CodeUnavailable, wait, longestOutage, probe)
		}
	case unknown:
	}
}

// close starts or prolongs the pause: at least what Oura asked for, and longer
// with each pause in a row. A call that was under way when the gate closed may
// prolong the pause, but is no further strike.
func (g *gate) close(code oura.Code, asked, longest time.Duration, probe bool) {
	g.obey = g.obey && g.strikes > 0 || asked > 0 || code == oura.CodeRateLimited
	if probe || g.strikes == 0 {
		g.strikes++
	}
	own := min(firstPause<<min(g.strikes-1, 20), longest)
	pause := max(min(asked, longestObeyed), own)
	pause += rand.N(pause/jitterShare + 1)
	if until := g.now().Add(pause); until.After(g.until) {
		g.until = until
	}
	g.code, g.failures = code, 0
}

// asked returns the error for what remains of a pause that Oura asked for, nil
// without one.
func (g *gate) asked() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if left := g.until.Sub(g.now()); g.strikes > 0 && g.obey && left > 0 {
		return g.closed(left)
	}
	return nil
}

// shut reports whether calls are refused, or would be but for a probe.
func (g *gate) shut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.strikes > 0
}

// reopen ends the pause: Oura answers again.
func (g *gate) reopen() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.strikes, g.failures, g.until = 0, 0, time.Time{}
}

func (g *gate) closed(left time.Duration) *oura.Error {
	e := &oura.Error{Code: g.code, Message: msgUnavailable, RetryAfter: left}
	if g.code == oura.CodeRateLimited {
		e.Message = msgRateLimited
	}
	return e
}

// remaining returns how long the gate stays closed.
func (g *gate) remaining() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.strikes == 0 {
		return 0
	}
	return max(g.until.Sub(g.now()), 0)
}
