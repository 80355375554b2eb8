package ingress

import (
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	maxConnections = 64
	// slowAfter is when a connection that is being answered counts as one that
	// holds a place on purpose. A delivery is answered within 2.5 s.
	slowAfter = 3 * time.Second
)

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
		ConnState:                    c.track,
		ErrorLog:                     log.New(io.Discard, "", 0), // strangers choose its text; the handler logs for itself
	}
}

// connections keeps the number of open connections down. When one too many
// comes, it takes the place of the one that has waited longest for a request, so
// that idle connections cannot keep a delivery out.
type connections struct {
	max int
	now func() time.Time

	mu   sync.Mutex // guards open
	open map[net.Conn]*connection
}

type connection struct {
	active bool // a request is being read or answered
	since  time.Time
}

// track is an http.Server's ConnState.
func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.add(conn)
	case http.StateActive, http.StateIdle:
		if known := c.open[conn]; known != nil {
			known.active, known.since = state == http.StateActive, c.now()
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
	}
}

// add makes room for conn or closes it. c.mu is held.
func (c *connections) add(conn net.Conn) {
	if len(c.open) >= c.max {
		leaving := c.mostIdle()
		if leaving == nil {
			_ = conn.Close() // its server finds out on reading
			return
		}
		delete(c.open, leaving)
		_ = leaving.Close() // its server finds out on reading
	}
	c.open[conn] = &connection{since: c.now()}
}

// mostIdle returns the connection that has waited longest, else the one that has
// been answered longest if that is slow, else nil. c.mu is held.
func (c *connections) mostIdle() net.Conn {
	var best net.Conn
	for conn, s := range c.open {
		if s.active && c.now().Sub(s.since) < slowAfter {
			continue
		}
		if b := c.open[best]; best == nil || (b.active && !s.active) || (b.active == s.active && s.since.Before(b.since)) {
			best = conn
		}
	}
	return best
}
