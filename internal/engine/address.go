package engine

import (
	"context"
	"sync"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/tunnel"
)

// address is the public side: the present tunnel, and the callback URL once the
// program has seen its own answer there from outside.
type address struct {
	mu     sync.Mutex // guards the fields below and the engine's ingressPath and verification
	tunnel tunnel.Tunnel
	cancel context.CancelFunc
	now    addressNow
	bell   hub.Bell

	check chan struct{} // buffered 1: asks for a look from outside
	grace time.Duration // addressGrace but in tests
	usage usage
}

// addressNow is what was last found out about the address. Times are wall time,
// without the clock that stands still in sleep.
type addressNow struct {
	proven      string    // callback URL, "" until proven
	provenSince time.Time // when it became that
	comparedAt  time.Time // when the subscriptions were last compared without a failure
	provenAt    time.Time // of the last look that found it so
	lostAt      time.Time // when it was last proven no more, zero before and while it is
	silentSince time.Time // of the first look that failed since, zero without one
	latency     time.Duration
	why         error // of the last failed look, or of the tunnel's end
	final       bool  // why stands until the user changes something
	fruitless   int   // agents made anew in vain since it was last proven

	reach   []tunnel.Answer
	reachAt time.Time
}

// Callback returns the callback URL once it is proven to lead here, "" before.
func (e *Engine) Callback() string {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.address.now.proven
}

// Address is the public address as the window and the local API show it.
type Address struct {
	tunnel.State
	Callback  string // "" until proven
	Reason    error  // why it is not proven, nil when it is or nothing is known yet
	ProvenAt  time.Time
	RoundTrip time.Duration // of the last look from outside
	Reach     []tunnel.Answer
	ReachAt   time.Time
	Anew      int    // agents made anew in vain since it was last proven
	Month     string // "2026-11", of Requests
	Requests  int64  // through ngrok in that month, as counted here
	Allowed   int64  // by the plan, 0 when not known
}

// Address returns what is known of the public address.
func (e *Engine) Address() Address {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	now := e.address.now
	out := Address{
		State:    tunnel.State{Kind: tunnel.KindNone, Word: tunnel.Off},
		Callback: now.proven, Reason: now.why, ProvenAt: now.provenAt, RoundTrip: now.latency,
		Reach: now.reach, ReachAt: now.reachAt, Anew: now.fruitless,
	}
	if e.address.tunnel != nil {
		out.State = e.address.tunnel.State()
	}
	if out.Reason == nil {
		out.Reason = out.Err
	}
	out.Month, out.Requests = e.address.usage.read(e.opt.Now())
	out.Allowed = allowedRequests(out.Plan)
	return out
}

// restart makes serveAddress begin anew with the settings as they are now; what
// was tried in vain before counts no more.
func (a *address) restart() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now.fruitless = 0
	a.reopen()
}

// reopen opens the same address once more. a.mu is held.
func (a *address) reopen() {
	if a.cancel != nil {
		a.cancel()
	}
}

// update changes what is known and wakes whoever shows or uses it.
func (a *address) update(change func(*addressNow)) {
	a.mu.Lock()
	change(&a.now)
	a.mu.Unlock()
	a.bell.Ring()
}

// isLostTo reports whether why is known already.
func (a *address) isLostTo(why error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now.proven == "" && a.now.why == why //nolint:errorlint // this very one
}

// lose notes that the address is not proven, for a reason that may be nil.
func (e *Engine) lose(why error, final bool) {
	e.address.update(func(now *addressNow) {
		if now.proven != "" {
			now.lostAt = e.wall()
			time.AfterFunc(e.address.grace, e.address.bell.Ring) // the state word changes then
			e.reach.look()                                       // perhaps it is the network
		}
		now.proven, now.why, now.final = "", why, final
	})
}

// wall is the time that goes on while the computer sleeps.
func (e *Engine) wall() time.Time { return e.opt.Now().Round(0) }

// CheckAddress looks at the public address from outside soon, and opens it again
// first when it is not open. Code: invalid when there is none.
func (e *Engine) CheckAddress() error {
	if !e.hasAddress() {
		return &oura.Error{Code: oura.CodeInvalid, Message: "There is no public address to look at. Choose one first."}
	}
	if e.Address().Word != tunnel.Online {
		e.address.restart()
		return nil
	}
	select {
	case e.address.check <- struct{}{}:
	default: // asked for already
	}
	return nil
}

func (e *Engine) verificationToken() oura.Secret {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.verification
}

func (e *Engine) randomPath() string {
	e.address.mu.Lock()
	defer e.address.mu.Unlock()
	return e.ingressPath
}
