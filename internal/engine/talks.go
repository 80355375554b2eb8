package engine

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"oura-streaming/internal/auth"
)

// talks remembers when each host was last talked to. All ways out of the program
// lead past it.
type talks struct {
	now func() time.Time

	mu   sync.Mutex // guards last
	last map[string]time.Time
}

func newTalks(now func() time.Time) *talks {
	return &talks{now: now, last: map[string]time.Time{}}
}

// note notes that something was just said to host.
func (t *talks) note(host string) {
	if host == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last[host] = t.now().Round(0)
}

func (t *talks) all() map[string]time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.last)
}

// heedful is a transport whose requests are noted once there is a connection to
// send them over: what could not be reached was not talked to.
type heedful struct {
	http.RoundTripper
	talks *talks
}

// watch puts t before a transport.
func (t *talks) watch(next http.RoundTripper) http.RoundTripper { return heedful{next, t} }

// RoundTrip sends the request, and notes its host and the proxy on the way.
func (h heedful) RoundTrip(req *http.Request) (*http.Response, error) {
	address := req.URL.String()
	said := func() {
		h.talks.note(bareHost(req.URL.Host))
		h.talks.note(proxyOf(address))
	}
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { said() }}
	res, err := h.RoundTripper.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err == nil {
		said() // it has answered
	}
	return res, err
}

// CloseIdleConnections is what http.Client looks for.
func (h heedful) CloseIdleConnections() {
	if t, ok := h.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// opener notes what the browser was asked to open.
type opener struct {
	auth.Opener
	talks *talks
}

// Open opens the address in the browser.
func (o opener) Open(ctx context.Context, address string) error {
	err := o.Opener.Open(ctx, address)
	if err == nil {
		o.talks.note(hostOf(address))
	}
	return err
}

// NoteOpened notes an address that the window has opened in the browser.
func (e *Engine) NoteOpened(address string) { e.talks.note(hostOf(address)) }

// StartedAt is when this engine was opened: before it nothing is known of Contact.LastAt.
func (e *Engine) StartedAt() time.Time { return e.startedAt }
