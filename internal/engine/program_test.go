package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

const testToken = "whole-program-test-token-0123456789abcdef"

// patience bounds every wait of these tests; waits end as soon as they can.
var patience = func() time.Duration {
	if raceDetector {
		return 2 * time.Minute // it runs several programs at a time, each at a tenth of its speed
	}
	return 30 * time.Second
}()

// program is a running engine with the pretend cloud around it.
type program struct {
	t      *testing.T
	sim    *ourasim.Sim
	opt    Options
	engine *Engine
	cancel context.CancelFunc
	ended  chan error
	log    *bytes.Buffer
}

// cloud starts a pretend Oura that knows our redirect for the returned API port.
func cloud(t *testing.T, change func(*ourasim.Options)) (sim *ourasim.Sim, apiPort int) {
	t.Helper()
	apiPort = freePort(t)
	opt := ourasim.Options{RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/auth/callback", apiPort)}}
	if change != nil {
		change(&opt)
	}
	sim, err := ourasim.Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return sim, apiPort
}

// freePort finds a port below those that the system hands out to connections, so
// that none of them takes it before the program does.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 10_000 + rand.IntN(20_000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no free port found")
	return 0
}

// options are those of one installation; start may be called with them again.
func options(t *testing.T, sim *ourasim.Sim, apiPort int, environ ...string) Options {
	t.Helper()
	ingress := freePort(t)
	return Options{
		DataDir: filepath.Join(t.TempDir(), "data"), KeyFile: filepath.Join(t.TempDir(), "key"),
		Port: apiPort, Hosts: sim.Hosts(), Version: "test", checkLimit: patience, checkCalm: time.Millisecond,
		Environ: append([]string{
			"OURA_CLIENT_ID=sim-client", "OURA_CLIENT_SECRET=sim-secret", envAPIToken + "=" + testToken,
			fmt.Sprintf("OURA_PUBLIC_URL=http://127.0.0.1:%d", ingress), fmt.Sprintf("OURA_INGRESS_PORT=%d", ingress),
		}, environ...),
	}
}

// start runs an engine; change sets what no option can before it serves.
func start(t *testing.T, sim *ourasim.Sim, opt Options, change ...func(*Engine)) *program {
	t.Helper()
	p := &program{t: t, sim: sim, opt: opt, ended: make(chan error, 1), log: &bytes.Buffer{}}
	if testing.Verbose() && opt.Log == nil {
		opt.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	e, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.ListenError(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	for _, f := range change {
		f(e)
	}
	p.engine, p.cancel = e, cancel
	go func() { p.ended <- e.Serve(ctx) }()
	t.Cleanup(p.stop)
	return p
}

// stop ends the engine and waits for it; a second call does nothing.
func (p *program) stop() {
	if p.cancel == nil {
		return
	}
	p.cancel()
	p.cancel = nil
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("engine ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		p.t.Error("engine did not end within 5 s")
	}
}

// exchange sends one request with the given headers and returns the answer, read
// to its end. Redirects are answers.
func (p *program) exchange(method, address string, body io.Reader, head map[string]string) (*http.Response, []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, address, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range head {
		req.Header.Set(name, value)
	}
	res, err := asIs.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := io.ReadAll(res.Body)
	if err = firstOf(err, res.Body.Close()); err != nil {
		p.t.Fatal(err)
	}
	return res, answer
}

var asIs = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// allowed is the header that opens the local API.
func allowed() map[string]string { return map[string]string{"Authorization": "Bearer " + testToken} }

// call asks the local API and decodes the answer into out unless it is nil. Waits
// of these tests ask more often than a token may: then it comes back later.
func (p *program) call(method, path string, out any) int {
	p.t.Helper()
	res, body := p.exchange(method, p.engine.APIURL()+path, nil, allowed())
	for res.StatusCode == http.StatusTooManyRequests && bytes.Contains(body, []byte(`"too_many_requests"`)) {
		<-time.After(100 * time.Millisecond)
		res, body = p.exchange(method, p.engine.APIURL()+path, nil, allowed())
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, body)
		}
	}
	return res.StatusCode
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// signIn walks through the consent page as a person would.
func (p *program) signIn(scopes ...string) {
	p.t.Helper()
	var login struct {
		AuthorizeURL string `json:"authorize_url"`
	}
	if status := p.call(http.MethodPost, "/auth/login", &login); status != http.StatusOK {
		p.t.Fatalf("POST /auth/login = %d", status)
	}
	if _, err := ourasim.Approve(p.t.Context(), login.AuthorizeURL, scopes...); err != nil {
		p.t.Fatal(err)
	}
	p.wait("sign-in", func() string {
		var st struct{ Authenticated bool }
		p.call(http.MethodGet, "/auth/status", &st)
		return want(st.Authenticated, "not authenticated")
	})
}

// subscribed waits until everything wanted is subscribed and the round is over.
func (p *program) subscribed() {
	p.t.Helper()
	p.wait("subscriptions", func() string {
		c := p.engine.counts(p.t.Context())
		ready := c.Wanted > 0 && c.Ours == c.Wanted && !p.engine.Progress().Running
		return want(ready && p.engine.Callback() != "", fmt.Sprintf("%+v, at %q", c, p.engine.Callback()))
	})
}

// wait asks again and again until missing returns "".
func (p *program) wait(what string, missing func() string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		why := missing()
		if why == "" {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: after %v still: %s", what, patience, why)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func want(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// event is the local API's shape of DESIGN section 7.
type event struct {
	Seq        int64           `json:"seq"`
	DataType   oura.DataType   `json:"data_type"`
	EventType  oura.Operation  `json:"event_type"`
	ObjectID   string          `json:"object_id"`
	UserID     string          `json:"user_id"`
	Day        *string         `json:"day"`
	Timestamp  string          `json:"timestamp"`
	ReceivedAt string          `json:"received_at"`
	Source     string          `json:"source"`
	Data       json.RawMessage `json:"data"`
}

func (p *program) events(query string) []event {
	p.t.Helper()
	var out []event
	if status := p.call(http.MethodGet, "/events?limit=1000&"+query, &out); status != http.StatusOK {
		p.t.Fatalf("GET /events?%s = %d", query, status)
	}
	return out
}

// newestOf returns the newest event of one object, with seq 0 if there is none.
func (p *program) newestOf(dt oura.DataType, id string) event {
	for _, ev := range p.events("data_type=" + string(dt)) {
		if ev.ObjectID == id {
			return ev
		}
	}
	return event{}
}

// arrives waits until the newest event of an object is op with this document.
func (p *program) arrives(dt oura.DataType, id string, op oura.Operation, doc json.RawMessage) event {
	p.t.Helper()
	var ev event
	p.wait(fmt.Sprintf("%s %s of %s", op, id, dt), func() string {
		ev = p.newestOf(dt, id)
		return want(ev.EventType == op && sameJSON(ev.Data, doc), fmt.Sprintf("newest is %d %s %.200s", ev.Seq, ev.EventType, ev.Data))
	})
	return ev
}

// sameJSON compares values, key by key and number literal by number literal.
func sameJSON(a, b json.RawMessage) bool {
	if len(b) == 0 || string(b) == "null" {
		return len(a) == 0 || string(a) == "null"
	}
	ha, errA := oura.ContentHash(a)
	hb, errB := oura.ContentHash(b)
	return errA == nil && errB == nil && ha == hb
}

// equalsLedger compares every document of the store with what the cloud holds.
func (p *program) equalsLedger() {
	p.t.Helper()
	for _, dt := range oura.Fetchable() {
		for _, held := range p.sim.Ledger().Documents(dt) {
			doc, err := p.engine.store.Document(p.t.Context(), p.engine.connectedUser(), dt, held.ID)
			switch {
			case err != nil:
				p.t.Errorf("%s %s: %v", dt, held.ID, err)
			case held.Deleted != !doc.DeletedAt.IsZero():
				p.t.Errorf("%s %s: deleted at Oura %v, here %v", dt, held.ID, held.Deleted, !doc.DeletedAt.IsZero())
			case !held.Deleted && !sameJSON(doc.Data, held.JSON):
				p.t.Errorf("%s %s: here %s, at Oura %s", dt, held.ID, doc.Data, held.JSON)
			}
		}
	}
}

// documentDay is the day of document: one that every round asks for.
var documentDay = string(oura.DayOf(time.Now().UTC()).Add(-2))

// document makes a small document of type dt; n changes its content. Fields that
// the 1.37 document does not know are there on purpose.
func document(dt oura.DataType, id string, n int) ourasim.Doc {
	fields := map[string]any{"id": id, "day": documentDay, "n": n, "unknown_field": map[string]any{"deep": []int{n}}}
	if info, _ := oura.Lookup(dt); info.Key != "" && info.Key != "day" {
		fields[info.Key] = documentDay + "T07:30:00+01:00"
		fields[info.Day] = documentDay
	}
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // maps of plain values always marshal
	}
	return ourasim.Doc{Type: dt, ID: id, JSON: text}
}

func objectID(dt oura.DataType, n int) string {
	return fmt.Sprintf("%s-%d", strings.ReplaceAll(string(dt), "_", "-"), n)
}
