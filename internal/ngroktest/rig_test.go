package ngroktest_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/ngroktest"
)

// patience bounds every wait of these tests.
const patience = 5 * time.Second

func start(t *testing.T, opt ngroktest.Options) *ngroktest.Edge {
	t.Helper()
	e, err := ngroktest.Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// until fails the test when the condition does not come to hold.
func until(t *testing.T, e *ngroktest.Edge, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.Wait(ctx, holds); err != nil {
		t.Fatalf("waited for %s: %v", what, err)
	}
}

// agent is the real library, as a program would use it.
type agent struct {
	ngrok.Agent
	events chan ngrok.Event
	hungUp chan struct{} // one for each stream that ended
	ctx    context.Context
}

func newAgent(t *testing.T, e *ngroktest.Edge, more ...ngrok.AgentOption) *agent {
	t.Helper()
	out := &agent{events: make(chan ngrok.Event, 1000), hungUp: make(chan struct{}, 1000)} // more than any test makes
	ctx, cancel := context.WithCancel(context.Background())
	out.ctx = ctx
	a, err := ngrok.NewAgent(append([]ngrok.AgentOption{
		ngrok.WithAuthtoken("token-of-a-test"),
		ngrok.WithAgentMetadata("metadata-of-a-test"),
		ngrok.WithAgentConnectURL(e.Addr()),
		ngrok.WithAgentConnectCAs(e.CertPool()),
		ngrok.WithLogger(slog.New(slog.DiscardHandler)),
		ngrok.WithEventHandler(func(ev ngrok.Event) { out.events <- ev }),
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	out.Agent = a
	t.Cleanup(func() {
		cancel()
		within(t, "disconnect", func() { _ = a.Disconnect() })
	})
	return out
}

// listen opens an endpoint and serves h behind it. ended gets what Serve returned.
func (a *agent) listen(t *testing.T, h http.Handler, opts ...ngrok.EndpointOption) (l ngrok.EndpointListener, ended chan error) {
	t.Helper()
	var err error
	within(t, "listen", func() { l, err = a.Listen(a.ctx, opts...) })
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: patience, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			a.hungUp <- struct{}{}
		}
	}}
	ended = make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l, ended
}

// next waits for an event of the kind and passes over all others.
func (a *agent) next(t *testing.T, kind ngrok.EventType) ngrok.Event {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case ev := <-a.events:
			if ev.EventType() == kind {
				return ev
			}
		case <-late:
			t.Fatalf("no event %v", kind)
		}
	}
}

// within fails the test when f takes longer than any wait may.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Errorf("%s took longer than %v", what, patience)
	}
}

// echo answers with what it was sent.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Got-Forwarded-For", strings.Join(r.Header.Values("X-Forwarded-For"), "|"))
	w.Header().Set("Got-Remote", r.RemoteAddr)
	w.Header().Set("Got-Proto", r.Header.Get("X-Forwarded-Proto"))
	w.Header().Set("Got-Forwarded-Host", r.Header.Get("X-Forwarded-Host"))
	fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Host, r.URL.RequestURI(), body)
})

// public asks like someone on the internet, on a connection of its own.
func public(t *testing.T, e *ngroktest.Edge, method, url, host, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	for name, values := range header {
		r.Header[name] = values
	}
	via := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: e.CertPool()}, DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: via}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// offline tells whether nobody answers at url.
func offline(t *testing.T, e *ngroktest.Edge, url string) bool {
	t.Helper()
	resp, _ := public(t, e, "GET", url, "", "", nil)
	return resp.StatusCode == http.StatusNotFound && resp.Header.Get("ngrok-error-code") == "ERR_NGROK_3200"
}
