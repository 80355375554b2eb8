package app

import (
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/engine"
	"oura-streaming/internal/oura"
)

// portalURL is where an application is registered with Oura.
const portalURL = config.Portal

// wizardDone is the step of a wizard that has nothing left to ask.
const wizardDone = "done"

// SetupAPI is the wizard: sample data or an account of one's own.
type SetupAPI struct{ b *backend }

// Get returns where the wizard stands.
func (a *SetupAPI) Get() (SetupView, error) {
	e, err := a.b.live()
	if err != nil {
		return SetupView{Step: "welcome", SignIn: noSignIn()}, err
	}
	cfg := e.Config()
	view := SetupView{
		Step: cfg.Get(config.WizardStep), Demo: e.IsDemo(), ClientID: cfg.Get(config.ClientID),
		ClientSecretSet: cfg.HasClientSecret(), FromEnvironment: cfg.FromEnvironment(config.ClientID),
		RedirectURI: e.RedirectURI(), PortalURL: portalURL,
	}
	if view.Demo {
		view.Step = wizardDone
	}
	view.SignIn, err = a.signIn(e)
	return view, err
}

// StartDemo swaps to sample data; LeaveDemo swaps back.
func (a *SetupAPI) StartDemo() error { return a.b.enter(true) }

// LeaveDemo swaps back to the user's own data.
func (a *SetupAPI) LeaveDemo() error { return a.b.enter(false) }

// SaveClient stores client id and secret; an empty secret keeps the stored one.
func (a *SetupAPI) SaveClient(clientID, clientSecret string) error {
	return a.with(func(e *engine.Engine) error { return e.Config().SetClient(a.b.ctx, clientID, clientSecret) })
}

// SaveRedirect stores another redirect address, "" for the usual one.
func (a *SetupAPI) SaveRedirect(uri string) error {
	return a.with(func(e *engine.Engine) error { return e.Config().Set(a.b.ctx, config.RedirectURI, uri) })
}

// SetStep remembers where the wizard stands, for the next start.
func (a *SetupAPI) SetStep(step string) error {
	return a.with(func(e *engine.Engine) error {
		if e.IsDemo() {
			return nil
		}
		return e.Config().Set(a.b.ctx, config.WizardStep, step)
	})
}

// Finish closes the wizard for good.
func (a *SetupAPI) Finish() error { return a.SetStep(wizardDone) }

// BeginSignIn opens Oura's sign-in in the system's browser. That no browser
// opens is no failure: the address can be copied.
func (a *SetupAPI) BeginSignIn() (SignInView, error) {
	e, err := a.b.live()
	if err != nil {
		return noSignIn(), err
	}
	at, err := a.begin(e)
	if err != nil {
		return noSignIn(), err
	}
	a.b.background(func() { // a browser may take seconds to complain
		a.b.browserSaid(at, e.Auth().OpenBrowser(a.b.ctx, at.login))
		a.b.emitSetup()
	})
	return a.signIn(e)
}

// begin starts a sign-in and remembers it, one after the other, so that the one
// remembered is the one that is pending.
func (a *SetupAPI) begin(e *engine.Engine) (*attempt, error) {
	a.b.signing.Lock()
	defer a.b.signing.Unlock()
	login, err := e.Auth().BeginLogin(a.b.ctx)
	if err != nil {
		return nil, err
	}
	at := &attempt{login: login, expires: time.Now().Add(login.ExpiresIn)}
	a.b.keepAttempt(e, at)
	return at, nil
}

// CancelSignIn ends a sign-in that is pending.
func (a *SetupAPI) CancelSignIn() error {
	return a.with(func(e *engine.Engine) error {
		e.Auth().CancelLogin()
		return nil
	})
}

// OpenPortal opens Oura's page for applications in the system's browser.
func (a *SetupAPI) OpenPortal() error {
	err := openExternal(a.b.ctx, a.b.browse, portalURL)
	if e, dead := a.b.live(); err == nil && dead == nil {
		e.NoteOpened(portalURL)
	}
	return err
}

func (a *SetupAPI) with(do func(*engine.Engine) error) error {
	e, err := a.b.live()
	if err != nil {
		return err
	}
	err = do(e)
	a.b.emitSetup()
	a.b.showLook() // the end of the wizard is in none of what the tray listens to
	return err
}

func (a *SetupAPI) signIn(e *engine.Engine) (SignInView, error) {
	st, err := accountOf(a.b.ctx, e)
	view := noSignIn()
	if err != nil {
		return view, err
	}
	view.Connected = st.UserID != "" && !st.NeedsSignIn
	view.UserID, view.Scopes, view.MissingScopes = st.UserID, words(st.Scopes), append([]string{}, e.MissingScopes(st)...)
	last := e.Auth().LastLogin()
	view.Pending = last.Pending
	if last.Err != nil {
		view.Error, view.ErrorCode = oura.MessageOf(last.Err), string(oura.CodeOf(last.Err))
	}
	at := a.b.lastAttempt(e)
	if !last.Pending {
		return view, nil
	}
	view.AuthorizeURL, view.ExpiresAt, view.BrowserOpened = at.login.AuthorizeURL, instant(at.expires), at.browser == nil
	if at.browser != nil {
		view.Error, view.ErrorCode = oura.MessageOf(at.browser), string(oura.CodeOf(at.browser))
	}
	return view, nil
}

func noSignIn() SignInView { return SignInView{Scopes: []string{}, MissingScopes: []string{}} }
