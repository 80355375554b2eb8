package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// world is a pretend cloud, a real store and what a fetcher between them needs.
type world struct {
	t       testing.TB
	sim     *ourasim.Sim
	store   *sqlite.Store
	path    string
	token   oura.Secret
	api     *ouraapi.Client
	opt     Options
	raised  *troubleBook
	serial  atomic.Int64
	fetcher *Fetcher
}

func newWorld(t *testing.T, scopes ...string) *world {
	t.Helper()
	callback := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(callback.Close)
	sim, err := ourasim.Start(ourasim.Options{RedirectURIs: []string{callback.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	w := &world{t: t, sim: sim, path: filepath.Join(t.TempDir(), "test.db"), raised: &troubleBook{}}
	w.open()
	w.token = signIn(t, sim, callback.URL, scopes)
	w.api = ouraapi.New(ouraapi.Options{
		BaseURL: sim.URL(), Tokens: fixedToken(w.token), Budget: rate.NewLimiter(rate.Inf, 1),
	})
	w.opt = Options{API: w.api, Troubles: w.raised, Backoff: []time.Duration{time.Millisecond}, Hourly: time.Hour, Hold: 50 * time.Millisecond}
	return w
}

func (w *world) open() { w.openAt(nil) }

func (w *world) openAt(now func() time.Time) {
	w.t.Helper()
	store, err := sqlite.Open(w.t.Context(), w.path, sqlite.Options{Now: now})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = store.Close() }) // a second Close is harmless
	w.store = store
}

// signIn walks through the consent page and returns the access token.
func signIn(t *testing.T, sim *ourasim.Sim, redirect string, scopes []string) oura.Secret {
	t.Helper()
	id, secret := sim.Client()
	q := url.Values{"response_type": {"code"}, "client_id": {id}, "redirect_uri": {redirect}, "state": {"s"}}
	back, err := ourasim.Approve(t.Context(), sim.Hosts().Authorize+"?"+q.Encode(), scopes...)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {redirect},
		"client_id": {id}, "client_secret": {secret.Reveal()},
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sim.Hosts().Token, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Access == "" {
		t.Fatalf("token: status %d, %v", resp.StatusCode, err)
	}
	return oura.Secret(answer.Access)
}

// fixedToken is a token that cannot be renewed.
type fixedToken oura.Secret

func (f fixedToken) Token(context.Context) (oura.Secret, error) { return oura.Secret(f), nil }
func (f fixedToken) Worked(oura.Secret)                         {}

func (f fixedToken) Refused(context.Context, oura.Secret) error {
	return &oura.Error{Code: oura.CodeUnauthorized, Message: "Sign in again."}
}

// run serves until stop is called or the test ends.
func (w *world) run() (stop func()) {
	w.t.Helper()
	w.opt.Store = w.store
	w.fetcher = NewFetcher(w.opt)
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	f := w.fetcher
	go func() { done <- f.Serve(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			w.t.Error("Serve did not return")
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// noticed is one announcement; at counts seconds from the common start.
func noticed(op oura.Operation, dt oura.DataType, id string, at int) oura.Notification {
	when := time.Date(2026, 3, 10, 8, 0, at, 0, time.UTC)
	return oura.Notification{EventType: op, DataType: dt, ObjectID: id, EventTime: when.Format(time.RFC3339)}
}

// deliverAll stores deliveries side by side, so that they share commits.
func (w *world) deliverAll(all []oura.Notification) (ids []int64) {
	w.t.Helper()
	ids = make([]int64, len(all))
	var senders sync.WaitGroup
	for i, n := range all {
		senders.Go(func() { ids[i] = w.deliver(n) })
	}
	senders.Wait()
	return ids
}

// deliver stores a delivery as the ingress does and returns its id.
func (w *world) deliver(n oura.Notification) int64 {
	w.t.Helper()
	if n.UserID == "" {
		n.UserID = w.sim.UserID()
	}
	body, err := json.Marshal(n)
	if err != nil {
		w.t.Error(err)
	}
	id, _, err := w.store.InsertDelivery(w.t.Context(), sqlite.Delivery{
		ReceivedAt: time.Now(), Body: body, Timestamp: fmt.Sprint(w.serial.Add(1)), SignatureForm: "raw",
		Notification: n, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
	})
	if err != nil {
		w.t.Error(err)
	}
	if w.fetcher != nil {
		w.fetcher.Wake()
	}
	return id
}

func (w *world) delivery(id int64) sqlite.Delivery {
	w.t.Helper()
	d, err := w.store.Delivery(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// await polls until the condition holds; the fetcher has no other way to tell.
func (w *world) await(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			all, _ := w.store.Deliveries(w.t.Context(), sqlite.DeliveryFilter{})
			for _, d := range all {
				w.t.Logf("delivery %d %v: %s %s, tries %d, %q", d.ID, d.Notification, d.Fetch, d.Outcome, d.Tries, d.Reason)
			}
			w.t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

func (w *world) awaitIdle() {
	w.t.Helper()
	w.await("an empty queue", func() bool {
		_, waiting, err := w.store.NextDue(w.t.Context())
		return err == nil && !waiting
	})
}

func (w *world) put(dt oura.DataType, id, more string) {
	w.t.Helper()
	doc := `{"id":"` + id + `","day":"2026-03-10"` + more + `}`
	if _, err := w.sim.PutQuiet(ourasim.Doc{Type: dt, ID: id, JSON: json.RawMessage(doc)}); err != nil {
		w.t.Fatal(err)
	}
}

// requests counts what the cloud was asked below the collections.
func (w *world) requests(part string) int {
	n := 0
	for _, r := range w.sim.Ledger().Requests() {
		if strings.HasPrefix(r.Path, "/v2/usercollection/") && strings.Contains(r.Path+"?"+r.Query, part) {
			n++
		}
	}
	return n
}

func (w *world) events() []oura.Event {
	w.t.Helper()
	events, err := w.store.Events(w.t.Context(), sqlite.EventFilter{Ascending: true, Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	return events
}

// matches compares one document of the store with the cloud's truth.
func (w *world) matches(dt oura.DataType, id string) error {
	truth, known := w.sim.Ledger().Document(dt, id)
	got, err := w.store.Document(w.t.Context(), w.sim.UserID(), dt, id)
	switch {
	case !known || truth.Deleted:
		if err == nil && got.DeletedAt.IsZero() {
			return fmt.Errorf("%s lives here and is gone there", id)
		}
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", id, err)
	case !got.DeletedAt.IsZero() || string(got.Data) != string(truth.JSON):
		return fmt.Errorf("%s is %s (deleted %v) here and %s there", id, got.Data, got.DeletedAt, truth.JSON)
	}
	return nil
}

// troubleBook remembers what is raised now.
type troubleBook struct {
	mu   sync.Mutex
	open map[string]string
}

func (b *troubleBook) RaiseCode(code, detail string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[string]string{}
	}
	b.open[code] = detail
}

func (b *troubleBook) Clear(codes ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range codes {
		delete(b.open, c)
	}
}

func (b *troubleBook) raised(code string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.open[code]
	return ok
}

func contains(text, part string) bool { return strings.Contains(text, part) }
