package restapi

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// wrongTokens are requests that must not pass: each has its sentence.
func wrongTokens() map[string]func(*http.Request) {
	right := testToken.Reveal()
	authorization := func(values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header["Authorization"] = values }
	}
	return map[string]func(*http.Request){
		"no token":                     authorization(),
		"empty header":                 authorization(""),
		"empty token":                  authorization("Bearer "),
		"wrong token":                  authorization("Bearer wrong"),
		"one character short":          authorization("Bearer " + right[:len(right)-1]),
		"one character more":           authorization("Bearer " + right + "x"),
		"other case":                   authorization("Bearer " + strings.ToUpper(right)),
		"token without scheme":         authorization(right),
		"basic scheme":                 authorization("Basic " + base64.StdEncoding.EncodeToString([]byte(right))),
		"two headers, the first right": authorization("Bearer "+right, "Bearer wrong"),
		"right prefix, then another":   authorization("Bearer " + right + ", Bearer " + right),
		"in the query": func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "access_token=" + right + "&token=" + right
		},
		"in a cookie": func(r *http.Request) {
			r.Header.Del("Authorization")
			r.AddCookie(&http.Cookie{Name: "access_token", Value: right})
			r.AddCookie(&http.Cookie{Name: "Authorization", Value: "Bearer " + right})
		},
		"in other headers": func(r *http.Request) {
			r.Header.Del("Authorization")
			r.Header.Set("Proxy-Authorization", "Bearer "+right)
			r.Header.Set("X-Api-Key", right)
		},
	}
}

func TestS06_EveryOperationNeedsTheToken(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, op := range operations(t, h) {
		if op.id == "getHealth" {
			continue
		}
		for name, edit := range wrongTokens() {
			w := ask(t, h, op.method, op.path, edit)
			wantProblem(t, w, http.StatusUnauthorized, codeToken)
			if got := w.Header().Get("WWW-Authenticate"); got != "Bearer" {
				t.Errorf("%s, %s: WWW-Authenticate is %q", op.id, name, got)
			}
		}
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d requests without the token reached the inside", n)
	}
	for _, op := range operations(t, h) {
		if w := ask(t, h, op.method, op.path, nil); w.Code >= http.StatusBadRequest {
			t.Errorf("%s with the token: %d %s", op.id, w.Code, w.Body)
		}
	}
}

// Who sends no token needs another hint than who sends a wrong one.
func TestToken_AMissingOneAndAWrongOneAreToldApart(t *testing.T) {
	locked := false
	s := (&fake{}).services()
	s.TokensLocked = func() bool { return locked }
	h := New(s, testOptions)
	wrong := wrongTokens()
	for _, c := range []struct {
		name   string
		locked bool
		want   string
	}{
		{"no token", false, "Send the token"}, {"token without scheme", false, "Send the token"}, {"in the query", false, "Send the token"}, {"no token", true, "Send the token"},
		{"wrong token", false, "not known here, or was revoked"}, {"one character short", false, "not known here, or was revoked"},
		{"wrong token", true, "key of the secrets is locked"},
	} {
		locked = c.locked
		p := wantProblem(t, ask(t, h, http.MethodGet, "/events", wrong[c.name]), http.StatusUnauthorized, codeToken)
		if !strings.Contains(p.Detail, c.want) {
			t.Errorf("%s, locked %v: %s", c.name, c.locked, p.Detail)
		}
	}
}

func TestS06_OnlyBareHealthIsOpen(t *testing.T) {
	h := (&fake{}).handler()
	open := func(method, target string) int {
		return ask(t, h, method, target, func(r *http.Request) { r.Header.Del("Authorization") }).Code
	}
	if code := open(http.MethodGet, "/health"); code != http.StatusOK {
		t.Errorf("bare GET /health: %d", code)
	}
	for _, c := range [][2]string{
		{http.MethodPost, "/health"}, {http.MethodGet, "/health?x=1"}, {http.MethodGet, "/health/"}, {http.MethodGet, "//health"},
		{http.MethodGet, "/%68ealth"}, {http.MethodGet, "/events/../health"}, {http.MethodGet, "/nothing"}, {http.MethodGet, "/"},
	} {
		if code := open(c[0], c[1]); code != http.StatusUnauthorized {
			t.Errorf("%s %s without a token: %d", c[0], c[1], code)
		}
	}
}

func TestS06_NoTokenConfiguredOpensNothing(t *testing.T) {
	for name, tokens := range map[string]func() []KnownToken{
		"no source":    nil,
		"none made":    func() []KnownToken { return nil },
		"an empty one": func() []KnownToken { return []KnownToken{{Digest: Digest(""), Scope: ScopeAdmin}} },
	} {
		s := (&fake{}).services()
		s.Tokens = tokens
		h := New(s, testOptions)
		for _, header := range []string{"Bearer ", "Bearer x", "Bearer  "} {
			w := ask(t, h, http.MethodGet, "/events", func(r *http.Request) { r.Header.Set("Authorization", header) })
			if w.Code != http.StatusUnauthorized {
				t.Errorf("%s, %q: %d", name, header, w.Code)
			}
		}
	}
}

func TestS06_RevokedTokenEndsAtOnce(t *testing.T) {
	known := testTokens()
	s := (&fake{}).services()
	s.Tokens = func() []KnownToken { return known }
	h := New(s, testOptions)
	if w := ask(t, h, http.MethodGet, "/events", nil); w.Code != http.StatusOK {
		t.Fatalf("before: %d", w.Code)
	}
	known = nil
	if w := ask(t, h, http.MethodGet, "/events", nil); w.Code != http.StatusUnauthorized {
		t.Errorf("after: %d", w.Code)
	}
}

func TestS06_TokensHave256Bits(t *testing.T) {
	a, b := NewToken(), NewToken()
	raw, err := base64.RawURLEncoding.DecodeString(a.Reveal())
	if err != nil || len(raw) != 32 {
		t.Errorf("token has %d bytes, %v", len(raw), err)
	}
	if a == b {
		t.Error("two tokens are the same")
	}
}
