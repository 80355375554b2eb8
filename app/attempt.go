package app

import (
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/engine"
)

// attempt is the sign-in that this window started last. Guarded by backend.mu.
type attempt struct {
	login   auth.Login
	expires time.Time
	browser error // why no browser opened, nil when one did
}

// keepAttempt remembers at as the newest sign-in of e; a sign-in of an engine
// that has gone is forgotten.
func (b *backend) keepAttempt(e *engine.Engine, at *attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.engine == e {
		b.attempt = at
	}
}

// browserSaid notes how the browser answered, unless a newer sign-in or another
// engine has taken the place of at.
func (b *backend) browserSaid(at *attempt, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.attempt == at {
		at.browser = err
	}
}

// lastAttempt returns the newest sign-in of e, zero without one.
func (b *backend) lastAttempt(e *engine.Engine) attempt {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.attempt == nil || b.engine != e {
		return attempt{}
	}
	return *b.attempt
}
