package engine

import (
	"context"
	"time"

	"oura-streaming/internal/sqlite"
)

const (
	leaveTries = 3
	leaveAgain = 20 * time.Second
	leaveLimit = 2 * time.Minute // for one try: Oura takes them one by one
)

// serveLeaving ends our subscriptions at Oura once no account is connected any
// more: what nobody can fetch need not be announced. Another program's stay. What
// a stop of the program left over is done at its next start.
func (e *Engine) serveLeaving(ctx context.Context) error {
	wake, stop := e.auth.Listen()
	defer stop()
	for {
		e.leave(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		}
	}
}

func (e *Engine) leave(ctx context.Context) {
	for range leaveTries {
		if !e.isLeft(ctx) {
			return
		}
		limited, cancel := context.WithTimeout(ctx, leaveLimit)
		n, err := e.keeper.Leave(limited, func() bool { return e.hasAccount(ctx) })
		cancel()
		e.log.InfoContext(ctx, "subscriptions ended after sign-out", "count", n, "err", err)
		e.address.bell.Ring()
		if err == nil {
			break
		}
		if !wait(ctx, leaveAgain) {
			return
		}
	}
	if e.hasAccount(ctx) {
		e.keeper.Wake() // signed in again meanwhile
	}
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
