package auth

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

func (r *rig) address(query string) string {
	return fmt.Sprintf("http://127.0.0.1:%d/auth/callback?%s", r.port, query)
}

func TestS14_State(t *testing.T) {
	r := newRig(t, rigOptions{})
	other := must(r.BeginLogin(t.Context())) // replaced by the next one
	login := must(r.BeginLogin(t.Context()))
	state := stateOf(t, login)
	if len(state) != 43 || state == stateOf(t, other) {
		t.Fatalf("state %q has not 256 fresh bits", state)
	}
	for name, query := range map[string]string{
		"missing": "code=abc", "empty": "code=abc&state=", "wrong": "code=abc&state=" + strings.Repeat("A", 43), "another login's": "code=abc&state=" + stateOf(t, other),
		"cut": "code=abc&state=" + state[:42], "twice": "code=abc&state=" + state + "&state=" + state, "broken query": "code=abc&state=" + state + "&x=%zz",
		"neither code nor error": "state=" + state, "both": "code=a&error=b&state=" + state,
	} {
		if status, body, _ := get(t, r.address(query)); status != http.StatusBadRequest || !strings.Contains(body, "not started here") {
			t.Errorf("%s: %d %s", name, status, body)
		}
		if !r.LastLogin().Pending {
			t.Fatalf("%s ended the pending login", name)
		}
	}
	if n := r.sim.Ledger().TokenCalls(""); n != 0 {
		t.Errorf("%d token requests, want 0", n)
	}
	approve(t, login.AuthorizeURL) // the pending login was left alone
	if last := r.LastLogin(); last.Err != nil || !last.Done {
		t.Errorf("%+v", last)
	}
	calls := r.sim.Ledger().TokenCalls("")
	if status, _, _ := get(t, r.address("code=abc&state="+state)); status != http.StatusNotFound {
		t.Errorf("reused: %d, want 404", status)
	}
	if r.sim.Ledger().TokenCalls("") != calls {
		t.Error("a reused state led to a token request")
	}
}

func TestS14_StateEndsAfterTenMinutes(t *testing.T) {
	for after, want := range map[time.Duration]oura.Code{10*time.Minute - 5*time.Second: "", 10*time.Minute + time.Second: oura.CodeLoginExpired} {
		r := newRig(t, rigOptions{})
		login := must(r.BeginLogin(t.Context()))
		r.advance(after)
		approve(t, login.AuthorizeURL)
		wantCode(t, r.LastLogin().Err, want)
		if n := r.sim.Ledger().TokenCalls(""); (n == 0) != (want != "") {
			t.Errorf("after %v: %d token requests", after, n)
		}
	}
}

func TestS16_RouteAnswersOnlyWhilePending(t *testing.T) {
	r := newRig(t, rigOptions{})
	if status, body, _ := get(t, r.address("code=a&state=b")); status != http.StatusNotFound || body != "" {
		t.Errorf("no login: %d %q", status, body)
	}
	must(r.BeginLogin(t.Context()))
	for _, method := range []string{http.MethodPost, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		res := must(http.DefaultClient.Do(must(http.NewRequestWithContext(t.Context(), method, r.address("code=a"), nil))))
		res.Body.Close()
		if res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d, want 405", method, res.StatusCode)
		}
	}
	r.CancelLogin()
	wantCode(t, r.LastLogin().Err, oura.CodeCancelled)
	if status, _, _ := get(t, r.address("code=a&state=b")); status != http.StatusNotFound {
		t.Errorf("cancelled: %d", status)
	}
	r.desk.life = 10 * time.Millisecond
	wake, stop := r.Listen()
	defer stop()
	must(r.BeginLogin(t.Context()))
	<-wake // the timer ended it
	if last := r.LastLogin(); !last.Done || oura.CodeOf(last.Err) != oura.CodeLoginExpired {
		t.Errorf("%+v", last)
	}
	if status, _, _ := get(t, r.address("code=a&state=b")); status != http.StatusNotFound {
		t.Errorf("expired: %d", status)
	}
}

func TestS04_CallbackChecksTheHostHeader(t *testing.T) {
	own := newRig(t, rigOptions{})
	must(own.BeginLogin(t.Context()))
	port := freePort(t)
	door := newRig(t, rigOptions{redirect: fmt.Sprintf("http://localhost:%d/cb", port)})
	must(door.BeginLogin(t.Context()))
	for path, port := range map[string]int{"/auth/callback": own.port, "/cb": port} {
		for host, want := range map[string]int{
			"evil.example": 403, fmt.Sprintf("evil.example:%d", port): 403, fmt.Sprintf("127.0.0.1.evil.example:%d", port): 403,
			fmt.Sprintf("localhost.evil.example:%d", port): 403, fmt.Sprintf("localhost:%d", port+1): 403, "localhost": 403, "": 403,
			fmt.Sprintf("127.0.0.1:%d", port): 400, fmt.Sprintf("localhost:%d", port): 400, fmt.Sprintf("[::1]:%d", port): 400,
		} {
			if got := statusWithHost(t, port, path, host); got != want {
				t.Errorf("%s with Host %q: %d, want %d", path, host, got, want)
			}
		}
	}
}

// statusWithHost sends any Host header, also an empty one, over a plain connection.
func statusWithHost(t *testing.T, port int, path, host string) (status int) {
	t.Helper()
	c := must(net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)))
	defer c.Close()
	fmt.Fprintf(c, "GET %s?code=a&state=b HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host)
	if _, err := fmt.Fscanf(c, "HTTP/1.1 %d", &status); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, c) // the rest does not matter
	return status
}

func TestS16_OtherPortGetsListenersOnBothFamilies(t *testing.T) {
	for _, path := range []string{"/callback", "/callback/", "/", ""} {
		port := freePort(t)
		r := newRig(t, rigOptions{redirect: fmt.Sprintf("http://localhost:%d%s", port, path)})
		login := must(r.BeginLogin(t.Context()))
		for _, host := range []string{"127.0.0.1", "[::1]"} {
			for _, spelling := range []string{strings.TrimSuffix(path, "/"), strings.TrimSuffix(path, "/") + "/"} {
				if status, _, _ := get(t, fmt.Sprintf("http://%s:%d%s?state=x", host, port, spelling)); status != http.StatusBadRequest {
					t.Errorf("%s on %s: %d", spelling, host, status)
				}
			}
			if status, _, _ := get(t, fmt.Sprintf("http://%s:%d/favicon.ico", host, port)); status != http.StatusNotFound {
				t.Errorf("favicon: %d", status)
			}
		}
		if status, _, _ := get(t, r.address("state=x")); status != http.StatusNotFound {
			t.Errorf("own port answers for a login on another: %d", status)
		}
		approve(t, login.AuthorizeURL)
		if last := r.LastLogin(); !last.Done || last.Err != nil {
			t.Fatalf("%q: %+v", path, last)
		}
		for _, addr := range []string{"127.0.0.1:%d", "[::1]:%d"} { // the port is free again
			l, err := net.Listen("tcp", fmt.Sprintf(addr, port))
			if err != nil {
				t.Fatal(err)
			}
			l.Close()
		}
	}
}

func TestS16_TakenPortStopsBeforeTheBrowser(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		listeners := listenBoth(t)
		port := listeners[0].Addr().(*net.TCPAddr).Port
		for _, l := range listeners {
			defer l.Close()
			if !strings.Contains(l.Addr().String(), host) { // only host stays taken
				l.Close()
			}
		}
		shown := &recordingBrowser{}
		r := newRig(t, rigOptions{
			redirect: fmt.Sprintf("http://localhost:%d/callback", port), change: func(o *Options) { o.Opener = shown },
		})
		_, err := r.SignIn(t.Context())
		wantCode(t, err, oura.CodePortTaken)
		if m := oura.MessageOf(err); !strings.Contains(m, fmt.Sprint(port)) || !strings.Contains(m, "another port") {
			t.Errorf("no next step: %s", m)
		}
		if len(shown.urls) != 0 || r.LastLogin().Pending {
			t.Error("the browser was opened")
		}
		for _, free := range []string{"127.0.0.1", "::1"} {
			if free == host {
				continue
			}
			l, err := net.Listen("tcp", net.JoinHostPort(free, fmt.Sprint(port)))
			if err != nil {
				t.Fatalf("the half that was free stays bound: %v", err)
			}
			l.Close()
		}
	}
}

func TestS16_MissingAddressFamilyIsLeftOut(t *testing.T) {
	port := freePort(t)
	r := newRig(t, rigOptions{redirect: fmt.Sprintf("http://localhost:%d/callback", port), change: func(o *Options) {
		o.Listen = func(network, addr string) (net.Listener, error) {
			if strings.HasPrefix(addr, "[::1]") {
				return nil, &net.OpError{Op: "listen", Err: syscall.EADDRNOTAVAIL}
			}
			return net.Listen(network, addr)
		}
	}})
	r.signIn(t)
}

func TestNewLoginReplacesTheOlderOnTheSamePort(t *testing.T) {
	port := freePort(t)
	r := newRig(t, rigOptions{redirect: fmt.Sprintf("http://localhost:%d/callback", port)})
	for range 20 {
		must(r.BeginLogin(t.Context()))
	}
	r.signIn(t)
	r.wg.Wait()
}

func TestS17_PageEchoesNothing(t *testing.T) {
	for name, query := range map[string]string{
		"error": "error=<script>alert(1)</script>&error_description=<script>boo</script>", "code": "code=<img onerror=alert(1)>", "known error": "error=server_error&error_description=<b>echo</b>",
	} {
		r := newRig(t, rigOptions{})
		state := stateOf(t, must(r.BeginLogin(t.Context())))
		query = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(query)
		for _, s := range []string{"wrong", state} {
			status, body, header := get(t, r.address(query+"&state="+s+"&iss=echo"))
			for _, echo := range []string{"script", "onerror", "boo", "echo", s} {
				if strings.Contains(body, echo) {
					t.Errorf("%s: page holds %q: %s", name, echo, body)
				}
			}
			if status != http.StatusBadRequest || header.Get("Cache-Control") != "no-store" || header.Get("Referrer-Policy") != "no-referrer" ||
				!strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d %v", name, status, header)
			}
		}
		if r.LastLogin().Err == nil || r.sim.Ledger().TokenCalls("") != 0 {
			t.Errorf("%s: %+v", name, r.LastLogin())
		}
	}
}

func TestPageSaysSuccess(t *testing.T) {
	r := newRig(t, rigOptions{})
	login := must(r.BeginLogin(t.Context()))
	// Walk to the callback by hand to see its page.
	r.opt.OwnPort = func() int { return 1 } // the automatic visit gets 403
	back, _ := ourasim.Approve(t.Context(), login.AuthorizeURL)
	r.opt.OwnPort = func() int { return r.port }
	status, body, _ := get(t, back)
	if status != http.StatusOK || !strings.Contains(body, "connected") || strings.Contains(body, "code") {
		t.Errorf("%d %s", status, body)
	}
}
