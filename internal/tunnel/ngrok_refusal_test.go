package tunnel

import (
	"errors"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
)

func TestNgrok_WrongTokenIsNamedAtOnceAndNotRetried(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.edge.RefuseAuth(refusalText(105, "The authtoken you specified does not look like a proper ngrok authtoken.\nYour authtoken: "+testToken))
	r.start(mirror)
	err := r.ended()
	took := time.Since(r.began)
	if oura.CodeOf(err) != oura.CodeTunnelToken || !Permanent(err) {
		t.Errorf("Serve returned %v", err)
	}
	if took > time.Second {
		t.Errorf("named after %v, want at most 1 s", took)
	}
	if s := r.tun.State(); s.Word != Refused || s.Err != err {
		t.Errorf("state %+v", s)
	}
	// The library's own first retry comes after 500 ms.
	r.never(800*time.Millisecond, "a refused token was sent again", func() bool { return len(r.edge.Auths()) > 1 || len(r.edge.Dials()) > 1 })
	t.Logf("named after %v, %d authentication", took, len(r.edge.Auths()))
}

func TestNgrok_TokenRevokedInMidRunIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	r.online()
	r.edge.RefuseAuth(refusalText(107, "properly formed, but it is invalid. Your authtoken: "+testToken))
	r.edge.Drop()
	if err := r.ended(); oura.CodeOf(err) != oura.CodeTunnelToken || !Permanent(err) {
		t.Errorf("Serve returned %v", err)
	}
	r.never(700*time.Millisecond, "a revoked token was sent again", func() bool { return len(r.edge.Auths()) > 2 })
	r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
}

func TestNgrok_NoTokenIsSaidWithoutAsking(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.Authtoken = " " })
	r.start(mirror)
	if err := r.ended(); oura.CodeOf(err) != oura.CodeTunnelToken || len(r.edge.Dials()) != 0 {
		t.Errorf("Serve returned %v after %d dials", err, len(r.edge.Dials()))
	}
}

func TestNgrok_SessionLimitKeepsRetryingSlowly(t *testing.T) {
	t.Parallel()
	const slow = 400 * time.Millisecond // instead of 3 min, which slowPause is
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.slow = slow })
	r.edge.RefuseAuth(refusalText(108, "Your account is limited to 3 simultaneous ngrok agent sessions."))
	r.start(mirror)
	s := r.await("told", func(s State) bool { return s.Word == Reconnecting && s.Err != nil })
	e, ok := errors.AsType[*oura.Error](s.Err)
	if !ok || e.Code != oura.CodeUnavailable || Permanent(e) || e.RetryAfter != slow || !strings.Contains(e.Message, "limited to 3") {
		t.Errorf("reason %+v", s.Err)
	}
	r.edgeSees("asked three times", func() bool { return len(r.edge.Auths()) >= 3 })
	dials := r.edge.Dials()
	for i := 1; i < len(dials); i++ {
		if gap := dials[i].Sub(dials[i-1]); gap < slow {
			t.Errorf("try %d came after %v, want at least %v", i+1, gap, slow)
		}
	}
	r.edge.RefuseAuth("")
	r.online()
	if got := Ngrok(NgrokOptions{}).(*ngrokTunnel).opt.slow; got != 3*time.Minute {
		t.Errorf("without a wish the pause is %v", got)
	}
}

func TestNgrok_RefusedPolicyIsLeftOutAndSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.edge.RefuseBind(refusePolicies)
	r.start(mirror)
	r.edgeAcceptsUnfiltered(t)
}

func TestNgrok_PolicyRefusedAfterADropIsLeftOutAndSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.start(mirror)
	if s := r.online(); s.PolicyRefused || s.Notice != "" {
		t.Errorf("state %+v", s)
	}
	r.edge.RefuseBind(refusePolicies)
	r.edge.Drop()
	r.edgeAcceptsUnfiltered(t)
}

func refusePolicies(b ngroktest.Bind) string {
	if b.Policy == "" {
		return ""
	}
	return refusalText(2201, "The traffic policy is not valid.")
}

func (r *rig) edgeAcceptsUnfiltered(t *testing.T) {
	t.Helper()
	s := r.await("online without the policy", func(s State) bool { return s.Word == Online && s.PolicyRefused })
	if !strings.Contains(s.Notice, "refused our filter rules") {
		t.Errorf("notice %q", s.Notice)
	}
	if code, _ := r.post("x"); code != 200 {
		t.Errorf("the address answers %d", code)
	}
	if binds := r.edge.Binds(); binds[0].Policy == "" || binds[len(binds)-1].Policy != "" {
		t.Errorf("first bind without or last with policy, of %d", len(binds))
	}
	r.edgeSees("left with one connection", func() bool { return r.edge.Connections() == 1 && r.edge.Online() == 1 })
}

func TestNgrok_BindRefusedLeavesNoConnection(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.Domain = "theirs.ngrok.app" })
	r.edge.RefuseBind(func(ngroktest.Bind) string {
		return refusalText(320, "This domain is reserved for another account.")
	})
	r.start(mirror)
	if err := r.ended(); oura.CodeOf(err) != oura.CodeTunnelAddress || !Permanent(err) {
		t.Errorf("Serve returned %v", err)
	}
	r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
	r.never(700*time.Millisecond, "the refused address was asked for again", func() bool { return len(r.edge.Binds()) > 1 || len(r.edge.Dials()) > 1 })
}

func TestNgrok_AddressInUseIsAskedForAgainLater(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.slow = 200 * time.Millisecond })
	r.edge.RefuseBind(func(ngroktest.Bind) string { return refusalText(334, "already online") })
	r.start(mirror)
	r.await("told", func(s State) bool { return s.Word == Reconnecting && s.Err != nil })
	r.edgeSees("without connections between two tries", func() bool { return r.edge.Connections() == 0 })
	r.edge.RefuseBind(nil)
	r.online()
}

func TestNgrok_StartDeadline(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		set  func(*ngroktest.Edge)
		want string
	}{
		"the service never answers": {func(e *ngroktest.Edge) { e.HangAuth(true) }, "in time"},
		"nobody lets us through":    {func(e *ngroktest.Edge) { e.RefuseConnections(true) }, "no connection"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.StartWithin = 600 * time.Millisecond })
			c.set(r.edge)
			r.start(mirror)
			err := r.ended()
			if took := time.Since(r.began); took < 600*time.Millisecond || took > 1800*time.Millisecond {
				t.Errorf("gave up after %v, want about 600 ms", took)
			}
			if oura.CodeOf(err) != oura.CodeUnavailable || Permanent(err) || !strings.Contains(oura.MessageOf(err), c.want) {
				t.Errorf("Serve returned %v", err)
			}
			r.edgeSees("without connections", func() bool { return r.edge.Connections() == 0 })
		})
	}
}

func TestNgrok_SilenceAfterADropIsCutAndTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), func(o *NgrokOptions) { o.StartWithin = 500 * time.Millisecond })
	r.start(mirror)
	r.online()
	r.edge.HangAuth(true)
	r.edge.Drop()
	r.edgeSees("asked once more, then cut and asked again", func() bool { return len(r.edge.Auths()) >= 3 })
	r.edge.HangAuth(false)
	r.online()
	r.never(800*time.Millisecond, "a connection that works was cut too", func() bool { return r.edge.Connections() == 0 })
}
