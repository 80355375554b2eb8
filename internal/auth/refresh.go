package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/url"
	"slices"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
)

// intent is the content of rowIntent: a refresh token is about to be sent.
type intent struct {
	StartedMS int64 `json:"started_ms"`
}

// refresh sends the refresh token of cur and stores what comes back. The lock is
// held. Order: intent on disk, exchange, answer on disk as received, parse, use.
func (a *Auth) refresh(ctx context.Context, cur record, forced bool) (record, error) {
	id, secret, err := a.credentials(ctx)
	if err != nil {
		return record{}, err
	}
	account, _, err := a.opt.Store.Account(ctx)
	if err != nil {
		return record{}, err
	}
	ctx, cancel := a.stop.context(ctx)
	defer cancel()
	now := a.opt.Now()
	if err := a.putRow(ctx, rowIntent, intent{now.UnixMilli()}); err != nil {
		return record{}, a.tries.wait(now, time.Minute, trouble(oura.CodeStorage, saySaveFirst, err))
	}
	failpoint.Hit("auth.intent")
	form := url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {cur.token.Refresh.Reveal()},
		"client_id": {id}, "client_secret": {secret.Reveal()},
	}
	body, endpoint, err := a.ask(ctx, a.endpoints(account.TokenURL, true), form)
	if err != nil {
		return record{}, a.failed(ctx, cur, err)
	}
	failpoint.Hit("auth.answered")
	next := &record{Answer: body, ObtainedMS: a.opt.Now().UnixMilli(), TokenURL: endpoint}
	if forced || cur.Dead {
		next.ForcedMS = next.ObtainedMS
		a.forced.Store(true)
	}
	if cur.Refused == refusedAPI { // on probation until the profile could be read with it
		next.Dead, next.Refused, next.Told, next.RefusedMS = true, cur.Refused, cur.Told, next.ObtainedMS
	}
	if err := a.keep(ctx, next); err != nil {
		return record{}, err
	}
	failpoint.Hit("auth.committed")
	return a.promote(ctx, *next, cur)
}

// keep commits an answer as received. If that fails it is held in memory, not
// used, and stored before anything else is done.
func (a *Auth) keep(ctx context.Context, rec *record) error {
	a.held = rec
	if err := a.putRow(context.WithoutCancel(ctx), rowAnswer, *rec); err != nil {
		return trouble(oura.CodeStorage, saySavePair, err)
	}
	a.held = nil
	return nil
}

// promote makes a committed answer the pair in use. An answer that cannot be
// used counts as lost; cur stays.
func (a *Auth) promote(ctx context.Context, next, cur record) (record, error) {
	ctx = context.WithoutCancel(ctx)
	if err := next.parse(); err != nil {
		if err := a.opt.Store.PutSecrets(ctx, map[string][]byte{rowAnswer: nil}); err != nil {
			return record{}, err
		}
		return record{}, a.failed(ctx, cur, &outage{cause: err, spent: true})
	}
	account, connected, err := a.opt.Store.Account(ctx)
	if err != nil {
		return record{}, err
	}
	sealed, err := a.sealRow(rowToken, next)
	if err != nil {
		return record{}, err
	}
	rows := map[string][]byte{rowToken: sealed, rowAnswer: nil, rowIntent: nil}
	scopes, known := next.granted()
	if !known { // absent means unknown: what we knew stays
		scopes, known = account.Scopes, account.ScopesKnown
	}
	if connected && (account.TokenURL != next.TokenURL || known != account.ScopesKnown || !slices.Equal(scopes, account.Scopes)) {
		account.TokenURL, account.Scopes, account.ScopesKnown = next.TokenURL, scopes, known
		err = a.opt.Store.SaveAccount(ctx, account, rows)
	} else {
		err = a.opt.Store.PutSecrets(ctx, rows)
	}
	if err != nil {
		return record{}, err
	}
	a.tries = tries{}
	a.log.InfoContext(ctx, "access refreshed", "token", next.token)
	if next.Refused == refusedAPI {
		err = a.probe(ctx, &next)
	}
	a.news.publish()
	return next, err
}

// probe asks Oura whether a pair on probation is good after all.
func (a *Auth) probe(ctx context.Context, next *record) error {
	if _, err := a.opt.Profile(ctx, next.token.Access); err != nil {
		a.log.InfoContext(ctx, "fresh access token not accepted yet", "err", err)
		return next.trouble()
	}
	next.Dead, next.Refused, next.Told, next.RefusedMS = false, "", "", 0
	a.audit(ctx, "access_restored", "")
	return a.putRow(ctx, rowToken, *next)
}

// failed sorts out why no new pair came.
func (a *Auth) failed(ctx context.Context, cur record, err error) error {
	ctx, now := context.WithoutCancel(ctx), a.opt.Now()
	if refused, ok := errors.AsType[*refusal](err); ok {
		return a.refuseWords(ctx, &cur, refused)
	}
	out, ok := errors.AsType[*outage](err)
	if !ok {
		return err
	}
	a.log.WarnContext(ctx, "refresh failed", "err", err, "answer_lost", out.spent)
	if !out.spent {
		// Nothing was spent; without the row the next start has nothing to settle.
		if err := a.opt.Store.PutSecrets(ctx, map[string][]byte{rowIntent: nil}); err != nil {
			a.log.WarnContext(ctx, "intent row stays", "err", err)
		}
	}
	return a.tries.after(now, out)
}

// refuseWords records that the token endpoint refused.
func (a *Auth) refuseWords(ctx context.Context, cur *record, r *refusal) error {
	switch {
	case r.word == "invalid_grant":
		return a.refuse(ctx, cur, refusedGrant, saySignIn)
	case r.aboutClient():
		return a.refuse(ctx, cur, refusedClient, quote(sayClient, r.description))
	default:
		return a.refuse(ctx, cur, refusedOther, quote(saySignIn, r.description))
	}
}

// refuse stores that the user has to act. The user is told once, not at each
// later try.
func (a *Auth) refuse(ctx context.Context, cur *record, why, sentence string) error {
	first := cur.Refused == ""
	cur.Refused, cur.Told, cur.RefusedMS = why, sentence, a.opt.Now().UnixMilli()
	cur.Client = a.clientMark(ctx)
	if err := a.putRow(ctx, rowToken, *cur, rowIntent); err != nil {
		return err
	}
	a.tries = tries{}
	if first {
		a.log.ErrorContext(ctx, "sign-in needed", "why", why)
		a.audit(ctx, "sign_in_needed", why)
		a.news.publish()
	}
	return cur.trouble()
}

// clientMark tells credentials apart without holding them.
func (a *Auth) clientMark(ctx context.Context) []byte {
	id, secret, err := a.opt.Credentials(ctx)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256([]byte(id + "\x00" + secret.Reveal()))
	return sum[:]
}
