package ourasim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

// bearer returns the token of the Authorization header; one in the query does
// not count.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, ok && strings.EqualFold(scheme, "bearer") && token != ""
}

// admit lets a request pass that may read c. It answers in all other cases: 401
// for the token, 429, 403 for a lapsed membership, 401 for the scope.
func (s *Sim) admit(w http.ResponseWriter, r *http.Request, c collection) (granted []oura.Scope, ok bool) {
	token, ok := bearer(r)
	if !ok {
		answerProblem(w, http.StatusUnauthorized, "Authorization header is missing or malformed.")
		return nil, false
	}
	granted, ok = s.book.scopesOf(token, s.clock.now())
	if !ok {
		answerProblem(w, http.StatusUnauthorized, "Access token is expired, malformed or revoked.")
		return nil, false
	}
	if !s.withinLimits(w, token) {
		return nil, false
	}
	sw := s.sw.get()
	if sw.MembershipLapsed && c.path != "personal_info" {
		answerDetail(w, http.StatusForbidden, "Forbidden")
		return nil, false
	}
	if missing := lacks(c, granted, sw); missing != "" {
		answerProblem(w, http.StatusUnauthorized, fmt.Sprintf("Token is not authorized access %s scope.", missing))
		return nil, false
	}
	return granted, true
}

// lacks returns the scope that a refusal names, or "".
func lacks(c collection, granted []oura.Scope, sw Switches) oura.Scope {
	needs := c.scopes
	if c.path == "daily_stress" && sw.StressNeedsStress {
		needs = []oura.Scope{oura.ScopeStress}
	}
	if len(needs) == 0 || slices.ContainsFunc(needs, func(n oura.Scope) bool { return slices.Contains(granted, n) }) {
		return ""
	}
	return needs[0]
}

// missing tells whether a collection has been switched off.
func (s *Sim) missing(path string) bool { return slices.Contains(s.sw.get().MissingPaths, path) }

func answerNoRoute(w http.ResponseWriter, _ *http.Request) {
	answerDetail(w, http.StatusNotFound, "Not Found")
}

func answerNoDocument(w http.ResponseWriter) {
	answerDetail(w, http.StatusNotFound, "Document not found.")
}
