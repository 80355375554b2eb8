package restapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestS04_OnlyOurOwnHostIsServed(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, host := range []string{
		"evil.example", "evil.example:8000", "127.0.0.1.evil.example:8000", "localhost.evil.example",
		"localhost.evil.example:8000", "127.0.0.1:8001", "localhost:80", "[::1]:8001", "localhost", "127.0.0.1",
		"[::1]", "::1:8000", "", "LOCALHOST:8000", "localhost.:8000", "127.0.0.1:08000", "127.1:8000", "0.0.0.0:8000",
		"user@127.0.0.1:8000", "127.0.0.1:8000 ",
	} {
		for _, op := range operations(t, h) {
			before := f.calls.Load()
			w := ask(t, h, op.method, op.path, func(r *http.Request) { r.Host = host })
			wantProblem(t, w, http.StatusForbidden, codeHost)
			if f.calls.Load() != before {
				t.Fatalf("host %q reached %s", host, op.id)
			}
		}
	}
	for _, host := range []string{"127.0.0.1:8000", "[::1]:8000", "localhost:8000"} {
		w := ask(t, h, http.MethodGet, "/events", func(r *http.Request) { r.Host = host })
		if w.Code != http.StatusOK {
			t.Errorf("our own host %q answered %d", host, w.Code)
		}
	}
}

func TestS05_CrossSiteRequestsAreRefused(t *testing.T) {
	f := &fake{}
	h := f.handler()
	origins := []string{"", "http://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:8001",
		"https://127.0.0.1:8000", "http://localhost:8000" /* not the Host asked */}
	sites := []string{"", "cross-site", "same-site", "garbage"}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodOptions, http.MethodHead, http.MethodPut} {
		for _, origin := range origins {
			for _, site := range sites {
				if origin == "" && site == "" {
					continue
				}
				w := ask(t, h, method, "/events", foreign(origin, site))
				wantRefusedWithoutCORS(t, w.Code, w.Header(), method, origin, site)
			}
		}
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d cross-site requests reached the inside", n)
	}
}

func TestS05_EveryOperationRefusesOtherOrigins(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, op := range operations(t, h) {
		w := ask(t, h, op.method, op.path, foreign("http://evil.example", ""))
		wantProblem(t, w, http.StatusForbidden, codeOrigin)
		w = ask(t, h, http.MethodOptions, op.path, foreign("http://evil.example", "cross-site"))
		wantProblem(t, w, http.StatusForbidden, codeOrigin)
		w = ask(t, h, op.method, op.path, foreign("http://127.0.0.1:8000", "same-origin"))
		if w.Code >= http.StatusBadRequest || corsHeader(w.Header()) != "" {
			t.Errorf("%s from our own origin: %d, %v", op.id, w.Code, w.Header())
		}
	}
}

func TestS05_OneForeignHeaderAmongSeveralIsEnough(t *testing.T) {
	h := (&fake{}).handler()
	w := ask(t, h, http.MethodGet, "/events", func(r *http.Request) {
		r.Header["Origin"] = []string{"http://127.0.0.1:8000", "http://evil.example"}
	})
	wantProblem(t, w, http.StatusForbidden, codeOrigin)
}

func TestS05_BodiesAreJSONOnly(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, contentType := range []string{
		"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"application/json; charset=latin1", "text/json", "application/jsonx", "application/json, text/plain",
	} {
		for _, op := range operations(t, h) {
			w := ask(t, h, op.method, op.path, withBody(contentType, `{}`))
			if op.id == "getHealth" && w.Code == http.StatusUnauthorized {
				continue // not bare any more
			}
			wantProblem(t, w, http.StatusUnsupportedMediaType, codeMediaType)
		}
	}
	w := ask(t, h, http.MethodPost, "/auth/login", func(r *http.Request) {
		withBody("application/json", `{}`)(r)
		r.Header.Set("Content-Encoding", "gzip")
	})
	wantProblem(t, w, http.StatusUnsupportedMediaType, codeMediaType)
	if n := f.calls.Load(); n != 0 {
		t.Errorf("%d calls with bodies of other types reached the inside", n)
	}
	for _, contentType := range []string{"application/json", "application/json; charset=UTF-8"} {
		w = ask(t, h, http.MethodPost, "/auth/logout", withBody(contentType, `{}`))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", contentType, w.Code)
		}
	}
	w = ask(t, h, http.MethodPost, "/auth/logout", withBody("application/json", `{`))
	wantProblem(t, w, http.StatusBadRequest, codeInvalid)
}

func foreign(origin, site string) func(*http.Request) {
	return func(r *http.Request) {
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
	}
}

func wantRefusedWithoutCORS(t *testing.T, code int, header http.Header, what ...string) {
	t.Helper()
	if code != http.StatusForbidden {
		t.Errorf("%q answered %d", what, code)
	}
	if name := corsHeader(header); name != "" {
		t.Errorf("%q answered with %s", what, name)
	}
}

func corsHeader(h http.Header) string {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			return name
		}
	}
	return ""
}
