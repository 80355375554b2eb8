package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/status"
)

// listenAgain is how often a taken port is tried again.
const listenAgain = 10 * time.Second

// door holds the loopback listeners of the local API, on 127.0.0.1 and ::1.
type door struct {
	mu        sync.Mutex // guards the fields below
	listeners []net.Listener
	port      int // 0 while nothing listens
	why       error
}

// open returns the port that is served on both loopback families, 0 for none.
func (d *door) open() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.port
}

// take hands out the listeners, once.
func (d *door) take() []net.Listener {
	d.mu.Lock()
	defer d.mu.Unlock()
	listeners := d.listeners
	d.listeners = nil
	return listeners
}

func (d *door) set(listeners []net.Listener, port int, why error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listeners, d.port, d.why = listeners, port, why
}

// ListenError says why there is no local API, nil when there is one.
func (e *Engine) ListenError() error {
	e.door.mu.Lock()
	defer e.door.mu.Unlock()
	return e.door.why
}

// wantedPort is the port of the command line or the setting, 0 for any.
func (e *Engine) wantedPort() int {
	if e.opt.Port >= 0 {
		return e.opt.Port
	}
	return e.cfg.Port(config.APIPort)
}

// listen opens the loopback port of the local API. A taken port leaves the
// engine without API for now; the reason stands in the status.
func (e *Engine) listen() {
	listeners, port, err := restapi.Listen(e.wantedPort())
	if err != nil && e.demo != nil && e.opt.Port < 0 {
		listeners, port, err = restapi.Listen(0) // the real program may run beside the sample data
	}
	e.door.set(listeners, port, err)
	if err != nil {
		e.log.Info("local API has no port", "port", e.wantedPort(), "err", err)
		e.status.Raise(status.Trouble{Code: status.APIPortTaken, Text: oura.MessageOf(err)})
		return
	}
	e.status.Clear(status.APIPortTaken)
}

// serveAPI answers on the loopback listeners, once the port can be had.
func (e *Engine) serveAPI(ctx context.Context) error {
	for e.door.open() == 0 {
		if !wait(ctx, listenAgain) {
			return ctx.Err()
		}
		e.listen()
	}
	defer e.door.set(nil, 0, nil)
	handler := restapi.New(e.services(), restapi.Options{Port: e.door.open(), Closing: ctx.Done()})
	srv := restapi.NewServer(handler, e.log.With("part", "restapi"))
	var serving sync.WaitGroup
	for _, l := range e.door.take() {
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
