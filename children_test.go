package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/ourasim"
)

const (
	canaryAPI    = "canary-api-token-0123456789"
	canaryClient = "canary-client-secret-5f1c"
	canaryNgrok  = "canary-ngrok-authtoken-77a0"
)

// watch reads command lines and environments of this process and all that come
// from it, again and again until it is stopped.
type watch struct {
	stop chan struct{}
	done chan struct{}

	mu   sync.Mutex // guards seen
	seen map[glimpse]bool
}

// glimpse is one text of one process. A child that has not begun its program yet
// still shows its parent's command line and environment.
type glimpse struct {
	pid     int
	command string // the command line a moment before
	what    string // "cmdline" or "environ"
	text    string
}

func newWatch(t *testing.T) *watch {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the processes of this system cannot be read like those of Linux")
	}
	w := &watch{stop: make(chan struct{}), done: make(chan struct{}), seen: map[glimpse]bool{}}
	go w.run()
	t.Cleanup(w.end)
	return w
}

func (w *watch) end() {
	select {
	case <-w.stop:
	default:
		close(w.stop)
	}
	<-w.done
}

func (w *watch) run() {
	defer close(w.done)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		w.look()
		select {
		case <-w.stop:
			return
		case <-tick.C:
		}
	}
}

func (w *watch) look() {
	for _, pid := range family() {
		command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err != nil {
			continue // it has just ended
		}
		environ, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)) // empty if it has ended now
		w.mu.Lock()
		w.seen[glimpse{pid, string(command), "cmdline", string(command)}] = true
		w.seen[glimpse{pid, string(command), "environ", string(environ)}] = true
		w.mu.Unlock()
	}
}

// family is this process and all its descendants.
func family() []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	parent := map[int]int{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, after, found := bytes.Cut(stat, []byte(") "))
		if fields := bytes.Fields(after); err == nil && found && len(fields) > 1 {
			parent[pid], _ = strconv.Atoi(string(fields[1])) // the kernel writes numbers
		}
	}
	own := os.Getpid()
	return slices.DeleteFunc(slices.Collect(maps.Keys(parent)), func(pid int) bool {
		for up := pid; up != own; up = parent[up] {
			if up <= 1 {
				return true
			}
		}
		return false
	})
}

// find returns the glimpses that hold text.
func (w *watch) find(text string) (found []glimpse) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for g := range w.seen {
		if strings.Contains(g.text, text) {
			found = append(found, g)
		}
	}
	return found
}

// secretBook learns every secret that goes to the pretend cloud or comes from it.
type secretBook struct {
	*httptest.Server
	mu    sync.Mutex        // guards known
	known map[string]string // secret → what it is
}

func newSecretBook(t *testing.T, sim *ourasim.Sim) *secretBook {
	t.Helper()
	to, err := url.Parse(sim.URL())
	if err != nil {
		t.Fatal(err)
	}
	b := &secretBook{known: map[string]string{canaryClient: "client secret", canaryAPI: "API token", canaryNgrok: "ngrok authtoken"}}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			body, _ := io.ReadAll(r.In.Body) // what is cut fails at the cloud
			b.learn(body)
			r.Out.Body = io.NopCloser(bytes.NewReader(body))
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			b.learn(body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			return err
		},
	}
	b.Server = httptest.NewServer(proxy)
	t.Cleanup(b.Close)
	return b
}

// learn reads the secrets of one body of JSON.
func (b *secretBook) learn(body []byte) {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range []string{"access_token", "refresh_token", "verification_token", "callback_url"} {
		text, _ := fields[name].(string)
		if name == "callback_url" {
			text = text[strings.LastIndex(text, "/")+1:] // the random path
		}
		if text != "" {
			b.known[text] = name
		}
	}
}

func (b *secretBook) all() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.known)
}

// hosts are the pretend cloud's, seen through the book.
func (b *secretBook) hosts(sim *ourasim.Sim) config.Hosts {
	h := sim.Hosts()
	for _, address := range []*string{&h.API, &h.Authorize, &h.Token, &h.NewToken, &h.Revoke} {
		*address = strings.Replace(*address, sim.URL(), b.URL, 1)
	}
	return h
}

// wantNone fails for each secret that any process showed, but those in allowed.
func (w *watch) wantNone(t *testing.T, b *secretBook, allowed func(glimpse) bool) {
	t.Helper()
	w.end()
	known := b.all()
	kinds := map[string]bool{}
	for secret, name := range known {
		kinds[name] = true
		for _, g := range w.find(secret) {
			if !allowed(g) {
				t.Errorf("the %s of process %d holds the %s", g.what, g.pid, name)
			}
		}
	}
	if len(kinds) != 7 || len(known) < 11 { // of access and refresh tokens at least three each
		t.Errorf("only %d secrets came by: %v", len(known), slices.Sorted(maps.Keys(kinds)))
	}
	t.Logf("%d secrets looked for in %d texts of processes", len(known), len(w.seen))
}
