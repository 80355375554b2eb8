package ourasim

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

//go:embed consent.html
var consentHTML string

//go:embed refusal.html
var refusalHTML string

const consentPath = "/oauth/consent"

// showConsent asks the user: one switch per scope, Allow and Deny. The page is
// well-formed XML too, so that browse.go can read it with the standard library.
func showConsent(w http.ResponseWriter, client, id string, scopes []oura.Scope) {
	showPage(w, http.StatusOK, consentHTML, struct {
		Client, Request string
		Scopes          []oura.Scope
	}{client, id, scopes})
}

// showRefusal keeps an error on the page: there is no address to trust.
func showRefusal(w http.ResponseWriter, name, text string) {
	showPage(w, http.StatusBadRequest, refusalHTML, struct{ Name, Text string }{name, text})
}

func showPage(w http.ResponseWriter, status int, text string, data any) {
	page, err := template.New("page").Parse(text)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_ = page.Execute(w, data) // writes to memory or to a browser that left
}

// consent takes the submitted form and sends the browser back to the client.
func (s *Sim) consent(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		showRefusal(w, "invalid_request", "The form could not be read.")
		return
	}
	req, ok := s.book.decide(r.PostForm.Get("request"), s.clock.now())
	if !ok {
		showRefusal(w, "invalid_request", "This page is no longer valid.")
		return
	}
	if r.PostForm.Get("decision") != "allow" {
		const text = "The resource owner or authorization server denied the request."
		http.Redirect(w, r, s.errorRedirect(req, "access_denied", text), http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, s.allow(req, r.PostForm["scope"]), http.StatusSeeOther)
}

// allow issues the code for those asked scopes that stayed switched on.
func (s *Sim) allow(req request, on []string) string {
	var granted []oura.Scope
	for _, scope := range req.asked {
		if slices.Contains(on, string(scope)) {
			granted = append(granted, scope)
		}
	}
	sw := s.sw.get()
	q := url.Values{"code": {s.book.issueCode(req, granted, s.clock.now().Add(sw.CodeLife))}}
	if sw.CallbackScope {
		q.Set("scope", spellScopes(granted, req.viaNew))
	}
	return s.backTo(req, q)
}

// spellScopes joins scopes, with "extapi:" before each when prefixed.
func spellScopes(scopes []oura.Scope, prefixed bool) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
		if prefixed {
			words[i] = "extapi:" + words[i]
		}
	}
	return strings.Join(words, " ")
}
