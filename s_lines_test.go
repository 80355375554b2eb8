package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/ourasim"
)

// helpers puts stand-ins first in PATH for the programs that ours may start. Each
// stays long enough to be looked at.
func helpers(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	for name, status := range map[string]int{"xdg-open": 0, "dbus-launch": 1} {
		script := fmt.Sprintf("#!/bin/sh\nsleep 0.3\nexit %d\n", status)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir + ":" + os.Getenv("PATH")
}

// installation is a pretend cloud and what a program beside it needs.
type installation struct {
	t       *testing.T
	sim     *ourasim.Sim
	book    *secretBook
	dir     string
	api     string // "http://127.0.0.1:8000"
	port    int
	ingress int
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	port, ingress := unusedPort(t), unusedPort(t)
	sim, err := ourasim.Start(ourasim.Options{
		ClientID: "stored-client", ClientSecret: canaryClient,
		RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/auth/callback", port)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return &installation{
		t: t, sim: sim, book: newSecretBook(t, sim), dir: t.TempDir(),
		api: fmt.Sprintf("http://127.0.0.1:%d", port), port: port, ingress: ingress,
	}
}

func unusedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // only its number counts
	return l.Addr().(*net.TCPAddr).Port
}

// settings are the program's variables, secrets among them.
func (i *installation) settings() []string {
	return []string{
		"OURA_CLIENT_ID=stored-client", "OURA_CLIENT_SECRET=" + canaryClient, "OURA_STREAMING_API_TOKEN=" + canaryAPI,
		"NGROK_AUTHTOKEN=" + canaryNgrok,
		fmt.Sprintf("OURA_PUBLIC_URL=http://127.0.0.1:%d", i.ingress), fmt.Sprintf("OURA_INGRESS_PORT=%d", i.ingress),
	}
}

// ask calls the local API.
func (i *installation) ask(method, path string, into any) {
	i.t.Helper()
	req, err := http.NewRequestWithContext(i.t.Context(), method, i.api+path, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+canaryAPI)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		i.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil && res.StatusCode != http.StatusNoContent {
		i.t.Fatalf("%s %s: %d, %v", method, path, res.StatusCode, err)
	}
}

// until waits for a condition.
func (i *installation) until(what string, ok func() bool) {
	i.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			i.t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// live leads the program through all that needs secrets. begin starts a sign-in
// and returns its address.
func (i *installation) live(begin func() string) {
	i.t.Helper()
	for range 2 {
		if _, err := ourasim.Approve(i.t.Context(), begin()); err != nil {
			i.t.Fatal(err)
		}
		i.until("the sign-in", func() bool {
			var st struct{ Authenticated bool }
			i.ask(http.MethodGet, "/auth/status", &st)
			return st.Authenticated
		})
		i.until("subscriptions", func() bool { return len(i.sim.Subscriptions()) > 0 })
		i.until("all deliveries' way", func() bool {
			var st struct {
				Subscriptions struct{ Wanted, Ours int }
			}
			i.ask(http.MethodGet, "/status", &st)
			return st.Subscriptions.Wanted > 0 && st.Subscriptions.Ours == st.Subscriptions.Wanted
		})
		i.sim.ExpireAccess() // the next fetch leads to a refresh
		before := i.sim.Ledger().TokenCalls("refresh_token")
		if _, err := i.sim.Put(ourasim.Doc{Type: "daily_sleep", ID: "night", JSON: fmt.Appendf(nil, `{"id":"night","day":"2026-11-20","n":%d}`, before)}); err != nil {
			i.t.Fatal(err)
		}
		i.until("the refresh", func() bool { return i.sim.Ledger().TokenCalls("refresh_token") > before })
		i.until("the event", func() bool {
			var events []struct{ Data struct{ N int } }
			i.ask(http.MethodGet, "/events?data_type=daily_sleep", &events)
			return len(events) > 0 && events[0].Data.N == before
		})
		var out any
		i.ask(http.MethodPost, "/auth/logout", &out)
	}
}

func TestS38_WatchSeesASecretThatIsThere(t *testing.T) {
	w := newWatch(t)
	for _, c := range []*exec.Cmd{exec.Command("sh", "-c", "sleep 0.3; : "+canaryClient), exec.Command("sh", "-c", "sleep 0.3; :")} {
		c.Env = append(os.Environ(), "TOKEN="+canaryNgrok)
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
	}
	w.end()
	if a, b := w.find(canaryClient), w.find(canaryNgrok); len(a) == 0 || len(b) < 2 || a[0].what != "cmdline" || b[0].what != "environ" {
		t.Errorf("the watch is blind: %d command lines, %d environments", len(a), len(b))
	}
}

func TestS38_NoSecretInCommandLinesAndEnvironmentsOfThisProcess(t *testing.T) {
	w := newWatch(t)
	home(t)
	t.Setenv("PATH", helpers(t))
	i := newInstallation(t)
	for _, pair := range i.settings() {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value) // as a headless set-up hands them in
	}
	opt, err := options(config.Flags{DataDir: i.dir, Port: i.port}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	opt.Hosts = i.book.hosts(i.sim)
	e, err := engine.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	i.live(func() string {
		login, err := e.Auth().SignIn(t.Context()) // through the stand-in for the browser
		if err != nil {
			t.Fatal(err)
		}
		return login.AuthorizeURL
	})
	if len(w.find("/oauth/authorize")) == 0 {
		t.Error("the browser's helper was not seen")
	}
	w.wantNone(t, i.book, func(glimpse) bool { return false })
}

// program is the real one, built for a pretend cloud.
func program(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "oura-streaming")
	build := exec.Command("go", "build", "-tags", "testhosts", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// headlessChild starts the program, which ends with the test.
func (i *installation) headlessChild(binary string, environ ...string) *os.Process {
	i.t.Helper()
	h := i.book.hosts(i.sim)
	child := exec.Command(binary, "--headless", "--data-dir", i.dir, "--port", strconv.Itoa(i.port))
	child.Env = append([]string{
		"HOME=" + i.t.TempDir(), "PATH=" + helpers(i.t),
		"DBUS_SESSION_BUS_ADDRESS=autolaunch:", // so that the keychain's library starts a child
		"OURA_STREAMING_TEST_API_URL=" + h.API, "OURA_STREAMING_TEST_AUTHORIZE_URL=" + h.Authorize, "OURA_STREAMING_TEST_TOKEN_URL=" + h.Token,
		"OURA_STREAMING_TEST_NEW_TOKEN_URL=" + h.NewToken, "OURA_STREAMING_TEST_REVOKE_URL=" + h.Revoke,
	}, environ...)
	var diag bytes.Buffer
	child.Stderr = &diag
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() {
		_ = child.Process.Signal(syscall.SIGTERM) // if it has ended already, Wait says how
		if err := child.Wait(); err != nil {
			i.t.Errorf("the program ended with %v: %s", err, diag.String())
		}
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, `"ready":true`) {
		i.t.Fatalf("no ready line: %q, %v, %s", line, err, diag.String())
	}
	return child.Process
}

func (i *installation) beginByAPI() string {
	var login struct {
		URL string `json:"authorize_url"`
	}
	i.ask(http.MethodPost, "/auth/login", &login)
	return login.URL
}

func TestS38_NoSecretInCommandLinesAndEnvironmentsOfTheHeadlessProgram(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("builds the program and reads the processes of Linux")
	}
	binary := program(t)
	for name, c := range map[string]struct{ byFile bool }{"secrets in its file": {true}, "secrets in its environment": {false}} {
		t.Run(name, func(t *testing.T) {
			w := newWatch(t)
			i := newInstallation(t)
			environ := i.settings()
			if c.byFile {
				if err := os.WriteFile(filepath.Join(i.dir, config.EnvFile), []byte(strings.Join(environ, "\n")), 0o600); err != nil {
					t.Fatal(err)
				}
				environ = nil
			}
			i.headlessChild(binary, environ...)
			i.live(i.beginByAPI)
			if len(w.find("--headless")) == 0 || len(w.find("dbus-launch")) == 0 {
				t.Error("the program or its child was not seen")
			}
			w.wantNone(t, i.book, func(g glimpse) bool { // what the user put there stands there
				return !c.byFile && g.what == "environ" && strings.Contains(g.command, "--headless")
			})
		})
	}
}
