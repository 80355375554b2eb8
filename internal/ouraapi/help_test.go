package ouraapi

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"oura-streaming/internal/oura"
)

// fakeTokens counts refusals and renews a token once per refused value, as the
// real source does.
type fakeTokens struct {
	mu       sync.Mutex
	serial   int
	refused  int // calls
	renewals int
	err      error // answer of Refused
}

func (f *fakeTokens) current() oura.Secret { return oura.Secret("token-" + strconv.Itoa(f.serial)) }

func (f *fakeTokens) Token(context.Context) (oura.Secret, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current(), nil
}

func (f *fakeTokens) Worked(oura.Secret) {}

func (f *fakeTokens) Refused(_ context.Context, used oura.Secret) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused++
	if f.err == nil && used == f.current() {
		f.serial++
		f.renewals++
	}
	return f.err
}

func (f *fakeTokens) counts() (refused, renewals int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refused, f.renewals
}

func credentials(context.Context) (string, oura.Secret, error) { return "app", "app-secret", nil }

// against starts a server with the handler and a client that talks to it.
func against(t *testing.T, h http.HandlerFunc) (*Client, *fakeTokens) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	tokens := &fakeTokens{}
	return New(Options{BaseURL: srv.URL, Tokens: tokens, Credentials: credentials}), tokens
}

// roundTrip lets a function stand for the network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func respond(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

func offline(f roundTrip) *Client {
	return New(Options{BaseURL: "https://api.example.test", HTTP: &http.Client{Transport: f}, Tokens: &fakeTokens{}, Credentials: credentials})
}

func reply(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // the client may have hung up
}
