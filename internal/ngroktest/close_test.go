package ngroktest_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
)

func TestClose_LeavesNothing(t *testing.T) {
	for name, opt := range map[string]ngroktest.Options{"http": {}, "https": {TLS: true}} {
		t.Run(name, func(t *testing.T) {
			before := goroutines("")
			t.Run("edge", func(t *testing.T) { closeWhileBusy(t, opt) }) // ends its agents with its cleanups
			settled(t, before, "")
		})
	}
}

// closeWhileBusy closes the edge while a request, an authentication, an unbind
// and a heartbeat wait for it.
func closeWhileBusy(t *testing.T, opt ngroktest.Options) {
	e := start(t, opt)
	e.MoveURL()
	reached, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	l, _ := newAgent(t, e).listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			close(reached)
			<-release
		}
	}))
	public(t, e, "GET", e.URL(), "", "", nil)
	hanging := make(chan struct{})
	go func() {
		defer close(hanging)
		r, err := http.NewRequestWithContext(context.Background(), "POST", e.URL()+"/hang", strings.NewReader("a body"))
		if err != nil {
			return
		}
		via := http.DefaultTransport.(*http.Transport).Clone()
		via.TLSClientConfig.RootCAs = e.CertPool()
		defer via.CloseIdleConnections()
		if resp, err := via.RoundTrip(r); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-reached
	e.Mute(true)
	e.HangUnbind(true)
	e.HangAuth(true)
	unbound := make(chan struct{})
	go func() { defer close(unbound); _ = l.Close() }()
	waiting := newAgent(t, e)
	go func() { _ = waiting.Connect(waiting.ctx) }()
	until(t, e, "all to wait", func() bool { return len(e.Auths()) == 2 && len(e.Unbinds()) == 1 })

	within(t, "close", e.Close)
	settled(t, nil, "oura-streaming/internal/ngroktest.(") // while all agents still live
	if e.Connections() != 0 || e.Online() != 0 {
		t.Errorf("%d connections, %d online", e.Connections(), e.Online())
	}
	within(t, "hanging request", func() { <-hanging })
	e.Close() // a second one does nothing
}

// goroutines are the stacks of those that mention what, by their number. Left out
// are the agent library's heartbeats, which outlive its connection by up to one
// interval; the edge has none of its own.
func goroutines(what string) map[string]string {
	buf := make([]byte, 1<<20)
	found := map[string]string{}
	for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, what) && !strings.Contains(stack, "muxado/v2.(*Heartbeat)") {
			number, _, _ := strings.Cut(stack, " [")
			found[number] = stack
		}
	}
	return found
}

// settled fails the test when a goroutine that mentions what stays and is not
// among those before. One that has said it is done still takes a moment to end.
func settled(t *testing.T, before map[string]string, what string) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		left := goroutines(what)
		maps.DeleteFunc(left, func(number, _ string) bool { return before[number] != "" })
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("left running: %s", left)
		}
	}
}

func TestWait(t *testing.T) {
	e := start(t, ngroktest.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := e.Wait(ctx, func() bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Wait(context.Background(), func() bool { return false }) }()
	e.Close()
	within(t, "wait", func() {
		if err := <-ended; err == nil {
			t.Error("held after all")
		}
	})
}
