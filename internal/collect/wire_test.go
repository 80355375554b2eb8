package collect

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

// wire joins a real HTTP server and a real HTTP client by pipes, so that both can
// live in a bubble of fake time: compression, cut answers and time limits are
// those of net/http.
type wire struct {
	dialled chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newWire() *wire { return &wire{dialled: make(chan net.Conn), closed: make(chan struct{})} }

// Dial is the client's end.
func (w *wire) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case w.dialled <- theirs:
		return ours, nil
	case <-w.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make it the server's listener.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.dialled:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error { w.once.Do(func() { close(w.closed) }); return nil }

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443} }

// inWire runs do, with the t of the bubble, in a bubble with a world whose cloud is reached over a wire, and
// whose fetcher pauses as the released one does. between, if not nil, stands
// between the network and the cloud.
func inWire(t *testing.T, between func(cloud http.Handler) http.Handler, do func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sw := ourasim.DefaultSwitches()
		sw.ExpiresIn = 365 * 24 * time.Hour // of the token: nobody signs in again here
		sw.TokenLimit = 0
		sim, err := ourasim.New(ourasim.Options{Switches: &sw, KeepEntries: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sim.Close)
		handler := sim.Handler()
		if between != nil {
			handler = between(handler)
		}
		line, server := newWire(), &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(line) }()
		transport := &http.Transport{DialContext: line.Dial, IdleConnTimeout: 90 * time.Second}
		t.Cleanup(func() {
			transport.CloseIdleConnections()
			_ = server.Close() // the listener cannot fail
			<-ended
		})
		w := &world{t: t, sim: sim, path: filepath.Join(t.TempDir(), "test.db"), raised: &troubleBook{}, token: sim.SignIn()}
		w.open()
		w.api = ouraapi.New(ouraapi.Options{
			BaseURL: "http://127.0.0.1", HTTP: &http.Client{Transport: transport}, Tokens: fixedToken(w.token), Budget: rate.NewLimiter(rate.Inf, 1),
		})
		w.opt = Options{API: w.api, Troubles: w.raised}
		do(t, w)
	})
}

// idle lets time pass until nothing waits in the queue, at most limit.
func (w *world) idle(limit time.Duration) {
	w.t.Helper()
	for until := time.Now().Add(limit); ; {
		_, waiting, err := w.store.NextDue(w.t.Context())
		if err == nil && !waiting {
			return
		}
		if time.Now().After(until) {
			w.t.Fatalf("after %v the queue still holds something (%v)", limit, err)
		}
		<-time.After(time.Second)
		synctest.Wait()
	}
}
