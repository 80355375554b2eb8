package update

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/config"
)

// memory keeps settings of one test.
type memory struct {
	mu  sync.Mutex
	all map[config.Name]string
	err error
}

func (m *memory) Get(n config.Name) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[n]
}

func (m *memory) Set(_ context.Context, n config.Name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.all[n] = value
	}
	return m.err
}

// releases is a pretend host that keeps what it was asked.
type releases struct {
	mu     sync.Mutex
	asked  []*http.Request
	status int
	answer string
}

func (r *releases) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, req)
	http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
	if r.status != 0 {
		w.Header().Set("Location", "https://elsewhere.example/")
		w.WriteHeader(r.status)
	}
	_, _ = fmt.Fprint(w, r.answer) // the test sees it
}

func (r *releases) RoundTrip(req *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w.Result(), nil
}

func (r *releases) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.asked)
}

func newChecker(version string, r *releases, choice string) (*Checker, *memory) {
	m := &memory{all: map[config.Name]string{config.UpdateCheck: choice}}
	return New(Options{
		Version: version, Settings: m, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Watch:   func(http.RoundTripper) http.RoundTripper { return r },
		project: "someone/oura-streaming", host: Host,
	}), m
}

func TestS60_AsksNothingButAVersion(t *testing.T) {
	r := &releases{answer: `{"tag_name":"v1.3.0","html_url":"https://evil.example/","body":"…"}`}
	c, _ := newChecker("v1.2.3", r, "on")
	c.askIfDue(t.Context())
	if len(r.asked) != 1 {
		t.Fatalf("asked %d times", len(r.asked))
	}
	req := r.asked[0]
	if req.Method != http.MethodGet || req.URL.String() != "https://api.github.com/repos/someone/oura-streaming/releases/latest" || req.Body != nil {
		t.Errorf("asked %s %s", req.Method, req.URL)
	}
	for name, values := range req.Header {
		if want := map[string]string{"User-Agent": "oura-streaming", "Accept": "application/json"}[name]; !slices.Equal(values, []string{want}) {
			t.Errorf("says %s: %q", name, values)
		}
	}
	want := State{Possible: true, On: true, Latest: "v1.3.0", Page: "https://github.com/someone/oura-streaming/releases/tag/v1.3.0"}
	got := c.State()
	got.AskedAt = time.Time{}
	if got != want {
		t.Errorf("knows %+v, want %+v", got, want)
	}
	if err := c.PutAway(t.Context()); err != nil || !c.State().Told {
		t.Errorf("put away: %v, %+v", err, c.State())
	}
	r.answer = `{"tag_name":"v1.3.1"}`
	c.opt.Now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if c.askIfDue(t.Context()); c.State().Told || c.State().Latest != "v1.3.1" {
		t.Errorf("the next version: %+v, want its own notice", c.State())
	}
	if len(r.asked) != 2 || r.asked[1].Header.Get("Cookie") != "" {
		t.Errorf("asked %d times, or with a cookie", len(r.asked))
	}
}

func TestS60_AsksOnceADayAndOnlyWhenWanted(t *testing.T) {
	for name, tc := range map[string]struct {
		version, choice string
		status, want    int
	}{
		"switched on":            {"v1.2.3", "on", 0, 3},
		"switched off":           {"v1.2.3", "off", 0, 0},
		"never chosen":           {"v1.2.3", "", 0, 0},
		"a failing host":         {"v1.2.3", "on", 503, 3},
		"built after a tag":      {"v1.2.3-4-gabc1234", "on", 0, 0},
		"changed since a tag":    {"v1.2.3-dirty", "on", 0, 0},
		"built without a tag":    {"abc1234", "on", 0, 0},
		"built without git":      {"0.1.0-dev", "on", 0, 0},
		"a release to be tested": {"v1.3.0-rc.1", "on", 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &releases{answer: `{"tag_name":"v1.2.3"}`, status: tc.status}
				c, _ := newChecker(tc.version, r, tc.choice)
				ctx, cancel := context.WithCancel(t.Context())
				go func() { _ = c.Serve(ctx) }() // ends with ctx
				for range 100 {
					c.Wake()
				}
				time.Sleep(48*time.Hour + 30*time.Minute)
				synctest.Wait()
				cancel()
				if r.count() != tc.want {
					t.Errorf("asked %d times in two days, want %d", r.count(), tc.want)
				}
				if c.State().Latest != "" {
					t.Errorf("offers %+v", c.State())
				}
			})
		})
	}
}

func TestS60_SwitchedOnItAsksAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &releases{answer: `{"tag_name":"v2.0.0"}`}
		c, m := newChecker("v1.2.3", r, "off")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = c.Serve(ctx) }() // ends with ctx
		synctest.Wait()
		if err := m.Set(ctx, config.UpdateCheck, "on"); err != nil {
			t.Fatal(err)
		}
		c.Wake()
		synctest.Wait()
		if r.count() != 1 || c.State().Latest != "v2.0.0" {
			t.Errorf("asked %d times, knows %+v", r.count(), c.State())
		}
	})
}

func TestS60_AnAnswerThatIsNoNewerVersionIsNone(t *testing.T) {
	for name, r := range map[string]*releases{
		"the same":           {answer: `{"tag_name":"v1.2.3"}`},
		"an older one":       {answer: `{"tag_name":"v1.2.2"}`},
		"an older by number": {answer: `{"tag_name":"v0.10.99"}`},
		"one to be tested":   {answer: `{"tag_name":"v1.3.0-rc.1"}`},
		"marked so":          {answer: `{"tag_name":"v1.3.0","prerelease":true}`},
		"a draft":            {answer: `{"tag_name":"v1.3.0","draft":true}`},
		"a path":             {answer: `{"tag_name":"v1.3.0/../../evil"}`},
		"a page":             {answer: `<html>`},
		"nothing":            {answer: ``},
		"cut off":            {answer: `{"tag_name":"v1.3`},
		"too much":           {answer: `{"body":"` + strings.Repeat("x", largest) + `","tag_name":"v1.3.0"}`},
		"a huge number":      {answer: `{"tag_name":"v99999999999999999999.0.0"}`},
		"led elsewhere":      {answer: `{"tag_name":"v1.3.0"}`, status: 302},
		"refused":            {answer: `{"tag_name":"v1.3.0"}`, status: 403},
		"not there":          {answer: `{"message":"Not Found"}`, status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newChecker("v1.2.3", r, "on")
			c.askIfDue(t.Context())
			if st := c.State(); st.Latest != "" || st.Page != "" || st.AskedAt.IsZero() || len(r.asked) != 1 {
				t.Errorf("%+v after %d questions", st, len(r.asked))
			}
		})
	}
}

func TestS60_WithoutAPlaceToNoteItNothingIsAsked(t *testing.T) {
	r := &releases{answer: `{"tag_name":"v1.3.0"}`}
	c, m := newChecker("v1.2.3", r, "on")
	m.err = fmt.Errorf("disk full")
	for range 5 {
		c.askIfDue(t.Context())
	}
	if len(r.asked) != 0 {
		t.Errorf("asked %d times without noting when", len(r.asked))
	}
}

func TestS60_ABuildOfNobodyAsksNobody(t *testing.T) {
	if c := New(Options{Version: "v1.2.3", Settings: &memory{}, Log: slog.New(slog.DiscardHandler), Now: time.Now}); c.Possible() {
		t.Error("a build without a project can ask")
	}
}

func TestVersion_Order(t *testing.T) {
	order := []string{"v0.9.0", "v0.10.0-alpha", "v0.10.0-rc.1", "v0.10.0-rc.2", "v0.10.0-rc.10", "v0.10.0", "v0.10.1", "v1.0.0", "v10.0.0"}
	for i := range order {
		for j := range order {
			a, okA := parse(order[i])
			b, okB := parse(order[j])
			if !okA || !okB || a.before(b) != (i < j) {
				t.Errorf("%s before %s: %v, want %v", order[i], order[j], a.before(b), i < j)
			}
		}
	}
	for _, bad := range []string{"", "1.2.3", "v1.2", "v1.2.3.4", "v01.2.3", "v1.2.3+meta", "v1.2.3-", "v1.2.3 ", "latest", "v1.2.3-\n"} {
		if _, ok := parse(bad); ok {
			t.Errorf("%q is read as a version", bad)
		}
	}
}
