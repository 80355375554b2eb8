package ouraapi

import (
	"context"
	"sync"
	"time"
)

// The request budget. Oura's limit is 5,000 requests in 5 minutes (CONTRACT
// section 3.4).
const (
	budgetSpan    = 5 * time.Minute
	budgetLimit   = 4000 // in any such span
	budgetReserve = 500  // of these, kept for whoever is not patient
)

// Budget lets requests out. A limiter of x/time/rate is one too.
type Budget interface {
	// Wait returns once a request may go out, or with the error of ctx.
	Wait(ctx context.Context) error
}

type patientKey struct{}

// Patient marks the requests made with the returned context as work that can
// wait: they leave a part of the request budget to the others.
func Patient(ctx context.Context) context.Context {
	return context.WithValue(ctx, patientKey{}, true)
}

func isPatient(ctx context.Context) bool { return ctx.Value(patientKey{}) != nil }

// window lets at most limit requests out in any span of time, however they are
// spread over it: a first connection need not wait for what it may have at once.
type window struct {
	span           time.Duration
	limit, reserve int

	mu   sync.Mutex  // guards the fields below
	sent []time.Time // ring: when the last limit requests went out
	n    int         // requests so far
}

func newWindow(limit, reserve int, span time.Duration) *window {
	return &window{span: span, limit: limit, reserve: reserve, sent: make([]time.Time, limit)}
}

// Wait returns once a request may go out.
func (w *window) Wait(ctx context.Context) error {
	for {
		wait := w.take(isPatient(ctx), time.Now())
		if wait <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// take counts a request if it may go out now, and otherwise returns how long
// that takes at least.
func (w *window) take(patient bool, now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := w.left(patient, now)
	if wait <= 0 {
		w.sent[w.n%w.limit] = now
		w.n++
	}
	return wait
}

// left needs the lock.
func (w *window) left(patient bool, now time.Time) time.Duration {
	allowed := w.limit
	if patient {
		allowed -= w.reserve
	}
	if w.n < allowed {
		return 0
	}
	return w.sent[(w.n-allowed)%w.limit].Add(w.span).Sub(now)
}

// PatientWait returns how long the request budget keeps patient work waiting, 0
// for not at all.
func (c *Client) PatientWait() time.Duration {
	w, ok := c.budget.(*window)
	if !ok {
		return 0
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(w.left(true, time.Now()), 0)
}
