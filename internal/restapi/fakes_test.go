package restapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

const (
	testHost  = "127.0.0.1:8000"
	testToken = oura.Secret("canary-api-token-5b1d7d0e9c3f4f6a8f10")
)

// unthrottled lets tests ask as often as they like.
const unthrottled = 1_000_000

var testOptions = Options{Port: testPort, RequestsPerSecond: unthrottled}

var testNow = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// fake is the whole inside: it counts how often it was reached and does what
// err and panics say.
type fake struct {
	calls  atomic.Int64
	err    error
	panics any
	events []oura.Event
	paused bool
	until  time.Time
}

func (f *fake) reached() error {
	f.calls.Add(1)
	if f.panics != nil {
		panic(f.panics)
	}
	return f.err
}

func (f *fake) Events(context.Context, sqlite.EventFilter) ([]oura.Event, error) {
	return f.events, f.reached()
}

func (f *fake) Event(_ context.Context, seq int64) (oura.Event, int64, error) {
	return oura.Event{Seq: seq, ReceivedAt: testNow}, 0, f.reached()
}

func (f *fake) LastSeq(context.Context) (int64, error)   { return 0, f.reached() }
func (f *fake) OldestSeq(context.Context) (int64, error) { return 0, f.reached() }
func (f *fake) PrunedSeq(context.Context) (int64, error) { return 0, f.reached() }

func (f *fake) ClearEvents(context.Context) (int64, error) { return 7, f.reached() }

func (f *fake) Deliveries(context.Context, sqlite.DeliveryFilter) ([]sqlite.Delivery, error) {
	return nil, f.reached()
}

func (f *fake) Delivery(_ context.Context, id int64) (sqlite.Delivery, error) {
	return sqlite.Delivery{ID: id, ReceivedAt: testNow}, f.reached()
}

func (f *fake) Refetch(context.Context, int64) error { return f.reached() }

func (f *fake) Subscriptions(context.Context) ([]sqlite.SubscriptionRow, error) {
	return nil, f.reached()
}

func (f *fake) Reconcile(context.Context) error { return f.reached() }

func (f *fake) Create(_ context.Context, dt oura.DataType, op oura.Operation) (oura.Subscription, error) {
	return oura.Subscription{ID: "made", DataType: dt, EventType: op, CallbackURL: "https://me.example/w"}, f.reached()
}

func (f *fake) Renew(_ context.Context, id string) (oura.Subscription, error) {
	return oura.Subscription{ID: id, DataType: oura.Sleep, EventType: oura.Create, ExpiresAt: testNow.AddDate(0, 0, 90)}, f.reached()
}

func (f *fake) Delete(context.Context, string) error { return f.reached() }

func (f *fake) Documents(context.Context, sqlite.DocumentFilter) ([]oura.Document, error) {
	return nil, f.reached()
}

func (f *fake) Document(_ context.Context, user string, dt oura.DataType, id string) (oura.Document, error) {
	return oura.Document{UserID: user, DataType: dt, ObjectID: id, Day: "2026-11-22", Revisions: 2, FirstSeen: testNow, LastSeen: testNow}, f.reached()
}

func (f *fake) Coverage(context.Context, string, []oura.DataType, oura.Day, oura.Day, oura.Day) ([]sqlite.CoverageDay, error) {
	return nil, f.reached()
}

func (f *fake) Samples(context.Context, string, oura.DataType, time.Time, time.Time, *sqlite.Sample, int) ([]sqlite.Sample, error) {
	return nil, f.reached()
}

func (f *fake) SampleBuckets(context.Context, string, oura.DataType, time.Time, time.Time, time.Duration) ([]sqlite.Bucket, error) {
	return nil, f.reached()
}

// fakeJobs carries the calls about jobs.
type fakeJobs struct{ *fake }

func (f fakeJobs) view(id int64) (JobView, error) {
	job := sqlite.Job{ID: id, Kind: sqlite.JobAsked, State: sqlite.JobOpen, To: "2026-11-22", Types: []oura.DataType{oura.Sleep}, Created: testNow}
	return JobView{Job: job, Word: "queued"}, f.reached()
}

func (f fakeJobs) Begin(_ context.Context, from, to oura.Day, types []oura.DataType) (JobView, error) {
	j, err := f.view(1)
	j.From, j.To, j.Types = from, to, types
	return j, err
}

func (f fakeJobs) Cancel(_ context.Context, id int64) (JobView, error) { return f.view(id) }
func (f fakeJobs) Resume(_ context.Context, id int64) (JobView, error) { return f.view(id) }
func (f fakeJobs) Get(_ context.Context, id int64) (JobView, error)    { return f.view(id) }

func (f fakeJobs) List(context.Context) ([]JobView, error) {
	j, err := f.view(1)
	return []JobView{j}, err
}

func (f *fake) Pause(_ context.Context, until time.Time) error {
	f.paused, f.until = true, until
	return f.reached()
}

func (f *fake) Unpause(context.Context) error {
	f.paused, f.until = false, time.Time{}
	return f.reached()
}

func (f *fake) Paused() (until time.Time, paused bool) { return f.until, f.paused }

func (f *fake) BeginLogin(context.Context) (Login, error) {
	return Login{AuthorizeURL: "https://cloud.ouraring.com/oauth/authorize?state=s", ExpiresIn: 10 * time.Minute}, f.reached()
}

func (f *fake) Logout(context.Context) error { return f.reached() }

// fakeAuth and fakeStatus carry the methods whose names fake has taken.
type fakeAuth struct{ *fake }

func (f fakeAuth) Status(context.Context) (AuthStatus, error) {
	return AuthStatus{Authenticated: true, ExpiresIn: time.Hour, Scopes: []oura.Scope{oura.ScopeDaily}}, f.reached()
}

func (f *fake) Snapshot() status.Snapshot {
	_ = f.reached() // the registry cannot fail
	return status.Snapshot{State: status.Polling, Word: status.Polling.Word(), Since: testNow}
}

func (f *fake) situation(context.Context) Situation {
	return Situation{Tunnel: TunnelState{Kind: "none", State: "off"}, SQLiteVersion: "3.53.0", OuraAPI: "1.37"}
}

func (f *fake) services() Services {
	return Services{
		Events: f, Bell: hub.New(), Deliveries: f, Subscriptions: f, Days: f, UserID: func() string { return "user-1" }, Auth: fakeAuth{f}, Status: f, Situation: f.situation,
		Jobs: fakeJobs{f}, Pauser: f, Clearer: f, Exports: fakeExports{f}, Backups: fakeBackups{f},
		Sync:    f.reached,
		Tokens:  testTokens,
		Now:     func() time.Time { return testNow },
		Version: "test",
	}
}

// scopedTokens open what their scope opens.
var scopedTokens = map[Scope]oura.Secret{
	ScopeRead: "canary-read-token-41d5a0c9be", ScopeWrite: "canary-write-token-7702fe11aa", ScopeAdmin: testToken,
}

func testTokens() []KnownToken {
	known := []KnownToken{{ID: 99, Digest: Digest("another-token"), Scope: ScopeAdmin}}
	for i, scope := range Scopes() {
		known = append(known, KnownToken{ID: int64(i + 1), Digest: Digest(scopedTokens[scope]), Scope: scope})
	}
	return known
}

// as makes a request one with the token of a scope.
func as(scope Scope) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+scopedTokens[scope].Reveal()) }
}

func (f *fake) handler() http.Handler { return New(f.services(), testOptions) }

// sampleBodies are what calls that need a body are asked with.
var sampleBodies = map[string]string{
	"POST /subscriptions": `{"data_type":"sleep","event_type":"update"}`,
	"POST /backfill":      `{}`,
}

// ask sends one request with the right Host and token; change what is to be
// wrong in edit.
func ask(t *testing.T, h http.Handler, method, target string, edit func(*http.Request)) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Host = testHost
	r.Header.Set("Authorization", "Bearer "+testToken.Reveal())
	if text, ok := sampleBodies[method+" "+target]; ok {
		withBody("application/json", text)(r)
	}
	if edit != nil {
		edit(r)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(leaving{w, cancel}, r.WithContext(ctx))
	return w
}

// leaving is a caller that goes once something is passed on to it: a stream would
// never end otherwise.
type leaving struct {
	*httptest.ResponseRecorder
	leave func()
}

// Flush passes on what was written.
func (l leaving) Flush() {
	l.ResponseRecorder.Flush()
	l.leave()
}

// withBody sets a body of the given type; "" sends none.
func withBody(contentType, text string) func(*http.Request) {
	return func(r *http.Request) {
		with := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader(text))
		r.Body, r.ContentLength = with.Body, with.ContentLength
		r.Header.Del("Content-Type")
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
	}
}

// wantProblem checks the one shape of refusals: five fields, no more.
func wantProblem(t *testing.T, w *httptest.ResponseRecorder, code int, word oura.Code) Problem {
	t.Helper()
	var p Problem
	dec := json.NewDecoder(strings.NewReader(w.Body.String()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
	}
	if w.Code != code || p.Status != code || p.Code != word {
		t.Errorf("answered %d with problem %+v, want %d %s", w.Code, p, code, word)
	}
	if ct := w.Header().Get("Content-Type"); ct != problemType {
		t.Errorf("%d has content type %q", code, ct)
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("problem has empty fields: %+v", p)
	}
	return p
}

// call is one operation of the OpenAPI document with its path filled in.
type call struct {
	id, method, path string
	scope            Scope // the least, scopeNone for a call that is open to all
}

// operations reads every call from the document, so that a new one cannot be
// forgotten by a test.
func operations(t *testing.T, h http.Handler) []call {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Security    []map[string][]Scope
		}
	}
	w := ask(t, h, http.MethodGet, "/openapi.json", nil)
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	var out []call
	for path, methods := range doc.Paths {
		path = strings.NewReplacer("{seq}", "1", "{id}", "1", "{data_type}", "workout", "{object_id}", "doc-1", "{series}", "heartrate").Replace(path)
		for method, op := range methods {
			c := call{id: op.OperationID, method: strings.ToUpper(method), path: path}
			if scopes := op.Security[0][bearerScheme]; len(scopes) == 1 {
				c.scope = scopes[0]
			}
			out = append(out, c)
		}
	}
	if len(out) < 13 {
		t.Fatalf("document lists %d operations", len(out))
	}
	return out
}
