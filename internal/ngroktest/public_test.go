package ngroktest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/ngroktest"
)

func TestPublic_RoundTrip(t *testing.T) {
	for name, opt := range map[string]ngroktest.Options{"http": {}, "https": {TLS: true}} {
		t.Run(name, func(t *testing.T) {
			e := start(t, opt)
			a := newAgent(t, e)
			l, _ := a.listen(t, echo)
			if got := l.URL().String(); got != e.URL() || !strings.HasPrefix(got, name+"://127.0.0.1:") {
				t.Fatalf("endpoint at %s, edge at %s", got, e.URL())
			}
			host := strings.TrimPrefix(e.URL(), name+"://")
			if _, text := public(t, e, "GET", e.URL()+"/a?b=c", "", "", nil); text != "GET "+host+" /a?b=c " {
				t.Errorf("GET answered %q", text)
			}
			if _, text := public(t, e, "POST", e.URL()+"/webhooks", "", "a body", nil); text != "POST "+host+" /webhooks a body" {
				t.Errorf("POST answered %q", text)
			}
		})
	}
}

func TestPublic_TellsWhoAsks(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo, ngrok.WithURL("https://hooks.example.org"))
	came := http.Header{"X-Forwarded-For": {"198.51.100.1, 198.51.100.2", "198.51.100.3"}, "X-Forwarded-Proto": {"gopher"}, "X-Forwarded-Host": {"evil.example"}}
	resp, _ := public(t, e, "GET", e.URL(), "hooks.example.org", "", came)
	for name, want := range map[string]string{
		"Got-Forwarded-For":  "198.51.100.1, 198.51.100.2, 198.51.100.3, 203.0.113.7",
		"Got-Remote":         "203.0.113.7:5555",
		"Got-Proto":          "https",
		"Got-Forwarded-Host": "hooks.example.org",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestPublic_WantedURLAnswersOnThePublicPort(t *testing.T) {
	e := start(t, ngroktest.Options{})
	l, _ := newAgent(t, e).listen(t, echo, ngrok.WithURL("https://hooks.example.org"))
	if got := l.URL().String(); got != "https://hooks.example.org" {
		t.Errorf("endpoint at %s", got)
	}
	for _, host := range []string{"hooks.example.org", "other.example.org", ""} {
		if _, text := public(t, e, "GET", e.URL()+"/x", host, "", nil); text != "GET hooks.example.org /x " {
			t.Errorf("asked for %q: %q", host, text)
		}
	}
}

func TestPublic_SeveralEndpointsAreToldApartByHost(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo, ngrok.WithURL("https://one.example.org"))
	newAgent(t, e).listen(t, echo, ngrok.WithURL("https://two.example.org"))
	for _, host := range []string{"one.example.org", "TWO.example.org"} {
		if _, text := public(t, e, "GET", e.URL()+"/", host, "", nil); text != "GET "+strings.ToLower(host)+" / " {
			t.Errorf("asked for %s: %q", host, text)
		}
	}
	if !offline(t, e, e.URL()) {
		t.Error("somebody answers for a host that nobody bound")
	}
}

func TestPublic_NobodyBound(t *testing.T) {
	e := start(t, ngroktest.Options{})
	if !offline(t, e, e.URL()) {
		t.Error("somebody answers before any agent came")
	}
}

func TestPublic_BrokenStream(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	resp, _ := public(t, e, "POST", e.URL(), "", "a body", nil)
	if resp.StatusCode != http.StatusBadGateway || resp.Header.Get("ngrok-error-code") != "ERR_NGROK_3004" {
		t.Errorf("answered %s, code %q", resp.Status, resp.Header.Get("ngrok-error-code"))
	}
}

func TestPublic_StatusesAreTheAgentsOwn(t *testing.T) {
	e := start(t, ngroktest.Options{})
	public(t, e, "GET", e.URL(), "", "", nil) // nobody is bound: the edge's own 404
	if got := e.Statuses(); len(got) != 0 {
		t.Errorf("before any agent came: %v", got)
	}
	newAgent(t, e).listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/moved":
			http.Redirect(w, r, "/", http.StatusMovedPermanently)
		case "/broken":
			panic(http.ErrAbortHandler)
		}
	}))
	for _, path := range []string{"/", "/gone", "/moved", "/moved", "/broken"} {
		via := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := via.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close() // only the status counts
	}
	if got, want := e.Statuses(), map[int]int{200: 1, 301: 2, 410: 1}; !maps.Equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
}

func TestPublic_StreamsAreKept(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo)
	for range 3 {
		public(t, e, "POST", e.URL(), "", "a body", nil)
	}
	if e.Streams() != 1 {
		t.Fatalf("%d streams for three requests in a row", e.Streams())
	}
	var header struct{ Id, ClientAddr, Proto, EdgeType string }
	if err := json.Unmarshal(e.StreamHeaders()[0], &header); err != nil {
		t.Fatal(err)
	}
	if header.Id != e.Binds()[0].ID || header.ClientAddr != ngroktest.ClientIP+":5555" || header.Proto != "https" || header.EdgeType != "3" {
		t.Errorf("header %+v", header)
	}
}
