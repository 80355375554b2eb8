package tunnel_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/tunnel"
)

const (
	benchPairs       = 3000 // requests each way and round, one at a time
	benchLoad        = 6000 // requests each way and round, side by side
	benchConnections = 16
)

// BenchmarkTunnelPath asks the same handler directly on loopback and through a
// pretend ngrok service and the agent, with a small POST over kept connections,
// in turns. Single requests give the time that the way adds, many at once what
// it carries. The pretended service is a reverse proxy, so a plain one is asked
// too: what the tunnel takes longer than that is the agent's part.
func BenchmarkTunnelPath(b *testing.B) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a short read would show as a slow run
		w.WriteHeader(http.StatusOK)
	})
	plain := httptest.NewServer(handler)
	b.Cleanup(plain.Close)
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = "http", plain.Listener.Addr().String()
	}})
	b.Cleanup(proxy.Close)
	direct, proxied := newBenchWay(b, plain.Listener.Addr().String()), newBenchWay(b, proxy.Listener.Addr().String())
	through := newBenchWay(b, benchTunnel(b, handler))
	round := 0
	for b.Loop() {
		for range benchPairs {
			direct.once(b)
			proxied.once(b)
			through.once(b)
		}
		first, second := direct, through
		if round++; round%2 == 0 { // neither always profits from a warm machine
			first, second = through, direct
		}
		first.load(b)
		second.load(b)
	}
	b.ReportMetric(direct.quantile(0.50), "direct-p50-us")
	b.ReportMetric(direct.quantile(0.99), "direct-p99-us")
	b.ReportMetric(proxied.quantile(0.50), "proxy-p50-us")
	b.ReportMetric(through.quantile(0.50), "tunnel-p50-us")
	b.ReportMetric(through.quantile(0.99), "tunnel-p99-us")
	b.ReportMetric(through.quantile(0.50)-direct.quantile(0.50), "added-us")
	b.ReportMetric(through.quantile(0.99)-direct.quantile(0.99), "added-p99-us")
	b.ReportMetric(direct.perSecond(), "direct/s")
	b.ReportMetric(through.perSecond(), "tunnel/s")
	b.ReportMetric(through.perSecond()/direct.perSecond(), "ratio")
	b.ReportMetric(0, "ns/op") // a round has no meaning of its own
}

// benchTunnel opens a tunnel to the handler and returns host:port of its public
// end.
func benchTunnel(b *testing.B, h http.Handler) string {
	b.Helper()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(edge.Close)
	ctx, cancel := context.WithCancel(context.Background())
	t := tunnel.Ngrok(tunnel.NgrokOptions{
		Authtoken: oura.Secret("token-of-a-benchmark"), Path: "/webhooks",
		Addr: edge.Addr(), CAs: edge.CertPool(),
	})
	ended := make(chan error, 1)
	go func() { ended <- t.Serve(ctx, h) }()
	b.Cleanup(func() {
		cancel()
		<-ended
	})
	wake, stop := t.Listen()
	defer stop()
	late := time.After(10 * time.Second)
	for t.State().Word != tunnel.Online {
		select {
		case <-wake:
		case <-late:
			b.Fatalf("tunnel is %v", t.State())
		}
	}
	return strings.TrimPrefix(edge.URL(), "http://")
}

// benchWay is one way to the handler.
type benchWay struct {
	request []byte
	conns   []benchConn
	took    []time.Duration // of single requests
	loaded  time.Duration   // spent on all loads
	carried int             // by all loads
}

type benchConn struct {
	net.Conn
	answers *bufio.Reader
}

func newBenchWay(b *testing.B, addr string) *benchWay {
	b.Helper()
	body := strings.Repeat("x", 200)
	out := &benchWay{request: fmt.Appendf(nil,
		"POST /webhooks HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", addr, len(body), body)}
	for range benchConnections {
		c, err := new(net.Dialer).DialContext(b.Context(), "tcp4", addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = c.Close() })
		out.conns = append(out.conns, benchConn{c, bufio.NewReader(c)})
	}
	out.load(b) // opens whatever is opened at first need
	out.loaded, out.carried = 0, 0
	return out
}

// once asks one time and keeps how long it took.
func (w *benchWay) once(b *testing.B) {
	start := time.Now()
	if err := w.conns[0].ask(w.request); err != nil {
		b.Fatal(err)
	}
	w.took = append(w.took, time.Since(start))
}

// load asks over all connections at once.
func (w *benchWay) load(b *testing.B) {
	var next atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for _, c := range w.conns {
		wg.Go(func() {
			for next.Add(1) <= benchLoad {
				if err := c.ask(w.request); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	w.loaded += time.Since(began)
	w.carried += benchLoad
}

// ask is as little of a client as will do, for it shares the machine with what
// is measured. Answers have no body.
func (c benchConn) ask(request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	status, err := c.answers.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("answered %q", status)
	}
	for {
		line, err := c.answers.ReadSlice('\n')
		if err != nil || len(line) == 2 {
			return err
		}
	}
}

func (w *benchWay) perSecond() float64 { return float64(w.carried) / w.loaded.Seconds() }

// quantile is in microseconds.
func (w *benchWay) quantile(q float64) float64 {
	slices.Sort(w.took)
	return float64(w.took[int(q*float64(len(w.took)-1))]) / float64(time.Microsecond)
}
