package auth

import (
	"context"
	"time"

	"oura-streaming/internal/oura"
)

const (
	freshMargin = time.Minute // refresh this long before the end, if nobody did it at half life
	hourly      = time.Hour   // the pace of tries whose outcome was ambiguous or refused
)

// Token returns the access token, refreshed first when it is about to end. The
// clock only suggests a refresh: while Oura has not refused the old token, it is
// used when no new one can be had. Codes: not_connected, unauthorized,
// client_rejected, unavailable, secrets_locked, storage.
func (a *Auth) Token(ctx context.Context) (oura.Secret, error) {
	if err := a.settle(ctx); err != nil {
		return "", err
	}
	cur, err := a.mustHave(ctx)
	if err != nil {
		return "", err
	}
	if !cur.Dead && !cur.ending(a.opt.Now()) {
		return cur.token.Access, nil
	}
	next, err := a.renew(ctx, cur, false)
	if err != nil && cur.Dead {
		return "", err
	}
	if err != nil {
		a.log.DebugContext(ctx, "old access token used on", "err", err)
		return cur.token.Access, nil
	}
	return next.token.Access, nil
}

// Refused is told that Oura's API answered 401 to used without naming a scope.
// nil means: there is a newer token, try again. A refused token is refreshed
// once; if the fresh one is refused within the hour and has never worked, the
// user has to sign in again and is asked once. Codes as for Token.
func (a *Auth) Refused(ctx context.Context, used oura.Secret) error {
	if err := a.settle(ctx); err != nil {
		return err
	}
	cur, err := a.mustHave(ctx)
	if err != nil || cur.token.Access != used {
		return err
	}
	_, err = a.renew(ctx, cur, true)
	return err
}

// Worked is told that Oura's API accepted used. A token that has worked and is
// refused later has ended like any other and is refreshed again, however young,
// three times an hour at most: one that works for some calls and never for
// others lacks a permission.
func (a *Auth) Worked(used oura.Secret) { a.worked.Store(used) }

// hasWorked reports whether this token was the last one that worked.
func (a *Auth) hasWorked(access oura.Secret) bool {
	last, ok := a.worked.Load().(oura.Secret)
	return ok && last == access
}

// mustHave returns the stored pair or CodeNotConnected.
func (a *Auth) mustHave(ctx context.Context) (record, error) {
	cur, ok, err := a.stored(ctx)
	if err == nil && !ok {
		err = trouble(oura.CodeNotConnected, sayConnect, nil)
	}
	return cur, err
}

// renew makes sure that the stored pair is newer than seen. refused tells that
// Oura answered 401 to seen.
func (a *Auth) renew(ctx context.Context, seen record, refused bool) (record, error) {
	if a.stop.quitting() {
		return record{}, trouble(oura.CodeUnavailable, sayQuitting, nil)
	}
	unlock, err := a.lock(ctx)
	if err != nil {
		return record{}, err
	}
	defer unlock()
	cur, err := a.current(ctx)
	if err != nil {
		return record{}, err
	}
	if cur.token.Access != seen.token.Access {
		return cur, cur.usable()
	}
	if refused {
		if err := a.noteRefused(ctx, &cur); err != nil {
			return record{}, err
		}
	}
	if err := a.mayAsk(ctx, cur); err != nil {
		return record{}, err
	}
	return a.refresh(ctx, cur, refused)
}

// noteRefused records a 401. It fails when a refresh would be of no use.
func (a *Auth) noteRefused(ctx context.Context, cur *record) error {
	now := a.opt.Now()
	if cur.Dead {
		return nil
	}
	// The refresh for the last 401 is not an hour old, and was made in this run:
	// whether the token worked in an earlier one is not known.
	young := cur.Refused == "" && near(cur.ForcedMS, now, hourly) && a.forced.Load()
	if young && a.hasWorked(cur.token.Access) {
		if !a.again.allow(now) {
			return trouble(oura.CodeScope, sayThisKind, nil)
		}
		young = false
	}
	cur.Dead = true
	if young {
		return a.refuse(ctx, cur, refusedAPI, saySignIn)
	}
	return a.putRow(ctx, rowToken, *cur)
}

// usable returns nil unless Oura refused the access token.
func (r *record) usable() error {
	if !r.Dead {
		return nil
	}
	if err := r.trouble(); err != nil {
		return err
	}
	return trouble(oura.CodeUnavailable, sayDown, nil)
}

// ending reports that the access token is over, or nearly, by our clock.
func (r *record) ending(now time.Time) bool {
	end := r.token.ExpiresAt
	if end.IsZero() {
		return false
	}
	margin := min(freshMargin, end.Sub(r.token.ObtainedAt)/10)
	return !now.Before(end.Add(-margin))
}

// halfLife is when Serve refreshes, zero when the token's end is unknown.
func (r *record) halfLife() time.Time {
	if r.token.ExpiresAt.IsZero() {
		return time.Time{}
	}
	return r.token.ObtainedAt.Add(r.token.ExpiresAt.Sub(r.token.ObtainedAt) / 2)
}

// near reports that the instant ms lies within d of now, on either side: a
// clock that was set back must not stop us for longer than d.
func near(ms int64, now time.Time, d time.Duration) bool {
	return ms != 0 && now.Sub(time.UnixMilli(ms)).Abs() < d
}
