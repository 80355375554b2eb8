package tunnel

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// stopWithin is how long a delivery in flight may take once we are to stop. The
// ingress answers within 2 s.
const stopWithin = 2500 * time.Millisecond

// OwnURLOptions describe an address that the user's own proxy forwards to Port.
type OwnURLOptions struct {
	PublicURL    string
	Port         int  // loopback port of the ingress; 0 takes a free one
	LoopbackHTTP bool // allow plain http to this computer: test builds, demo mode

	Server func(http.Handler) *http.Server                  // sets limits; nil: header time-out only
	Listen func(network, addr string) (net.Listener, error) // nil: net.Listen
	Now    func() time.Time                                 // nil: time.Now
	Log    *slog.Logger                                     // nil: discarded
}

// ownURL serves the ingress on a loopback port of its own.
type ownURL struct {
	*machine
	opt OwnURLOptions
}

// OwnURL returns a tunnel for an address of the user's own. Serve fails with
// code invalid for a bad address and port_taken for a port in use.
func OwnURL(opt OwnURLOptions) Tunnel {
	if opt.Server == nil {
		opt.Server = func(h http.Handler) *http.Server {
			return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
		}
	}
	if opt.Listen == nil {
		opt.Listen = noContextListen
	}
	opt.Log = cmp.Or(opt.Log, slog.New(slog.DiscardHandler))
	return &ownURL{machine: newMachine(KindOwnURL, opt.Now), opt: opt}
}

// Serve listens and answers until ctx ends or a listener fails.
func (o *ownURL) Serve(ctx context.Context, h http.Handler) error {
	o.set(State{Word: Starting})
	err := o.serve(ctx, h)
	if ctx.Err() != nil {
		o.set(State{Word: Off})
		return ctx.Err()
	}
	o.set(State{Word: Refused, Err: err})
	return err
}

func (o *ownURL) serve(ctx context.Context, h http.Handler) error {
	u, err := parsePublic(o.opt.PublicURL, o.opt.LoopbackHTTP)
	if err != nil {
		return err
	}
	listeners, err := listenLoopback(o.opt.Listen, loopbackHosts, o.opt.Port)
	if err != nil {
		return err
	}
	srv := o.opt.Server(h)
	ended := make(chan error, len(listeners)) // room for all: no one has to read
	for _, l := range listeners {
		go func() { ended <- srv.Serve(l) }()
	}
	local := listeners[0].Addr().String()
	o.opt.Log.InfoContext(ctx, "ingress listens", "addr", local, "listeners", len(listeners))
	o.set(State{Word: Online, URL: u.Scheme + "://" + u.Host, LocalAddr: local})
	return o.waitAndStop(ctx, srv, ended, len(listeners))
}

// waitAndStop returns why serving ended, after every goroutine of it has.
func (o *ownURL) waitAndStop(ctx context.Context, srv *http.Server, ended <-chan error, n int) error {
	var why error
	select {
	case <-ctx.Done():
		why = ctx.Err()
	case why = <-ended:
		n--
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		o.opt.Log.WarnContext(ctx, "ingress connections cut", "err", errors.Join(err, srv.Close()))
	}
	for range n {
		<-ended
	}
	return why
}
