package app

import (
	"context"
	"time"

	"oura-streaming/internal/engine"
)

// exportBreath is the least time between two messages about exports, which may
// write a hundred pages a second.
const exportBreath = 250 * time.Millisecond

// pushExport tells the page how exports go on.
func (b *backend) pushExport(ctx context.Context, e *engine.Engine) {
	changed, stop := e.ListenExport()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		b.ui.Emit(msgExport, exportView(e))
		select {
		case <-ctx.Done():
			return
		case <-time.After(exportBreath):
		}
	}
}
