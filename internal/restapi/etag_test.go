package restapi

import (
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestETag_ASingleThingIsSentOnceWhileItStays(t *testing.T) {
	s, h := newStore(t)
	apply(t, s, change(s, 1, oura.Workout))
	insertDelivery(t, s, 1)
	for _, path := range []string{"/events/1", "/documents/workout/doc-1", "/deliveries/1", "/jobs/1"} {
		first := ask(t, h, http.MethodGet, path, nil)
		tag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || len(tag) < 12 || !strings.HasPrefix(tag, `"`) {
			t.Fatalf("%s: %d, ETag %q", path, first.Code, tag)
		}
		for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := ask(t, h, http.MethodGet, path, match(known))
			if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s with If-None-Match %s: %d, %q, ETag %q", path, known, w.Code, w.Body, w.Header().Get("ETag"))
			}
			checkHeaders(t, path, w)
		}
		w := ask(t, h, http.MethodGet, path, match(`"other"`))
		if w.Code != http.StatusOK || w.Body.String() != first.Body.String() {
			t.Errorf("%s with another ETag: %d", path, w.Code)
		}
	}
}

func TestETag_ChangesWithTheContent(t *testing.T) {
	s, h := newStore(t)
	apply(t, s, change(s, 1, oura.Workout))
	before := ask(t, h, http.MethodGet, "/documents/workout/doc-1", nil).Header().Get("ETag")
	c := change(s, 1, oura.Workout)
	c.Data = []byte(`{"id":"doc-1","score":99}`)
	apply(t, s, c)
	w := ask(t, h, http.MethodGet, "/documents/workout/doc-1", match(before))
	if w.Code != http.StatusOK || w.Header().Get("ETag") == before {
		t.Errorf("a changed document: %d, ETag %q as before %q", w.Code, w.Header().Get("ETag"), before)
	}
	wantProblem(t, ask(t, h, http.MethodGet, "/documents/workout/none", match("*")), http.StatusNotFound, codeNotFound)
}

func match(etag string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("If-None-Match", etag) }
}
