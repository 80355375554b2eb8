package subscribe

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/oura"
)

// When rounds are made.
const (
	// auditEvery is twice a day, so that what Oura drops is back within a day
	// even when one round fails.
	auditEvery = 12 * time.Hour
	// lookEvery is how often the wall clock is compared: one timer of half a day
	// would count the hours that a laptop is awake.
	lookEvery = 30 * time.Second
	// settled is after how long nothing more can come of a request without an
	// answer. Oura was seen to make subscriptions minutes after it hung up.
	settled = 15 * time.Minute
	// refusedEvery is between rounds while Oura refuses a wanted subscription.
	refusedEvery = time.Hour
	// rejectedEvery is between rounds that need the user to act first.
	rejectedEvery = time.Hour
)

// Round is what became of the last round.
type Round struct {
	At      time.Time // its end, zero before the first
	Outcome Outcome
	Err     string    // for the user, "" when it went through
	Next    time.Time // when the next one is due, zero while none is planned
}

// Last returns the last round since the program started.
func (k *Keeper) Last() Round {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.last
}

func (k *Keeper) setLast(change func(*Round)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	change(&k.last)
}

// wall is the time without the monotonic reading, which stands still while a
// computer sleeps.
func (k *Keeper) wall() time.Time { return k.opt.Now().Round(0) }

// Serve makes a round at once, at every Wake, at every other address and twice a
// day, until ctx ends. A round with failures is repeated with growing pauses;
// what is done already is seen in Oura's list, so that it goes on where it
// stopped.
func (k *Keeper) Serve(ctx context.Context) error {
	s := schedule{every: k.opt.Every, backoff: k.opt.Backoff, look: k.look, open: k.wall()}
	woken := true
	for {
		address := k.opt.Address()
		if address != "" && (woken || s.due(k.wall(), address)) {
			woken = false
			out, err := k.Reconcile(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			s.address = address
			s.plan(k.wall(), out, err)
			k.announce(ctx, s, out, err)
		}
		timer := time.NewTimer(s.wait(k.wall(), address))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-k.wake:
			woken = true
		case <-timer.C:
		}
		timer.Stop()
	}
}

// announce tells when the next round is due.
func (k *Keeper) announce(ctx context.Context, s schedule, out Outcome, err error) {
	if s.failures > 0 {
		k.log.WarnContext(ctx, "subscriptions not complete", "failed", out.Failed, "err", err, "retry_in", s.next.Sub(s.at))
	}
	k.setLast(func(r *Round) { r.Next = s.next })
	k.opt.Progress(Progress{Done: out.settled(), Total: out.Todo})
}

// schedule decides when a round is due. All its times are wall clock.
type schedule struct {
	every    time.Duration
	backoff  []time.Duration
	look     time.Duration
	at, next time.Time // of the last round and of the next
	address  string    // of the last round
	failures int       // rounds in a row without any headway
	right    int       // subscriptions after the last round
	open     time.Time // when something was last asked for whose answer was lost
}

// due tells whether a round is to be made. A clock that was set back proves
// nothing about the time since the last one.
func (s schedule) due(now time.Time, address string) bool {
	return address != s.address || !now.Before(s.next) || now.Before(s.at)
}

func (s schedule) wait(now time.Time, address string) time.Duration {
	if address == "" {
		return s.look
	}
	return min(max(s.next.Sub(now), 0), s.look)
}

// plan sets the next round after one that ended now.
func (s *schedule) plan(now time.Time, out Outcome, err error) {
	s.at = now
	before := out.Wanted - out.Todo
	if out.settled() > 0 || before > s.right {
		s.failures = 0
	}
	s.right = before + out.settled()
	if out.Open > 0 || errors.Is(err, errMoved) {
		s.open = now
	}
	s.next = now.Add(s.pause(now, out, err))
}

func (s *schedule) pause(now time.Time, out Outcome, err error) time.Duration {
	code := oura.CodeOf(err)
	switch {
	case errors.Is(err, errMoved):
		return 0
	case err == nil && !out.Again:
		s.failures = 0
		return s.rest(now, out)
	case code == oura.CodeClientRejected || code == oura.CodeNotConfigured:
		s.failures = 0
		return rejectedEvery
	}
	return s.retry(err)
}

// rest is how long to wait after a round that went through.
func (s *schedule) rest(now time.Time, out Outcome) time.Duration {
	switch {
	case now.Sub(s.open) < settled:
		return min(settled, s.every)
	case out.Refused > 0:
		return min(refusedEvery, s.every)
	}
	return s.every
}

// retry is how long to wait after one that did not.
func (s *schedule) retry(err error) time.Duration {
	wait := s.backoff[min(s.failures, len(s.backoff)-1)]
	s.failures++
	if e, ok := errors.AsType[*oura.Error](err); ok {
		wait = max(wait, e.RetryAfter)
	}
	return wait
}
