package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// wire listens in on the token endpoint and collects every secret that passes.
type wire struct {
	mu      sync.Mutex
	secrets []string // guarded by mu
}

func (w *wire) into(o *Options) { o.HTTP = &http.Client{Transport: w} }

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	form := must(io.ReadAll(req.Body))
	w.collect(must(url.ParseQuery(string(form))))
	req = req.Clone(req.Context())
	req.Body = io.NopCloser(bytes.NewReader(form))
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body := must(io.ReadAll(res.Body))
	res.Body.Close()
	var pair map[string]any
	_ = json.Unmarshal(body, &pair) // refusals need not be JSON
	for _, name := range []string{"access_token", "refresh_token"} {
		if text, ok := pair[name].(string); ok {
			w.add(text)
		}
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

func (w *wire) collect(form url.Values) {
	for _, name := range []string{"code", "code_verifier", "client_secret", "refresh_token"} {
		if form.Get(name) != "" {
			w.add(form.Get(name))
		}
	}
}

func (w *wire) add(secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.secrets, secret) {
		w.secrets = append(w.secrets, secret)
	}
}

// foundIn returns the secrets that stand in text, plainly or in base64.
func (w *wire) foundIn(text []byte) (found []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.secrets {
		spellings := []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s)), fmt.Sprintf("%x", s)}
		if slices.ContainsFunc(spellings, func(x string) bool { return bytes.Contains(text, []byte(x)) }) {
			found = append(found, s)
		}
	}
	return found
}

// wantNoCanary scans every file of the rig: database, WAL, SHM, key, lock.
func (r *rig) wantNoCanary(t *testing.T, spy *wire) {
	t.Helper()
	if len(spy.secrets) < 5 {
		t.Fatalf("only %d secrets passed the wire", len(spy.secrets))
	}
	var scanned []string
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		scanned = append(scanned, filepath.Base(path))
		if found := spy.foundIn(must(os.ReadFile(path))); found != nil {
			t.Errorf("%s holds %q", path, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"oura_streaming.db", "oura_streaming.db-wal", "oura_streaming.db-shm", "data.key", "token.lock"} {
		if !slices.Contains(scanned, want) {
			t.Errorf("%s was not there to be scanned: %q", want, scanned)
		}
	}
}

func TestS36_NoSecretInAnyFile(t *testing.T) {
	t.Parallel()
	spy := &wire{}
	r := newRig(t, rigOptions{change: spy.into})
	r.plant(t, "client_secret", canarySecret)
	r.signIn(t)
	if err := r.forceRefresh(t); err != nil {
		t.Fatal(err)
	}
	r.wantNoCanary(t, spy)
	if info := must(os.Stat(filepath.Join(r.dir, "data", "token.lock"))); info.Mode().Perm() != 0o600 {
		t.Errorf("lock file is %v", info.Mode())
	}
}

func TestS36_FlippedOrSwappedRowsLockAndStay(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(token, other []byte) (newToken, newOther []byte){
		"flipped bit":  func(token, other []byte) ([]byte, []byte) { token[len(token)/2] ^= 4; return token, other },
		"swapped rows": func(token, other []byte) ([]byte, []byte) { return other, token },
		"cut":          func(token, other []byte) ([]byte, []byte) { return token[:len(token)-1], other },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, rigOptions{})
			r.plant(t, "client_secret", canarySecret)
			r.signIn(t)
			access := r.access(t)
			token, _, _ := r.store.Secret(t.Context(), rowToken)
			other, _, _ := r.store.Secret(t.Context(), "client_secret")
			token, other = spoil(token, other)
			if err := r.store.PutSecrets(t.Context(), map[string][]byte{rowToken: token, "client_secret": other}); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				_, err := r.Token(t.Context())
				wantCode(t, err, oura.CodeLocked)
				wantCode(t, r.Refused(t.Context(), access), oura.CodeLocked)
				wantCode(t, r.round(t.Context()), oura.CodeLocked)
			}
			_, err := New(r.opt).Token(t.Context())
			wantCode(t, err, oura.CodeLocked)
			if now, _, _ := r.store.Secret(t.Context(), rowToken); !bytes.Equal(now, token) || r.refreshes() != 0 {
				t.Error("the row was overwritten")
			}
			if err := r.Logout(t.Context()); err != nil { // the way out
				t.Error(err)
			}
		})
	}
}

func TestS39_LogsHoldNoSecret(t *testing.T) {
	t.Parallel()
	spy := &wire{}
	r := newRig(t, rigOptions{change: spy.into, sim: func(s *ourasim.Switches) { s.RefreshMode = ourasim.RefreshGrace }})
	login := must(r.BeginLogin(t.Context()))
	spy.add(stateOf(t, login))
	approve(t, login.AuthorizeURL)
	for _, fault := range []ourasim.Fault{
		{Drop: true}, {Drop: true, After: true}, {Status: 500}, {Status: 401, Body: []byte(`{"error":"x","error_description":"` + canarySecret + `"}`)},
		{Status: 200, Body: []byte(`{"access_token":"` + strings.Repeat("a", 20) + `"}`)}, {},
	} {
		fault.Prefix = classicPath
		if fault.Status != 0 || fault.Drop {
			r.sim.AddFaults(fault)
		}
		_ = r.call(t.Context())
		_ = r.forceRefreshAnyway(t)
		r.advance(2 * time.Hour)
	}
	if err := r.vault.Rotate(t.Context(), func(func(string, []byte) ([]byte, error)) error { return nil }); err != nil {
		t.Log("rotated without resealing:", err)
	}
	r.sim.AddFaults(ourasim.Fault{Prefix: "/oauth/revoke", Drop: true, Times: -1})
	_ = r.Logout(t.Context())
	r.signIn(t)
	_ = r.Logout(t.Context()) // the revoke address carries the token in its query
	text := r.logs.String()
	if found := spy.foundIn([]byte(text)); found != nil || len(spy.secrets) < 8 {
		t.Errorf("%d secrets known; log holds %q", len(spy.secrets), found)
	}
	for _, line := range []string{"login begun", "account connected", "refresh failed", "token endpoint refused", "access refreshed", "tokens not revoked", "signed out", "[redacted]"} {
		if !strings.Contains(text, line) {
			t.Errorf("the run did not reach %q, so its line was not checked", line)
		}
	}
}

// forceRefreshAnyway refuses the token in use and returns whatever comes of it.
func (r *rig) forceRefreshAnyway(t *testing.T) error {
	access, err := r.Token(t.Context())
	if err != nil {
		return err
	}
	return r.Refused(t.Context(), access)
}

func TestS38_BrowserAndProcessCarryNoSecret(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a stand-in for the browser's helper program exists for Linux only")
	}
	spy := &wire{}
	spy.add(canarySecret)
	r := newRig(t, rigOptions{change: func(o *Options) { spy.into(o); o.Opener = SystemBrowser{} }})
	r.plant(t, "client_secret", canarySecret)
	r.signIn(t)
	seen := fakeHelper(t, 0)
	for _, name := range []string{"OURA_CLIENT_SECRET", "NGROK_AUTHTOKEN", "OURA_STREAMING_API_TOKEN"} {
		t.Setenv(name, canarySecret) // as headless set-ups hand them in
	}
	login, err := r.SignIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"cmdline", "environ"} {
		if found := spy.foundIn(must(os.ReadFile("/proc/self/" + p))); found != nil {
			t.Errorf("our own %s holds %q", p, found)
		}
	}
	approve(t, login.AuthorizeURL) // only now the verifier is known to the spy
	text := must(os.ReadFile(seen))
	if !bytes.Contains(text, []byte(login.AuthorizeURL)) || !bytes.Contains(text, []byte("PATH=")) {
		t.Fatalf("the stand-in did not see the call: %s", text)
	}
	if found := spy.foundIn(text); found != nil || len(spy.secrets) < 8 {
		t.Errorf("%d secrets known; arguments or environment of the helper hold %q", len(spy.secrets), found)
	}
}

func TestSystemBrowser_HelperThatFails(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a stand-in for the browser's helper program exists for Linux only")
	}
	fakeHelper(t, 3)
	if err := (SystemBrowser{}).Open(t.Context(), "http://127.0.0.1/"); err == nil {
		t.Error("a failing helper counts as an open browser")
	}
	t.Setenv("PATH", t.TempDir())
	if err := (SystemBrowser{}).Open(t.Context(), "http://127.0.0.1/"); err == nil {
		t.Error("no helper at all counts as an open browser")
	}
}

func TestSystemBrowser_HelperThatStaysIsTheBrowser(t *testing.T) {
	t.Parallel()
	stay := make(chan struct{})
	defer close(stay)
	err := openWithin(t.Context(), 10*time.Millisecond, "http://127.0.0.1/", func(string) error { <-stay; return nil })
	if err != nil {
		t.Error(err)
	}
}

// fakeHelper puts an xdg-open first in PATH that notes its arguments and
// environment and ends with status. It returns the file of the notes.
func fakeHelper(t *testing.T, status int) string {
	t.Helper()
	dir := t.TempDir()
	notes := filepath.Join(dir, "notes")
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >%[1]s\nenv >>%[1]s\nexit %[2]d\n", notes, status)
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return notes
}
