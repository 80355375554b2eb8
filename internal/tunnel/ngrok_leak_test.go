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
	nothingLeft(t, before)
}

// nothingLeft fails the test with every goroutine of agents that is still there
// after a while and was not before.
func nothingLeft(t *testing.T, before map[string]string) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for {
		left := agentGoroutines()
		for id, stack := range left {
			if before[id] != "" || isStuckHeartbeat(stack) {
				delete(left, id)
			}
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

// isStuckHeartbeat tells the one goroutine that nobody can end: muxado v2.0.1
// waits for good to tell of a heartbeat that was answered just as its session was
// closed, a moment in ten seconds.
func isStuckHeartbeat(stack string) bool {
	return strings.Contains(stack, " [chan send") && strings.Contains(stack, "muxado/v2.(*Heartbeat).requester(")
}

// agentGoroutines returns the stacks, by goroutine, that the agent and its
// tunnel have a part in.
func agentGoroutines() map[string]string {
	buf := make([]byte, 4<<20)
	buf = buf[:runtime.Stack(buf, true)]
	out := map[string]string{}
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		ours := strings.Contains(stack, "tunnel.(*agentRun)") || strings.Contains(stack, "tunnel.(*dialer)") || strings.Contains(stack, "tunnel.(*ngrokTunnel)")
		if ours || strings.Contains(stack, "golang.ngrok.com/") || strings.Contains(stack, "tunnel.inlet") {
			id, _, _ := strings.Cut(stack, " [")
			out[id] = stack
		}
	}
	return out
}
