package restapi

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of S-33 for this listener.
const (
	tokenRate    = 100 // requests a second of one token
	tokenBurst   = 2   // seconds' worth of requests at once, after a time with fewer
	failuresMost = 10  // refused tokens a minute at one call, and log-ins that fail
	failuresSpan = time.Minute
)

// throttle counts requests by token and failures by call. Long answers count once,
// when they are asked for. The calls are those of this API, so both maps stay small.
type throttle struct {
	perSecond int

	mu       sync.Mutex // guards the fields below
	requests map[[32]byte]*rate.Limiter
	failures map[string]*recent
}

func newThrottle(perSecond int) *throttle {
	return &throttle{perSecond: perSecond, requests: map[[32]byte]*rate.Limiter{}, failures: map[string]*recent{}}
}

// request counts one request of a token. It returns how long to wait when that is
// one too many, else 0.
func (t *throttle) request(digest [32]byte) time.Duration {
	t.mu.Lock()
	limiter := t.requests[digest]
	if limiter == nil {
		t.forgetRested()
		limiter = rate.NewLimiter(rate.Limit(t.perSecond), tokenBurst*t.perSecond)
		t.requests[digest] = limiter
	}
	t.mu.Unlock()
	turn := limiter.Reserve()
	wait := turn.Delay()
	if wait > 0 {
		turn.Cancel() // it is refused and does not wait
	}
	return wait
}

// forgetRested drops the limiters that a new one would equal. t.mu is held.
func (t *throttle) forgetRested() {
	for digest, l := range t.requests {
		if l.Tokens() >= float64(l.Burst()) {
			delete(t.requests, digest)
		}
	}
}

// failure counts a refused token at a call. It returns how long to wait when that
// is one too many, else 0.
func (t *throttle) failure(call string) time.Duration {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.failures[call]
	if f == nil {
		f = &recent{}
		t.failures[call] = f
	}
	wait := f.wait(now)
	if wait == 0 {
		f.note(now)
	}
	return wait
}

// failedLogins stands among the calls for sign-ins that did not begin.
const failedLogins = "login"

// waitLogin tells how long until a sign-in may be tried again, 0 for at once.
func (t *throttle) waitLogin() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.failures[failedLogins]; f != nil {
		return f.wait(time.Now())
	}
	return 0
}

// recent are the newest failures of one kind.
type recent struct {
	at   [failuresMost]time.Time
	next int // place of the oldest
}

// wait tells how long until one more may happen.
func (f *recent) wait(now time.Time) time.Duration {
	oldest := f.at[f.next]
	if oldest.IsZero() {
		return 0
	}
	return max(0, failuresSpan-now.Sub(oldest))
}

func (f *recent) note(now time.Time) {
	f.at[f.next] = now
	f.next = (f.next + 1) % failuresMost
}

// refuseForNow answers 429 and says when to come back.
func refuseForNow(w http.ResponseWriter, wait time.Duration, detail string) {
	for name, values := range forNow(wait, detail).GetHeaders() {
		w.Header()[name] = values
	}
	refuse(w, http.StatusTooManyRequests, codeRate, detail)
}

func forNow(wait time.Duration, detail string) *Problem {
	p := newProblem(http.StatusTooManyRequests, codeRate, detail)
	p.retryAfter = wait
	return p
}
