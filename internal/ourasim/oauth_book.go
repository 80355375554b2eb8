package ourasim

import (
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// grant is one consent of the user: the family of all tokens that follow from it.
type grant struct {
	scopes []oura.Scope
	over   bool // revoked
}

// request is an authorization that waits for the user's decision.
type request struct {
	state       string
	redirectURI string
	named       bool // redirect_uri was sent, so the token request must repeat it
	challenge   string
	method      string
	asked       []oura.Scope
	viaNew      bool
	expires     time.Time
}

type code struct {
	request
	grant *grant
	spent bool
}

type accessToken struct {
	grant   *grant
	expires time.Time
}

type refreshToken struct {
	grant *grant
	spent time.Time // zero: never used
}

// book holds what the identity provider remembers.
type book struct {
	mu      sync.Mutex
	pending map[string]request       // guarded by mu, as all below
	codes   map[string]*code         //
	access  map[string]*accessToken  //
	refresh map[string]*refreshToken //
}

func newBook() *book {
	return &book{
		pending: map[string]request{}, codes: map[string]*code{},
		access: map[string]*accessToken{}, refresh: map[string]*refreshToken{},
	}
}

// open remembers r and drops what ran out before now.
func (b *book) open(r request, now time.Time) (id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweep(now)
	id = newHex(16)
	b.pending[id] = r
	return id
}

func (b *book) sweep(now time.Time) {
	for id, r := range b.pending {
		if now.After(r.expires) {
			delete(b.pending, id)
		}
	}
	for id, c := range b.codes {
		if now.After(c.expires) {
			delete(b.codes, id)
		}
	}
	for id, t := range b.access {
		if now.After(t.expires) {
			delete(b.access, id)
		}
	}
}

// decide takes the pending request out; it can be decided once.
func (b *book) decide(id string, now time.Time) (request, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, ok := b.pending[id]
	delete(b.pending, id)
	return r, ok && !now.After(r.expires)
}

// issueCode gives a code for r with the scopes the user left switched on.
func (b *book) issueCode(r request, scopes []oura.Scope, expires time.Time) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.expires = expires
	id := newHex(20)
	b.codes[id] = &code{request: r, grant: &grant{scopes: scopes}}
	return id
}

// pair is a fresh access and refresh token of one grant.
type pair struct {
	access, refresh string
	scopes          []oura.Scope
}

// issuePair must be called with mu held.
func (b *book) issuePair(g *grant, expires time.Time) pair {
	p := pair{"_0XBPWQQ_" + newUUID(), "_1XBPWQQ_" + newUUID(), g.scopes}
	b.access[p.access] = &accessToken{g, expires}
	b.refresh[p.refresh] = &refreshToken{grant: g}
	return p
}

// scopesOf returns what an access token opens, or false when it is unknown,
// expired or revoked.
func (b *book) scopesOf(token string, now time.Time) ([]oura.Scope, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, ok := b.access[token]
	if !ok || t.grant.over || !now.Before(t.expires) {
		return nil, false
	}
	return t.grant.scopes, true
}

// revoke ends the grant to which an access or refresh token belongs.
func (b *book) revoke(token string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t, ok := b.access[token]; ok {
		t.grant.over = true
		return true
	}
	if t, ok := b.refresh[token]; ok {
		t.grant.over = true
		return true
	}
	return false
}

// revokeAll ends every grant, as the user does in the account pages.
func (b *book) revokeAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.access {
		t.grant.over = true
	}
	for _, t := range b.refresh {
		t.grant.over = true
	}
}

// expireAccess ends every access token and leaves the refresh tokens alone.
func (b *book) expireAccess() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.access)
}

// RevokeAll ends every token of every sign-in, as the user can in the account
// pages: access answers 401, refresh invalid_grant.
func (s *Sim) RevokeAll() { s.book.revokeAll() }

// ExpireAccess ends every access token now, whatever its expires_in promised.
// Refresh tokens stay good.
func (s *Sim) ExpireAccess() { s.book.expireAccess() }
