package subscribe

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

const home = "https://home.example" + ownPath

// request is one call to Oura's cloud.
type request struct {
	at     time.Time
	method string
	id     string // of the subscription, "" for the list
	cell   cell   // what a POST asks for
}

// sky is a world on fake time, to be made inside a bubble: a pretend cloud, a
// receiver that answers at the present address only, and a program that can be
// stopped anywhere.
type sky struct {
	t     *testing.T
	sim   *ourasim.Sim
	store *memory

	mu       sync.Mutex // guards the fields below
	keeper   *Keeper
	address  string
	types    []oura.DataType
	way      time.Duration             // of a request to the cloud and back
	latency  func(n int) time.Duration // of the n-th handshake
	shakes   int
	unready  int // handshakes at an address that does not answer
	requests []request
	before   func(n int) // called with the number of each request, from 1
	begun    int
	posting  int           // POSTs under way
	skew     time.Duration // of the program's wall clock
	look     time.Duration // between looks at it, 0: as usual
}

func newSky(t *testing.T) *sky {
	t.Helper()
	w := &sky{t: t, store: &memory{}, address: home, types: oura.Subscribable(), way: 150 * time.Millisecond}
	w.latency = func(n int) time.Duration { return time.Duration(500+n*37%500) * time.Millisecond }
	sim, err := ourasim.New(ourasim.Options{Transport: roundTripper(w.shake), KeepEntries: 10})
	if err != nil {
		t.Fatal(err)
	}
	w.sim = sim
	t.Cleanup(sim.Close)
	w.restart()
	return w
}

// restart makes a fresh keeper, as a new start of the program does.
func (w *sky) restart() {
	api := ouraapi.New(ouraapi.Options{
		BaseURL: "https://cloud.example", HTTP: &http.Client{Transport: roundTripper(w.carry)},
		Credentials: func(context.Context) (string, oura.Secret, error) { return "sim-client", "sim-secret", nil },
	})
	keeper := New(Options{
		API: api, Store: w.store, Now: w.now,
		Address:           func() string { w.mu.Lock(); defer w.mu.Unlock(); return w.address },
		Types:             func() []oura.DataType { w.mu.Lock(); defer w.mu.Unlock(); return w.types },
		Path:              func() string { return ownPath },
		VerificationToken: func() oura.Secret { return "verify" },
	})
	w.set(func() {
		keeper.look = cmp.Or(w.look, keeper.look)
		w.keeper = keeper
	})
}

// lookSeldom is for long stretches of time, where a look at the clock every 30 s
// would tell nothing more.
func (w *sky) lookSeldom() {
	w.look = 5 * time.Minute
	w.restart()
}

func (w *sky) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.skew)
}

func (w *sky) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// serve runs the present keeper until stop.
func (w *sky) serve() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.keeper.Serve(ctx) }() // ends with the context
	return func() { cancel(); <-done }
}

// move gives the program another address, as a tunnel does: it wakes the keeper.
func (w *sky) move(to string) {
	w.set(func() { w.address = to })
	w.keeper.Wake()
}

// pass lets time pass.
func (w *sky) pass(d time.Duration) { <-time.After(d) }

// until lets time pass until ok, at most for most, and tells how much it took.
func (w *sky) until(most time.Duration, ok func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !ok() {
		if time.Since(began) > most {
			w.t.Fatalf("waited %v in vain", most)
		}
		w.pass(50 * time.Millisecond)
	}
	return time.Since(began)
}

// wanted lists the cells the program wants.
func (w *sky) wanted() (out []cell) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, dt := range w.types {
		for _, op := range oura.Operations() {
			out = append(out, cell{dt, op})
		}
	}
	return out
}

// dark lists the wanted cells without a living subscription at our address.
func (w *sky) dark() []cell { return w.darkIn(w.sim.Subscriptions()) }

func (w *sky) darkIn(all []ourasim.Subscription) []cell {
	address := w.keeper.opt.Address()
	live := map[cell]bool{}
	for _, s := range all {
		if s.CallbackURL == address && s.Confirmed && s.ExpiresAt.After(time.Now()) {
			live[cell{s.DataType, s.EventType}] = true
		}
	}
	return slices.DeleteFunc(w.wanted(), func(c cell) bool { return live[c] })
}

// ours lists the subscriptions that lead to any of the given addresses.
func (w *sky) ours(addresses ...string) []ourasim.Subscription {
	there := map[string]bool{}
	for _, a := range addresses {
		there[a] = true
	}
	return slices.DeleteFunc(w.sim.Subscriptions(), func(s ourasim.Subscription) bool { return !there[s.CallbackURL] })
}

func (w *sky) complete() bool { return len(w.dark()) == 0 }

func (w *sky) log() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

// count is the number of requests of a method since from.
func (w *sky) count(method string, from time.Time) (n int) {
	for _, r := range w.log() {
		if r.method == method && !r.at.Before(from) {
			n++
		}
	}
	return n
}
