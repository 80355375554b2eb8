package engine

import (
	"context"

	"oura-streaming/internal/metrics"
)

// Metrics reads what is stored as days, nights and courses over months.
func (e *Engine) Metrics() *metrics.Reader { return e.figures }

// Who is whose data the window shows: the connected account's, and while none is
// connected that of the last one.
func (e *Engine) Who(ctx context.Context) (metrics.Who, error) {
	account, connected, err := e.store.Account(ctx)
	if err != nil {
		return metrics.Who{}, err
	}
	if !connected {
		return metrics.Who{UserID: e.shownUser()}, nil
	}
	return metrics.Who{UserID: account.UserID, Connected: true, Scopes: account.Scopes, ScopesKnown: account.ScopesKnown}, nil
}
