// Package ngroktest is a pretend ngrok service on loopback, in the manner of
// httptest.Server: agents connect to it over TLS, ask for an endpoint, and
// requests to its public port reach them through the connection they hold open.
//
// It promises that every public URL it hands out can be asked on this computer,
// that a control has taken effect when its call returns, and that nothing of it
// is left running after Close. It knows no plans, quotas or traffic policies: a
// policy is recorded and handed back, never applied.
package ngroktest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Options shape an edge. The zero value works.
type Options struct {
	TLS bool // the public side speaks https, with the edge's certificate
}

// Edge is a running pretend service. All methods may be called from any goroutine.
type Edge struct {
	opt      Options
	cert     certificate
	listener net.Listener // for agents

	// ctx ends with Close. It is kept because the connections it bounds belong
	// to the edge and to no call.
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // every goroutine, public connection and stream

	mu        sync.Mutex // guards all below
	closed    bool
	changed   chan struct{} // closed and replaced at each change
	doors     []*door       // the last one is the present one
	sessions  []*session    // oldest first
	endpoints []*endpoint   // oldest first
	lastID    int
	controls  controls
	records   records
}

// Start opens the agents' port and the public one. Close ends both.
func Start(opt Options) (*Edge, error) {
	cert, err := newCertificate()
	if err != nil {
		return nil, err
	}
	e := &Edge{opt: opt, cert: cert, changed: make(chan struct{})}
	e.records.statuses = map[int]int{}
	e.controls.account, e.controls.plan, e.controls.region = "Test Account", "Free", "test"
	e.ctx, e.cancel = context.WithCancel(context.Background())
	if e.listener, err = e.listen(); err != nil {
		e.cancel()
		return nil, err
	}
	if err := e.openDoor(); err != nil {
		e.Close()
		return nil, err
	}
	e.work.Go(e.acceptAgents)
	return e, nil
}

// Close ends everything at once, without a word to the agents, and waits until
// nothing is left.
func (e *Edge) Close() {
	var doors []*door
	e.change(func() { e.closed, doors = true, e.doors })
	e.cancel()
	_ = e.listener.Close() // a second Close finds it closed
	for _, d := range doors {
		_ = d.server.Close() // the listener is gone either way
	}
	e.Drop()
	e.work.Wait()
}

// Addr is the host:port that agents dial.
func (e *Edge) Addr() string { return e.listener.Addr().String() }

// CertPool holds the edge's certificate, which is valid for 127.0.0.1 and localhost.
func (e *Edge) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(e.cert.leaf)
	return pool
}

// CertPEM is the edge's certificate as text.
func (e *Edge) CertPEM() []byte { return slices.Clone(e.cert.pem) }

// URL is the present public address without trailing slash. An endpoint bound
// without a wish gets it; one bound with a wish keeps its own, and answers here too.
func (e *Edge) URL() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.presentLocked().url
}

func (e *Edge) presentLocked() *door { return e.doors[len(e.doors)-1] }

func (e *Edge) listen() (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(e.ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open edge port: %w", err)
	}
	return l, nil
}

// acceptAgents runs until the listener is closed.
func (e *Edge) acceptAgents() {
	for {
		conn, err := e.listener.Accept()
		if err != nil {
			return
		}
		if s := e.admit(conn); s != nil {
			e.work.Go(s.serve)
		}
	}
}

// admit books the connection, or closes it and returns nil.
func (e *Edge) admit(conn net.Conn) (s *session) {
	e.change(func() {
		e.records.dials = append(e.records.dials, time.Now())
		if e.closed || e.controls.refuseConnections {
			return
		}
		s = newSession(e, conn)
		e.sessions = append(e.sessions, s)
	})
	if s == nil {
		_ = conn.Close() // nothing was said on it
	}
	return s
}

// change runs f with the lock held and wakes everyone who waits.
func (e *Edge) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	close(e.changed)
	e.changed = make(chan struct{})
}

// begin books one piece of work that ends with e.work.Done, or reports that the
// edge is closed.
func (e *Edge) begin() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.work.Add(1)
	}
	return !e.closed
}

func (e *Edge) tlsConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{e.cert.tls}}
}

// tell runs f with the lock held and returns what it says.
func tell[T any](e *Edge, f func() T) T {
	e.mu.Lock()
	defer e.mu.Unlock()
	return f()
}
