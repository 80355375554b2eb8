package restapi

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const testPort = 8000

// pipes is a listener without a network, so that its time can be faked.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: testPort} }

// serve runs h behind the real server on n pipe listeners; connect gives the
// client's end of a new connection to one of them.
func serve(t *testing.T, h http.Handler, n int) (connect func(i int) net.Conn) {
	t.Helper()
	srv := NewServer(h, slog.New(slog.DiscardHandler))
	ps, ls := make([]*pipes, n), make([]net.Listener, n)
	for i := range ls {
		ps[i] = &pipes{conns: make(chan net.Conn, 512), done: make(chan struct{})}
		ls[i] = ps[i]
	}
	for _, l := range limitTogether(ls, maxConnections) {
		go srv.Serve(l) //nolint:errcheck // ends with Close below
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second) // the bubble's; net/http lingers half a second after a refusal
		synctest.Wait()
	})
	return func(i int) net.Conn {
		client, server := net.Pipe()
		ps[i].conns <- server
		t.Cleanup(func() { client.Close() })
		return client
	}
}

// ok answers after reading the body, as the API does.
func ok() http.Handler {
	return answer(slog.New(slog.DiscardHandler), jsonOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok")
	})))
}

// drip sends one byte a second until the other side hangs up, and returns how
// long that took.
func drip(t *testing.T, c net.Conn, head, b string) time.Duration {
	t.Helper()
	start := time.Now()
	go io.Copy(io.Discard, c) //nolint:errcheck // ends with the connection
	if _, err := io.WriteString(c, head); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		time.Sleep(time.Second)
		if _, err := io.WriteString(c, b); err != nil {
			return time.Since(start)
		}
	}
	t.Fatal("never closed")
	return 0
}

func TestS31_SlowHeaderIsClosedAtFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := drip(t, serve(t, ok(), 1)(0), "GET /health HTTP/1.1\r\nX-Slow: ", "x")
		if took < 5*time.Second || took > 6*time.Second {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestS31_SlowBodyIsClosedAtTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took := drip(t, serve(t, ok(), 1)(0),
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", " ")
		if took < 10*time.Second || took > 12*time.Second {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestS31_IdleConnectionIsClosedAtThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := serve(t, ok(), 1)(0)
		r := bufio.NewReader(c)
		exchange(t, c, r, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusOK)
		start := time.Now()
		if _, err := r.ReadByte(); err != io.EOF {
			t.Errorf("read %v", err)
		}
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestS31_HeadersUpToEightKiB(t *testing.T) {
	for size, status := range map[int]int{7 << 10: 200, 9 << 10: 431, 20 << 10: 431} {
		synctest.Test(t, func(t *testing.T) {
			c := serve(t, ok(), 1)(0)
			request := fmt.Sprintf("GET / HTTP/1.1\r\nHost: x\r\nX-Big: %s\r\n\r\n", strings.Repeat("x", size))
			go io.WriteString(c, request) //nolint:errcheck // refused before its end
			wantStatus(t, bufio.NewReader(c), status)
		})
	}
}

func TestS31_BodiesUpToOneMiB(t *testing.T) {
	for size, status := range map[int]int{1 << 20: 200, 1<<20 + 1: 413, 8 << 20: 413} {
		synctest.Test(t, func(t *testing.T) {
			c := serve(t, ok(), 1)(0)
			go func() {
				fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", size)
				_, _ = io.WriteString(c, strings.Repeat(" ", size)) // refused before its end
			}()
			wantStatus(t, bufio.NewReader(c), status)
		})
	}
}

func TestS32_AtMost128ConnectionsOverBothListeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connect := serve(t, ok(), 2)
		answered := make(chan net.Conn, 400)
		for i := range 300 {
			c := connect(i % 2)
			go func() {
				if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
					return
				}
				if _, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
					answered <- c
				}
			}()
		}
		synctest.Wait()
		if n := len(answered); n != maxConnections {
			t.Fatalf("%d connections served at once, want %d", n, maxConnections)
		}
		for range 10 {
			(<-answered).Close()
		}
		synctest.Wait()
		if n := len(answered); n != maxConnections {
			t.Errorf("after ten ended: %d, want ten more let in", n)
		}
		time.Sleep(31 * time.Second) // idle ones are closed, the rest are let in
		synctest.Wait()
		if n := len(answered); n < 250 {
			t.Errorf("after half a minute %d of 290 were served", n)
		}
	})
}

func TestS32_HeldConnectionsDoNotShutOthersOutForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connect := serve(t, ok(), 2)
		for i := range 200 {
			connect(i % 2) // says nothing
		}
		synctest.Wait()
		start := time.Now()
		c := connect(0)
		exchange(t, c, bufio.NewReader(c), "GET / HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusOK)
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("waited %v", took)
		}
	})
}

func exchange(t *testing.T, c net.Conn, r *bufio.Reader, request string, status int) {
	t.Helper()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, r, status)
}

func wantStatus(t *testing.T, r *bufio.Reader, status int) {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != status {
		t.Errorf("status %d, want %d", resp.StatusCode, status)
	}
}
