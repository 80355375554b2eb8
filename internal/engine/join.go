package engine

import (
	"context"
	"path/filepath"
	"slices"

	"oura-streaming/internal/auth"
	"oura-streaming/internal/collect"
	"oura-streaming/internal/config"
	"oura-streaming/internal/ingress"
	"oura-streaming/internal/metrics"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/status"
	"oura-streaming/internal/subscribe"
)

// join makes the parts and hands each what it needs of the others.
func (e *Engine) join() {
	e.auth = auth.New(auth.Options{
		Hosts: e.opt.Hosts, Store: e.store, Vault: e.lock,
		Credentials: e.cfg.Client,
		Profile: func(ctx context.Context, access oura.Secret) (oura.Profile, error) {
			return e.api.Profile(ctx, access)
		},
		OwnPort:     e.door.open,
		Installing:  e.installing,
		RedirectURI: func() string { return e.cfg.Get(config.RedirectURI) },
		PKCE:        func() bool { return e.cfg.Bool(config.PKCE) },
		Scopes:      e.wantedScopes,
		ScopePrefix: func() bool { return e.cfg.Get(config.ScopeStyle) == "prefixed" },
		Seen:        e.heardSignIn,
		Watch:       e.talks.watch,
		Opener:      opener{auth.SystemBrowser{}, e.talks},
		LockFile:    filepath.Join(e.opt.DataDir, tokenLock),
		Now:         e.opt.Now, Log: e.log,
	})
	e.api = ouraapi.New(ouraapi.Options{
		BaseURL: e.opt.Hosts.API, Tokens: e.auth, Credentials: e.cfg.Client,
		Seen: e.heard, Watch: e.talks.watch, Now: e.opt.Now, Log: e.log.With("part", "ouraapi"),
	})
	e.fetch = collect.NewFetcher(collect.Options{
		Store: e.store, API: e.api, Troubles: e.status, Now: e.opt.Now, Log: e.log.With("part", "collect"),
		UserID: e.connectedUser, Paused: e.isPaused, Traffic: &e.traffic,
	})
	e.keeper = subscribe.New(subscribe.Options{
		API: e.api, Store: e.store, Address: e.subscribeAt, VerificationToken: e.verificationToken,
		Types: e.cfg.Types, Path: e.randomPath, Troubles: e.status, Progress: e.setProgress, Began: e.announcedAnew, Now: e.opt.Now, Log: e.log.With("part", "subscribe"),
	})
	e.poll = e.newPoller()
	e.history = e.newBackfill()
	e.exports = e.newExporter()
	e.updates = e.newUpdates()
	e.retention = e.newRetention()
	e.figures = metrics.New(e.store, metrics.Options{Now: e.opt.Now, Log: e.log.With("part", "figures")})
	e.store.OnEvent(e.hub.Publish)
	e.store.OnSpoilt(e.noteSpoilt)
	e.cfg.OnChange(e.settingChanged)
}

// wantedScopes are those of the chosen types, of the series that have no
// webhooks, and of the profile. E-mail is not asked for.
func (e *Engine) wantedScopes() []oura.Scope {
	wanted := []oura.Scope{oura.ScopePersonal}
	for _, info := range oura.Catalogue() {
		if info.Kind == oura.KindSeries || slices.Contains(e.cfg.Types(), info.Type) {
			wanted = append(wanted, info.Scopes...)
		}
	}
	return slices.DeleteFunc(oura.AllScopes(), func(s oura.Scope) bool { return !slices.Contains(wanted, s) })
}

// subscribeAt is where Oura should send to: nowhere while no account is
// connected, for then there is nobody whose changes could be fetched.
func (e *Engine) subscribeAt() string {
	if e.userID.Load() == "" {
		return ""
	}
	return e.Callback()
}

// announcedAnew hears that Oura announces again what it did not for a while: nobody
// has told what changed in between.
func (e *Engine) announcedAnew() { e.poll.CatchUp(e.opt.Now(), "subscriptions were made") }

// connectedUser is the user id of the connected account, "" while there is none.
func (e *Engine) connectedUser() string { return e.userID.Load().(string) }

// newIngress makes the public handler for one path.
func (e *Engine) newIngress(path string) *ingress.Handler {
	return ingress.New(ingress.Options{
		Path: path, Secrets: e.cfg.SigningSecrets, VerificationToken: e.verificationToken,
		UserID: e.connectedUser,
		Store:  e.store, Accepted: e.accepted, Rejected: e.rejected, Reconcile: e.queueReread,
		Limits: ingress.DefaultLimits(), Counters: &e.deliveries, Now: e.opt.Now, Log: e.log.With("part", "ingress"),
	})
}

// accepted hears of each delivery that is committed.
func (e *Engine) accepted(int64) {
	e.lastDelivery.Store(e.opt.Now().UnixMilli())
	e.stored()
	e.fetch.Wake()
	e.address.bell.Ring()
}

// settingChanged passes a changed setting on to the parts that live by it.
func (e *Engine) settingChanged(n config.Name) {
	switch n {
	case config.Address, config.PublicURL, config.IngressPort, config.NgrokDomain, config.NgrokToken, config.Mode:
		e.address.restart()
	case config.UpdateCheck:
		e.updates.Wake()
		e.updateBell.Ring()
	case config.WebhookTypes:
		e.keeper.Wake()
	case config.ClientID, config.ClientSecret:
		e.status.Clear(status.ClientRejected)
		e.keeper.Wake()
		e.fetch.Resume()
	}
	e.address.bell.Ring()
}
