//go:build soak

package soak

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"oura-streaming/app/tray/traytest"
	"oura-streaming/internal/ourasim"
)

// way is one way in which the program idles.
type way struct {
	name   string
	binary string
	dir    string
	env    []string
	args   []string
	then   func(t *testing.T) // once it runs

	p         *program
	own, web  []int // processes: the program's, the web view's
	watcher   int   // thread
	from      [2]reading
	alreadyIn int // bytes it had written by then
}

// idle starts the program as it is shipped on that data: in the tray, in its window
// and without one. A fourth one, which may talk to a pretended cloud, is signed in
// there and live. They idle side by side.
func idle(t *testing.T, dir string) {
	took := duration(t, "OURA_SOAK", 5*time.Minute)
	warm := duration(t, "OURA_SOAK_WARM", 2*time.Minute)
	shipped := given(t, "OURA_STREAMING_BINARY")
	traytest.OpenWatcher(t, given(t, "DBUS_SESSION_BUS_ADDRESS"), true)
	ways := []*way{
		{name: "in the tray", binary: shipped, args: []string{"--port", "0", "--hidden"}},
		{name: "window shown", binary: shipped, args: []string{"--port", "0"}},
		{name: "headless", binary: shipped, args: []string{"--port", "0", "--headless"}},
		live(t),
	}
	for _, w := range ways {
		w.dir = copied(t, dir)
		w.p = launch(t, homeOf(w.dir), append(w.env, traced), w.binary, append(w.args, "--data-dir", w.dir)...)
	}
	for _, w := range ways {
		if w.then != nil {
			w.then(t)
		}
	}
	<-time.After(warm)
	for _, w := range ways {
		w.begin(t)
	}
	<-time.After(took)
	for _, w := range ways {
		w.report(t)
	}
	for _, w := range ways {
		w.p.quit(t)
	}
}

func duration(t *testing.T, name string, usual time.Duration) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv(name), usual.String()))
	done(t, err)
	return d
}

func (w *way) begin(t *testing.T) {
	t.Helper()
	pid := w.p.cmd.Process.Pid
	w.own, w.web = []int{pid}, children(t, pid)
	w.watcher = watcher(pid)
	w.alreadyIn = len(w.p.said.String())
	w.from = [2]reading{read(t, w.own...), read(t, w.web...)}
}

func (w *way) report(t *testing.T) {
	t.Helper()
	own, web := between(w.from[0], read(t, w.own...), w.watcher), between(w.from[1], read(t, w.web...), 0)
	percent := func(v float64) string { return fmt.Sprintf("%.2f %%", v) }
	rate := func(v float64) string { return fmt.Sprintf("%.2f /s", v) }
	row(t, "idle, "+w.name+": of one core", percent(own.share+web.share), "<= 0.5 %", own.share+web.share <= 0.5)
	if len(w.web) > 0 {
		row(t, "  of these the web view's processes", percent(web.share), "", false)
	}
	row(t, "  wake-ups of the busiest thread, "+own.name, rate(own.busiest), "<= 1 /s", own.busiest <= 1)
	row(t, "  wake-ups of all its threads", rate(own.sum), "", false)
	row(t, "  beside them, the Go runtime watching these", rate(own.watcher), "", false)
	if len(w.web) > 0 {
		row(t, "  wake-ups in the web view's processes", rate(web.sum), "", false)
	}
	mb, ok := heap(w.p.said.String(), w.alreadyIn)
	if !ok {
		t.Errorf("%s: no collection was told, so the heap is not known", w.name)
	}
	row(t, "  Go heap, at its largest", fmt.Sprintf("%d MB", mb), "<= 64 MB", ok && mb <= 64)
	row(t, "  resident memory", fmt.Sprintf("%.0f MB", own.rssMB), "", false)
	if len(w.web) > 0 {
		row(t, "  resident memory of the web view's processes", fmt.Sprintf("%.0f MB", web.rssMB), "", false)
	}
}

const apiToken = "soak-token-0123456789abcdef0123456789"

// live is a program in the tray that is signed in and told of every change. It is
// the build that may talk to a pretended cloud; nothing else differs.
func live(t *testing.T) *way {
	t.Helper()
	api, ingress := freePort(t), freePort(t)
	opt := ourasim.PersonOptions(somebody())
	opt.Profile = json.RawMessage(fmt.Sprintf(`{"id":%q,"email":"sample@example.com"}`, userID))
	opt.RedirectURIs = []string{fmt.Sprintf("http://localhost:%d/auth/callback", api)}
	sim, err := ourasim.Start(opt)
	done(t, err)
	t.Cleanup(sim.Close)
	h := sim.Hosts()
	call := func(method, path string, into any) {
		ask(t, method, fmt.Sprintf("http://127.0.0.1:%d%s", api, path), into)
	}
	return &way{
		name: "in the tray, signed in and live", binary: given(t, "OURA_SOAK_TESTHOSTS"),
		args: []string{"--port", fmt.Sprint(api), "--hidden"},
		env: []string{
			"OURA_STREAMING_TEST_API_URL=" + h.API, "OURA_STREAMING_TEST_AUTHORIZE_URL=" + h.Authorize,
			"OURA_STREAMING_TEST_TOKEN_URL=" + h.Token, "OURA_STREAMING_TEST_NEW_TOKEN_URL=" + h.NewToken, "OURA_STREAMING_TEST_REVOKE_URL=" + h.Revoke,
			"OURA_CLIENT_ID=sim-client", "OURA_CLIENT_SECRET=sim-secret", "OURA_STREAMING_API_TOKEN=" + apiToken,
			fmt.Sprintf("OURA_PUBLIC_URL=http://127.0.0.1:%d", ingress), fmt.Sprintf("OURA_INGRESS_PORT=%d", ingress),
		},
		then: func(t *testing.T) {
			var login struct {
				AuthorizeURL string `json:"authorize_url"`
			}
			call(http.MethodPost, "/auth/login", &login)
			_, err := ourasim.Approve(t.Context(), login.AuthorizeURL)
			done(t, err)
			until(t, "it is live", func() bool {
				var status struct {
					State string `json:"state"`
				}
				call(http.MethodGet, "/status", &status)
				return status.State == "live"
			})
			until(t, "history is read", func() bool {
				var all []struct {
					State string `json:"state"`
				}
				call(http.MethodGet, "/jobs", &all)
				return len(all) > 0 && all[0].State == "done"
			})
		},
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	done(t, err)
	defer func() { _ = l.Close() }() // only its number was needed
	return l.Addr().(*net.TCPAddr).Port
}

// ask calls the local API, which may still be coming.
func ask(t *testing.T, method, url string, into any) {
	t.Helper()
	until(t, method+" "+url, func() bool {
		r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(""))
		done(t, err)
		r.Header.Set("Authorization", "Bearer "+apiToken)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		defer func() { _ = resp.Body.Close() }() // read
		return resp.StatusCode == http.StatusOK && json.NewDecoder(resp.Body).Decode(into) == nil
	})
}

// until asks again until it is so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
