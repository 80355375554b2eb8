package restapi

import (
	"net/http"
	"net/url"
	"path"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// mux holds all calls.
func (s *service) mux() *http.ServeMux {
	mux := http.NewServeMux()
	api := humago.New(mux, newConfig())
	api.UseMiddleware(checkScope)
	register(api, s)
	return mux
}

// routes answers what matches no call of mux in our own shape; ServeMux would
// answer in plain text and redirect.
func routes(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if escaped := r.URL.EscapedPath(); escaped != path.Clean(escaped) {
			notFound(w, r)
			return
		}
		h, pattern := mux.Handler(r)
		if pattern == "" {
			refuseRoute(w, r, h)
			return
		}
		if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
			refuse(w, http.StatusUnprocessableEntity, codeInvalid,
				"The part of the address after \"?\" cannot be read. Write special characters as %XX.")
			return
		}
		r.Header.Del("Accept") // JSON is all there is
		mux.ServeHTTP(w, r)
	})
}

// register adds every call of this API to api; the OpenAPI document comes last
// because it holds the others.
func register(api huma.API, s *service) {
	registerStatus(api, s)
	registerAuth(api, s)
	registerEvents(api, s)
	registerStream(api, s)
	registerClear(api, s)
	registerSubscriptions(api, s)
	registerDeliveries(api, s)
	registerDocuments(api, s)
	registerSamples(api, s)
	registerJobs(api, s)
	registerExport(api, s)
	registerBackups(api, s)
	registerPause(api, s)
	registerDocument(api)
}

// refuseRoute asks the mux's own refusal h whether it is the path or the method
// that is wrong.
func refuseRoute(w http.ResponseWriter, r *http.Request, h http.Handler) {
	verdict := &headOnly{header: http.Header{}}
	h.ServeHTTP(verdict, r)
	if verdict.status != http.StatusMethodNotAllowed {
		notFound(w, r)
		return
	}
	allow := verdict.header.Get("Allow")
	w.Header().Set("Allow", allow)
	refuse(w, http.StatusMethodNotAllowed, codeMethod, "This call takes "+allow+" only.")
}

// headOnly keeps the status and the headers of an answer nobody gets.
type headOnly struct {
	header http.Header
	status int
}

func (h *headOnly) Header() http.Header         { return h.header }
func (h *headOnly) WriteHeader(status int)      { h.status = status }
func (h *headOnly) Write(b []byte) (int, error) { return len(b), nil }
