package tunnel

import (
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// agentEvents carries what the agent tells to whoever watches it. The library
// calls handle in the midst of its work, with its locks held: handle never waits
// and never calls the agent.
type agentEvents struct {
	judge func(error) ending

	fatal   chan ending        // the first end that no reconnecting can help, and only that
	changes chan error         // nil: connected, else why not; the latest ones
	beats   chan time.Duration // latency; the latest one
}

func newAgentEvents(judge func(error) ending) *agentEvents {
	return &agentEvents{
		judge: judge,
		fatal: make(chan ending, 1),
		// The watcher only copies a few words for each. Should it lag, only the
		// latest change counts.
		changes: make(chan error, 16),
		beats:   make(chan time.Duration, 1),
	}
}

// handle is the agent's event handler.
func (e *agentEvents) handle(event ngrok.Event) {
	switch ev := event.(type) {
	case *ngrok.EventAgentConnectSucceeded:
		keepLatest(e.changes, nil)
	case *ngrok.EventAgentDisconnected:
		if ev.Error != nil { // nil: closed on our wish
			e.lost(ev.Error)
		}
	case *ngrok.EventAgentHeartbeatReceived:
		keepLatest(e.beats, ev.Latency)
	}
}

// lost sorts a failure into one that ends the agent and one that passes.
func (e *agentEvents) lost(err error) {
	end := e.judge(err)
	if end.reaction == again {
		keepLatest(e.changes, end.err)
		return
	}
	select {
	case e.fatal <- end:
	default: // what comes after the first only says "context canceled"
	}
}

// keepLatest puts v into c; a full c loses its oldest.
func keepLatest[T any](c chan T, v T) {
	for {
		select {
		case c <- v:
			return
		default:
		}
		select {
		case <-c:
		default:
		}
	}
}
