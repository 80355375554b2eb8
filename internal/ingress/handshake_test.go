package ingress

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func ask(t *testing.T, g *rig, query string) *httptest.ResponseRecorder {
	t.Helper()
	return g.do(t, httptest.NewRequest(http.MethodGet, path+"?"+query, nil))
}

func query(token, challenge string) string {
	return url.Values{"verification_token": {token}, "challenge": {challenge}}.Encode()
}

func TestS29_HandshakeAnswersTheChallenge(t *testing.T) {
	g := newRig(t, nil)
	for _, challenge := range []string{"a", "AZaz09._~-", strings.Repeat("x", 256)} {
		w := ask(t, g, query(token.Reveal(), challenge))
		if w.Code != http.StatusOK || w.Body.String() != `{"challenge":"`+challenge+`"}` {
			t.Errorf("challenge %q: %d %q", challenge, w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") != "application/json" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", w.Header())
		}
	}
	if d := g.Diagnostics(); d.Handshakes != 3 || len(g.kept(t)) != 0 {
		t.Errorf("%d handshakes counted, %d rows", d.Handshakes, len(g.kept(t)))
	}
}

func TestS29_HandshakeRefusesAWrongToken(t *testing.T) {
	g := newRig(t, nil)
	right := token.Reveal()
	for name, q := range map[string]string{
		"another": query("nope", "abc"), "none": "challenge=abc", "empty": query("", "abc"), "no query": "",
		"a part": query(right[:10], "abc"), "more": query(right+"x", "abc"), "other case": query(strings.ToUpper(right), "abc"),
		"twice": query(right, "abc") + "&verification_token=" + right, "not encoded": "verification_token=%zz&challenge=abc",
		"wrong and a bad challenge": query("nope", "<script>"),
	} {
		wantStatus(t, name, ask(t, g, q), http.StatusUnauthorized)
	}
	if got := g.Diagnostics().Rejected[RejectedToken]; got != 10 {
		t.Errorf("%d refusals counted, want 10", got)
	}
}

func TestS29_HandshakeDoesNotEchoWhatIsNoChallenge(t *testing.T) {
	g := newRig(t, nil)
	for _, challenge := range []string{"", "<script>alert(1)</script>", `a"b`, "a b", "a\nb", "ä", strings.Repeat("x", 257), "a%00", `\u003c`} {
		wantStatus(t, challenge, ask(t, g, query(token.Reveal(), challenge)), http.StatusBadRequest)
	}
	wantStatus(t, "two challenges", ask(t, g, query(token.Reveal(), "a")+"&challenge=b"), http.StatusBadRequest)
}

func TestS29_HandshakeWithoutATokenOfOurOwn(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.VerificationToken = func() oura.Secret { return "" } })
	wantStatus(t, "no token configured", ask(t, g, query("", "abc")), http.StatusServiceUnavailable)
}

// Oura may ask minutes late, when nothing else is configured any more.
func TestS29_HandshakeNeedsNoClientSecret(t *testing.T) {
	g := newRig(t, nil, func(o *Options) { o.Secrets = nil; o.UserID = nil })
	if w := ask(t, g, query(token.Reveal(), "abc")); w.Code != http.StatusOK {
		t.Errorf("answered %d", w.Code)
	}
}
