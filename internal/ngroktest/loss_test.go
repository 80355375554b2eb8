package ngroktest_test

import (
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/ngroktest"
)

func TestDrop_TheAgentComesBack(t *testing.T) {
	t.Parallel() // mostly waits for the agent's pauses
	e := start(t, ngroktest.Options{})
	a := newAgent(t, e)
	a.listen(t, echo)
	public(t, e, "GET", e.URL(), "", "", nil)
	e.RefuseConnections(true) // so that we see the gap
	e.Drop()
	if e.Connections() != 0 || e.Online() != 0 || !offline(t, e, e.URL()) {
		t.Errorf("%d connections, %d online after a drop", e.Connections(), e.Online())
	}
	a.next(t, ngrok.EventTypeAgentDisconnected)
	e.RefuseConnections(false)
	until(t, e, "the agent to come back", func() bool { return e.Online() == 1 })
	if _, text := public(t, e, "POST", e.URL()+"/back", "", "a body", nil); text[:4] != "POST" {
		t.Errorf("answered %q", text)
	}
	if len(e.Auths()) != 2 || e.Connections() != 1 {
		t.Errorf("%d authentications, %d connections", len(e.Auths()), e.Connections())
	}
}

func TestRefuseConnections(t *testing.T) {
	t.Parallel() // mostly waits for the agent's pauses
	e := start(t, ngroktest.Options{})
	e.RefuseConnections(true)
	before := time.Now()
	done := newAgent(t, e).connecting(t)
	until(t, e, "two dials", func() bool { return len(e.Dials()) >= 2 })
	if len(e.Auths()) != 0 || e.Connections() != 0 {
		t.Errorf("%d authentications, %d connections", len(e.Auths()), e.Connections())
	}
	if d := e.Dials(); d[0].Before(before) || d[1].Before(d[0]) {
		t.Errorf("dials at %v, begun at %v", d, before)
	}
	e.RefuseConnections(false)
	within(t, "connect once let in", func() { <-done })
}

func TestDropAfterBind(t *testing.T) {
	e := start(t, ngroktest.Options{})
	e.DropAfterBind(true)
	newAgent(t, e).listen(t, echo) // succeeds: the answer is read before the drop
	until(t, e, "some flapping", func() bool { return len(e.Binds()) >= 3 && len(e.Dials()) >= 4 })
	e.DropAfterBind(false)
	until(t, e, "the agent to settle", func() bool { return e.Online() == 1 && len(e.Binds()) == len(e.Auths()) })
	if _, text := public(t, e, "GET", e.URL(), "", "", nil); text[:3] != "GET" {
		t.Errorf("answered %q", text)
	}
}

func TestMute(t *testing.T) {
	t.Parallel() // mostly waits for the agent's pauses
	e := start(t, ngroktest.Options{})
	a := newAgent(t, e, ngrok.WithHeartbeatInterval(200*time.Millisecond), ngrok.WithHeartbeatTolerance(200*time.Millisecond))
	a.listen(t, echo)
	a.next(t, ngrok.EventTypeAgentHeartbeatReceived)
	e.Mute(true)
	a.next(t, ngrok.EventTypeAgentDisconnected)
	if until(t, e, "the agent to come back", func() bool { return len(e.Auths()) >= 2 }); len(e.Unbinds()) != 0 {
		t.Errorf("unbinds %q", e.Unbinds())
	}
	e.Mute(false)
	a.next(t, ngrok.EventTypeAgentConnectSucceeded)
	a.next(t, ngrok.EventTypeAgentHeartbeatReceived)
}

func TestMoveURL(t *testing.T) {
	for name, opt := range map[string]ngroktest.Options{"http": {}, "https": {TLS: true}} {
		t.Run(name, func(t *testing.T) {
			e := start(t, opt)
			a := newAgent(t, e)
			a.listen(t, echo)
			before := e.URL()
			after := e.MoveURL()
			if after == before || e.URL() != after {
				t.Fatalf("moved from %s to %s, now at %s", before, after, e.URL())
			}
			if !offline(t, e, before) || !offline(t, e, after) {
				t.Error("the endpoint bound to the old URL still answers")
			}
			if l, _ := newAgent(t, e).listen(t, echo); l.URL().String() != after {
				t.Errorf("a new endpoint got %s", l.URL())
			}
			if _, text := public(t, e, "GET", after, "", "", nil); text[:3] != "GET" || !offline(t, e, before) {
				t.Errorf("new URL answered %q", text)
			}
		})
	}
}

func TestMoveURL_AWantedURLMovesAlong(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo, ngrok.WithURL("https://hooks.example.org"))
	if _, text := public(t, e, "GET", e.MoveURL(), "hooks.example.org", "", nil); text != "GET hooks.example.org / " {
		t.Errorf("answered %q", text)
	}
}
