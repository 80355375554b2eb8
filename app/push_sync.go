package app

import (
	"context"
	"time"

	"oura-streaming/internal/engine"
)

// syncBreath is the least time between two messages about syncing: a job that
// stores fifty pages a second is shown four times in it.
const syncBreath = 250 * time.Millisecond

// pushSync tells the page when the screen Sync would show something else.
func (b *backend) pushSync(ctx context.Context, e *engine.Engine) {
	sync, stopSync := e.ListenSync()
	defer stopSync()
	events, stopEvents := e.Hub().Listen()
	defer stopEvents()
	account, stopAccount := e.Auth().Listen()
	defer stopAccount()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sync:
		case <-events:
		case <-account:
		}
		b.ui.Emit(msgSync, nil)
		select {
		case <-ctx.Done():
			return
		case <-time.After(syncBreath):
		}
	}
}
