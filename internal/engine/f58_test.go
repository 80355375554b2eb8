package engine

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/status"
)

// witness is who looks at the status all the time, as the window does.
type witness struct {
	mu    sync.Mutex // guards what follows
	words []status.State
	downs map[time.Time]bool // when tunnel_down was raised
}

// witness looks on until the end of the test.
func (p *program) witness() *witness {
	w := &witness{downs: map[time.Time]bool{}}
	registry := p.engine.Status()
	wake, stop := registry.Listen()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			w.see(registry.Snapshot())
			select {
			case <-ctx.Done():
				return
			case <-wake:
			}
		}
	}()
	p.t.Cleanup(func() { stop(); cancel(); <-done })
	return w
}

func (w *witness) see(s status.Snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.words); n == 0 || w.words[n-1] != s.State {
		w.words = append(w.words, s.State)
	}
	for _, t := range s.Troubles {
		if t.Code == status.TunnelDown {
			w.downs[t.Since] = true
		}
	}
}

// told returns how often tunnel_down was raised, and the state words in turn.
func (w *witness) told() (downs int, words []status.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.downs), append([]status.State(nil), w.words...)
}

// flap takes the connection away each time the address is proven, until the
// agent has dialled so many times again.
func (p *program) flap(edge *ngroktest.Edge, dials int) {
	p.t.Helper()
	first := len(edge.Dials())
	for n := range dials {
		p.wait("the address is proven", func() string { return want(p.engine.Callback() != "", p.engine.Address().URL) })
		edge.Drop()
		p.wait("dialled again", func() string {
			return want(len(edge.Dials()) > first+n, fmt.Sprintf("%d dials of %d", len(edge.Dials())-first, n+1))
		})
	}
}

// F58: the dials come ever more seldom (a hundred flaps in ten minutes are 30
// dials at most, TestF58_NetworkFlapsAHundredTimesInTenMinutes in package
// tunnel), and the user is told of it once at most: not while the connection
// comes back each time, and once when it stays away. In earnest the longest
// pause between two dials is 37.5 s and the grace 45 s; here 2.5 s and 5 s.
func TestF58_FlappingIsToldOnceAtMost(t *testing.T) {
	t.Parallel()
	p, edge := online(t, func(e *Engine) { e.address.grace = 5 * time.Second })
	p.signIn()
	p.live(edge.URL())
	w := p.witness()
	before := len(edge.Dials()) - 1
	p.flap(edge, 4)
	p.live(edge.URL())
	if downs, words := w.told(); downs != 0 {
		t.Errorf("told %d times while the connection came back each time; %v", downs, words)
	}
	dials := edge.Dials()[before:]
	for i := 2; i < len(dials); i++ { // the first after a long connection is free
		if pause, least := dials[i].Sub(dials[i-1]), 250*time.Millisecond<<(i-2); pause < least {
			t.Errorf("pause %d between dials is %v, want %v at least", i, pause, least)
		}
	}
	edge.RefuseConnections(true)
	edge.Drop()
	p.wait("it is told", func() string { return want(p.hasTrouble(status.TunnelDown), "not told") })
	edge.RefuseConnections(false)
	p.live(edge.URL())
	p.wait("the trouble goes", func() string { return want(!p.hasTrouble(status.TunnelDown), "still there") })
	downs, words := w.told()
	if downs != 1 {
		t.Errorf("told %d times, want once", downs)
	}
	t.Logf("dials %v; state words %v", gaps(dials), words)
}

func gaps(at []time.Time) (out []time.Duration) {
	for i := 1; i < len(at); i++ {
		out = append(out, at[i].Sub(at[i-1]).Round(time.Millisecond))
	}
	return out
}
