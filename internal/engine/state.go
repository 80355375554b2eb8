package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
	"oura-streaming/internal/subscribe"
	"oura-streaming/internal/vault"
)

// progress is how far the keeper's present round has come.
type progress struct {
	mu  sync.Mutex // guards now
	now subscribe.Progress
}

func (e *Engine) setProgress(p subscribe.Progress) {
	e.progress.mu.Lock()
	e.progress.now = p
	e.progress.mu.Unlock()
	e.address.bell.Ring()
}

// Progress tells how far the present round over the subscriptions has come.
func (e *Engine) Progress() subscribe.Progress {
	e.progress.mu.Lock()
	defer e.progress.mu.Unlock()
	return e.progress.now
}

// ListenConnection wakes after a change of account, address, subscriptions or
// deliveries.
func (e *Engine) ListenConnection() (wake <-chan struct{}, stop func()) {
	return e.address.bell.Listen()
}

// LastDelivery is when the last delivery was committed, zero before the first.
func (e *Engine) LastDelivery() time.Time {
	if ms := e.lastDelivery.Load(); ms > 0 {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}

// serveState keeps the status word and the lasting troubles true.
func (e *Engine) serveState(ctx context.Context) error {
	account, stopAccount := e.auth.Listen()
	defer stopAccount()
	side, stopSide := e.address.bell.Listen()
	defer stopSide()
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	var before *auth.Status
	e.warnOfFolder()
	for {
		st, err := e.auth.Status(ctx)
		if err != nil && oura.CodeOf(err) != oura.CodeLocked && ctx.Err() == nil {
			e.log.WarnContext(ctx, "connection unknown", "err", err)
		}
		if err == nil {
			e.follow(ctx, st, before)
			before = &st
			e.judge(ctx, st)
			e.judgeLogin()
		}
		e.judgeAddress()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-account:
			e.address.bell.Ring()
		case <-side:
		case <-minute.C:
			e.fadeRejections()
		}
	}
}

// follow starts what a new account, a new grant or a new sign-in makes possible.
// before is nil at the start, when whatever was parked stays so.
func (e *Engine) follow(ctx context.Context, st auth.Status, before *auth.Status) {
	if e.userID.Swap(st.UserID) != st.UserID { // also at the start
		e.poll.Resume()
		e.history.Wake()
	}
	if before == nil || st.UserID == "" {
		return
	}
	changed := before.UserID != st.UserID
	regranted := !slices.Equal(before.Scopes, st.Scopes)
	renewed := before.NeedsSignIn && !st.NeedsSignIn || !before.ConnectedAt.Equal(st.ConnectedAt)
	if changed || regranted || renewed {
		e.resume(ctx)
	}
}

// installing hears of a sign-in before its tokens can be had. Until the account
// is stored there is none: what is asked for with the new tokens must not be
// taken for the old account's.
func (e *Engine) installing(userID string) {
	if e.userID.Load() != userID {
		e.userID.Store("")
		e.address.bell.Ring() // what is stored decides
	}
}

// resume tries at once whatever waits for a later try.
func (e *Engine) resume(ctx context.Context) {
	if _, err := e.store.UnparkDeliveries(ctx, nil); err != nil {
		e.log.WarnContext(ctx, "waiting deliveries stay as they are", "err", err)
	}
	e.fetch.Resume()
	e.poll.Resume()
	e.history.Wake()
	e.keeper.Wake()
}

// judge sets the state word and the troubles that follow from the settings.
func (e *Engine) judge(ctx context.Context, st auth.Status) {
	_, _, unconfigured := e.cfg.Client(ctx)
	e.raiseIf(unconfigured != nil, status.NotConfigured, "")
	e.raiseIf(st.NeedsSignIn, status.SignInNeeded, "")
	e.raiseIf(e.KeyWhere().Kind == vault.KindKeyFile && e.demo == nil, status.KeyInFile, "The file is "+e.KeyWhere().Path+".")
	missing := missingScopes(st, e.cfg.Types())
	e.raiseIf(len(missing) > 0, status.ScopeMissing, "Missing: "+strings.Join(missing, ", ")+".")
	c := e.counts(ctx)
	e.raiseIf(c.Failed > 0, status.SubscriptionFailed, e.whyRefused(ctx))
	failure := e.roundFailure()
	e.raiseIf(failure != "", status.RoundFailed, failure)
	e.setWord(st, c, unconfigured)
}

// loginTroubles says which trouble an ended sign-in is.
var loginTroubles = map[oura.Code]string{
	oura.CodeDenied: status.ConsentDenied, oura.CodeLoginExpired: status.LoginExpired, oura.CodeRedirect: status.RedirectMismatch,
	oura.CodePortTaken: status.RedirectPortTaken, oura.CodeClientRejected: status.ClientRejected,
}

// judgeLogin shows how the last sign-in ended until another one is begun.
func (e *Engine) judgeLogin() {
	last := e.auth.LastLogin()
	if last.Pending || last.Done && last.Err == nil {
		e.status.Clear(status.ConsentDenied, status.LoginExpired, status.RedirectMismatch, status.RedirectPortTaken, status.SignInFailed)
		return
	}
	e.showLogin(last.Err)
}

func (e *Engine) showLogin(err error) {
	code := oura.CodeOf(err)
	if code == "" || code == oura.CodeCancelled || code == oura.CodeNotConfigured {
		return // nothing failed, or it is shown already
	}
	e.status.Raise(status.Trouble{Code: cmp.Or(loginTroubles[code], status.SignInFailed), Text: oura.MessageOf(err)})
}

func (e *Engine) raiseIf(wrong bool, code, detail string) {
	if wrong {
		e.status.RaiseCode(code, detail)
		return
	}
	e.status.Clear(code)
}

// missingScopes names the scopes that wanted types need and the user did not
// grant; none while Oura has not said what was granted.
func missingScopes(st auth.Status, types []oura.DataType) []string {
	if !st.ScopesKnown {
		return nil
	}
	var out []string
	for _, dt := range types {
		info, _ := oura.Lookup(dt)
		if oura.Opens(st.Scopes, dt) || len(info.Scopes) == 0 {
			continue
		}
		if s := string(info.Scopes[0]); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// MissingScopes names what was not granted although it is wanted.
func (e *Engine) MissingScopes(st auth.Status) []string { return missingScopes(st, e.cfg.Types()) }

// countSubscriptions compares the list with the wanted types, three operations
// each. Ours are wanted pairs that lead to callback, or anywhere while that is "",
// and have not ended; each counts once.
func countSubscriptions(rows []sqlite.SubscriptionRow, types []oura.DataType, callback string, now time.Time) restapi.SubscriptionCounts {
	type pair struct {
		dt oura.DataType
		op oura.Operation
	}
	ours, failed := map[pair]bool{}, map[pair]bool{}
	c := restapi.SubscriptionCounts{Wanted: 3 * len(types)}
	for _, r := range rows {
		p := pair{r.DataType, r.EventType}
		switch {
		case !r.Ours && r.State != string(subscribe.StateFailed):
			c.Foreign++
		case !slices.Contains(types, r.DataType): // ours, and about to be ended
		case r.State == string(subscribe.StateFailed):
			failed[p] = true
		case (callback == "" || subscribe.SameAddress(r.CallbackURL, callback)) && (r.ExpiresAt.IsZero() || r.ExpiresAt.After(now)):
			ours[p] = true
		}
	}
	for p := range ours {
		delete(failed, p)
	}
	c.Ours, c.Failed = len(ours), len(failed)
	c.Missing = max(0, c.Wanted-c.Ours-c.Failed)
	return c
}
