package ourasim

import (
	"net/http"

	"oura-streaming/internal/oura"
)

// revokeClassic takes the token in the query, by POST or GET.
func (s *Sim) revokeClassic(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("access_token")
	if token == "" {
		refusal(http.StatusBadRequest, "invalid_request", "access_token is missing.").answer(w)
		return
	}
	s.book.revoke(token) // RFC 7009: an unknown token is no error
	w.WriteHeader(http.StatusOK)
}

// revokeNew takes a form with token and client credentials.
func (s *Sim) revokeNew(w http.ResponseWriter, r *http.Request) {
	token, ok := s.tokenForm(w, r)
	if !ok {
		return
	}
	s.book.revoke(token)
	w.WriteHeader(http.StatusOK)
}

// introspect tells whether an access token is good and what it opens.
func (s *Sim) introspect(w http.ResponseWriter, r *http.Request) {
	token, ok := s.tokenForm(w, r)
	if !ok {
		return
	}
	scopes, active := s.book.scopesOf(token, s.clock.now())
	if !active {
		answerJSON(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"active": true, "client_id": s.app.id, "scope": spellScopes(scopes, true), "token_type": "bearer",
	})
}

func (s *Sim) tokenForm(w http.ResponseWriter, r *http.Request) (token string, ok bool) {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("token") == "" {
		refusal(http.StatusBadRequest, "invalid_request", "token is missing.").answer(w)
		return "", false
	}
	if e := s.checkClient(r, r.PostForm, true); e != nil {
		e.answer(w)
		return "", false
	}
	return r.PostForm.Get("token"), true
}

func (s *Sim) issuer() string { return s.url + newIssuer }

// discovery is the new provider's OpenID configuration.
func (s *Sim) discovery(w http.ResponseWriter, _ *http.Request) {
	var scopes []string
	for _, scope := range oura.AllScopes() {
		scopes = append(scopes, "extapi:"+string(scope))
	}
	answerJSON(w, http.StatusOK, map[string]any{
		"issuer":                                s.issuer(),
		"authorization_endpoint":                s.url + newAuthorize,
		"token_endpoint":                        s.url + newToken,
		"revocation_endpoint":                   s.url + newRevoke,
		"introspection_endpoint":                s.url + newIntrospect,
		"scopes_supported":                      scopes,
		"response_types_supported":              []string{"code"},
		"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256", "plain"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
	})
}
