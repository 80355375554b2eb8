package tunnel

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestNgrok_TwoStartsInARowLeaveNoGoroutines(t *testing.T) {
	before := agentGoroutines()
	// The library's heartbeat sender finds out at its next beat that all is over.
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.Heartbeat = 100 * time.Millisecond })
	for range 2 {
		r.start(mirror)
		r.online()
		r.post("x")
		r.stop()
	}
	r.edge.Close() // it speaks through the same modules
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		left := agentGoroutines()
		for id := range before {
			delete(left, id)
		}
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			for _, stack := range left {
				t.Errorf("left running:\n%s", stack)
			}
			return
		}
	}
}

// agentGoroutines returns the stacks, by goroutine, that the agent and its
// tunnel have a part in.
func agentGoroutines() map[string]string {
	buf := make([]byte, 4<<20)
	buf = buf[:runtime.Stack(buf, true)]
	out := map[string]string{}
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		ours := strings.Contains(stack, "tunnel.(*agentRun)") || strings.Contains(stack, "tunnel.(*dialer)") || strings.Contains(stack, "tunnel.(*ngrokTunnel)")
		if ours || strings.Contains(stack, "golang.ngrok.com/") {
			id, _, _ := strings.Cut(stack, " [")
			out[id] = stack
		}
	}
	return out
}

// TestNgrok_StartStopStress is for -race -count=20.
func TestNgrok_StartStopStress(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	steps := []func(){
		func() {},
		func() { r.edgeSees("dialled", func() bool { return r.edge.Connections() > 0 }) },
		func() { r.online() },
		func() { r.online(); r.edge.Drop() },
		func() { r.online(); r.post("x") },
		func() { r.edgeSees("introduced", func() bool { return len(r.edge.Auths()) > 0 }) },
		func() { r.edgeSees("bound", func() bool { return r.edge.Online() > 0 }) },
	}
	for i, step := range steps {
		r.start(mirror)
		step()
		if took := r.stop(); took > 2*time.Second {
			t.Errorf("step %d: stop took %v", i, took)
		}
		r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
	}
}
