package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/restapi"
)

// stopLimit bounds the whole shutdown, so that an exit never takes longer than
// the five seconds that DESIGN section 6 promises.
const stopLimit = 4 * time.Second

// Serve runs the program until ctx ends, then closes in order of flow: public
// address, local API, workers, store. Nothing is left running afterwards; a part
// that does not end in time is named in the log.
func (e *Engine) Serve(ctx context.Context) error {
	public, doors, workers := e.newGroup(ctx), e.newGroup(ctx), e.newGroup(ctx)
	workers.run("auth", e.auth.Serve)
	workers.run("collect", e.fetch.Serve)
	workers.run("subscribe", e.keeper.Serve)
	workers.run("state", e.serveState)
	workers.run("unlock", e.serveUnlock)
	doors.run("local API", e.serveAPI)
	public.run("public address", e.serveAddress)
	if e.demo != nil {
		public.run("demo", e.serveDemo)
	}
	<-ctx.Done()
	deadline := time.After(stopLimit)
	for _, g := range []struct {
		name string
		*group
	}{{"public address", public}, {"local API", doors}, {"workers", workers}} {
		if !g.stop(deadline) {
			e.log.ErrorContext(ctx, "part did not end in time", "part", g.name)
		}
	}
	return e.Close()
}

// serveAPI answers on the loopback listeners.
func (e *Engine) serveAPI(ctx context.Context) error {
	if len(e.listeners) == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	srv := restapi.NewServer(restapi.New(e.services(), restapi.Options{Port: e.port}), e.log.With("part", "restapi"))
	var serving sync.WaitGroup
	for _, l := range e.listeners {
		serving.Go(func() { e.serveListener(srv, l) })
	}
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	err := srv.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	serving.Wait()
	return err
}

func (e *Engine) serveListener(srv *http.Server, l net.Listener) {
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		e.log.Error("local API lost a listener", "addr", l.Addr().String(), "err", err)
	}
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
