package restapi

import (
	"net/http"
	"slices"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// adminCalls are all that only an admin token opens.
var adminCalls = []string{"listBackups", "backUp", "clearEvents", "login", "logout"}

func TestS07_EachScopeOpensItsCallsAndNoOthers(t *testing.T) {
	f := &fake{}
	h := f.handler()
	for _, op := range operations(t, h) {
		wanted := scopeOfMethod(op.method)
		switch {
		case op.id == "getHealth":
			continue // opens without a token
		case slices.Contains(adminCalls, op.id):
			wanted = ScopeAdmin
		}
		if op.scope != wanted {
			t.Errorf("%s needs %q, want %q", op.id, op.scope, wanted)
		}
		for _, scope := range Scopes() {
			before := f.calls.Load()
			w := ask(t, h, op.method, op.path, as(scope))
			if scope.Opens(op.scope) {
				if w.Code >= http.StatusBadRequest {
					t.Errorf("%s with a token of scope %s: %d %s", op.id, scope, w.Code, w.Body)
				}
				continue
			}
			wantProblem(t, w, http.StatusForbidden, codeScope)
			checkHeaders(t, op.id, w)
			if got, want := w.Header().Get("WWW-Authenticate"), `Bearer error="insufficient_scope", scope="`+string(op.scope)+`"`; got != want {
				t.Errorf("%s: WWW-Authenticate is %q, want %q", op.id, got, want)
			}
			if f.calls.Load() != before {
				t.Errorf("%s reached the inside with a token of scope %s", op.id, scope)
			}
		}
	}
}

func TestS07_ReadTokenChangesNothing(t *testing.T) {
	f := &fake{}
	h := f.handler()
	changing := 0
	for _, op := range operations(t, h) {
		if op.method == http.MethodGet {
			continue
		}
		changing++
		wantProblem(t, ask(t, h, op.method, op.path, as(ScopeRead)), http.StatusForbidden, codeScope)
		wrong := func(r *http.Request) { as(ScopeRead)(r); r.URL.RawQuery = "nonsense=1" }
		wantProblem(t, ask(t, h, op.method, op.path, wrong), http.StatusForbidden, codeScope)
	}
	if f.calls.Load() != 0 || changing < 10 {
		t.Errorf("%d of %d calls reached the inside", f.calls.Load(), changing)
	}
}

func TestS07_ACallDescribedWithoutAScopeNeedsAll(t *testing.T) {
	if got := scopeOf(&huma.Operation{Method: http.MethodGet}); got != ScopeAdmin {
		t.Errorf("it needs %q", got)
	}
}

func TestScope_OpensWhatIsBelowIt(t *testing.T) {
	for has, opens := range map[Scope]string{ScopeRead: "r", ScopeWrite: "rw", ScopeAdmin: "rwa", "": "", "all": "", "Admin": ""} {
		got := ""
		for _, needed := range append(Scopes(), "", "all") {
			if has.Opens(needed) {
				got += string(needed[0])
			}
		}
		if got != opens {
			t.Errorf("%q opens %q, want %q", has, got, opens)
		}
	}
}
