package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
)

const (
	mostTokens       = 100
	longestTokenName = 60               // characters
	usedEvery        = 10 * time.Minute // how often it is stored when tokens were used
)

// TokenInfo is one token of the local API as it is listed: never the token itself.
type TokenInfo struct {
	ID     int64
	Name   string
	Scope  restapi.Scope
	MadeAt time.Time
	UsedAt time.Time // zero: not yet
}

// tokens are those of the local API that are stored, and when they were used.
type tokens struct {
	changing sync.Mutex // held while one is made or revoked

	mu    sync.Mutex // guards the fields below
	known []restapi.KnownToken
	used  map[int64]time.Time // since it was last stored
	news  hub.Bell            // one was made or revoked
}

// Tokens lists the tokens of the local API, the newest first. That of the
// environment is not among them.
func (e *Engine) Tokens(ctx context.Context) ([]TokenInfo, error) {
	rows, err := e.store.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]TokenInfo, len(rows))
	for i, t := range rows {
		out[i] = e.tokenInfo(t)
	}
	return out, nil
}

func (e *Engine) tokenInfo(t sqlite.Token) TokenInfo {
	e.tokens.mu.Lock()
	defer e.tokens.mu.Unlock()
	if at := e.tokens.used[t.ID]; at.After(t.UsedAt) {
		t.UsedAt = at
	}
	return TokenInfo{ID: t.ID, Name: t.Name, Scope: restapi.Scope(t.Scope), MadeAt: t.MadeAt, UsedAt: t.UsedAt}
}

// MakeToken makes a token of the local API. It is returned here and never again:
// only its digest is kept. Codes: invalid, secrets_locked, storage.
func (e *Engine) MakeToken(ctx context.Context, name string, scope restapi.Scope) (oura.Secret, TokenInfo, error) {
	name = strings.TrimSpace(name)
	if err := checkToken(name, scope); err != nil {
		return "", TokenInfo{}, err
	}
	e.tokens.changing.Lock()
	defer e.tokens.changing.Unlock()
	if err := e.roomForToken(ctx); err != nil {
		return "", TokenInfo{}, err
	}
	defer e.lock.hold()()
	token := restapi.NewToken()
	digest := restapi.Digest(token)
	made, err := e.store.AddToken(ctx, sqlite.Token{Name: name, Scope: string(scope), MadeAt: e.opt.Now()}, func(id int64) ([]byte, error) {
		return e.lock.Seal(sqlite.TokenSecret(id), digest[:])
	})
	if err != nil {
		return "", TokenInfo{}, err
	}
	e.tokens.mu.Lock()
	e.tokens.known = append(slices.Clone(e.tokens.known), restapi.KnownToken{ID: made.ID, Digest: digest, Scope: scope})
	e.tokens.mu.Unlock()
	e.tokens.news.Ring()
	e.audit(ctx, "token_made", fmt.Sprintf("%d %q, scope %s", made.ID, name, scope))
	return token, e.tokenInfo(made), nil
}

func checkToken(name string, scope restapi.Scope) error {
	switch {
	case name == "":
		return &oura.Error{Code: oura.CodeInvalid, Message: "Give the token a name, such as that of the program that will use it."}
	case utf8.RuneCountInString(name) > longestTokenName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return &oura.Error{Code: oura.CodeInvalid, Message: fmt.Sprintf("A name is one line of at most %d characters.", longestTokenName)}
	case !slices.Contains(restapi.Scopes(), scope):
		return &oura.Error{Code: oura.CodeInvalid, Message: "The scope of a token is read, write or admin."}
	}
	return nil
}

func (e *Engine) roomForToken(ctx context.Context) error {
	rows, err := e.store.Tokens(ctx)
	if err == nil && len(rows) >= mostTokens {
		err = &oura.Error{Code: oura.CodeInvalid, Message: fmt.Sprintf("There are %d tokens already. Revoke one that is not needed any more.", len(rows))}
	}
	return err
}

// RevokeToken ends a token at once, with the streams and exports that it opened.
// It does so for this run even where the disk cannot be written: the error tells
// that it would be back after the next start. Codes: not_found, storage.
func (e *Engine) RevokeToken(ctx context.Context, id int64) error {
	e.tokens.changing.Lock()
	defer e.tokens.changing.Unlock()
	defer e.lock.hold()()
	e.tokens.mu.Lock()
	e.tokens.known = slices.DeleteFunc(slices.Clone(e.tokens.known), func(t restapi.KnownToken) bool { return t.ID == id })
	delete(e.tokens.used, id)
	e.tokens.mu.Unlock()
	e.tokens.news.Ring()
	if err := e.store.RemoveToken(ctx, id); err != nil {
		return err
	}
	e.audit(ctx, "token_revoked", fmt.Sprint(id))
	return nil
}

// loadTokens reads the stored tokens, once the secrets are unlocked. One that
// cannot be unsealed opens nothing; it is still listed and can be revoked.
func (e *Engine) loadTokens(ctx context.Context) error {
	rows, err := e.store.Tokens(ctx)
	if err != nil {
		return err
	}
	var known []restapi.KnownToken
	for _, t := range rows {
		digest, err := e.tokenDigest(ctx, t.ID)
		if oura.CodeOf(err) == oura.CodeStorage {
			return err
		} else if err != nil {
			e.log.WarnContext(ctx, "token cannot be used", "id", t.ID, "err", err)
			continue
		}
		known = append(known, restapi.KnownToken{ID: t.ID, Digest: digest, Scope: restapi.Scope(t.Scope)})
	}
	e.tokens.mu.Lock()
	e.tokens.known = known
	e.tokens.mu.Unlock()
	e.tokens.news.Ring()
	return nil
}

func (e *Engine) tokenDigest(ctx context.Context, id int64) (digest [32]byte, err error) {
	name := sqlite.TokenSecret(id)
	sealed, ok, err := e.store.Secret(ctx, name)
	if err != nil {
		return digest, err
	}
	if !ok {
		return digest, fmt.Errorf("secret %s is missing", name)
	}
	plain, err := e.lock.Unseal(name, sealed)
	if err != nil {
		return digest, err
	}
	if copy(digest[:], plain) != len(digest) || len(plain) != len(digest) {
		return digest, fmt.Errorf("secret %s has %d bytes", name, len(plain))
	}
	return digest, nil
}

// knownTokens are what opens the local API now: the stored ones, and that of the
// environment for everything.
func (e *Engine) knownTokens() []restapi.KnownToken {
	e.tokens.mu.Lock()
	known := e.tokens.known
	e.tokens.mu.Unlock()
	if e.apiToken == "" {
		return known
	}
	return append(slices.Clone(known), restapi.KnownToken{Digest: restapi.Digest(e.apiToken), Scope: restapi.ScopeAdmin})
}

// HasAPIToken reports whether any token opens the local API.
func (e *Engine) HasAPIToken() bool { return len(e.knownTokens()) > 0 }

// tokenUsed notes that a token was used. It writes nothing: a call that reads
// must not change what is stored.
func (e *Engine) tokenUsed(id int64) {
	if id == 0 {
		return
	}
	e.tokens.mu.Lock()
	defer e.tokens.mu.Unlock()
	if e.tokens.used == nil {
		e.tokens.used = map[int64]time.Time{}
	}
	e.tokens.used[id] = e.wall()
}

// serveTokens stores now and then when tokens were used, and at the end.
func (e *Engine) serveTokens(ctx context.Context) error {
	tick := time.NewTicker(usedEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			e.storeUsed(context.WithoutCancel(ctx))
			return ctx.Err()
		case <-tick.C:
			e.storeUsed(ctx)
		}
	}
}

func (e *Engine) storeUsed(ctx context.Context) {
	e.tokens.mu.Lock()
	used := maps.Clone(e.tokens.used)
	e.tokens.mu.Unlock()
	for id, at := range used {
		if err := e.store.TouchToken(ctx, id, at); err != nil {
			e.log.WarnContext(ctx, "use of a token not noted", "id", id, "err", err)
			continue
		}
		e.tokens.mu.Lock()
		if e.tokens.used[id].Equal(at) {
			delete(e.tokens.used, id)
		}
		e.tokens.mu.Unlock()
	}
}

// audit writes one row about something that concerns safety. What was done stands
// all the same where that fails.
func (e *Engine) audit(ctx context.Context, action, detail string) {
	if err := e.store.Audit(context.WithoutCancel(ctx), action, detail); err != nil {
		e.log.WarnContext(ctx, "audit row not written", "action", action, "err", err)
	}
}
