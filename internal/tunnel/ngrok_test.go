package tunnel

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
)

func TestNgrok_DeliversEndToEnd(t *testing.T) {
	t.Parallel()
	edge := newEdge(t)
	edge.SetAccount("Ada", "Free", "eu")
	r := newRig(t, edge, nil)
	r.start(mirror)
	s := r.online()
	want := State{Kind: KindNgrok, URL: edge.URL(), Word: Online, Since: s.Since, Account: "Ada", Plan: "Free", Region: "eu"}
	if s.Latency = 0; s != want {
		t.Errorf("state %+v\nwant  %+v", s, want)
	}
	if code, answer := r.post("hello"); code != http.StatusOK || answer != "POST "+testPath+" hello" {
		t.Errorf("answer %d %q", code, answer)
	}
	if took := r.stop(); took > 2*time.Second {
		t.Errorf("stop took %v", took)
	}
	if s := r.tun.State(); s.Word != Off || s.URL != "" {
		t.Errorf("after the end: %+v", s)
	}
	if code, _ := r.post("hello"); code != http.StatusNotFound {
		t.Errorf("after the end the public address answers %d, want the service's 404", code)
	}
	r.edgeSees("unbound once and left without connections", func() bool { return len(edge.Unbinds()) == 1 && edge.Connections() == 0 })
}

func TestNgrok_IntroducesItselfAndAsksForTheFilter(t *testing.T) {
	t.Parallel()
	edge := newEdge(t)
	r := newRig(t, edge, func(o *NgrokOptions) { o.Domain, o.Authtoken = " ada.ngrok.app ", testToken+"\n" })
	r.start(mirror)
	r.online()

	auth := edge.Auths()[0]
	if auth.Token != testToken || auth.Metadata != `{"app":"oura-streaming","version":"1.2.3"}` {
		t.Errorf("token %d bytes, metadata %s", len(auth.Token), auth.Metadata)
	}
	var raw struct {
		Extra struct{ HeartbeatInterval, HeartbeatTolerance time.Duration }
	}
	if err := json.Unmarshal(auth.Raw, &raw); err != nil {
		t.Fatal(err)
	}
	if raw.Extra.HeartbeatInterval != 10*time.Second || raw.Extra.HeartbeatTolerance != 15*time.Second {
		t.Errorf("heartbeats %+v, want the library's 10 s and 15 s", raw.Extra)
	}

	bind := edge.Binds()[0]
	if bind.URL != "https://ada.ngrok.app" {
		t.Errorf("asked for %q", bind.URL)
	}
	want := `{"on_http_request":[` +
		`{"name":"only the webhook","expressions":["!(req.method in [\"GET\", \"POST\"] \u0026\u0026 req.url.path == \"/webhooks/x1\")"],"actions":[{"type":"deny","config":{"status_code":404}}]},` +
		`{"name":"no large bodies","expressions":["req.method == \"POST\" \u0026\u0026 req.content_length \u003e 1024"],"actions":[{"type":"deny","config":{"status_code":413}}]}]}`
	if bind.Policy != want {
		t.Errorf("policy\n%s\nwant\n%s", bind.Policy, want)
	}
}

func TestNgrok_PolicyQuotesWhateverThePathHolds(t *testing.T) {
	var p policy
	if err := json.Unmarshal([]byte(trafficPolicy(`/a" || true || "`, 1)), &p); err != nil {
		t.Fatal(err)
	}
	if e := p.OnHTTPRequest[0].Expressions[0]; !strings.Contains(e, `"/a\" || true || \""`) {
		t.Errorf("the path leaves its quotes: %s", e)
	}
}

func TestNgrok_ComesBackAfterADropWithoutHelp(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	before := r.online()
	r.edge.RefuseConnections(true)
	r.edge.Drop()
	lost := r.await("reconnecting", func(s State) bool { return s.Word == Reconnecting })
	if lost.Err == nil || lost.URL != before.URL {
		t.Errorf("while away: %+v, want a reason and the address", lost)
	}
	r.edge.RefuseConnections(false)
	back := r.online()
	if back.Err != nil || back.URL != before.URL {
		t.Errorf("after the return: %+v", back)
	}
	if code, _ := r.post("again"); code != http.StatusOK {
		t.Errorf("after the return the address answers %d", code)
	}
	if binds := r.edge.Binds(); len(binds) < 2 || binds[len(binds)-1].Policy != binds[0].Policy {
		t.Errorf("%d binds; the last one must ask for the filter again", len(binds))
	}
}

func TestNgrok_NoticesSilence(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.Heartbeat, o.Tolerance = 200*time.Millisecond, 200*time.Millisecond })
	r.start(mirror)
	r.await("hearing heartbeats", func(s State) bool { return s.Word == Online && s.Latency > 0 })
	r.edge.Mute(true)
	began := time.Now()
	r.await("reconnecting", func(s State) bool { return s.Word == Reconnecting })
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("silence noticed after %v, want about 400 ms", took)
	}
	r.edge.Mute(false)
	r.online()
	if strings.Contains(r.log.String(), `level=WARN msg="`+staleBeat) {
		t.Errorf("the heartbeat of a dead connection is a warning:\n%s", r.log)
	}
}

func TestNgrok_ChangedAddressIsInStateAfterTheNextServe(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	first := r.online().URL
	r.stop()
	second := r.edge.MoveURL()
	r.start(mirror)
	if got := r.online().URL; got != second || got == first {
		t.Errorf("address %q, want %q instead of %q", got, second, first)
	}
}

func TestNgrok_TellsWhatTheServiceWantsKnown(t *testing.T) {
	t.Parallel()
	edge := newEdge(t)
	edge.SetBanner("Maintenance on Sunday.")
	edge.SetDeprecation("9.9.9", "2030-01-02", "old")
	r := newRig(t, edge, nil)
	r.start(mirror)
	notice := r.online().Notice
	for _, want := range []string{"Maintenance on Sunday.", "9.9.9", "2030-01-02", "update it soon"} {
		if !strings.Contains(notice, want) {
			t.Errorf("notice %q lacks %q", notice, want)
		}
	}
}

func TestNgrok_RemoteCommandsAreRefusedWithASentence(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	r.online()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, kind := range []uint32{ngroktest.Restart, ngroktest.Stop, ngroktest.Update} {
		answer, err := r.edge.Command(ctx, kind)
		if err != nil || !strings.HasPrefix(answer, "Oura Streaming is not ") {
			t.Errorf("command %d: %q, %v", kind, answer, err)
		}
	}
	if code, _ := r.post("still here"); code != http.StatusOK || len(r.edge.Auths()) != 1 {
		t.Errorf("after the commands: %d, %d authentications", code, len(r.edge.Auths()))
	}
}

func TestNgrok_EndpointStoppedByTheServiceEndsServe(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	r.online()
	r.edge.StopEndpoint("ERR_NGROK_6022", "stopped in the dashboard")
	err := r.ended()
	if err == nil || Permanent(err) || !strings.Contains(err.Error(), "stopped in the dashboard") {
		t.Errorf("Serve returned %v, want the service's words and no permanent error", err)
	}
	if s := r.tun.State(); s.Word != Reconnecting || s.URL != "" || s.Err == nil {
		t.Errorf("state %+v", s)
	}
	r.start(mirror)
	r.online()
	if code, _ := r.post("x"); code != http.StatusOK {
		t.Errorf("second Serve answers %d", code)
	}
}
