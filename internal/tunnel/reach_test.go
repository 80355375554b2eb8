package tunnel

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestReach_TellsRefusalsFromWhatIsOpen(t *testing.T) {
	asked := make(chan string, 16)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.URL.RequestURI()
		switch r.URL.Path {
		case "/":
			_, _ = io.WriteString(w, "<html>my own page</html>") // the client may be gone
		case "/health":
			_, _ = io.WriteString(w, `{"status":"healthy"}`)
		case "/status":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
		case "/events":
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		case "/auth/callback":
			w.Header().Set("ngrok-error-code", "ERR_NGROK_3200")
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer srv.Close()
	want := map[string]Answer{
		"/":              {Status: 200, Open: true},
		"/health":        {Status: 200, Open: true, Exposed: true},
		"/status":        {Status: 401, Exposed: true},
		"/events":        {Status: 302, Open: true},
		"/auth/callback": {Status: 404, Service: "ERR_NGROK_3200"},
		"/openapi.json":  {Status: 404},
		"/webhooks/x/x":  {Status: 404},
	}
	got := Reach(t.Context(), srv.Client(), srv.URL+"/webhooks/x")
	if len(got) != len(want) {
		t.Fatalf("%d answers, want %d", len(got), len(want))
	}
	for _, a := range got {
		w := want[a.Path]
		w.Path, w.Sentence = a.Path, a.Sentence
		if a != w || a.Sentence == "" {
			t.Errorf("%+v, want %+v", a, w)
		}
	}
	close(asked)
	for q := range asked {
		if q[:4] != "GET " || q == "GET /elsewhere" {
			t.Errorf("asked %q", q)
		}
	}
}

func TestReach_SaysWhenNothingAnswers(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	address := srv.URL
	srv.Close()
	for _, a := range Reach(t.Context(), http.DefaultClient, address+"/health") {
		if a.Status != 0 || a.Open || a.Path == "/health" {
			t.Errorf("%+v from a closed port", a)
		}
	}
}
