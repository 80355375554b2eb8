package tunnel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
)

// life is one start and stop of a tunnel.
type life struct {
	name   string
	before func(*ngroktest.Edge)
	during func(*rig)
	fatal  bool // Serve returns by itself

	tolerance time.Duration // of unanswered heartbeats, 0: a second
}

func lives() []life {
	asked := func(r *rig) { r.edgeSees("asked", func() bool { return len(r.edge.Auths()) > 0 }) }
	online := func(r *rig) { r.online() }
	return []life{
		{name: "stopped at once", during: func(*rig) {}},
		{name: "stopped when dialled", during: func(r *rig) {
			r.edgeSees("dialled", func() bool { return len(r.edge.Dials()) > 0 })
		}},
		{name: "stopped when introduced", during: asked},
		{name: "stopped when bound", during: func(r *rig) {
			r.edgeSees("bound", func() bool { return r.edge.Online() > 0 })
		}},
		{name: "stopped after a delivery", during: func(r *rig) { r.online(); r.post("x") }},
		{name: "dropped and stopped", during: func(r *rig) { r.online(); r.edge.Drop() }},
		{name: "dropped and back", during: func(r *rig) {
			r.online()
			r.edge.Drop()
			r.edgeSees("back", func() bool { return len(r.edge.Binds()) > 1 })
			r.online()
		}},
		{name: "connections refused", before: func(e *ngroktest.Edge) { e.RefuseConnections(true) }, during: func(r *rig) {
			r.await("away", func(s State) bool { return s.Word == Reconnecting })
		}},
		{name: "token refused", fatal: true, before: func(e *ngroktest.Edge) { e.RefuseAuth(refusalText(105, "no")) }},
		{name: "address refused", fatal: true, before: func(e *ngroktest.Edge) {
			e.RefuseBind(func(ngroktest.Bind) string { return refusalText(320, "no") })
		}},
		{name: "authentication unanswered", before: func(e *ngroktest.Edge) { e.HangAuth(true) }, during: asked},
		{name: "unbind unanswered", before: func(e *ngroktest.Edge) { e.HangUnbind(true) }, during: online},
		{name: "heartbeats unanswered", during: func(r *rig) { r.online(); r.edge.Mute(true) }},
		{name: "silence noticed", tolerance: 250 * time.Millisecond, during: func(r *rig) {
			r.online()
			r.edge.Mute(true)
			r.await("away", func(s State) bool { return s.Word != Online })
		}},
		{name: "under load", during: load},
	}
}

// load leaves callers at work until after the end of the test.
func load(r *rig) {
	url := r.online().URL + testPath
	ctx, stop := context.WithCancel(context.Background())
	var callers sync.WaitGroup
	r.t.Cleanup(func() { stop(); callers.Wait() })
	var answered atomic.Int64
	enough := make(chan struct{})
	for range 6 {
		callers.Go(func() { hammer(ctx, url, &answered, enough) })
	}
	select {
	case <-enough:
	case <-time.After(patience):
		r.t.Error("no load came to be")
	}
}

// After every kind of life, while the service is still there, no goroutine of
// ours or of the library is left.
func TestNgrok_StartStopStress(t *testing.T) {
	const rounds = 3
	for round := range rounds {
		t.Run(fmt.Sprint("round ", round+1), func(t *testing.T) {
			before := agentGoroutines()
			for _, l := range lives() {
				edge := newEdge(t) // until the end of the round
				t.Run(l.name, func(t *testing.T) { l.live(t, edge) })
			}
			nothingLeft(t, before)
		})
	}
}

func (l life) live(t *testing.T, edge *ngroktest.Edge) {
	if l.before != nil {
		l.before(edge)
	}
	// The library finds out at its next heartbeat, or when one has stayed
	// unanswered, that all is over.
	r := newRig(t, edge, func(o *NgrokOptions) {
		o.Heartbeat, o.Tolerance = 50*time.Millisecond, cmp.Or(l.tolerance, time.Second)
	})
	r.start(mirror)
	if l.fatal {
		if err := r.ended(); oura.CodeOf(err) == "" || errors.Is(err, context.Canceled) {
			t.Errorf("Serve returned %v", err)
		}
	} else {
		l.during(r)
		if took := r.stop(); took > 2*time.Second {
			t.Errorf("stop took %v", took)
		}
	}
	r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
}
