// Package auth connects one Oura account and keeps it connected: authorize URL
// and loopback callback, the exchange, refreshes, sign-out.
//
// Its promises: one refresh at a time, in all processes on one data folder; no
// request leaves before the intent to send it is on disk; an answer is on disk
// before the access token in it is used; a refresh token that Oura refused is
// never sent again; no token, code or client secret reaches a log, an error, a
// page or a command line.
package auth

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// Store is what this package needs of the database. A nil value in a map of
// secrets deletes that row; each call is one transaction, synced to disk.
type Store interface {
	Secret(ctx context.Context, name string) ([]byte, bool, error)
	SecretNames(ctx context.Context) ([]string, error)
	PutSecrets(ctx context.Context, put map[string][]byte) error
	Account(ctx context.Context) (sqlite.Account, bool, error)
	SaveAccount(ctx context.Context, a sqlite.Account, secrets map[string][]byte) error
	RemoveAccount(ctx context.Context, secretsToDelete []string) error
	Audit(ctx context.Context, action, detail string) error
}

// Sealer seals rows of the table secret and changes the key they are sealed with.
type Sealer interface {
	Seal(name string, plain []byte) ([]byte, error)
	Unseal(name string, sealed []byte) ([]byte, error)
	Rotate(ctx context.Context, reseal func(seal func(name string, plain []byte) ([]byte, error)) error) error
	Unfinished() bool
}

// Options are what an Auth works with. Fields marked "nil:" may be left out.
type Options struct {
	Hosts       config.Hosts
	Store       Store
	Vault       Sealer
	Credentials func(ctx context.Context) (id string, secret oura.Secret, err error)
	Profile     func(ctx context.Context, access oura.Secret) (oura.Profile, error)

	// OwnPort is the port of the listener that serves CallbackHandler, 0 while
	// it is not bound on both loopback addresses. nil: there is none.
	OwnPort     func() int
	Installing  func(userID string) // hears of a sign-in before its tokens can be had; nil: nobody
	RedirectURI func() string       // "" or nil: http://localhost:OwnPort/auth/callback
	PKCE        func() bool         // nil: on
	Scopes      func() []oura.Scope // nil or empty: all but email
	ScopePrefix func() bool         // true: "extapi:daily". nil: "daily"

	Listen   func(network, addr string) (net.Listener, error) // nil: net.Listen
	LockFile string                                           // shared by all processes on this data folder; "": this process only
	Opener   Opener                                           // nil: SystemBrowser
	HTTP     *http.Client                                     // its Transport is used, nothing else. nil: a plain one
	Watch    func(http.RoundTripper) http.RoundTripper        // stands before that Transport; nil: nobody
	Seen     func(ouraapi.Answer)                             // hears how each request for tokens fared, and must not block; nil: nobody
	Now      func() time.Time                                 // nil: time.Now
	Log      *slog.Logger                                     // nil: silent
}

// Auth is the connection to one Oura account.
type Auth struct {
	opt   Options
	log   *slog.Logger
	http  *http.Client
	limit time.Duration // of one request to a token or revoke endpoint
	pause time.Duration // before the profile is asked for again
	news  notifier
	desk  desk
	wg    sync.WaitGroup // callback listeners that are closing
	stop  *stopper

	forced atomic.Bool  // a refresh of this run answered a 401
	worked atomic.Value // oura.Secret: the access token that Oura accepted last

	resumed atomic.Bool   // a pause that spares nobody may be cut short, once
	nudge   chan struct{} // buffered 1: several merge

	ready atomic.Bool // what an earlier run left behind is settled

	turn  chan struct{} // whoever fills it may change tokens and use the fields below
	tries tries
	again again
	held  *record // an answer that could not be stored yet
}

// New returns an Auth; it asks nobody and starts nothing.
func New(opt Options) *Auth {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Seen == nil {
		opt.Seen = func(ouraapi.Answer) {}
	}
	if opt.Listen == nil {
		opt.Listen = net.Listen
	}
	if opt.Opener == nil {
		opt.Opener = SystemBrowser{}
	}
	if opt.Installing == nil {
		opt.Installing = func(string) {}
	}
	if opt.OwnPort == nil {
		opt.OwnPort = func() int { return 0 }
	}
	return &Auth{
		opt: opt, log: opt.Log.With("part", "auth"), http: tokenClient(opt.HTTP, opt.Watch), limit: exchangeLimit, pause: profilePause,
		desk: desk{life: loginLife}, stop: newStopper(), turn: make(chan struct{}, 1), nudge: make(chan struct{}, 1),
	}
}

// Status is what can be said of the connection without asking Oura.
type Status struct {
	Authenticated bool          // an access token is there that Oura has not refused
	ExpiresIn     time.Duration // of the access token; 0 when over or unknown
	Scopes        []oura.Scope  // granted; empty and ScopesKnown false: Oura did not say
	ScopesKnown   bool
	UserID        string
	ConnectedAt   time.Time
	Profile       []byte // personal_info as received
	NeedsSignIn   bool   // the user has to act; Trouble says why
	Trouble       error
}

// Status reads the stored connection. No account is no error.
func (a *Auth) Status(ctx context.Context) (Status, error) {
	account, connected, err := a.opt.Store.Account(ctx)
	if err != nil || !connected {
		return Status{}, err
	}
	st := Status{
		Scopes: account.Scopes, ScopesKnown: account.ScopesKnown, UserID: account.UserID,
		ConnectedAt: account.ConnectedAt, Profile: account.Profile,
	}
	cur, ok, err := a.stored(ctx)
	if err != nil {
		return st, err
	}
	st.NeedsSignIn = !ok || cur.Refused != ""
	st.Authenticated = ok && !cur.Dead
	st.Trouble = cur.trouble()
	if ok && cur.token.ExpiresAt.After(a.opt.Now()) {
		st.ExpiresIn = cur.token.ExpiresAt.Sub(a.opt.Now())
	}
	return st, nil
}

// audit writes one row. A full disk must not undo what was done, so a failure
// is only logged.
func (a *Auth) audit(ctx context.Context, action, detail string) {
	if err := a.opt.Store.Audit(context.WithoutCancel(ctx), action, detail); err != nil {
		a.log.WarnContext(ctx, "audit row not written", "action", action, "err", err)
	}
}
