package engine

import (
	"context"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/restapi"
	"oura-streaming/internal/sqlite"
)

// ouraAPIRevision is the revision of Oura's API document this program follows.
const ouraAPIRevision = "1.37"

// envAPIToken names the variable with an extra admin token for one run.
const envAPIToken = "OURA_STREAMING_API_TOKEN"

// shortestToken is the least length of that token, in bytes: one that is guessed
// opens everything.
const shortestToken = 16

// services hands the local API what it serves.
func (e *Engine) services() restapi.Services {
	return restapi.Services{
		Events: e.store, Bell: e.hub, Auth: login{e}, Status: e.status, Situation: e.situation,
		Subscriptions: byHand{e}, Deliveries: deliveries{e.store, e}, Days: e.store, UserID: e.shownUser,
		Tokens: e.knownTokens, TokenNews: &e.tokens.news, TokenUsed: e.tokenUsed, TokensLocked: e.locked.Load, Callback: e.auth.CallbackHandler(),
		Jobs: jobs{e}, Pauser: e, Sync: e.SyncNow, Exports: exports{e}, Backups: backups{e}, Clearer: clearer{e},
		Now: e.opt.Now, Log: e.log.With("part", "restapi"), Version: e.opt.Version,
	}
}

// shownUser is whose data the local API shows: the connected account's, and while
// none is connected that of the last one.
func (e *Engine) shownUser() string {
	if user := e.connectedUser(); user != "" {
		return user
	}
	user, err := e.store.LastUser(context.Background())
	if err != nil {
		e.log.Warn("last account unknown", "err", err)
	}
	return user
}

type login struct{ e *Engine }

func (l login) BeginLogin(ctx context.Context) (restapi.Login, error) {
	begun, err := l.e.auth.BeginLogin(ctx)
	l.e.showLogin(err)
	return restapi.Login{AuthorizeURL: begun.AuthorizeURL, ExpiresIn: begun.ExpiresIn}, err
}

func (l login) Status(ctx context.Context) (restapi.AuthStatus, error) {
	st, err := l.e.auth.Status(ctx)
	return restapi.AuthStatus{Authenticated: st.Authenticated, ExpiresIn: st.ExpiresIn, Scopes: st.Scopes}, err
}

func (l login) Logout(ctx context.Context) error { return l.e.auth.Logout(ctx) }

type deliveries struct {
	*sqlite.Store
	e *Engine
}

func (d deliveries) Refetch(ctx context.Context, id int64) error { return d.e.Refetch(ctx, id) }

// Refetch puts the document that a delivery announced back in the queue.
func (e *Engine) Refetch(ctx context.Context, id int64) error {
	d, err := e.store.Delivery(ctx, id)
	if err != nil {
		return err
	}
	if d.Verdict == sqlite.VerdictSetAside {
		return &oura.Error{Code: oura.CodeInvalid, Message: "This delivery is about another Oura account, so its document cannot be fetched."}
	}
	if err := e.store.RetryDelivery(ctx, id, 0, e.opt.Now(), "asked for by hand"); err != nil {
		return err
	}
	e.fetch.Resume()
	return nil
}

// situation is what /status shows beyond the registry.
func (e *Engine) situation(ctx context.Context) restapi.Situation {
	sit := restapi.Situation{
		Tunnel: e.tunnelState(), OuraAPI: ouraAPIRevision, SQLiteVersion: sqlite.Version(),
		Demo: e.demo != nil, Seq: e.hub.Seq(), Subscriptions: e.counts(ctx), LastSync: e.lastSync(), Round: e.lastRound(),
	}
	newest, err := e.store.Deliveries(ctx, sqlite.DeliveryFilter{Limit: 1})
	if err != nil {
		e.log.WarnContext(ctx, "last delivery unknown", "err", err)
	}
	if len(newest) == 1 {
		sit.LastDelivery = &newest[0]
	}
	return sit
}

func (e *Engine) tunnelState() restapi.TunnelState {
	a := e.Address()
	out := restapi.TunnelState{
		Kind: string(a.Kind), URL: a.URL, State: string(a.Word), Since: a.Since, Proven: a.Callback != "", ProvenAt: a.ProvenAt,
		RoundTrip: a.RoundTrip, Account: a.Account, Plan: a.Plan, Region: a.Region, Notice: a.Notice,
	}
	if a.Reason != nil {
		out.Reason = oura.MessageOf(a.Reason)
	}
	return out
}

func (e *Engine) lastRound() restapi.Round {
	last := e.keeper.Last()
	return restapi.Round{At: last.At, Next: last.Next, Err: last.Err}
}

func (e *Engine) counts(ctx context.Context) restapi.SubscriptionCounts {
	rows, err := e.store.Subscriptions(ctx)
	if err != nil {
		e.log.WarnContext(ctx, "subscriptions unknown", "err", err)
	}
	return countSubscriptions(rows, e.cfg.Types(), e.Callback(), e.opt.Now())
}
