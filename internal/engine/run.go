package engine

import (
	"context"
	"time"
)

// stopLimit bounds the whole shutdown, so that an exit never takes longer than
// the five seconds that DESIGN section 6 promises.
const stopLimit = 3500 * time.Millisecond

// Serve runs the program until ctx ends or a restart is asked for, then closes in
// order of flow: public address, local API, workers, store. Nothing is left
// running afterwards; a part that does not end in time is named in the log.
func (e *Engine) Serve(ctx context.Context) error {
	public, doors, workers := e.newGroup(ctx), e.newGroup(ctx), e.newGroup(ctx)
	workers.run("auth", e.auth.Serve)
	workers.run("collect", e.fetch.Serve)
	workers.run("subscribe", e.keeper.Serve)
	workers.run("leave", e.serveLeaving)
	workers.run("state", e.serveState)
	workers.run("unlock", e.serveUnlock)
	workers.run("reread", e.serveRereads)
	workers.run("poll", e.poll.Serve)
	workers.run("history", e.history.Serve)
	workers.run("retention", e.retention.Serve)
	workers.run("profile", e.serveProfile)
	workers.run("pause", e.servePause)
	workers.run("reach", e.serveReach)
	workers.run("export", e.serveExports)
	workers.run("scheduled export", e.serveSchedule)
	workers.run("tokens", e.serveTokens)
	workers.run("backups", e.serveBackups)
	workers.run("check", e.serveCheck)
	workers.run("mark", e.serveMark)
	workers.run("revived", e.serveRevived)
	workers.run("spoilt", e.serveSpoilt)
	workers.run("scan", e.serveScan)
	workers.run("figures", e.figures.Serve)
	workers.run("update", e.updates.Serve)
	doors.run("local API", e.serveAPI)
	public.run("public address", e.serveAddress)
	if e.demo != nil {
		public.run("demo", e.serveDemo)
	}
	select {
	case <-ctx.Done():
	case <-e.restart.asked:
		e.keepSieve()
	}
	deadline, over := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer over()
	for _, g := range []struct {
		name string
		*group
	}{{"public address", public}, {"local API", doors}, {"workers", workers}} {
		if !g.stop(deadline.Done()) {
			e.log.ErrorContext(ctx, "part did not end in time", "part", g.name)
		}
	}
	return e.Close()
}

// Retry does at once what would be tried again later.
func (e *Engine) Retry(ctx context.Context) {
	select {
	case e.reopen <- struct{}{}:
	default: // asked for already
	}
	if e.Callback() == "" {
		e.address.restart()
	}
	e.resume(ctx)
}
