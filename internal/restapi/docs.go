package restapi

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
)

//go:embed docs/index.html docs/page.js docs/page.css docs/swagger-ui.css.gz docs/swagger-ui-bundle.js.gz
var docsFiles embed.FS

// docsTypes are the files of the page by path. The large ones lie packed in the program.
var docsTypes = map[string]struct{ file, contentType string }{
	"/docs":                      {"docs/index.html", "text/html; charset=utf-8"},
	"/docs/page.js":              {"docs/page.js", "text/javascript; charset=utf-8"},
	"/docs/page.css":             {"docs/page.css", "text/css; charset=utf-8"},
	"/docs/swagger-ui.css":       {"docs/swagger-ui.css.gz", "text/css; charset=utf-8"},
	"/docs/swagger-ui-bundle.js": {"docs/swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8"},
}

// docsCSP lets the page run its own two scripts and ask this listener. data: is
// for the icons in the style sheet.
const docsCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docsPage serves the page about this API, and passes on what is not of it.
//
// The page needs no token, although every call does (S-06): a browser sends no
// Authorization header when a person opens an address, and the page is no call.
// Its five files come with the program, are the same in every installation and
// tell nothing about this one beyond what GET /health tells. The description of
// the API stays behind the token, which the page asks for before it loads that.
// It stands behind the checks of Host and Origin like everything else.
func docsPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := docsTypes[r.URL.EscapedPath()]
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, codeMethod, "This is a page to look at. It takes GET, HEAD only.")
			return
		}
		content, err := docsFiles.ReadFile(page.file)
		if path.Ext(page.file) == ".gz" {
			w.Header().Set("Vary", "Accept-Encoding")
			if takesGzip(r) {
				w.Header().Set("Content-Encoding", "gzip")
			} else if err == nil {
				content, err = unpack(content)
			}
		}
		if err != nil {
			panic(fmt.Errorf("read the page about the API: %w", err)) // it was built in
		}
		w.Header().Set("Content-Type", page.contentType)
		w.Header().Set("Content-Security-Policy", docsCSP)
		_, _ = w.Write(content) // fails only when the caller has gone
	})
}

// takesGzip reports whether the caller can unpack what is sent. One that takes it with
// a weight gets it unpacked.
func takesGzip(r *http.Request) bool {
	for _, line := range r.Header.Values("Accept-Encoding") {
		for coding := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
				return true
			}
		}
	}
	return false
}

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
