package ourasim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const testRedirect = "http://localhost:8000/auth/callback"

// testStart is when the clock of most tests stands.
func testStart() time.Time { return time.Date(2026, 8, 20, 12, 0, 0, 0, time.UTC) }

func startSim(t *testing.T, opt Options) *Sim {
	t.Helper()
	if opt.RedirectURIs == nil {
		opt.RedirectURIs = []string{testRedirect}
	}
	if opt.Now == nil {
		opt.Now = testStart
	}
	s, err := Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body []byte
}

func (a answer) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

func send(t *testing.T, method, address string, header map[string]string, body io.Reader) answer {
	t.Helper()
	a, err := trySend(t, method, address, header, body)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// plainClient follows no redirects and keeps no connections.
func plainClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func trySend(t *testing.T, method, address string, header map[string]string, body io.Reader) (answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := plainClient().Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res, b}, err
}

// get reads a path of the cloud with a bearer token.
func get(t *testing.T, s *Sim, token, path string) answer {
	t.Helper()
	return send(t, http.MethodGet, s.URL()+path, map[string]string{"Authorization": "Bearer " + token}, nil)
}

func postForm(t *testing.T, address string, form url.Values) answer {
	t.Helper()
	return send(t, http.MethodPost, address,
		map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode()))
}

// tokenSet is the part of a token answer that tests read.
type tokenSet struct {
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token"`
	ExpiresIn int    `json:"expires_in"`
	Scope     string `json:"scope"`
	Error     string `json:"error"`
}

// signIn plants a grant without the browser's walk.
func signIn(s *Sim, scopes ...oura.Scope) tokenSet {
	if scopes == nil {
		scopes = oura.AllScopes()
	}
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	p := s.book.issuePair(&grant{scopes: scopes}, s.clock.now().Add(s.sw.get().ExpiresIn))
	return tokenSet{Access: p.access, Refresh: p.refresh}
}

func doc(dt oura.DataType, id, day string, more string) Doc {
	return Doc{Type: dt, ID: id, JSON: json.RawMessage(`{"id":"` + id + `","day":"` + day + `"` + more + `}`)}
}

// page is a collection answer.
type page struct {
	Data []map[string]any `json:"data"`
	Next *string          `json:"next_token"`
}

func (p page) ids() string {
	var ids []string
	for _, d := range p.Data {
		id, _ := d["id"].(string)
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

func getPage(t *testing.T, s *Sim, token, path string) page {
	t.Helper()
	a := get(t, s, token, path)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s", path, a.Status, a.body)
	}
	var p page
	a.decode(t, &p)
	return p
}

// receiver is the client's side of webhooks: it answers handshakes and counts
// deliveries. reply decides the status of the n-th delivery (from 0).
type receiver struct {
	*httptest.Server
	got   chan delivered
	reply func(n int) int
}

type delivered struct {
	header http.Header
	body   []byte
}

func startReceiver(t *testing.T, reply func(n int) int) *receiver {
	t.Helper()
	r := &receiver{got: make(chan delivered, 1000), reply: reply}
	n := make(chan int, 1)
	n <- 0
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]string{"challenge": req.URL.Query().Get("challenge")})
			return
		}
		body, _ := io.ReadAll(req.Body)
		i := <-n
		n <- i + 1
		status := http.StatusOK
		if r.reply != nil {
			status = r.reply(i)
		}
		if status >= 300 && status < 400 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		r.got <- delivered{req.Header, body}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) next(t *testing.T) delivered {
	t.Helper()
	select {
	case d := <-r.got:
		return d
	case <-time.After(10 * time.Second):
		t.Fatal("no delivery within 10 s")
		return delivered{}
	}
}

func subscribe(t *testing.T, s *Sim, callback string, op, dt string) answer {
	t.Helper()
	body, err := json.Marshal(map[string]string{
		"callback_url": callback, "verification_token": "vt", "event_type": op, "data_type": dt,
	})
	if err != nil {
		t.Fatal(err)
	}
	return manage(t, s, http.MethodPost, "", string(body))
}

// manage calls the subscription interface; rest is appended to its path.
func manage(t *testing.T, s *Sim, method, rest, body string) answer {
	t.Helper()
	id, secret := s.Client()
	return send(t, method, s.URL()+"/v2/webhook/subscription"+rest,
		map[string]string{"x-client-id": id, "x-client-secret": secret.Reveal(), "Content-Type": "application/json"},
		bytes.NewBufferString(body))
}

func waitDelivered(t *testing.T, s *Sim) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.WaitDelivered(ctx); err != nil {
		t.Fatalf("deliveries: %v, %+v", err, s.Ledger().DeliveryCounts())
	}
}

func TestSim_WholeWay(t *testing.T) {
	s := startSim(t, Options{})
	callback := make(chan url.Values, 1)
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { callback <- r.URL.Query() }))
	defer app.Close()
	s.RegisterRedirect(app.URL + "/auth/callback")

	id, secret := s.Client()
	q := url.Values{
		"response_type": {"code"}, "client_id": {id}, "redirect_uri": {app.URL + "/auth/callback"},
		"state": {"xyz"}, "scope": {"daily email"},
	}
	if _, err := Approve(t.Context(), s.Hosts().Authorize+"?"+q.Encode()); err != nil {
		t.Fatal(err)
	}
	got := <-callback
	if got.Get("state") != "xyz" || got.Get("code") == "" || got.Has("iss") {
		t.Fatalf("callback got %v", got)
	}
	var tokens tokenSet
	postForm(t, s.Hosts().Token, url.Values{
		"grant_type": {"authorization_code"}, "code": {got.Get("code")}, "redirect_uri": {app.URL + "/auth/callback"},
		"client_id": {id}, "client_secret": {secret.Reveal()},
	}).decode(t, &tokens)
	if tokens.ExpiresIn != 2591999 || tokens.Scope != "daily email" {
		t.Fatalf("token answer %+v", tokens)
	}

	r := startReceiver(t, nil)
	if a := subscribe(t, s, r.URL+"/hook", "create", "daily_sleep"); a.StatusCode != http.StatusCreated {
		t.Fatalf("subscribe: %s %s", a.Status, a.body)
	}
	if _, err := s.Put(doc(oura.DailySleep, "d1", "2026-08-20", `,"score":80`)); err != nil {
		t.Fatal(err)
	}
	d := r.next(t)
	if want := Sign(secret.Reveal(), d.header.Get("X-Oura-Timestamp"), d.body); d.header.Get("X-Oura-Signature") != want {
		t.Errorf("signature %s, want %s", d.header.Get("X-Oura-Signature"), want)
	}
	var n oura.Notification
	if err := json.Unmarshal(d.body, &n); err != nil || n.ObjectID != "d1" || n.UserID != s.UserID() {
		t.Fatalf("notification %s: %v", d.body, err)
	}
	if a := get(t, s, tokens.Access, "/v2/usercollection/daily_sleep/d1"); string(a.body) != `{"id":"d1","day":"2026-08-20","score":80}` {
		t.Errorf("document %s %s", a.Status, a.body)
	}
	waitDelivered(t, s)
	if c := s.Ledger().DeliveryCounts(); c.Acknowledged != 1 || c.Attempts != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestSim_AnswersBearTheCloudsTime(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, off := range []time.Duration{0, 7 * time.Minute, -24 * time.Hour} {
		s.SetClock(func() time.Time { return time.Now().Add(off) })
		res, err := http.Get(s.URL() + "/v2/usercollection/personal_info")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close() // only its head matters
		date, err := http.ParseTime(res.Header.Get("Date"))
		if err != nil || time.Until(date.Add(-off)).Abs() > 2*time.Second {
			t.Errorf("off by %v: Date %q, %v", off, res.Header.Get("Date"), err)
		}
	}
}
