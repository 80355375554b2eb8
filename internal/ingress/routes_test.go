package ingress

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// serve runs the rig behind NewServer on loopback until the test ends.
func (g *rig) serve(t testing.TB) (srv *http.Server, addr string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv = NewServer(g.guarded(t))
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close() // or ended by the test
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return srv, l.Addr().String()
}

func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(context.Background(), "tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // or closed by the test
	return c
}

// raw is the text of a request as it goes over the wire.
func raw(r *http.Request, body string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: hooks.example.org\r\nContent-Length: %d\r\n", r.Method, r.URL.RequestURI(), len(body))
	_ = r.Header.Write(&b) // a buffer takes all
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// send writes a request and reads the answer with its whole body.
func send(t testing.TB, c net.Conn, request []byte) (*http.Response, string) {
	t.Helper()
	if _, err := c.Write(request); err != nil {
		t.Fatal(err)
	}
	res, text, err := readAnswer(c)
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	return res, text
}

func readAnswer(c net.Conn) (*http.Response, string, error) {
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, "", err
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(res.Body)
	return res, text.String(), errors.Join(err, res.Body.Close())
}

// The operations of DESIGN section 7; the whole-program tests take them from the
// OpenAPI document.
func TestS01_IngressKnowsNoOperationOfTheLocalAPI(t *testing.T) {
	g := newRig(t, nil)
	operations := []string{
		"GET /health", "GET /status", "POST /auth/login", "GET /auth/status", "POST /auth/logout", "GET /auth/callback", "GET /auth/callback/",
		"GET /subscriptions", "POST /subscriptions", "DELETE /subscriptions/1", "PUT /subscriptions/1/renew", "POST /subscriptions/reconcile",
		"GET /events", "GET /events/1", "GET /events/stream", "DELETE /events", "GET /documents/sleep", "GET /documents/sleep/1/revisions",
		"GET /samples/heartrate", "GET /coverage", "POST /sync", "POST /backfill", "GET /jobs", "DELETE /jobs/1", "GET /deliveries",
		"GET /deliveries/1", "POST /deliveries/1/refetch", "GET /export?format=sqlite", "GET /openapi.json", "GET /docs", "GET /",
	}
	for _, o := range operations {
		method, target, _ := strings.Cut(o, " ")
		wantStatus(t, o, g.do(t, httptest.NewRequest(method, target, nil)), http.StatusNotFound)
	}
	if got := g.Diagnostics().Rejected[RejectedPath]; got != int64(len(operations)) {
		t.Errorf("%d refusals counted, want %d", got, len(operations))
	}
}

func TestS02_OnePathTwoMethods(t *testing.T) {
	g := newRig(t, nil)
	_, addr := g.serve(t)
	r := rand.New(rand.NewPCG(1, 2)) // the same 500 every time
	targets := []string{
		"/", "//", "*", "/webhooks", "/webhooks/", path + "/", "/" + path, path + "/..", path + "/.", path + "%2f", path + "/../" + path[1:],
		"/webhooks/..%2fwebhooks/" + path[10:], "/%77ebhooks" + path[9:], strings.ToUpper(path), path[:len(path)-1], path + "0", path + "%00",
		"/webhooks/../auth/callback", "/..%2f..%2fetc/passwd", `/webhooks\0123`, path + ";x=1", "/webhooks//" + path[10:],
	}
	for len(targets) < 250 {
		b := make([]byte, 1+r.IntN(60))
		for i := range b {
			b[i] = "abcdef0123456789/.-_~%2fF:;@&=+$,!*'()"[r.IntN(38)]
		}
		targets = append(targets, "/"+string(b))
	}
	methods := []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "TRACE", "OPTIONS", "PROPFIND", "X"}
	for i := range 500 {
		target, method := targets[i%len(targets)], methods[r.IntN(len(methods))]
		checkRefused(t, addr, method, target, http.StatusNotFound)
	}
	for _, method := range methods[2:] {
		checkRefused(t, addr, method, path, http.StatusMethodNotAllowed)
	}
	if rows := g.kept(t); len(rows) != 0 {
		t.Errorf("%d rows kept", len(rows))
	}
}

// checkRefused wants the status, or net/http's own 400 for what is not HTTP.
func checkRefused(t *testing.T, addr, method, target string, status int) {
	t.Helper()
	c := dial(t, addr)
	defer c.Close() //nolint:errcheck // nothing more to learn
	request := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: hooks.example.org\r\nConnection: close\r\n\r\n", method, target)
	if _, err := c.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	res, text, err := readAnswer(c)
	if err != nil {
		t.Fatalf("%s %s: %v", method, target, err)
	}
	if res.StatusCode == http.StatusBadRequest && strings.Contains(text, "400 Bad Request") && strings.Contains(target, "%") {
		return // a broken escape: no handler is asked
	}
	if res.StatusCode != status || text != "" || res.Header.Get("Server") != "" || res.Header.Get("Location") != "" {
		t.Errorf("%s %s: %d %q %v", method, target, res.StatusCode, text, res.Header)
	}
}

func TestHandler_SurvivesAPanic(t *testing.T) {
	fail := true
	g := newRig(t, nil, func(o *Options) {
		o.UserID = func() string {
			if fail {
				panic("a mistake of ours")
			}
			return account
		}
	})
	_, addr := g.serve(t)
	c := dial(t, addr)
	request := raw(delivery(begin, vectorBody, secret), vectorBody)
	if res, text := send(t, c, request); res.StatusCode != http.StatusInternalServerError || text != "" {
		t.Errorf("the panic was answered with %d %q", res.StatusCode, text)
	}
	fail = false
	if res, _ := send(t, c, request); res.StatusCode != http.StatusOK || len(g.kept(t)) != 1 {
		t.Errorf("the retry was answered with %d, %d rows", res.StatusCode, len(g.kept(t)))
	}
}
