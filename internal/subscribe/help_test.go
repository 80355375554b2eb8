package subscribe

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

const ownPath = "/webhooks/0123456789abcdef0123"

// world is a pretend cloud, a receiver that answers handshakes at any path, a
// real store and a keeper between them.
type world struct {
	t        *testing.T
	sim      *ourasim.Sim
	file     string // of the store
	store    *sqlite.Store
	receiver *httptest.Server
	keeper   *Keeper
	opt      Options

	mu       sync.Mutex // guards the fields below
	address  string
	types    []oura.DataType
	now      time.Time
	progress []Progress
	began    int // times that something was announced anew
	troubles map[string]bool
	mute     bool // the receiver answers 502
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 8, 20, 12, 0, 0, 0, time.UTC), troubles: map[string]bool{}, types: []oura.DataType{oura.Sleep, oura.Tag}}
	w.receiver = httptest.NewServer(http.HandlerFunc(w.shake))
	t.Cleanup(w.receiver.Close)
	var err error
	if w.sim, err = ourasim.Start(ourasim.Options{Now: w.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.sim.Close)
	t.Cleanup(func() {
		if n := w.sim.CreationsAtOnce(); n > 1 {
			t.Errorf("%d subscriptions were being made at once", n)
		}
	})
	w.file = filepath.Join(t.TempDir(), "test.db")
	w.open()
	t.Cleanup(func() { _ = w.store.Close() }) // nothing follows
	w.address = w.receiver.URL + ownPath
	w.start("sim-secret")
	return w
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.store, err = sqlite.Open(w.t.Context(), w.file, sqlite.Options{}); err != nil {
		w.t.Fatal(err)
	}
}

// start makes a fresh keeper, as after a restart of the program.
func (w *world) start(secret oura.Secret) {
	api := cloudAt(w.sim.URL(), secret)
	w.opt = Options{
		API: api, Store: w.store, Now: w.clock, Troubles: w,
		Address:           func() string { w.mu.Lock(); defer w.mu.Unlock(); return w.address },
		Types:             func() []oura.DataType { w.mu.Lock(); defer w.mu.Unlock(); return w.types },
		VerificationToken: func() oura.Secret { return "verify" },
		Progress:          func(p Progress) { w.mu.Lock(); defer w.mu.Unlock(); w.progress = append(w.progress, p) },
		Began:             func() { w.mu.Lock(); defer w.mu.Unlock(); w.began++ },
		Backoff:           []time.Duration{10 * time.Millisecond},
	}
	w.keeper = New(w.opt)
}

func cloudAt(url string, secret oura.Secret) *ouraapi.Client {
	return ouraapi.New(ouraapi.Options{
		BaseURL:     url,
		Credentials: func(context.Context) (string, oura.Secret, error) { return "sim-client", secret, nil },
	})
}

func (w *world) shake(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mute || r.URL.Query().Get("verification_token") != "verify" {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(map[string]string{"challenge": r.URL.Query().Get("challenge")}) // the cloud may have hung up
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

func (w *world) RaiseCode(code, _ string) { w.set(func() { w.troubles[code] = true }) }
func (w *world) Clear(codes ...string) {
	w.set(func() {
		for _, c := range codes {
			delete(w.troubles, c)
		}
	})
}

func (w *world) raised(code string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.troubles[code]
}

func (w *world) reconcile() Outcome {
	w.t.Helper()
	out, err := w.keeper.Reconcile(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// plant adds a subscription as another installation would.
func (w *world) plant(dt oura.DataType, op oura.Operation, url string) string {
	return w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: url, EventType: op, DataType: dt})
}

// complete reports whether exactly the wanted set is at the present address.
func (w *world) complete() bool {
	want := map[string]bool{}
	for _, dt := range w.opt.Types() {
		for _, op := range oura.Operations() {
			want[string(dt)+string(op)] = true
		}
	}
	for _, s := range w.sim.Subscriptions() {
		if s.CallbackURL == w.opt.Address() && s.Confirmed {
			delete(want, string(s.DataType)+string(s.EventType))
		}
	}
	return len(want) == 0
}

func (w *world) rows(state State) (out []sqlite.SubscriptionRow) {
	w.t.Helper()
	all, err := w.store.Subscriptions(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(r sqlite.SubscriptionRow) bool { return r.State != string(state) })
}

// calls counts management requests of one method, all for "".
func (w *world) calls(method string) (n int) {
	for _, r := range w.sim.Ledger().Requests() {
		if strings.HasPrefix(r.Path, "/v2/webhook/subscription") && (method == "" || r.Method == method) {
			n++
		}
	}
	return n
}

func (w *world) await(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			w.t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}
