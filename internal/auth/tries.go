package auth

import (
	"bytes"
	"context"
	"time"

	"oura-streaming/internal/oura"
)

// tries paces refreshes that failed without a refusal. It lives as long as the
// process; refusals are paced by the stored record.
type tries struct {
	lost  int // requests in a row whose answer did not come
	down  int // failures in a row with nothing spent
	at    time.Time
	pause time.Duration // after at; 0: none
	free  bool          // the pause spares nobody: the request never left this computer
	err   error         // of the last try
}

// againPerHour is how often a young token that has worked may be refreshed.
const againPerHour = 3

// again counts refreshes of young tokens within an hour.
type again struct {
	since time.Time
	count int
}

func (g *again) allow(now time.Time) bool {
	if now.Sub(g.since).Abs() >= hourly {
		g.since, g.count = now, 0
	}
	g.count++
	return g.count <= againPerHour
}

// lostPauses lead to three more tries within two minutes.
var lostPauses = []time.Duration{20 * time.Second, 30 * time.Second, 45 * time.Second}

// after records an outage and returns the error for the caller.
func (t *tries) after(now time.Time, out *outage) error {
	err := &oura.Error{Code: oura.CodeUnavailable, Message: sayDown, Err: out, RetryAfter: out.retryAfter}
	var pause time.Duration
	switch {
	case out.spent:
		err.Message = sayLost
		t.lost++
		pause = hourly
		if t.lost <= len(lostPauses) {
			pause = lostPauses[t.lost-1]
		}
	case out.retryAfter > 0:
		err.Code, err.Message = oura.CodeRateLimited, sayBusy
		pause = out.retryAfter
	default:
		t.down++
		pause = min(5*time.Second<<min(t.down-1, 8), 15*time.Minute)
	}
	told := t.wait(now, pause, err)
	t.free = out.unsent
	return told
}

// wait keeps everybody from trying again before now + pause; until then they
// get err.
func (t *tries) wait(now time.Time, pause time.Duration, err error) error {
	t.at, t.pause, t.err, t.free = now, pause, err, false
	return err
}

func (t *tries) waiting(now time.Time) bool { return now.Sub(t.at).Abs() < t.pause }

// Resume lets a refresh go out before its time if the last one could not even be
// sent: the network may be back. Pauses that spare Oura stay. It never blocks.
func (a *Auth) Resume() {
	a.resumed.Store(true)
	select {
	case a.nudge <- struct{}{}:
	default: // Serve will look anyway
	}
}

// mayAsk returns nil when the refresh token of cur may be sent now, and
// otherwise what came of the last try.
func (a *Auth) mayAsk(ctx context.Context, cur record) error {
	now := a.opt.Now()
	switch {
	case a.tries.waiting(now) && !(a.tries.free && a.resumed.Swap(false)):
		return a.tries.err
	case cur.Refused == refusedGrant:
		return cur.trouble()
	case cur.Refused == refusedClient && !bytes.Equal(cur.Client, a.clientMark(ctx)):
		return nil // the user entered other credentials
	case cur.Refused != "" && near(cur.RefusedMS, now, hourly):
		return cur.trouble()
	}
	return nil
}

// current returns the pair in use with the lock held. An answer that an earlier
// run or a full disk kept from being used comes first.
func (a *Auth) current(ctx context.Context) (record, error) {
	if a.held != nil {
		if err := a.keep(ctx, a.held); err != nil {
			return record{}, err
		}
	}
	cur, err := a.mustHave(ctx)
	if err != nil {
		return record{}, err
	}
	waiting, ok, err := a.readRow(ctx, rowAnswer)
	if err != nil || !ok {
		return cur, err
	}
	return a.promote(ctx, waiting, cur)
}

// settle runs once per process: when an earlier run was killed in the middle of
// a refresh, its outcome is unknown, so the old token is tried once.
func (a *Auth) settle(ctx context.Context) error {
	if a.ready.Load() {
		return nil
	}
	unlock, err := a.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if a.ready.Load() {
		return nil
	}
	cur, err := a.current(ctx)
	if oura.CodeOf(err) == oura.CodeNotConnected {
		a.ready.Store(true)
		return nil
	} else if err != nil {
		return err
	}
	a.ready.Store(true)
	left, err := a.hasRow(ctx, rowIntent)
	if err != nil || !left || cur.Refused != "" || a.stop.quitting() {
		return err
	}
	a.log.WarnContext(ctx, "an earlier refresh was interrupted, its token is tried once")
	a.tries.lost = len(lostPauses)
	if _, err := a.refresh(ctx, cur, false); err != nil {
		a.log.WarnContext(ctx, "interrupted refresh not made good", "err", err)
	}
	return nil
}
