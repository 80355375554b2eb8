package ourasim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

// oauthError carries both shapes of the contract's section 2.8.
type oauthError struct {
	Status      int    `json:"status"`
	Title       string `json:"title"`
	Detail      string `json:"detail"`
	Name        string `json:"error"`
	Description string `json:"error_description"`
}

func refusal(status int, name, text string) *oauthError {
	return &oauthError{status, http.StatusText(status), text, name, text}
}

func (e *oauthError) answer(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	answerJSON(w, e.Status, e)
}

func (s *Sim) tokenClassic(w http.ResponseWriter, r *http.Request) { s.token(w, r, false) }
func (s *Sim) tokenNew(w http.ResponseWriter, r *http.Request)     { s.token(w, r, true) }

// token answers both token endpoints. The classic one can be told to refuse
// everything; a refusal spends nothing.
func (s *Sim) token(w http.ResponseWriter, r *http.Request, viaNew bool) {
	if err := r.ParseForm(); err != nil {
		refusal(http.StatusBadRequest, "invalid_request", "The form could not be read.").answer(w)
		return
	}
	form := r.PostForm
	s.ledger.tokenCall(r, form.Get("grant_type"))
	if !viaNew && s.sw.get().ClassicTokenRefuses {
		refuseClassic(form.Get("grant_type")).answer(w)
		return
	}
	if e := s.checkClient(r, form, viaNew); e != nil {
		e.answer(w)
		return
	}
	p, e := s.exchange(form)
	if e != nil {
		e.answer(w)
		return
	}
	s.answerPair(w, p, viaNew)
}

func refuseClassic(grantType string) *oauthError {
	if grantType == "refresh_token" {
		return refusal(http.StatusBadRequest, "invalid_request", "The request is missing a required parameter.")
	}
	return refusal(http.StatusUnauthorized, "invalid_client", "Invalid client.")
}

// checkClient wants the credentials in the body; the new endpoint takes HTTP
// Basic as well.
func (s *Sim) checkClient(r *http.Request, form url.Values, viaNew bool) *oauthError {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, pass, ok := r.BasicAuth(); ok && viaNew {
		// RFC 6749 section 2.3.1: both halves are form-encoded first.
		id, secret = unescape(user), unescape(pass)
	}
	switch {
	case same(id, s.app.id) && same(secret, s.app.currentSecret()):
		return nil
	case viaNew:
		return refusal(http.StatusUnauthorized, "invalid_client", "Invalid client.")
	case !same(id, s.app.id):
		return refusal(http.StatusBadRequest, "invalid_client", "Invalid client_id.")
	default:
		return refusal(http.StatusBadRequest, "invalid_client", "Invalid client_secret.")
	}
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Sim) exchange(form url.Values) (pair, *oauthError) {
	switch form.Get("grant_type") {
	case "authorization_code":
		return s.book.redeem(form, s.clock.now(), s.sw.get())
	case "refresh_token":
		return s.book.renew(form.Get("refresh_token"), s.clock.now(), s.sw.get())
	case "":
		return pair{}, refusal(http.StatusBadRequest, "invalid_request", "grant_type is missing.")
	default:
		return pair{}, refusal(http.StatusBadRequest, "unsupported_grant_type", "The grant type is not supported.")
	}
}

// redeem spends a code.
func (b *book) redeem(form url.Values, now time.Time, sw Switches) (pair, *oauthError) {
	if form.Get("code") == "" {
		return pair{}, refusal(http.StatusBadRequest, "invalid_request", "code is missing.")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.codes[form.Get("code")]
	if !ok || c.spent || !now.Before(c.expires) {
		return pair{}, refusal(http.StatusBadRequest, "invalid_grant", "The authorization code is invalid, expired or used.")
	}
	if form.Has("redirect_uri") != c.named || c.named && form.Get("redirect_uri") != c.redirectURI {
		return pair{}, refusal(http.StatusBadRequest, "invalid_redirect_uri", "redirect_uri differs from the authorization request.")
	}
	if !sw.PKCEIgnored && !c.proves(form.Get("code_verifier")) {
		return pair{}, refusal(http.StatusBadRequest, "invalid_grant", "code_verifier does not match.")
	}
	c.spent = true
	return b.issuePair(c.grant, now.Add(sw.ExpiresIn)), nil
}

// proves checks PKCE. Without a challenge no verifier may come either.
func (c *code) proves(verifier string) bool {
	switch {
	case c.challenge == "":
		return verifier == ""
	case c.method == "S256":
		sum := sha256.Sum256([]byte(verifier))
		return same(base64.RawURLEncoding.EncodeToString(sum[:]), c.challenge)
	default:
		return same(verifier, c.challenge)
	}
}

// renew spends a refresh token; the mode says what a second use does.
func (b *book) renew(token string, now time.Time, sw Switches) (pair, *oauthError) {
	if token == "" {
		return pair{}, refusal(http.StatusBadRequest, "invalid_request", "refresh_token is missing.")
	}
	dead := refusal(http.StatusBadRequest, "invalid_grant", "The refresh token is invalid, expired or used.")
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.refresh[token]
	if !ok || t.grant.over {
		return pair{}, dead
	}
	if !t.spent.IsZero() {
		if sw.RefreshMode == RefreshFamily {
			t.grant.over = true
		}
		if sw.RefreshMode != RefreshGrace || now.Sub(t.spent) >= sw.GracePeriod {
			return pair{}, dead
		}
	} else {
		t.spent = now
	}
	return b.issuePair(t.grant, now.Add(sw.ExpiresIn)), nil
}

func (s *Sim) answerPair(w http.ResponseWriter, p pair, viaNew bool) {
	sw := s.sw.get()
	body := map[string]any{
		"token_type": "bearer", "access_token": p.access, "refresh_token": p.refresh, "id_token": nil,
	}
	if !sw.OmitExpiresIn {
		body["expires_in"] = int(sw.ExpiresIn / time.Second)
	}
	if sw.TokenScope != ScopesAbsent {
		prefixed := sw.TokenScope == ScopesPrefixed || sw.TokenScope == ScopesAuto && viaNew
		body["scope"] = spellScopes(p.scopes, prefixed)
	}
	w.Header().Set("Cache-Control", "no-store")
	answerJSON(w, http.StatusOK, body)
}
