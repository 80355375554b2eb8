package restapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

var wantHeaders = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Cache-Control":                "no-store",
	"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
}

func checkHeaders(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	for name, want := range wantHeaders {
		if got := w.Header().Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s (%d): %s is %q", what, w.Code, name, got)
		}
	}
}

func TestS10_EveryAnswerCarriesTheHeaders(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, op := range operations(t, h) {
		w := ask(t, h, op.method, op.path, nil)
		if w.Code >= http.StatusBadRequest {
			t.Errorf("%s: %d", op.id, w.Code)
		}
		checkHeaders(t, op.id, w)
		for name, failing := range failures() {
			checkHeaders(t, op.id+" with "+name, ask(t, failing, op.method, op.path, nil))
		}
		for name, edit := range refusals() {
			w := ask(t, h, op.method, op.path, edit)
			if w.Code < http.StatusBadRequest {
				t.Errorf("%s, %s: %d", op.id, name, w.Code)
			}
			checkHeaders(t, op.id+", "+name, w)
		}
	}
}

// failures are handlers whose inside goes wrong.
func failures() map[string]http.Handler {
	return map[string]http.Handler{
		"an error": (&fake{err: errors.New("broken")}).handler(),
		"a panic":  (&fake{panics: "broken"}).handler(),
	}
}

// refusals make any request one that is refused on the way in.
func refusals() map[string]func(*http.Request) {
	return map[string]func(*http.Request){
		"foreign host":      func(r *http.Request) { r.Host = "evil.example" },
		"foreign origin":    foreign("http://evil.example", ""),
		"wrong token":       func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong"); r.URL.RawQuery = "x=1" },
		"no such path":      func(r *http.Request) { r.URL.Path += "/none/none/none/none" },
		"wrong method":      func(r *http.Request) { r.Method = "BREW" },
		"wrong media type":  withBody("text/plain", "{}"),
		"too large":         withBody("application/json", strings.Repeat(" ", maxBodyBytes+1)),
		"unknown parameter": func(r *http.Request) { r.URL.RawQuery = "nonsense=1" },
		"broken query":      func(r *http.Request) { r.URL.RawQuery = "q=%zz" },
	}
}

func TestS12_RefusalsAreProblems(t *testing.T) {
	h := (&fake{}).handler()
	for _, c := range []struct {
		name, method, target string
		edit                 func(*http.Request)
		status               int
		code                 oura.Code
	}{
		{"no such path", "GET", "/nothing", nil, 404, codeNotFound},
		{"root", "GET", "/", nil, 404, codeNotFound},
		{"trailing slash", "GET", "/events/", nil, 404, codeNotFound},
		{"double slash is no redirect", "GET", "//events", nil, 404, codeNotFound},
		{"dots are no redirect", "GET", "/events/../status", nil, 404, codeNotFound},
		{"encoded slash", "GET", "/events%2f1", nil, 404, codeNotFound},
		{"no other file of the page", "GET", "/docs/README.md", nil, 404, codeNotFound},
		{"the page is no folder", "GET", "/docs/", nil, 404, codeNotFound},
		{"the page takes nothing", "POST", "/docs", nil, 405, codeMethod},
		{"schemas of the library are off", "GET", "/schemas/Event.json", nil, 404, codeNotFound},
		{"other forms of the document are off", "GET", "/openapi.yaml", nil, 404, codeNotFound},
		{"older form of the document is off", "GET", "/openapi-3.0.json", nil, 404, codeNotFound},
		{"wrong method", "DELETE", "/status", nil, 405, codeMethod},
		{"preflight", "OPTIONS", "/events", nil, 405, codeMethod},
		{"trace", "TRACE", "/events", nil, 405, codeMethod},
		{"too large", "POST", "/auth/login", withBody("application/json", strings.Repeat(" ", maxBodyBytes+1)), 413, codeTooLarge},
		{"too large in chunks", "POST", "/auth/login", func(r *http.Request) {
			withBody("application/json", strings.Repeat(" ", maxBodyBytes+1))(r)
			r.ContentLength = -1
		}, 413, codeTooLarge},
		{"text body", "POST", "/auth/login", withBody("text/plain", "{}"), 415, codeMediaType},
		{"bad parameter", "GET", "/events?limit=0", nil, 422, codeInvalid},
		{"broken query", "GET", "/events?q=%zz", nil, 422, codeInvalid},
		{"semicolon in the query", "GET", "/events?q=a;b", nil, 422, codeInvalid},
		{"bad path value", "GET", "/events/none", nil, 422, codeInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(t, h, c.method, c.target, c.edit)
			wantProblem(t, w, c.status, c.code)
			if c.status == 405 && w.Header().Get("Allow") == "" {
				t.Error("405 without Allow")
			}
			if w.Header().Get("Location") != "" {
				t.Error("a redirect")
			}
		})
	}
}

const innerCanary = "canary-/home/user/oura_streaming.db SELECT secret FROM secret"

func TestS12_PanicIsAnsweredAndTheProcessLives(t *testing.T) {
	var log bytes.Buffer
	f := &fake{panics: innerCanary}
	s := f.services()
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	srv := httptest.NewServer(nil)
	defer srv.Close()
	srv.Config.Handler = New(s, Options{Port: portOf(srv.Listener), RequestsPerSecond: unthrottled})
	for _, op := range operations(t, New((&fake{}).services(), testOptions)) {
		if op.id == "getHealth" || op.id == "getOpenAPI" {
			continue // they reach nothing that could panic
		}
		got := overHTTP(t, srv, op.method, op.path)
		wantProblem(t, got, http.StatusInternalServerError, oura.CodeInternal)
		if strings.Contains(got.Body.String(), "canary") || strings.Contains(got.Body.String(), "goroutine") {
			t.Errorf("%s tells the inside: %s", op.id, got.Body)
		}
	}
	if !strings.Contains(log.String(), "canary") || !strings.Contains(log.String(), "stack=") {
		t.Error("the log lacks the panic")
	}
	f.panics = nil
	if got := overHTTP(t, srv, http.MethodGet, "/events"); got.Code != http.StatusOK {
		t.Errorf("after the panics: %d", got.Code)
	}
}

// overHTTP asks a real server, whose net/http would die of a panic in its own way.
func overHTTP(t *testing.T, srv *httptest.Server, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	text := sampleBodies[method+" "+path]
	r, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if text != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+testToken.Reveal())
	resp, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	w := httptest.NewRecorder()
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	if _, err := w.Body.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestS12_PanicInTheMiddleCutsTheConnection(t *testing.T) {
	s := (&fake{}).services()
	s.Callback = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half an answer"))
		panic("too late")
	})
	h := New(s, testOptions)
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v, want http.ErrAbortHandler", v)
		}
	}()
	ask(t, h, http.MethodGet, "/auth/callback", nil)
}

func TestS12_DocumentThatIsNoJSONBecomesAProblem(t *testing.T) {
	f := &fake{events: []oura.Event{{Seq: 1, ReceivedAt: testNow, Data: json.RawMessage(`{"damaged`)}}}
	w := ask(t, f.handler(), http.MethodGet, "/events", nil)
	wantProblem(t, w, http.StatusInternalServerError, oura.CodeInternal)
	checkHeaders(t, "damaged document", w)
}

func TestS12_InnerErrorsStayInside(t *testing.T) {
	for name, err := range map[string]error{
		"plain":                errors.New(innerCanary),
		"behind a user's text": &oura.Error{Code: oura.CodeStorage, Message: "The disk is full.", Err: errors.New(innerCanary)},
		"wrapped": fmt.Errorf("%s: %w", innerCanary,
			&oura.Error{Code: oura.CodeNotConnected, Message: "Connect first.", Err: errors.New(innerCanary)}),
	} {
		h := (&fake{err: err}).handler()
		for _, op := range operations(t, h) {
			w := ask(t, h, op.method, op.path, nil)
			if strings.Contains(w.Body.String(), "canary") {
				t.Errorf("%s, %s: %s", op.id, name, w.Body)
			}
		}
		wantProblem(t, ask(t, h, http.MethodGet, "/events", nil), statusOf(oura.CodeOf(err)), oura.CodeOf(err))
	}
}

func TestProblem_StatusOfCodes(t *testing.T) {
	want := map[oura.Code]int{
		oura.CodeInternal: 500, oura.CodeInvalid: 422, oura.CodeNotFound: 404, oura.CodeUnauthorized: 502,
		oura.CodeNotConnected: 409, oura.CodeNotConfigured: 409, oura.CodeScope: 409, oura.CodeMembership: 409,
		oura.CodeRateLimited: 429, oura.CodeUnavailable: 503, oura.CodeClientRejected: 502, oura.CodeRedirect: 409,
		oura.CodePortTaken: 409, oura.CodeEnded: 409, oura.CodeDenied: 409, oura.CodeLoginExpired: 409, oura.CodeNoBrowser: 409,
		oura.CodeLocked: 503, oura.CodeStorage: 503, oura.CodeCallbackFailed: 502, oura.CodeSubscriptionOff: 502,
	}
	for code, status := range want {
		w := ask(t, (&fake{err: &oura.Error{Code: code, Message: "What to do."}}).handler(), http.MethodPost, "/auth/login", nil)
		if p := wantProblem(t, w, status, code); p.Detail != "What to do." {
			t.Errorf("%s: detail %q", code, p.Detail)
		}
	}
}

func TestProblem_TellsWhenToComeBack(t *testing.T) {
	f := &fake{err: &oura.Error{Code: oura.CodeRateLimited, Message: "Wait.", RetryAfter: 1500 * time.Millisecond}}
	w := ask(t, f.handler(), http.MethodPost, "/subscriptions/reconcile", nil)
	wantProblem(t, w, http.StatusTooManyRequests, oura.CodeRateLimited)
	if got := w.Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After %q", got)
	}
}
