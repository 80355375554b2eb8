package restapi

import (
	"net/http"
	"testing"
)

const callbackCSP = "default-src 'none'; style-src 'sha256-abc'"

// callbackFor stands for auth's handler: it answers while a sign-in is pending.
func callbackFor(pending *bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", callbackCSP)
		if !*pending {
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

func callbackHandler(pending *bool) http.Handler {
	s := (&fake{}).services()
	s.Callback = callbackFor(pending)
	return New(s, testOptions)
}

// fromOura is how the browser comes back: a top-level navigation from another
// site, with no token.
func fromOura(r *http.Request) {
	r.Header.Del("Authorization")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
}

func TestS16_CallbackIsAuthsOwnAndNeedsNoToken(t *testing.T) {
	pending := true
	h := callbackHandler(&pending)
	for _, path := range []string{"/auth/callback?code=c&state=s", "/auth/callback/?code=c&state=s"} {
		pending = true
		w := ask(t, h, http.MethodGet, path, fromOura)
		if w.Code != http.StatusOK || w.Header().Get("Content-Security-Policy") != callbackCSP {
			t.Errorf("%s: %d, CSP %q", path, w.Code, w.Header().Get("Content-Security-Policy"))
		}
		for _, name := range []string{"X-Content-Type-Options", "Cache-Control", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
			if w.Header().Get(name) != wantHeaders[name] {
				t.Errorf("%s lacks %s", path, name)
			}
		}
		pending = false
		if w := ask(t, h, http.MethodGet, path, fromOura); w.Code != http.StatusNotFound {
			t.Errorf("%s with nothing pending: %d", path, w.Code)
		}
	}
}

func TestS16_CallbackMinds_S04(t *testing.T) {
	pending := true
	w := ask(t, callbackHandler(&pending), http.MethodGet, "/auth/callback?code=c", func(r *http.Request) {
		fromOura(r)
		r.Host = "evil.example:8000"
	})
	wantProblem(t, w, http.StatusForbidden, codeHost)
}

func TestS01_CallbackOpensNothingElse(t *testing.T) {
	pending := true
	h := callbackHandler(&pending)
	for _, path := range []string{"/auth/callback/events", "/auth/callbacks", "/auth/callback//", "/auth//callback", "/auth/status"} {
		w := ask(t, h, http.MethodGet, path, fromOura)
		wantProblem(t, w, http.StatusForbidden, codeOrigin)
		w = ask(t, h, http.MethodGet, path, func(r *http.Request) { r.Header.Del("Authorization") })
		wantProblem(t, w, http.StatusUnauthorized, codeToken)
	}
}

func TestS01_WithoutACallbackHandlerThePathIsUnknown(t *testing.T) {
	w := ask(t, (&fake{}).handler(), http.MethodGet, "/auth/callback", fromOura)
	wantProblem(t, w, http.StatusNotFound, codeNotFound)
}

func TestS01_IngressPathIsUnknownHere(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, path := range []string{
		"/webhooks/0123456789abcdef0123456789abcdef", "/webhooks", "/webhooks/",
		"/webhooks/0123456789abcdef0123456789abcdef?verification_token=v&challenge=c",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			wantProblem(t, ask(t, h, method, path, nil), http.StatusNotFound, codeNotFound)
		}
	}
	if f.calls.Load() != 0 {
		t.Error("the ingress path reached the inside")
	}
}
