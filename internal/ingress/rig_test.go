package ingress

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	path    = "/webhooks/0123456789abcdef0123456789abcdef"
	secret  = oura.Secret("oura-test-client-secret")
	token   = oura.Secret("verification-token-of-the-tests")
	account = "user-1"
)

// begin is the time of the vectors in S-22.
var begin = time.Unix(1767225600, 0)

// rig is a handler with a clock, its ears and a store.
type rig struct {
	*Handler
	store Store

	mu         sync.Mutex // guards everything below
	now        time.Time
	accepted   []int64
	reconciled []oura.DataType
	logged     bytes.Buffer
}

// newRig makes a handler over store; nil keeps deliveries in memory. Whatever a
// test does with it, an answer of 3xx or 410 or a Server header fails the test.
func newRig(t testing.TB, store Store, change ...func(*Options)) *rig {
	t.Helper()
	if store == nil {
		store = &memory{seen: map[string]int64{}}
	}
	g := &rig{store: store, now: begin}
	opt := Options{
		Path:              path,
		Secrets:           func() []oura.Secret { return []oura.Secret{secret} },
		VerificationToken: func() oura.Secret { return token },
		UserID:            func() string { return account },
		Store:             store,
		Accepted:          func(id int64) { g.note(func() { g.accepted = append(g.accepted, id) }) },
		Reconcile:         func(dt oura.DataType) { g.note(func() { g.reconciled = append(g.reconciled, dt) }) },
		Now:               g.clock,
		Log:               slog.New(slog.NewTextHandler(writerFunc(g.log), nil)),
	}
	for _, f := range change {
		f(&opt)
	}
	g.Handler = New(opt)
	return g
}

func (g *rig) note(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

func (g *rig) clock() (now time.Time) {
	g.note(func() { now = g.now })
	return now
}

func (g *rig) forward(d time.Duration) { g.note(func() { g.now = g.now.Add(d) }) }

func (g *rig) log(p []byte) (n int, err error) {
	g.note(func() { n, err = g.logged.Write(p) })
	return n, err
}

func (g *rig) lines() (n int) {
	g.note(func() { n = strings.Count(g.logged.String(), "\n") })
	return n
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// guarded is the handler under the eye of S-02.
func (g *rig) guarded(t testing.TB) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.ServeHTTP(&watch{ResponseWriter: w, t: t}, r)
	})
}

type watch struct {
	http.ResponseWriter
	t testing.TB
}

func (w *watch) WriteHeader(status int) {
	if (status >= 300 && status < 400) || status == http.StatusGone {
		w.t.Errorf("the ingress answered %d", status)
	}
	if w.Header().Get("Server") != "" {
		w.t.Errorf("the ingress names its server: %q", w.Header().Get("Server"))
	}
	w.ResponseWriter.WriteHeader(status)
}

// do sends one request straight to the handler.
func (g *rig) do(t testing.TB, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	g.guarded(t).ServeHTTP(w, r)
	return w
}

// post sends a delivery signed with key at the rig's own time.
func (g *rig) post(t testing.TB, body string, key oura.Secret) *httptest.ResponseRecorder {
	t.Helper()
	return g.do(t, delivery(g.clock(), body, key))
}

// delivery is a signed request as Oura sends it.
func delivery(at time.Time, body string, key oura.Secret) *http.Request {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return unsigned(stamp, body, sign(key, stamp, body))
}

func unsigned(timestamp, body, signature string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("x-oura-timestamp", timestamp)
	r.Header.Set("x-oura-signature", signature)
	return r
}

func sign(key oura.Secret, timestamp, body string) string {
	mac := hmac.New(sha256.New, []byte(key.Reveal()))
	mac.Write([]byte(timestamp + body))
	return strings.ToUpper(hex.EncodeToString(mac.Sum(nil)))
}

// body is the text of a delivery.
func body(dt oura.DataType, objectID string) string {
	return fmt.Sprintf(`{"event_type":"update","data_type":%q,"object_id":%q,"event_time":"2026-01-01T08:00:00+00:00","user_id":%q}`, dt, objectID, account)
}

// memory is a store without a disk.
type memory struct {
	mu   sync.Mutex // guards what follows
	rows []sqlite.Delivery
	seen map[string]int64
}

func (m *memory) InsertDelivery(_ context.Context, d sqlite.Delivery) (int64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := d.Timestamp + string(d.Body)
	if id := m.seen[key]; id > 0 {
		return id, false, nil
	}
	m.rows = append(m.rows, d)
	m.seen[key] = int64(len(m.rows))
	return m.seen[key], true, nil
}

// kept returns all deliveries of the rig's store, oldest first.
func (g *rig) kept(t testing.TB) []sqlite.Delivery {
	t.Helper()
	if m, ok := g.store.(*memory); ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.rows
	}
	rows, err := g.store.(*sqlite.Store).Deliveries(context.Background(), sqlite.DeliveryFilter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

// last returns the newest delivery kept.
func (g *rig) last(t testing.TB) sqlite.Delivery {
	t.Helper()
	rows := g.kept(t)
	if len(rows) == 0 {
		t.Fatal("nothing was kept")
	}
	return rows[len(rows)-1]
}

// openStore opens a real store in a folder of its own.
func openStore(t testing.TB, file string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // closed before by tests that reopen
	return s
}

func dbFile(t testing.TB) string { return filepath.Join(t.TempDir(), "data", "oura_streaming.db") }

// wantStatus fails the test unless the answer has the status and no body.
func wantStatus(t testing.TB, what string, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status || w.Body.Len() != 0 {
		t.Errorf("%s: answered %d %q, want %d and no body", what, w.Code, w.Body, status)
	}
}
