package collect

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// sky is a world on fake time, to be made inside a bubble: a pretend cloud, a
// real store, a program with a poller that can be stopped, put to sleep and
// given a wrong clock.
type sky struct {
	t     *testing.T
	sim   *ourasim.Sim
	store *sqlite.Store
	base  time.Duration // of the world's time before the bubble's
	p     *Poller
	past  bool      // the program reads history as well
	b     *Backfill // with past
	stop  func()

	mu     sync.Mutex // guards the fields below
	skew   time.Duration
	zone   *time.Location
	live   bool
	paused bool
	every  time.Duration
	types  []oura.DataType
	token  oura.Secret
	online bool
	asked  int                                // requests that came as far as the network
	spoil  func(*http.Request) *http.Response // may answer in place of the cloud
	other  *string                            // the account, nil: the cloud's
	rounds []Round
}

// inSky runs do at the given instant of the world.
func inSky(t *testing.T, at string, opt ourasim.Options, do func(w *sky)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begin, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		w := &sky{t: t, base: time.Until(begin), zone: time.UTC, online: true, types: oura.Fetchable()}
		sw := ourasim.DefaultSwitches()
		sw.ExpiresIn = 365 * 24 * time.Hour // of the token: nobody signs in again here
		opt.Now, opt.Switches = w.world, &sw
		if w.sim, err = ourasim.New(opt); err != nil {
			t.Fatal(err)
		}
		defer w.sim.Close()
		w.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sky.db"), sqlite.Options{Now: w.now})
		if err != nil {
			t.Fatal(err)
		}
		defer w.store.Close()
		w.token = w.sim.SignIn()
		w.start()
		defer func() { w.stop() }()
		do(w)
	})
}

// world is the true time, now what the program's clock shows.
func (w *sky) world() time.Time { return time.Now().Add(w.base) }

func (w *sky) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.world().Add(w.skew).In(w.zone)
}

func (w *sky) today() oura.Day { return oura.DayOf(w.now()) }

func (w *sky) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

func get[T any](w *sky, field *T) func() T {
	return func() T {
		w.mu.Lock()
		defer w.mu.Unlock()
		return *field
	}
}

// start starts a fresh program.
func (w *sky) start() {
	api := ouraapi.New(ouraapi.Options{
		BaseURL: "https://cloud.example", HTTP: &http.Client{Transport: w}, Tokens: w,
		Budget: rate.NewLimiter(rate.Inf, 1), Now: w.now,
	})
	var traffic Traffic
	w.p = NewPoller(PollOptions{
		Traffic: &traffic,
		Store:   w.store, API: api, UserID: w.user, Types: get(w, &w.types), Live: get(w, &w.live),
		Paused: get(w, &w.paused), Every: get(w, &w.every), Now: w.now,
		Done: func(r Round) {
			w.set(func() { w.rounds = append(w.rounds, r) })
			if w.past {
				w.b.Wake()
			}
		},
	})
	w.b = NewBackfill(BackfillOptions{
		Store: w.store, API: api, UserID: w.user, Types: get(w, &w.types), Paused: get(w, &w.paused), Now: w.now, Traffic: &traffic,
		Outage: api.Outage, Heard: w.p.Opened,
		Readable: func() (out []oura.DataType) {
			for dt, last := range w.p.Last() {
				if last.Err == nil && !last.At.IsZero() {
					out = append(out, dt)
				}
			}
			return out
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = w.p.Serve(ctx) }) // ends with the context
	if w.past {
		running.Go(func() { _ = w.b.Serve(ctx) }) // the same
	}
	w.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
}

func (w *sky) user() string {
	if other := get(w, &w.other)(); other != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		return *other
	}
	return w.sim.UserID()
}

// RoundTrip leads to the cloud while there is a network.
func (w *sky) RoundTrip(r *http.Request) (*http.Response, error) {
	w.set(func() { w.asked++ })
	if err := rest150(r.Context()); err != nil {
		return nil, err
	}
	if !get(w, &w.online)() {
		return nil, errNoNetwork
	}
	if spoil := get(w, &w.spoil)(); spoil != nil {
		if res := spoil(r); res != nil {
			return res, nil
		}
	}
	return w.sim.Memory().RoundTrip(r)
}

func rest150(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(150 * time.Millisecond):
		return nil
	}
}

type noNetwork struct{}

func (noNetwork) Error() string { return "network is unreachable" }

var errNoNetwork = noNetwork{}

// Token and the others make sky the tokens of the client.
func (w *sky) Token(context.Context) (oura.Secret, error) { return get(w, &w.token)(), nil }
func (w *sky) Worked(oura.Secret)                         {}
func (w *sky) Refused(context.Context, oura.Secret) error {
	return &oura.Error{Code: oura.CodeUnauthorized, Message: "Sign in again."}
}

// pass lets time pass while the program runs.
func (w *sky) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// sleep suspends the computer: the clock goes on and no timer does.
func (w *sky) sleep(d time.Duration) {
	w.set(func() { w.base += d })
	synctest.Wait()
}

// settle lets the round at hand come to its end.
func (w *sky) settle() { w.pass(20 * time.Second) }

// count tells how many rounds of a kind were made since from.
func (w *sky) count(kind string, from time.Time) (n int) {
	for _, r := range get(w, &w.rounds)() {
		if r.Kind == kind && !r.Started.Before(from) {
			n++
		}
	}
	return n
}

// put changes a document and tells nobody.
func (w *sky) put(dt oura.DataType, id string, day oura.Day, more string) {
	w.t.Helper()
	dayField, key := "day", ""
	if info, _ := oura.Lookup(dt); info.Day != "" {
		dayField = info.Day
		if info.Key != info.Day {
			key = `,"` + info.Key + `":"` + string(day) + `T12:00:00Z"`
		}
	}
	doc := `{"id":"` + id + `","` + dayField + `":"` + string(day) + `"` + key + more + `}`
	if _, err := w.sim.PutQuiet(ourasim.Doc{Type: dt, ID: id, JSON: json.RawMessage(doc)}); err != nil {
		w.t.Fatal(err)
	}
}

// stored returns what the store has of a type, deleted ones without data.
func (w *sky) stored(dt oura.DataType) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	f := sqlite.DocumentFilter{Type: dt, IncludeDeleted: true, Limit: 1000}
	for {
		docs, err := w.store.Documents(w.t.Context(), f)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, d := range docs {
			out[d.ObjectID] = string(d.Data)
			if !d.DeletedAt.IsZero() {
				out[d.ObjectID] = ""
			}
			f.After = d.ObjectID
		}
		if len(docs) < f.Limit {
			return out
		}
	}
}

// differences lists the documents that are not in the store as the cloud has
// them. Those that came and went unseen count as equal.
func (w *sky) differences(types ...oura.DataType) (out []string) {
	w.t.Helper()
	for _, dt := range types {
		stored := w.stored(dt)
		for _, held := range w.sim.Ledger().Documents(dt) {
			got, known := stored[held.ID]
			if delete(stored, held.ID); got != string(held.JSON) || !known && !held.Deleted {
				out = append(out, string(dt)+" "+held.ID)
			}
		}
		for id := range maps.Keys(stored) {
			out = append(out, string(dt)+" "+id+" was never in the cloud")
		}
	}
	slices.Sort(out)
	return out
}

func (w *sky) mustEqual() {
	w.t.Helper()
	if diff := w.differences(oura.Fetchable()...); len(diff) > 0 {
		w.t.Fatalf("%v: %d documents differ from the cloud: %v", w.now(), len(diff), diff[:min(len(diff), 10)])
	}
}
