package tunnel

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
)

func TestNgrok_QuitsWithinTwoSecondsAgainstAMuteEdge(t *testing.T) {
	t.Parallel()
	online := func(r *rig) { r.online() }
	asked := func(r *rig) { r.edgeSees("asked", func() bool { return len(r.edge.Auths()) > 0 }) }
	away := func(r *rig) { r.await("away", func(s State) bool { return s.Word == Reconnecting }) }
	cases := map[string]struct {
		before func(*ngroktest.Edge)
		ready  func(*rig)
		after  func(*ngroktest.Edge)
	}{
		"authentication unanswered":   {func(e *ngroktest.Edge) { e.HangAuth(true) }, asked, nil},
		"unbind unanswered":           {func(e *ngroktest.Edge) { e.HangUnbind(true) }, online, nil},
		"heartbeats unanswered":       {nil, online, func(e *ngroktest.Edge) { e.Mute(true) }},
		"connections refused":         {func(e *ngroktest.Edge) { e.RefuseConnections(true) }, away, nil},
		"unanswered after a drop":     {nil, online, func(e *ngroktest.Edge) { e.HangAuth(true); e.Drop() }},
		"refused after a drop":        {nil, online, func(e *ngroktest.Edge) { e.RefuseConnections(true); e.Drop() }},
		"session limit being waited":  {func(e *ngroktest.Edge) { e.RefuseAuth(refusalText(108, "no")) }, away, nil},
		"dropped in the same instant": {nil, online, func(e *ngroktest.Edge) { e.Drop() }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, newEdge(t), nil)
			if c.before != nil {
				c.before(r.edge)
			}
			r.start(mirror)
			c.ready(r)
			if c.after != nil {
				c.after(r.edge)
			}
			took := r.stop()
			if took > 2*time.Second {
				t.Errorf("quit took %v", took)
			}
			t.Logf("quit took %v", took)
			r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
		})
	}
}

func TestNgrok_QuitsAgainstAPeerThatNeverSpeaks(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // end of the test
	accepted := make(chan net.Conn, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.Addr = l.Addr().String() })
	r.start(mirror)
	c := <-accepted
	defer c.Close() //nolint:errcheck // end of the test
	if took := r.stop(); took > 2*time.Second {
		t.Errorf("quit took %v", took)
	}
	_ = c.SetReadDeadline(time.Now().Add(patience)) // cannot fail on an open connection
	if _, err := io.Copy(io.Discard, c); err != nil {
		t.Errorf("our side is still open: %v", err)
	}
}

func TestNgrok_DeliveryInFlightIsAnsweredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	inside, release := make(chan struct{}), make(chan struct{})
	r.start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-release
		_, _ = w.Write([]byte("kept")) // the test reads it
	}))
	r.online()
	answer := make(chan string, 1)
	go func() { _, text := r.post("x"); answer <- text }()
	<-inside
	r.cancel()
	r.edgeSees("unbound", func() bool { return r.edge.Online() == 0 })
	close(release)
	if err := r.ended(); err == nil {
		t.Error("Serve returned nil")
	}
	if got := <-answer; got != "kept" {
		t.Errorf("the delivery in flight got %q", got)
	}
}

func TestNgrok_ClosesUnderLoad(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	var inside, answered atomic.Int64
	r.start(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		inside.Add(1)
		defer inside.Add(-1)
		mirror(w, req)
	}))
	url := r.online().URL + testPath
	ctx, stop := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	enough := make(chan struct{})
	for range 6 {
		callers.Go(func() { hammer(ctx, url, &answered, enough) })
	}
	select {
	case <-enough:
	case <-time.After(patience):
		t.Error("no load came to be")
	}
	took := r.stop()
	left := inside.Load()
	stop()
	callers.Wait()
	if took > 2*time.Second || left != 0 {
		t.Errorf("close under load took %v and left %d requests running", took, left)
	}
	t.Logf("%d answers before the end, which took %v", answered.Load(), took)
}

// hammer asks url, a new connection each time, until ctx ends.
func hammer(ctx context.Context, url string, answered *atomic.Int64, enough chan<- struct{}) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	for ctx.Err() == nil {
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("x"))
		resp, err := client.Do(req)
		if err != nil {
			continue // cut off by the end
		}
		_, _ = io.Copy(io.Discard, resp.Body) // ditto
		_ = resp.Body.Close()                 // ditto
		if resp.StatusCode == http.StatusOK && answered.Add(1) == 100 {
			close(enough)
		}
	}
}
