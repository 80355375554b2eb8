package restapi

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestS11 of the browser stands in frontend/e2e/real.

func TestS11_ThePageNeedsNoTokenAndTellsNothing(t *testing.T) {
	f := &fake{}
	h := f.handler()
	bare := func(r *http.Request) { r.Header.Del("Authorization") }
	for path, page := range docsTypes {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			w := ask(t, h, method, path, bare)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != page.contentType || w.Header().Get("Content-Security-Policy") != docsCSP {
				t.Errorf("%s %s: %d %v", method, path, w.Code, w.Header())
			}
			for _, name := range []string{"X-Content-Type-Options", "Cache-Control", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
				if w.Header().Get(name) != wantHeaders[name] {
					t.Errorf("%s lacks %s", path, name)
				}
			}
		}
		w := ask(t, h, http.MethodPost, path, nil)
		wantProblem(t, w, http.StatusMethodNotAllowed, codeMethod)
		wantProblem(t, ask(t, h, http.MethodGet, path, foreign("http://evil.example", "")), http.StatusForbidden, codeOrigin)
		wantProblem(t, ask(t, h, http.MethodGet, path, func(r *http.Request) { r.Host = "evil.example" }), http.StatusForbidden, codeHost)
	}
	for _, path := range []string{"/openapi.json", "/docs/", "/docs/LICENSE", "/docs/../status", "/docs%2fpage.js", "/docs/index.html"} {
		wantProblem(t, ask(t, h, http.MethodGet, path, bare), http.StatusUnauthorized, codeToken)
	}
	if n := f.calls.Load(); n != 0 {
		t.Errorf("the page reached the inside %d times", n)
	}
}

func TestS11_ThePageHasNothingInlineAndNoMaps(t *testing.T) {
	read := func(name string) []byte {
		content, err := docsFiles.ReadFile("docs/" + name)
		if err == nil && strings.HasSuffix(name, ".gz") {
			content, err = unpack(content)
		}
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	page := read("index.html")
	if bytes.Contains(page, []byte("<style")) || regexp.MustCompile(`<script[^>]*>[^<]|\son[a-z]+=|style=|https?:`).Match(page) {
		t.Error("the page has something inline or remote")
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]*)"`).FindAllSubmatch(page, -1) {
		if _, ok := docsTypes[string(m[1])]; !ok {
			t.Errorf("the page asks for %s", m[1])
		}
	}
	for path, f := range docsTypes {
		if text := string(read(strings.TrimPrefix(f.file, "docs/"))); strings.Contains(text, "sourceMappingURL") {
			t.Errorf("%s names a source map", path)
		}
	}
}

func TestDocs_PackedFilesComeAsTheCallerTakesThem(t *testing.T) {
	h := (&fake{}).handler()
	for path, page := range docsTypes {
		get := func(accept ...string) (coding string, body []byte) {
			t.Helper()
			w := ask(t, h, http.MethodGet, path, func(r *http.Request) { r.Header["Accept-Encoding"] = accept })
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", path, w.Code)
			}
			return w.Header().Get("Content-Encoding"), w.Body.Bytes()
		}
		_, plain := get()
		for _, accept := range []string{"identity", "br", "gzip;q=0", "notgzip"} {
			if coding, body := get(accept); coding != "" || !bytes.Equal(body, plain) {
				t.Errorf("%s for %q: coded as %q, %d bytes, want %d", path, accept, coding, len(body), len(plain))
			}
		}
		for _, accept := range [][]string{{"gzip"}, {"br, GZIP , deflate"}, {"br", "gzip"}} {
			coding, body := get(accept...)
			if !strings.HasSuffix(page.file, ".gz") {
				if coding != "" || !bytes.Equal(body, plain) {
					t.Errorf("%s is coded as %q", path, coding)
				}
				continue
			}
			unpacked, err := unpack(body)
			if err != nil || coding != "gzip" || !bytes.Equal(unpacked, plain) || len(body) > len(plain)/2 {
				t.Errorf("%s for %q: coded as %q, %v, %d bytes of %d", path, accept, coding, err, len(body), len(plain))
			}
		}
	}
}
