package engine

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/status"
)

// How soon what does not answer is asked again. Only the first is quick.
const (
	checkSoon = 5 * time.Second
	checkLate = 30 * time.Second
	calm      = 5 * time.Minute // after as long without a check the first is quick again
	idle      = 24 * time.Hour  // all is well: only a wake-up matters
)

// refreshGrant is the Call of those requests for tokens that are repeated by
// themselves until they are answered.
const refreshGrant = "refresh_token"

// reach knows whether Oura can be reached, and why not. It alone decides on the
// troubles no_network, captive_portal and oura_down, from what every request to
// Oura meets on its way.
type reach struct {
	wake chan struct{} // buffered 1: several wakes merge

	mu       sync.Mutex // guards the fields below
	api      place
	token    place
	pause    time.Duration // before the next check
	next     time.Time     // of it
	returned bool          // something answers again, and who waits was not told yet
}

// place is one end of Oura's and what is wrong with it.
type place struct {
	cause
	suspect bool // one request failed, which may have been its own fault
}

func newReach() reach { return reach{wake: make(chan struct{}, 1)} }

func (p place) well() bool { return p.code == "" && !p.suspect }

// heard hears how each request to Oura's API fared.
func (e *Engine) heard(a ouraapi.Answer) {
	c := causeOf(a, nameAPI)
	if c.code != status.CaptivePortal { // the date would be another's
		e.judgeClock(a)
	}
	e.reach.mu.Lock()
	defer e.reach.mu.Unlock()
	p := &e.reach.api
	c.surely = c.surely || a.Call == ouraapi.CheckCall || p.code != ""
	e.note(p, c)
}

// heardSignIn hears the same of each request for tokens. A failed sign-in says so
// itself and is not repeated; a failed refresh is, at a pace of its own.
func (e *Engine) heardSignIn(a ouraapi.Answer) {
	c := causeOf(a, nameToken)
	if c.code != status.CaptivePortal {
		e.judgeClock(a)
	}
	if c.code != "" && a.Call != refreshGrant {
		return
	}
	e.reach.mu.Lock()
	defer e.reach.mu.Unlock()
	c.surely = true
	e.note(&e.reach.token, c)
}

// note keeps what was learned of p. A failure that proves nothing leads to a
// check first. e.reach.mu is held.
func (e *Engine) note(p *place, c cause) {
	before := *p
	switch {
	case c.code == "":
		*p = place{}
	case c.surely:
		*p = place{cause: c}
	default:
		p.suspect = true
	}
	told := before.code != p.code || before.say != p.say
	if !told && before.suspect == p.suspect {
		return
	}
	if told {
		e.showReach()
		e.log.Info("way to oura changed", "trouble", p.code, "why", p.say)
		e.reach.schedule(e.opt.Now(), checkSoon)
	}
	e.reach.returned = e.reach.returned || before.code != "" && p.code == ""
	e.reach.rouse()
}

// schedule sets the next check and lets those after it come at growing pauses.
// r.mu is held.
func (r *reach) schedule(now time.Time, pause time.Duration) {
	r.next, r.pause = now.Add(pause), min(2*pause, checkLate)
}

// rouse makes serveReach look again.
func (r *reach) rouse() {
	select {
	case r.wake <- struct{}{}:
	default: // a wake-up waits already
	}
}

// look asks for a check soon, although nothing failed.
func (r *reach) look() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.api.suspect = true
	r.rouse()
}

// showReach brings the status into line. e.reach.mu is held.
func (e *Engine) showReach() {
	for _, code := range []string{status.NoNetwork, status.CaptivePortal, status.OuraDown} {
		var say []string
		for _, p := range []place{e.reach.api, e.reach.token} {
			if p.code == code && !slices.Contains(say, p.say) {
				say = append(say, p.say)
			}
		}
		e.raiseIf(len(say) > 0, code, strings.Join(say, " "))
	}
	e.address.bell.Ring() // the state word follows
}

// offline reports whether the way to Oura ends before Oura.
func (e *Engine) offline() bool {
	e.reach.mu.Lock()
	defer e.reach.mu.Unlock()
	return slices.ContainsFunc([]place{e.reach.api, e.reach.token}, func(p place) bool {
		return p.code == status.NoNetwork || p.code == status.CaptivePortal
	})
}

// serveReach asks again what did not answer, and lets those who wait go on when
// it does. An account that is connected already is a reason to look at once.
func (e *Engine) serveReach(ctx context.Context) error {
	if e.connectedUser() != "" {
		e.reach.look()
	}
	for ctx.Err() == nil {
		if e.reach.takeReturned() {
			e.auth.Resume()
			e.resume(ctx)
		}
		timer := time.NewTimer(e.checkReach(ctx))
		select {
		case <-ctx.Done():
		case <-e.reach.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return ctx.Err()
}

func (r *reach) takeReturned() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.returned
	r.returned = false
	return was
}

// checkReach makes the check that is due and returns how long to wait for the next.
func (e *Engine) checkReach(ctx context.Context) time.Duration {
	e.forgetToken()
	api, token, pause := e.reach.due(e.opt.Now())
	if api {
		if err := e.api.Check(ctx); err != nil && ctx.Err() == nil {
			e.log.DebugContext(ctx, "oura not reached", "err", err, "retry_in", pause)
		}
	}
	if token {
		e.auth.Resume() // it knows whether it may ask already
	}
	return pause
}

// due tells what to check now, and how long to wait for the next check.
func (r *reach) due(now time.Time) (api, token bool, pause time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.api.well() && r.token.well() {
		return false, false, idle
	}
	left := r.next.Sub(now)
	if left > 0 && left < 2*checkLate { // more: the clock was set back
		return false, false, left
	}
	pause = max(r.pause, checkSoon)
	if left < -calm {
		pause = checkSoon
	}
	r.schedule(now, pause)
	return !r.api.well(), !r.token.well(), pause
}

// forgetToken drops what was wrong with the sign-in server when nobody is signed
// in any more: nothing will be asked there.
func (e *Engine) forgetToken() {
	e.reach.mu.Lock()
	defer e.reach.mu.Unlock()
	if e.reach.token.code != "" && e.connectedUser() == "" {
		e.note(&e.reach.token, cause{})
	}
}
