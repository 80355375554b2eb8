package ingress

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const maxConnections = 64

// NewServer returns a server with the limits of S-31 and S-32 for h: time-outs,
// at most 8 KiB of header, at most 64 connections over all its listeners.
func NewServer(h http.Handler) *http.Server {
	c := connections{max: maxConnections, now: time.Now, open: map[net.Conn]*connection{}}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            5 * time.Second,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 15 * time.Second,
		IdleTimeout:                  30 * time.Second,
		MaxHeaderBytes:               4 << 10, // net/http adds 4 KiB to what it is told
		DisableGeneralOptionsHandler: true,    // "OPTIONS *" is not ours to answer with 200
		Protocols:                    protocols,
		ConnContext:                  c.admit,
		ConnState:                    c.track,
		ErrorLog:                     log.New(io.Discard, "", 0), // strangers choose its text; the handler logs for itself
	}
}

// connections keeps the number of open connections down. When one too many
// comes, it takes the place of the one that has said nothing for longest, so
// that neither idle connections nor slow ones can keep a delivery out. One whose
// request has proved to be Oura's keeps its place until that is answered, and
// goes after all strangers then: a proxy sends the next one over it.
type connections struct {
	max int
	now func() time.Time

	mu   sync.Mutex // guards open and what it holds
	open map[net.Conn]*connection
}

type connection struct {
	of      *connections
	active  bool // a request is being read or answered
	proven  bool // and it is Oura's
	trusted bool // one before it was
	since   time.Time
}

type connectionKey struct{}

// admit is an http.Server's ConnContext. It makes room for conn or closes it, and
// lets the handler of its requests speak up for it.
func (c *connections) admit(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.max {
		leaving := c.leastWorth()
		if leaving == nil {
			_ = conn.Close() // its server finds out on reading
			return ctx
		}
		delete(c.open, leaving)
		_ = leaving.Close() // its server finds out on reading
	}
	own := &connection{of: c, since: c.now()}
	c.open[conn] = own
	return context.WithValue(ctx, connectionKey{}, own)
}

// track is an http.Server's ConnState.
func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateActive, http.StateIdle:
		if known := c.open[conn]; known != nil {
			known.active, known.proven, known.since = state == http.StateActive, false, c.now()
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
	}
}

// keepPlace notes that the request of ctx is Oura's.
func keepPlace(ctx context.Context) {
	own, ok := ctx.Value(connectionKey{}).(*connection)
	if !ok {
		return // another server than NewServer's
	}
	own.of.mu.Lock()
	defer own.of.mu.Unlock()
	own.proven, own.trusted = true, true
}

// leastWorth returns the connection to give up, nil when each is being answered
// and Oura's. c.mu is held.
func (c *connections) leastWorth() net.Conn {
	var best net.Conn
	for conn, s := range c.open {
		if !s.proven && (best == nil || s.before(c.open[best])) {
			best = conn
		}
	}
	return best
}

// before tells whether c is to go before o: strangers first, of these the idle
// ones, of these the one that has waited longest.
func (c *connection) before(o *connection) bool {
	switch {
	case c.trusted != o.trusted:
		return o.trusted
	case c.active != o.active:
		return o.active
	default:
		return c.since.Before(o.since)
	}
}
