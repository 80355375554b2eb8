package tunnel

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/oura"
)

// agentRun is the life of one agent.
type agentRun struct {
	n        *ngrokTunnel
	filtered bool // the service is asked to filter
	agent    ngrok.Agent
	events   *agentEvents
	dialer   *dialer
	cancel   context.CancelFunc // of the agent's life
	late     sync.WaitGroup     // the goroutines of this run

	url  string // "" until bound
	lost error  // why there is no connection, nil while there is one or none yet
}

// bound is what opening the address came to.
type bound struct {
	endpoint ngrok.EndpointListener
	err      error
}

// run makes an agent, serves h through it and leaves nothing of it behind.
func (n *ngrokTunnel) run(ctx context.Context, h http.Handler, filtered bool) ending {
	// The agent lives on when ctx ends, to say goodbye in order; and a deadline
	// in ctx would cut a live connection.
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	r := &agentRun{n: n, filtered: filtered, cancel: cancel, events: newAgentEvents(n.judge.of)}
	r.dialer = newDialer(n.opt.StartWithin, func(err error) { keepLatest(r.events.changes, n.judge.of(err).err) })
	r.dialer.seen = n.opt.Seen
	var err error
	if r.agent, err = ngrok.NewAgent(n.agentOptions(r.events, r.dialer)...); err != nil {
		return n.judge.of(err)
	}
	opened := make(chan bound, 1)
	r.late.Go(func() {
		endpoint, err := r.agent.Listen(life, n.endpointOptions(filtered)...)
		opened <- bound{endpoint, err}
	})
	endpoint, end := r.open(ctx, opened)
	if endpoint == nil {
		r.abandon()
		return end
	}
	return r.serve(ctx, endpoint, h)
}

// open waits for the address, but not for ever.
func (r *agentRun) open(ctx context.Context, opened <-chan bound) (ngrok.EndpointListener, ending) {
	tooLate := time.NewTimer(r.n.opt.StartWithin)
	defer tooLate.Stop()
	for {
		select {
		case <-ctx.Done():
			r.settle(opened)
			return nil, ending{err: ctx.Err()}
		case <-tooLate.C:
			r.settle(opened)
			return nil, ending{again, r.silent()}
		case end := <-r.events.fatal:
			return nil, end
		case err := <-r.events.changes:
			r.note(ctx, err)
		case b := <-opened:
			if b.err != nil {
				return nil, r.n.judge.of(b.err)
			}
			return b.endpoint, ending{}
		}
	}
}

// silent is the end of a start that took too long.
func (r *agentRun) silent() error {
	if r.lost != nil {
		return r.lost
	}
	return &oura.Error{Code: oura.CodeUnavailable,
		Message: "ngrok did not open the tunnel in time. Check the network and any firewall."}
}

// serve answers requests until the address is gone or ctx ends.
func (r *agentRun) serve(ctx context.Context, endpoint ngrok.EndpointListener, h http.Handler) ending {
	srv := r.n.opt.Server(h)
	served := make(chan error, 1)
	r.late.Go(func() { served <- srv.Serve(inlet{endpoint}) })
	r.announce(ctx, endpoint)
	end := r.watch(ctx, served)
	r.close(endpoint, srv)
	return end
}

// watch follows the agent's events and returns why it is to end.
func (r *agentRun) watch(ctx context.Context, served <-chan error) ending {
	for {
		select {
		case <-ctx.Done():
			r.settle(nil)
			return ending{err: ctx.Err()}
		case err := <-served:
			return r.stopped(err)
		case end := <-r.events.fatal:
			r.cut() // the library would go on asking with what was refused
			return end
		case err := <-r.events.changes:
			r.note(ctx, err)
		case latency := <-r.events.beats:
			r.n.change(func(s *State) { s.Latency = latency })
		}
	}
}

// stopped is the end of an address that the service took away. A new agent may
// get it back, so that it is never a reason to wait here.
func (r *agentRun) stopped(err error) ending {
	end := r.n.judge.of(err)
	if end.reaction == later {
		end.reaction = again
	}
	return end
}

// inlet gives the server its connections. The endpoint is not the server's to
// close: that can take for good under load, see close.
type inlet struct{ ngrok.EndpointListener }

// Close does nothing.
func (inlet) Close() error { return nil }

// Accept returns the next request's connection.
func (i inlet) Accept() (net.Conn, error) { return i.EndpointListener.Accept() }
