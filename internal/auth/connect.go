package auth

import (
	"context"
	"errors"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

const (
	profileTries = 3
	profilePause = time.Second
	loginKept    = 24 * time.Hour // how long an answer whose account is unknown is kept
)

// redeem exchanges a code; scope is what the callback said was granted. The answer is on disk, sealed, when it returns.
func (a *Auth) redeem(ctx context.Context, p *pending, code, scope string) (record, error) {
	id, secret, err := a.credentials(ctx)
	if err != nil {
		return record{}, err
	}
	account, _, err := a.opt.Store.Account(ctx)
	if err != nil {
		return record{}, err
	}
	body, endpoint, err := a.ask(ctx, a.endpoints(account.TokenURL, false), p.form(code, id, secret))
	if err != nil {
		return record{}, loginTrouble(err)
	}
	rec := record{Answer: body, ObtainedMS: a.opt.Now().UnixMilli(), TokenURL: endpoint, Scope: scope}
	if err := a.putRow(ctx, rowLogin, rec); err != nil {
		return record{}, err
	}
	return rec, nil
}

func loginTrouble(err error) error {
	if refused, ok := errors.AsType[*refusal](err); ok {
		return refused.loginError()
	}
	out, ok := errors.AsType[*outage](err)
	switch {
	case !ok:
		return err
	case out.retryAfter > 0:
		return &oura.Error{Code: oura.CodeRateLimited, Message: sayBusy, Err: err, RetryAfter: out.retryAfter}
	default:
		return trouble(oura.CodeUnavailable, sayDown, err)
	}
}

// adopt reads whose token rec is and makes that account the connected one. When
// Oura cannot say it right now, the row stays and Serve tries again; any other
// failure drops it. The tokens stored before stay until the account is known.
func (a *Auth) adopt(ctx context.Context, rec record) error {
	if err := rec.parse(); err != nil {
		return a.dropLogin(ctx, trouble(oura.CodeUnavailable, sayGarbled, err))
	}
	profile, err := a.whose(ctx, rec.token.Access)
	switch code := oura.CodeOf(err); {
	case code == oura.CodeUnavailable || code == oura.CodeRateLimited:
		return trouble(oura.CodeUnavailable, sayLater, err)
	case err != nil:
		return a.dropLogin(ctx, err)
	case profile.ID == "":
		return a.dropLogin(ctx, trouble(oura.CodeUnavailable, sayGarbled, errors.New("profile without id")))
	}
	return a.install(ctx, rec, profile)
}

func (a *Auth) dropLogin(ctx context.Context, why error) error {
	if err := a.opt.Store.PutSecrets(ctx, map[string][]byte{rowLogin: nil}); err != nil {
		a.log.WarnContext(ctx, "answer to a failed login stays sealed in the database", "err", err)
	}
	return why
}

// whose asks for the profile, three times when Oura does not answer.
func (a *Auth) whose(ctx context.Context, access oura.Secret) (profile oura.Profile, err error) {
	for try := range profileTries {
		if profile, err = a.opt.Profile(ctx, access); oura.CodeOf(err) != oura.CodeUnavailable || try == profileTries-1 {
			return profile, err
		}
		select {
		case <-time.After(a.pause << try):
		case <-ctx.Done():
			return profile, err
		}
	}
	return profile, err
}

// install makes the account of profile the connected one with rec as its tokens.
func (a *Auth) install(ctx context.Context, rec record, profile oura.Profile) error {
	unlock, err := a.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	scopes, known := rec.granted()
	account := sqlite.Account{
		UserID: profile.ID, Scopes: scopes, ScopesKnown: known, TokenURL: rec.TokenURL,
		Profile: profile.Raw, ConnectedAt: a.opt.Now(),
	}
	rec.Scope = ""
	sealed, err := a.sealRow(rowToken, rec)
	if err != nil {
		return err
	}
	a.opt.Installing(profile.ID)
	err = a.opt.Store.SaveAccount(ctx, account, map[string][]byte{rowToken: sealed, rowIntent: nil, rowAnswer: nil, rowLogin: nil})
	if err != nil {
		return err
	}
	a.tries, a.held = tries{}, nil
	a.ready.Store(true)
	a.audit(ctx, "signed_in", "account connected")
	a.log.InfoContext(ctx, "account connected", "scopes", len(scopes), "scopes_known", known, "token_host", hostOf(rec.TokenURL))
	a.news.publish()
	return nil
}

// resumeLogin finishes a login whose account could not be read at the time.
func (a *Auth) resumeLogin(ctx context.Context) error {
	rec, ok, err := a.readRow(ctx, rowLogin)
	if err != nil || !ok || a.LastLogin().Pending {
		return err
	}
	if a.opt.Now().Sub(time.UnixMilli(rec.ObtainedMS)) > loginKept {
		return a.dropLogin(ctx, trouble(oura.CodeLoginExpired, sayExpired, nil))
	}
	return a.adopt(ctx, rec)
}
