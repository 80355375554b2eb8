package tunnel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const canary = oura.Secret("canary-verification-token")

// echo answers as the ingress does.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("verification_token") != canary.Reveal() {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"challenge":%q}`, r.URL.Query().Get("challenge")) // the client may be gone
})

func answer(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Location", "https://elsewhere.example.org/")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may be gone
	})
}

func TestProbe_AcceptsItsOwnAnswer(t *testing.T) {
	for name, start := range map[string]func(http.Handler) *httptest.Server{"http": httptest.NewServer, "https": httptest.NewTLSServer} {
		srv := start(echo)
		if err := Probe(t.Context(), srv.Client(), srv.URL+"/webhooks/x", canary); err != nil {
			t.Errorf("over %s: %v", name, err)
		}
		srv.Close()
	}
}

func TestProbe_SaysWhatAnswersInstead(t *testing.T) {
	cases := []struct {
		name    string
		handler http.Handler
		want    string
	}{
		{"a redirect", answer(301, "text/html", "<html>moved</html>"), "redirect"},
		{"a foreign copy", answer(401, "", ""), "check word"},
		{"a proxy without us", answer(502, "text/html", "<html>Bad gateway</html>"), "cannot reach this program"},
		{"a warning page", answer(200, "text/html; charset=utf-8", "<!DOCTYPE html><html>You are about to visit</html>"), "web page"},
		{"a page without a type", answer(404, "", "<!doctype html><html>nothing</html>"), "web page"},
		{"no such path", answer(404, "", ""), "path"},
		{"the wrong challenge", answer(200, "application/json", `{"challenge":"made-up"}`), "Something else"},
		{"an endless answer", answer(200, "application/json", strings.Repeat(" ", 200<<10)), "Something else"},
		{"a broken program", answer(500, "text/plain", "oops"), "status 500"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			srv := httptest.NewServer(c.handler)
			defer srv.Close()
			checkProbe(t, Probe(t.Context(), srv.Client(), srv.URL, canary), c.want)
		})
	}
}

func TestProbe_SaysWhatTheServiceAnswersInOurPlace(t *testing.T) {
	for code, want := range map[string]string{
		"ERR_NGROK_727": "allowance", "ERR_NGROK_3200": "offline", "err_ngrok_3004": "proper answer", "ERR_NGROK_6024": "warning page", "ERR_NGROK_1": "in place",
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ngrok-error-code", code)
			w.WriteHeader(http.StatusNotFound)
		}))
		err := Probe(t.Context(), srv.Client(), srv.URL, canary)
		checkProbe(t, err, want)
		if IsOffline(err) != (want == "offline") || IsQuota(err) != (want == "allowance") {
			t.Errorf("%s: offline %v, quota %v", code, IsOffline(err), IsQuota(err))
		}
		srv.Close()
	}
}

func TestProbe_SaysWhyNothingAnswers(t *testing.T) {
	untrusted := httptest.NewUnstartedServer(echo)
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	plain := httptest.NewServer(echo)
	defer plain.Close()
	closed := httptest.NewServer(echo)
	closed.Close()
	dropping := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer dropping.Close()
	noName := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "nowhere.example.org", IsNotFound: true}}
	}}}
	cases := []struct {
		name   string
		client *http.Client
		url    string
		want   string
	}{
		{"a certificate nobody knows", nil, untrusted.URL, "certificate"},
		{"no encryption", nil, strings.Replace(plain.URL, "http://", "https://", 1), "does not speak https"},
		{"nobody listens", nil, closed.URL, "No connection"},
		{"the connection is dropped", nil, dropping.URL, "broke off"},
		{"a name that does not exist", noName, "https://nowhere.example.org", "nowhere.example.org cannot be found"},
		{"no web address", nil, "://", "not a web address"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { checkProbe(t, Probe(t.Context(), c.client, c.url, canary), c.want) })
	}
}

func TestProbe_GivesUpOnAnAddressThatHangs(t *testing.T) {
	hang := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer srv.Close()
	defer close(hang)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	checkProbe(t, Probe(ctx, nil, srv.URL, canary), "in time")
}

func TestProbe_ACallerWhoGivesUpIsNoFault(t *testing.T) {
	srv := httptest.NewServer(echo)
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Probe(ctx, nil, srv.URL, canary); !errors.Is(err, context.Canceled) || oura.CodeOf(err) == oura.CodeCallbackFailed {
		t.Errorf("got %v", err)
	}
}

// checkProbe wants a sentence about want, and no trace of the token.
func checkProbe(t *testing.T, err error, want string) {
	t.Helper()
	if oura.CodeOf(err) != oura.CodeCallbackFailed || !strings.Contains(oura.MessageOf(err), want) {
		t.Errorf("got %v, want a sentence about %q", err, want)
	}
	if !strings.HasSuffix(oura.MessageOf(err), ".") {
		t.Errorf("no sentence: %q", oura.MessageOf(err))
	}
	if strings.Contains(fmt.Sprintf("%+v", err), canary.Reveal()) {
		t.Errorf("the error holds the token: %v", err)
	}
}
