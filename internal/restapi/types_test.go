package restapi

import (
	"net/http"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

func TestTypes_AWrongNameIsSaid(t *testing.T) {
	s, h := newStore(t)
	odd := oura.DataType("aura")
	apply(t, s, change(s, 1, odd))
	for path, status := range map[string]int{"/documents/foo": 404, "/coverage?data_type=foo": 422, "/coverage?data_type=sleep&data_type=foo": 422} {
		w := ask(t, h, http.MethodGet, path, nil)
		code := map[int]oura.Code{404: codeNotFound, 422: codeInvalid}[status]
		if p := wantProblem(t, w, status, code); !strings.Contains(p.Detail, "foo") || !strings.Contains(p.Detail, "GET /coverage") {
			t.Errorf("%s: %q", path, p.Detail)
		}
	}
	for _, path := range []string{"/documents/aura", "/documents/sleep", "/coverage?data_type=aura", "/coverage?data_type=sleep", "/events?data_type=foo", "/documents/aura?start_day=2030-01-01"} {
		if w := ask(t, h, http.MethodGet, path, nil); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
