package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"oura-streaming/internal/oura"
)

// loginLife is how long a login may take; Oura's code lives as long.
const loginLife = 10 * time.Minute

// Login is what the browser needs.
type Login struct {
	AuthorizeURL string
	RedirectURI  string
	ExpiresIn    time.Duration
}

// LoginResult is the state of the newest login.
type LoginResult struct {
	Pending bool  // waiting for the browser, or the code is being exchanged
	Done    bool  // ended, with Err nil when the account is connected
	Err     error //
}

// pending is a login that waits for its callback.
type pending struct {
	state    string
	verifier string // "" without PKCE
	redirect redirect
	begun    time.Time
	door     *doorway    // nil: the program's own listener serves it
	timer    *time.Timer // ends it after its life
}

// desk holds the one login that may be pending.
type desk struct {
	life time.Duration

	begin sync.Mutex // one BeginLogin at a time

	mu      sync.Mutex
	waiting *pending    // guarded by mu
	last    LoginResult // guarded by mu
}

// BeginLogin makes the callback reachable and returns the address to open in
// the system's browser. A login that is still pending is replaced; its state no
// longer counts. Codes: not_configured, invalid, port_taken.
func (a *Auth) BeginLogin(ctx context.Context) (Login, error) {
	if err := checkHosts(a.opt.Hosts); err != nil {
		return Login{}, err
	}
	id, _, err := a.credentials(ctx)
	if err != nil {
		return Login{}, err
	}
	r, err := a.redirect()
	if err != nil {
		return Login{}, err
	}
	a.desk.begin.Lock()
	defer a.desk.begin.Unlock()
	a.endLogin(a.desk.take(nil), trouble(oura.CodeCancelled, sayReplaced, nil))
	p := &pending{state: newState(), redirect: r, begun: a.opt.Now()}
	if a.opt.PKCE == nil || a.opt.PKCE() {
		p.verifier = oauth2.GenerateVerifier()
	}
	if !r.own {
		if p.door, err = openDoorway(r, a.opt.Listen, a.doorHandler(r)); err != nil {
			return Login{}, err
		}
		a.wg.Go(p.door.serve)
	}
	a.desk.open(p, func() { a.expire(p) })
	a.log.InfoContext(ctx, "login begun", "redirect_uri", r.uri)
	return Login{AuthorizeURL: a.authorizeURL(id, p), RedirectURI: r.uri, ExpiresIn: a.desk.life}, nil
}

// SignIn begins a login and opens the browser. With CodeNoBrowser the login is
// pending all the same: the user can open the address by hand.
func (a *Auth) SignIn(ctx context.Context) (Login, error) {
	login, err := a.BeginLogin(ctx)
	if err != nil {
		return Login{}, err
	}
	return login, a.OpenBrowser(ctx, login)
}

// OpenBrowser opens a login's address in the system's browser. Code: no_browser.
func (a *Auth) OpenBrowser(ctx context.Context, login Login) error {
	if err := a.opt.Opener.Open(ctx, login.AuthorizeURL); err != nil {
		return trouble(oura.CodeNoBrowser, sayNoBrowser, err)
	}
	return nil
}

// CancelLogin ends a pending login.
func (a *Auth) CancelLogin() {
	a.endLogin(a.desk.take(nil), trouble(oura.CodeCancelled, sayCancelled, nil))
}

// LastLogin tells how the newest login stands.
func (a *Auth) LastLogin() LoginResult {
	a.desk.mu.Lock()
	defer a.desk.mu.Unlock()
	return a.desk.last
}

func (a *Auth) expire(p *pending) {
	a.endLogin(a.desk.take(p), trouble(oura.CodeLoginExpired, sayExpired, nil))
}

// endLogin records the outcome of a login that take gave out and closes its
// door. The port is free when it returns.
func (a *Auth) endLogin(p *pending, err error) {
	if p == nil {
		return
	}
	a.desk.mu.Lock()
	if a.desk.waiting == nil { // a newer login keeps its own state
		a.desk.last = LoginResult{Done: true, Err: err}
	}
	a.desk.mu.Unlock()
	if err != nil {
		a.log.Info("login ended without an account", "code", oura.CodeOf(err), "err", err)
	}
	if p.door != nil {
		a.wg.Go(p.door.close) // the answer to the browser may still be on its way
		p.door.closeListeners()
	}
	a.news.publish()
}

// authorizeURL builds the consent page's address. Source: CONTRACT section 2.1.
func (a *Auth) authorizeURL(id string, p *pending) string {
	c := oauth2.Config{
		ClientID: id, RedirectURL: p.redirect.uri, Scopes: a.scopeNames(),
		Endpoint: oauth2.Endpoint{AuthURL: a.opt.Hosts.Authorize},
	}
	if p.verifier == "" {
		return c.AuthCodeURL(p.state)
	}
	return c.AuthCodeURL(p.state, oauth2.S256ChallengeOption(p.verifier))
}

// scopeNames spells the scopes to ask for. The e-mail address is of no use to
// this program, so it is not asked for unless chosen.
func (a *Auth) scopeNames() []string {
	var scopes []oura.Scope
	if a.opt.Scopes != nil {
		scopes = a.opt.Scopes()
	}
	if len(scopes) == 0 {
		scopes = slices.DeleteFunc(oura.AllScopes(), func(s oura.Scope) bool { return s == oura.ScopeEmail })
	}
	prefix := a.opt.ScopePrefix != nil && a.opt.ScopePrefix()
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
		if prefix {
			names[i] = s.Prefixed()
		}
	}
	return names
}

// credentials returns client id and secret, CodeNotConfigured without both.
func (a *Auth) credentials(ctx context.Context) (string, oura.Secret, error) {
	id, secret, err := a.opt.Credentials(ctx)
	if err == nil && (strings.TrimSpace(id) == "" || secret.Reveal() == "") {
		err = trouble(oura.CodeNotConfigured, sayNoClient, errors.New("client id or secret empty"))
	}
	return id, secret, err
}

// newState returns 256 random bits.
func newState() string {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (d *desk) open(p *pending, expire func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p.timer = time.AfterFunc(d.life, expire)
	d.waiting, d.last = p, LoginResult{Pending: true}
}

// take removes the waiting login and returns it; nil when there is none, or
// when it is not want. A nil want takes any.
func (d *desk) take(want *pending) *pending {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.waiting
	if p == nil || want != nil && p != want {
		return nil
	}
	p.timer.Stop()
	d.waiting = nil
	return p
}

func (d *desk) peek() *pending {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.waiting
}

// form is the token request for code. Source: CONTRACT section 2.3.
func (p *pending) form(code, id string, secret oura.Secret) url.Values {
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.redirect.uri},
		"client_id": {id}, "client_secret": {secret.Reveal()},
	}
	if p.verifier != "" {
		form.Set("code_verifier", p.verifier)
	}
	return form
}
