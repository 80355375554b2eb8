package auth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"oura-streaming/internal/oura"
)

// Logout forgets the tokens, changes the data key, and tells Oura to revoke the
// tokens. The first two do not depend on Oura; what Oura answers changes
// nothing. Events, documents and the client secret stay. No secret may be
// stored by others meanwhile. Codes: storage, secrets_locked (signed out, but
// the key could not be changed).
func (a *Auth) Logout(ctx context.Context) error {
	a.CancelLogin()
	ctx = context.WithoutCancel(ctx)
	cur, keyErr, err := a.forget(ctx)
	if err != nil {
		return err
	}
	a.revoke(ctx, cur)
	return keyErr
}

// Revoke asks Oura to end the present access, best effort, and changes nothing
// here: it is for who is about to delete everything. It ends with ctx.
func (a *Auth) Revoke(ctx context.Context) {
	if cur, ok, err := a.stored(ctx); err == nil && ok {
		a.revoke(ctx, cur)
	}
}

// forget deletes the account and its rows and changes the key. keyErr tells
// that only the second failed.
func (a *Auth) forget(ctx context.Context) (cur record, keyErr, err error) {
	unlock, err := a.lock(ctx)
	if err != nil {
		return record{}, nil, err
	}
	defer unlock()
	cur, _, err = a.stored(ctx)
	if err != nil { // nothing to revoke with; forgetting works all the same
		a.log.WarnContext(ctx, "tokens cannot be read any more", "err", err)
	}
	if err := a.opt.Store.RemoveAccount(ctx, []string{rowToken, rowIntent, rowAnswer, rowLogin}); err != nil {
		return record{}, nil, err
	}
	a.tries, a.held = tries{}, nil
	a.audit(ctx, "signed_out", "")
	a.log.InfoContext(ctx, "signed out")
	a.news.publish()
	return cur, a.changeKey(ctx), nil
}

// changeKey gives all remaining secrets a new data key.
func (a *Auth) changeKey(ctx context.Context) error {
	return a.opt.Vault.Rotate(ctx, func(seal func(string, []byte) ([]byte, error)) error {
		names, err := a.opt.Store.SecretNames(ctx)
		if err != nil {
			return err
		}
		put := make(map[string][]byte, len(names))
		for _, name := range names {
			sealed, ok, err := a.opt.Store.Secret(ctx, name)
			if err != nil {
				return err
			}
			plain, err := a.opt.Vault.Unseal(name, sealed)
			if err != nil || !ok { // no key opens it, the old one neither: left as it is
				a.log.WarnContext(ctx, "secret not resealed", "name", name, "err", err)
				continue
			}
			if put[name], err = seal(name, plain); err != nil {
				return err
			}
		}
		return a.opt.Store.PutSecrets(ctx, put)
	})
}

// revoke asks Oura to end the tokens, best effort. Source: CONTRACT section 2.7.
func (a *Auth) revoke(ctx context.Context, cur record) {
	if cur.token.Access == "" || a.opt.Hosts.Revoke == "" || checkHosts(a.opt.Hosts) != nil {
		return
	}
	address, form := a.revokeRequest(ctx, cur)
	ctx, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		a.log.WarnContext(ctx, "tokens not revoked", "err", withoutURL(err))
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := a.http.Do(req)
	if err != nil {
		a.log.WarnContext(ctx, "tokens not revoked", "err", withoutURL(err))
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		a.log.WarnContext(ctx, "tokens not revoked", "err", fmt.Errorf("revoke endpoint answered %d", resp.StatusCode))
	}
}

// revokeRequest builds the request for the provider that gave the token: the
// classic endpoint reads the token from the query, the new one from a form.
func (a *Auth) revokeRequest(ctx context.Context, cur record) (address string, form url.Values) {
	const newToken, newRevoke = "/oauth-token", "/oauth-revoke"
	address = a.opt.Hosts.Revoke
	if base, found := strings.CutSuffix(cur.TokenURL, newToken); found && cur.TokenURL == a.opt.Hosts.NewToken {
		address = base + newRevoke
	}
	id, secret, err := a.opt.Credentials(ctx)
	if err == nil && strings.HasSuffix(address, newRevoke) {
		return address, url.Values{
			"token": {cur.token.Refresh.Reveal()}, "client_id": {id}, "client_secret": {secret.Reveal()},
		}
	}
	return address + "?" + url.Values{"access_token": {cur.token.Access.Reveal()}}.Encode(), nil
}

// finishKeyChange repeats a change of key that was interrupted.
func (a *Auth) finishKeyChange(ctx context.Context) error {
	if !a.opt.Vault.Unfinished() {
		return nil
	}
	unlock, err := a.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return a.changeKey(ctx)
}

// sayOnce logs err when its code differs from that of the round before: what
// lasts is a line in status, not a flood in the log.
func (a *Auth) sayOnce(ctx context.Context, last oura.Code, err error) oura.Code {
	code := oura.CodeOf(err)
	if err != nil && code != last && ctx.Err() == nil {
		a.log.WarnContext(ctx, "token round failed", "err", err, "retry_in", roundEvery)
	}
	return code
}
