package ourasim

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

const (
	classicAuthorize = "/oauth/authorize"
	classicToken     = "/oauth/token"
	classicRevoke    = "/oauth/revoke"
	newBase          = "/oauth/v2/ext/"
	newAuthorize     = newBase + "oauth-authorize"
	newToken         = newBase + "oauth-token"
	newRevoke        = newBase + "oauth-revoke"
	newIntrospect    = newBase + "oauth-introspect"
	newIssuer        = newBase + "oauth-anonymous"
)

// movedOn marks an authorization that the classic page handed to the new one:
// its bare scope names are accepted there.
const movedOn = "classic"

func (s *Sim) authorizeClassic(w http.ResponseWriter, r *http.Request) {
	if !s.sw.get().AuthorizeMovesOn {
		s.authorize(w, r, false)
		return
	}
	q := r.URL.Query()
	q.Set("via", movedOn)
	http.Redirect(w, r, newAuthorize+"?"+q.Encode(), http.StatusFound)
}

func (s *Sim) authorizeNew(w http.ResponseWriter, r *http.Request) { s.authorize(w, r, true) }

// authorize checks the request and shows the consent page. Errors that concern
// the client or its redirect stay on the page; others go back by redirect.
func (s *Sim) authorize(w http.ResponseWriter, r *http.Request, viaNew bool) {
	q := r.URL.Query()
	if q.Get("client_id") != s.app.id {
		showRefusal(w, "invalid_client", "Invalid client_id.")
		return
	}
	redirect, err := s.registered(q)
	if err != nil {
		showRefusal(w, "invalid_redirect_uri", err.Error())
		return
	}
	req := request{
		state: q.Get("state"), redirectURI: redirect, named: q.Has("redirect_uri"), viaNew: viaNew,
		challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method"),
		expires: s.clock.now().Add(s.sw.get().CodeLife),
	}
	if name, text := s.readAsked(&req, q); name != "" {
		http.Redirect(w, r, s.errorRedirect(req, name, text), http.StatusFound)
		return
	}
	showConsent(w, s.app.id, s.book.open(req, s.clock.now()), req.asked)
}

// registered returns the redirect URI to use: the one sent when it equals a
// registered one byte for byte, or the only registered one when none was sent.
func (s *Sim) registered(q url.Values) (string, error) {
	known := s.app.registered()
	if !q.Has("redirect_uri") && len(known) == 1 {
		return known[0], nil
	}
	if uri := q.Get("redirect_uri"); slices.Contains(known, uri) {
		return uri, nil
	}
	return "", fmt.Errorf("redirect_uri %q is not registered for this application", q.Get("redirect_uri"))
}

// readAsked fills in the scopes of q and checks the rest. It returns an OAuth
// error name and text, or two empty strings.
func (s *Sim) readAsked(req *request, q url.Values) (name, text string) {
	if q.Get("response_type") != "code" {
		return "unsupported_response_type", "response_type must be code."
	}
	if m := req.method; req.challenge != "" && m != "" && m != "S256" && m != "plain" {
		return "invalid_request", "code_challenge_method must be S256 or plain."
	}
	words := strings.Fields(q.Get("scope"))
	if len(words) == 0 {
		req.asked = oura.AllScopes()
		return "", ""
	}
	if req.viaNew && q.Get("via") != movedOn {
		if words = s.readBare(words); words == nil {
			return "invalid_scope", "Scope names must begin with extapi:."
		}
	}
	for _, scope := range oura.ParseScopes(strings.Join(words, " ")) {
		if slices.Contains(oura.AllScopes(), scope) {
			req.asked = append(req.asked, scope)
		}
	}
	return "", ""
}

// readBare applies the BareAtNew switch; nil means that the request is refused.
func (s *Sim) readBare(words []string) []string {
	mode := s.sw.get().BareAtNew
	kept := []string{}
	for _, word := range words {
		switch {
		case strings.HasPrefix(word, "extapi:") || mode == BareTake:
			kept = append(kept, word)
		case mode == BareRefuse:
			return nil
		}
	}
	return kept
}

func (s *Sim) errorRedirect(r request, name, text string) string {
	return s.backTo(r, url.Values{"error": {name}, "error_description": {text}})
}

// backTo adds q and the state to the redirect URI, which may have a query.
func (s *Sim) backTo(r request, q url.Values) string {
	if r.state != "" {
		q.Set("state", r.state)
	}
	if r.viaNew {
		q.Set("iss", s.issuer())
	}
	mark := "?"
	if strings.Contains(r.redirectURI, "?") {
		mark = "&"
	}
	return r.redirectURI + mark + q.Encode()
}
