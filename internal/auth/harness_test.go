package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/vault"
)

// canarySecret is the client secret of every rig; nothing may ever show it.
const canarySecret = "canary-client-secret-5d1f"

// rig is an Auth with a real store and vault, our own callback listener and a
// pretend Oura.
type rig struct {
	*Auth
	sim   *ourasim.Sim
	store *sqlite.Store
	vault *vault.Vault
	dir   string
	port  int
	logs  *syncBuffer
	ahead atomic.Int64 // how far our clock is ahead of the simulator's
	api   *fakeAPI
}

type rigOptions struct {
	redirect string // registered and used; "": the default one
	sim      func(*ourasim.Switches)
	change   func(*Options)
	simClock bool // the simulator follows our clock
}

func newRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	r := &rig{dir: t.TempDir(), logs: &syncBuffer{}}
	mux := http.NewServeMux()
	r.port = serveBoth(t, mux)
	uri := o.redirect
	if uri == "" {
		uri = fmt.Sprintf("http://localhost:%d/auth/callback", r.port)
	}
	sw := ourasim.DefaultSwitches()
	if o.sim != nil {
		o.sim(&sw)
	}
	simNow := time.Now
	if o.simClock {
		simNow = r.now
	}
	r.sim = must(ourasim.Start(ourasim.Options{ClientSecret: canarySecret, RedirectURIs: []string{uri}, Switches: &sw, Now: simNow}))
	t.Cleanup(r.sim.Close)
	r.store = must(sqlite.Open(t.Context(), filepath.Join(r.dir, "data", "oura_streaming.db"), sqlite.Options{}))
	t.Cleanup(func() { r.store.Close() })
	r.vault = must(vault.Open(t.Context(), vault.Options{KeyFile: filepath.Join(r.dir, "keys", "data.key")}))
	r.api = &fakeAPI{url: r.sim.URL()}
	opt := Options{
		Hosts: r.sim.Hosts(), Store: r.store, Vault: r.vault, Credentials: credentialsOf(r.sim), Profile: r.api.profile,
		OwnPort: func() int { return r.port }, RedirectURI: func() string { return o.redirect },
		LockFile: filepath.Join(r.dir, "data", "token.lock"), Now: r.now, Opener: noBrowser{},
		Log: slog.New(slog.NewTextHandler(r.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if o.change != nil {
		o.change(&opt)
	}
	r.Auth = New(opt)
	r.pause = time.Millisecond
	callback := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { r.CallbackHandler().ServeHTTP(w, q) }) // of the Auth of the latest start
	mux.Handle("/auth/callback", callback)
	mux.Handle("/auth/callback/", callback)
	t.Cleanup(func() { r.CancelLogin() })
	return r
}

func credentialsOf(sim *ourasim.Sim) func(context.Context) (string, oura.Secret, error) {
	return func(context.Context) (string, oura.Secret, error) {
		id, secret := sim.Client()
		return id, secret, nil
	}
}

func (r *rig) now() time.Time          { return time.Now().Add(time.Duration(r.ahead.Load())) }
func (r *rig) advance(d time.Duration) { r.ahead.Add(int64(d)) }

// signIn goes through a whole login and fails the test when it does not connect.
func (r *rig) signIn(t *testing.T, scopes ...string) {
	t.Helper()
	login, err := r.BeginLogin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ourasim.Approve(t.Context(), login.AuthorizeURL, scopes...); err != nil {
		t.Fatal(err)
	}
	if last := r.LastLogin(); !last.Done || last.Err != nil {
		t.Fatalf("login: %+v", last)
	}
}

func (r *rig) refreshes() int { return r.sim.Ledger().TokenCalls("refresh_token") }

func (r *rig) audits(t *testing.T, action string) int {
	t.Helper()
	return countAudit(t, r.dir, action)
}

// access returns the access token in use.
func (r *rig) access(t *testing.T) oura.Secret {
	t.Helper()
	return must(r.Token(t.Context()))
}

// call asks Oura's API as ouraapi does: a 401 is told to Auth, then tried once more.
func (r *rig) call(ctx context.Context) error {
	for try := 0; ; try++ {
		access, err := r.Token(ctx)
		if err != nil {
			return err
		}
		if _, err = r.api.profile(ctx, access); oura.CodeOf(err) != oura.CodeUnauthorized || try == 1 {
			if try == 1 && err != nil {
				return errors.Join(err, r.Refused(ctx, access))
			}
			return err
		}
		if err := r.Refused(ctx, access); err != nil {
			return err
		}
	}
}

// fakeAPI reads the profile over HTTP, or refuses every token.
type fakeAPI struct {
	url    string
	refuse atomic.Bool
	down   atomic.Bool
	calls  atomic.Int64
}

func (f *fakeAPI) profile(ctx context.Context, access oura.Secret) (oura.Profile, error) {
	f.calls.Add(1)
	if f.refuse.Load() {
		return oura.Profile{}, &oura.Error{Code: oura.CodeUnauthorized, Message: "401"}
	}
	if f.down.Load() {
		return oura.Profile{}, &oura.Error{Code: oura.CodeUnavailable, Message: "503"}
	}
	req := must(http.NewRequestWithContext(ctx, http.MethodGet, f.url+"/v2/usercollection/personal_info", nil))
	req.Header.Set("Authorization", "Bearer "+access.Reveal())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return oura.Profile{}, &oura.Error{Code: oura.CodeUnavailable, Err: err}
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusUnauthorized {
		return oura.Profile{}, &oura.Error{Code: oura.CodeUnauthorized, Message: "401"}
	}
	raw := must(io.ReadAll(res.Body))
	var p struct{ ID string }
	if err := json.Unmarshal(raw, &p); err != nil {
		return oura.Profile{}, err
	}
	return oura.Profile{ID: p.ID, Raw: raw}, nil
}

// serveBoth serves h on one port of 127.0.0.1 and ::1 until the test ends.
func serveBoth(t *testing.T, h http.Handler) int {
	t.Helper()
	listeners := listenBoth(t)
	server := &http.Server{Handler: h}
	var wg sync.WaitGroup
	for _, l := range listeners {
		wg.Go(func() { _ = server.Serve(l) })
	}
	t.Cleanup(func() { server.Close(); wg.Wait() })
	return listeners[0].Addr().(*net.TCPAddr).Port
}

// listenBoth binds a free port on both families.
func listenBoth(t *testing.T) []net.Listener {
	t.Helper()
	for range 20 {
		four := must(net.Listen("tcp", "127.0.0.1:0"))
		six, err := net.Listen("tcp", fmt.Sprintf("[::1]:%d", four.Addr().(*net.TCPAddr).Port))
		if err == nil {
			return []net.Listener{four, six}
		} else if familyMissing(err) {
			return []net.Listener{four}
		}
		four.Close()
	}
	t.Fatal("no port is free on both families")
	return nil
}

// freePort returns a port that was free a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	listeners := listenBoth(t)
	for _, l := range listeners {
		l.Close()
	}
	return listeners[0].Addr().(*net.TCPAddr).Port
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

type noBrowser struct{}

func (noBrowser) Open(context.Context, string) error { return errors.New("no display") }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func wantCode(t *testing.T, err error, want oura.Code) {
	t.Helper()
	if oura.CodeOf(err) != want {
		t.Fatalf("error %v, want code %q", err, want)
	}
}

func stateOf(t *testing.T, login Login) string {
	t.Helper()
	return must(url.Parse(login.AuthorizeURL)).Query().Get("state")
}

func get(t *testing.T, address string) (int, string, http.Header) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode, string(must(io.ReadAll(res.Body))), res.Header
}

// newRigless returns an Auth without store or Oura, for what needs neither.
func newRigless(t *testing.T, h config.Hosts) *Auth {
	t.Helper()
	return New(Options{Hosts: h, Credentials: fixedCredentials("id", canarySecret), OwnPort: func() int { return 8000 }})
}

func fixedCredentials(id, secret string) func(context.Context) (string, oura.Secret, error) {
	return func(context.Context) (string, oura.Secret, error) { return id, oura.Secret(secret), nil }
}

type recordingBrowser struct{ urls []string }

func (b *recordingBrowser) Open(_ context.Context, address string) error {
	b.urls = append(b.urls, address)
	return nil
}

// forceRefresh tells Auth that Oura refused the access token in use.
func (r *rig) forceRefresh(t *testing.T) error {
	t.Helper()
	return r.Refused(t.Context(), must(r.Token(t.Context())))
}

// paths counts requests to a path.
func (r *rig) paths(path string) (n int) {
	for _, q := range r.sim.Ledger().Requests() {
		if q.Path == path {
			n++
		}
	}
	return n
}

// approve presses Allow. The outcome is in LastLogin: Approve also fails when
// our own page says that something went wrong.
func approve(t *testing.T, authorizeURL string, scopes ...string) {
	t.Helper()
	if back, err := ourasim.Approve(t.Context(), authorizeURL, scopes...); back == "" {
		t.Fatal(err)
	}
}
