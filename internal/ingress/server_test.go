package ingress

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

// pipes is a network in memory, whose deadlines obey the bubble's clock.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) dial() net.Conn {
	near, far := net.Pipe()
	p.conns <- far
	return near
}

// inBubble runs f against a server on fake time.
func inBubble(t *testing.T, f func(t *testing.T, g *rig, p *pipes)) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, nil)
		p := &pipes{make(chan net.Conn), make(chan struct{})}
		srv := NewServer(g.guarded(t))
		done := make(chan error, 1)
		go func() { done <- srv.Serve(p) }()
		f(t, g, p)
		_ = srv.Close() // its error is that of the pipes
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
}

// drip writes one byte a second until the other side hangs up, and returns how
// long that took.
func drip(c net.Conn, b byte) time.Duration {
	began := time.Now()
	for {
		if _, err := c.Write([]byte{b}); err != nil {
			return time.Since(began)
		}
		time.Sleep(time.Second) // the bubble's clock: returns at once
	}
}

func TestS31_SlowHeaderIsCutAtFiveSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *rig, p *pipes) {
		c := p.dial()
		go io.Copy(io.Discard, c) //nolint:errcheck // ends when the server hangs up
		if _, err := c.Write([]byte("POST " + path + " HTTP/1.1\r\nX-Slow: ")); err != nil {
			t.Fatal(err)
		}
		if took := drip(c, 'a'); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("cut after %v, want 5 s", took)
		}
	})
}

func TestS31_SlowBodyIsCutAtTenSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, g *rig, p *pipes) {
		c := p.dial()
		go io.Copy(io.Discard, c) //nolint:errcheck // ends when the server hangs up
		r := delivery(begin, vectorBody, secret)
		head := strings.TrimSuffix(string(raw(r, vectorBody)), vectorBody)
		if _, err := c.Write([]byte(head)); err != nil {
			t.Fatal(err)
		}
		if took := drip(c, '{'); took < 10*time.Second || took > 12*time.Second {
			t.Errorf("cut after %v, want 10 s", took)
		}
		if len(g.kept(t)) != 0 {
			t.Error("a body cut off was kept")
		}
	})
}

func TestS31_IdleConnectionIsClosedAtThirtySeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, _ *rig, p *pipes) {
		c := p.dial()
		if res, _ := send(t, c, raw(delivery(begin, vectorBody, secret), vectorBody)); res.StatusCode != http.StatusOK {
			t.Fatalf("answered %d", res.StatusCode)
		}
		began := time.Now()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("read: %v", err)
		}
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("closed after %v, want 30 s", took)
		}
	})
}

func TestS31_BigHeaderAndBigBody(t *testing.T) {
	g := newRig(t, nil)
	_, addr := g.serve(t)
	big := delivery(begin, vectorBody, secret)
	big.Header.Set("X-Big", strings.Repeat("a", 20<<10))
	if status := statusOf(t, addr, raw(big, vectorBody)); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("20 KiB of header: %d", status)
	}
	fits := delivery(begin, vectorBody, secret)
	fits.Header.Set("X-Big", strings.Repeat("a", 7<<10))
	if status := statusOf(t, addr, raw(fits, vectorBody)); status != http.StatusOK {
		t.Errorf("7 KiB of header: %d", status)
	}
	huge := strings.Repeat("a", 1<<20)
	if status := statusOf(t, addr, raw(delivery(begin, huge, secret), huge)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("1 MiB of body: %d", status)
	}
}

// statusOf sends while it reads: the server may answer before it has all.
func statusOf(t *testing.T, addr string, request []byte) int {
	t.Helper()
	c := dial(t, addr)
	defer c.Close()     //nolint:errcheck // nothing more to learn
	go c.Write(request) //nolint:errcheck // cut off when the server has had enough
	res, _, err := readAnswer(c)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

func TestS32_HeldConnectionsDoNotKeepADeliveryOut(t *testing.T) {
	for name, first := range map[string]string{"silent": "", "half a header": "POST " + path + " HTTP/1.1\r\nHost: x\r\n"} {
		g := newRig(t, nil)
		_, addr := g.serve(t)
		for range 200 {
			c := dial(t, addr)
			_, _ = io.WriteString(c, first) // it may have been closed already
		}
		began := time.Now()
		c := dial(t, addr)
		if res, _ := send(t, c, raw(delivery(begin, vectorBody, secret), vectorBody)); res.StatusCode != http.StatusOK {
			t.Errorf("%s: answered %d", name, res.StatusCode)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestS32_AtMost64Connections(t *testing.T) {
	now := time.Now()
	c := connections{max: maxConnections, now: func() time.Time { return now }, open: map[net.Conn]*connection{}}
	var all []net.Conn
	ctxOf := map[net.Conn]context.Context{}
	enter := func(state http.ConnState) net.Conn {
		near, far := net.Pipe()
		t.Cleanup(func() { _ = near.Close() })
		ctxOf[far] = c.admit(t.Context(), far)
		c.track(far, state)
		all = append(all, far)
		now = now.Add(time.Millisecond)
		return far
	}
	isClosed := func(conn net.Conn) bool {
		_, err := conn.Write(nil)
		_ = conn.SetDeadline(time.Now()) // fails too on a closed one
		return errors.Is(err, io.ErrClosedPipe)
	}
	for range maxConnections {
		keepPlace(ctxOf[enter(http.StateActive)])
	}
	if extra := enter(http.StateNew); len(c.open) != maxConnections || c.open[extra] != nil || !isClosed(extra) {
		t.Errorf("%d open; while all others are Oura's and being answered the new one has to go", len(c.open))
	}
	c.track(all[7], http.StateIdle)
	if extra := enter(http.StateActive); c.open[extra] == nil || c.open[all[7]] != nil || len(c.open) != maxConnections {
		t.Error("the new one should have taken the idle one's place")
	}
	c.track(all[9], http.StateIdle) // between two of Oura's
	slow := all[len(all)-1]
	if extra := enter(http.StateActive); c.open[extra] == nil || c.open[slow] != nil || !isClosed(slow) {
		t.Error("the new one should have taken the place of the stranger that has been unproven for longest")
	}
	if c.open[all[9]] == nil {
		t.Error("a connection that Oura's requests come over was given up for strangers")
	}
	for _, conn := range all {
		c.track(conn, http.StateClosed)
	}
	if len(c.open) != 0 {
		t.Errorf("%d left in the end", len(c.open))
	}
}

func TestNewServer_ShutsDownWithIdleConnections(t *testing.T) {
	g := newRig(t, nil)
	srv, addr := g.serve(t)
	c := dial(t, addr)
	send(t, c, raw(delivery(begin, body(oura.Sleep, "a"), secret), body(oura.Sleep, "a")))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}
