package ingress

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const (
	benchConnections = 32
	benchPerRound    = 8000 // deliveries per server and round
)

// BenchmarkIngest32 puts the ingress, over a real store that syncs every answer
// to disk, beside a bare net/http handler that only reads the body. Both get the
// same signed deliveries, each one new, over the same number of keep-alive
// connections on loopback, in turns. The goal is a ratio of 0.6 and a p99 of
// 10 ms (DESIGN section 12).
func BenchmarkIngest32(b *testing.B) {
	g := newRig(b, openStore(b, dbFile(b)), func(o *Options) { o.Accepted, o.Now = nil, time.Now })
	ingress := newLoad(b, NewServer(g.Handler))
	bare := newLoad(b, &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a short read would show as a slow run
	})})
	round := 0
	for b.Loop() {
		b.StopTimer()
		requests := signedRequests(round)
		round++
		b.StartTimer()
		if round%2 == 0 { // neither always profits from a warm machine
			ingress.run(b, requests)
			bare.run(b, requests)
		} else {
			bare.run(b, requests)
			ingress.run(b, requests)
		}
	}
	b.StopTimer()
	if got := len(g.count.d.Verdicts); got != 1 || g.count.d.Verdicts["accepted"] != int64(round*benchPerRound) {
		b.Fatalf("verdicts %v after %d deliveries", g.count.d.Verdicts, round*benchPerRound)
	}
	b.ReportMetric(ingress.perSecond()/bare.perSecond(), "ratio")
	b.ReportMetric(ingress.perSecond(), "ingest/s")
	b.ReportMetric(bare.perSecond(), "bare/s")
	b.ReportMetric(ingress.quantile(0.50), "ingest-p50-ms")
	b.ReportMetric(ingress.quantile(0.99), "ingest-p99-ms")
	b.ReportMetric(bare.quantile(0.50), "bare-p50-ms")
	b.ReportMetric(bare.quantile(0.99), "bare-p99-ms")
	b.ReportMetric(0, "ns/op") // a round has no meaning of its own
}

// signedRequests are ready to be written to a connection, each different.
func signedRequests(round int) [][]byte {
	stamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	out := make([][]byte, benchPerRound)
	for i := range out {
		text := body(oura.DailySleep, fmt.Sprintf("3f2a6c1e-0000-4000-%04d-%012d", round, i))
		out[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: hooks.example.org\r\nContent-Type: application/json\r\nContent-Length: %d\r\nX-Oura-Timestamp: %s\r\nX-Oura-Signature: %s\r\n\r\n%s",
			path, len(text), stamp, sign(secret, stamp, text), text)
	}
	return out
}

// load sends requests to one server and keeps what it took.
type load struct {
	conns []net.Conn
	took  []time.Duration // of single deliveries
	total time.Duration
}

func newLoad(b *testing.B, srv *http.Server) *load {
	b.Helper()
	l, err := new(net.ListenConfig).Listen(b.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go srv.Serve(l) //nolint:errcheck // ends with Close below
	b.Cleanup(func() { _ = srv.Close() })
	var out load
	for range benchConnections {
		c, err := new(net.Dialer).DialContext(context.Background(), "tcp4", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = c.Close() })
		out.conns = append(out.conns, c)
	}
	return &out
}

func (l *load) run(b *testing.B, requests [][]byte) {
	var next atomic.Int64
	var wg sync.WaitGroup
	took := make([]time.Duration, len(requests))
	began := time.Now()
	for _, c := range l.conns {
		wg.Go(func() {
			answers := bufio.NewReader(c)
			for i := next.Add(1) - 1; i < int64(len(requests)); i = next.Add(1) - 1 {
				start := time.Now()
				if err := exchange(c, answers, requests[i]); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	l.total += time.Since(began)
	l.took = append(l.took, took...)
}

// exchange is as little of a client as will do, for it shares the machine with
// what is measured. Answers have no body.
func exchange(c net.Conn, answers *bufio.Reader, request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	status, err := answers.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("answered %q", status)
	}
	for {
		line, err := answers.ReadSlice('\n')
		if err != nil || len(line) == 2 {
			return err
		}
	}
}

func (l *load) perSecond() float64 { return float64(len(l.took)) / l.total.Seconds() }

// quantile is in milliseconds.
func (l *load) quantile(q float64) float64 {
	slices.Sort(l.took)
	return float64(l.took[int(q*float64(len(l.took)-1))]) / float64(time.Millisecond)
}
