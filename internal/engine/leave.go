package engine

import (
	"context"
	"time"

	"oura-streaming/internal/sqlite"
)

const (
	leaveLimit = 2 * time.Minute  // for one try: Oura takes them one after another
	leaveAgain = 30 * time.Second // after a try that failed; doubles
	leaveLate  = time.Hour        // longest pause between tries
	leaveCheck = 15 * time.Minute // when what Oura still made of cut requests is there
)

// serveLeaving ends our subscriptions at Oura once no account is connected any
// more: what nobody can fetch need not be announced. Another program's stay. What
// a stop of the program left over is done at its next start.
func (e *Engine) serveLeaving(ctx context.Context) error {
	wake, stop := e.auth.Listen()
	defer stop()
	for {
		if e.isLeft(ctx) {
			e.leave(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		}
	}
}

// leave tries until all of ours are gone, and looks once more later: a request
// that was cut off by the sign-out may still have made one. An account that is
// connected meanwhile ends it.
func (e *Engine) leave(ctx context.Context) {
	pause, checked := leaveAgain, false
	for ctx.Err() == nil && !e.hasAccount(ctx) {
		limited, cancel := context.WithTimeout(ctx, leaveLimit)
		n, err := e.keeper.Leave(limited, func() bool { return e.hasAccount(ctx) })
		cancel()
		e.log.InfoContext(ctx, "subscriptions ended after sign-out", "count", n, "err", err)
		e.address.bell.Ring()
		next := leaveCheck
		switch {
		case err == nil && checked:
			return
		case err == nil:
			checked = true
		default:
			next, pause = pause, min(2*pause, leaveLate)
		}
		if !e.waitSignedOut(ctx, next) {
			break
		}
	}
	if e.hasAccount(ctx) {
		e.keeper.Wake()
	}
}

// waitSignedOut waits and reports whether nobody has signed in meanwhile.
func (e *Engine) waitSignedOut(ctx context.Context, d time.Duration) bool {
	wake, stop := e.auth.Listen()
	defer stop()
	timer := time.NewTimer(d)
	defer timer.Stop()
	for !e.hasAccount(ctx) {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-wake:
		}
	}
	return false
}

// hasAccount asks the store, which knows before everybody else does.
func (e *Engine) hasAccount(ctx context.Context) bool {
	_, ok, err := e.store.Account(ctx)
	return err == nil && ok
}

// isLeft reports whether there are subscriptions of ours and no account.
func (e *Engine) isLeft(ctx context.Context) bool {
	_, connected, err := e.store.Account(ctx)
	if err != nil || connected {
		return false
	}
	rows, err := e.store.Subscriptions(ctx)
	if err != nil {
		return false
	}
	for _, r := range rows {
		if isAtOura(r) {
			return true
		}
	}
	return false
}

func isAtOura(r sqlite.SubscriptionRow) bool { return r.Ours && r.CallbackURL != "" }
