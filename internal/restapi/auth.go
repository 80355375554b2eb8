package restapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// LoginStarted tells where the browser has to go.
type LoginStarted struct {
	AuthorizeURL string `json:"authorize_url" format:"uri" doc:"Open it in the system browser."`
	ExpiresIn    int    `json:"expires_in" doc:"Seconds until this sign-in is given up."`
}

// AuthState tells whether Oura still takes our sign-in.
type AuthState struct {
	Authenticated bool     `json:"authenticated"`
	ExpiresIn     *int     `json:"expires_in" doc:"Seconds the access token is still good for; null when not known. It is renewed by itself."`
	Scopes        []string `json:"scopes" nullable:"false" doc:"What the user granted."`
}

func registerAuth(api huma.API, s *service) {
	huma.Register(api, admin(operation(api, http.MethodPost, "/auth/login", "login", "Begin a sign-in at Oura")), s.login)
	huma.Register(api, operation(api, http.MethodGet, "/auth/status", "getAuthStatus", "Is an account connected?"), s.authStatus)
	huma.Register(api, admin(operation(api, http.MethodPost, "/auth/logout", "logout", "Sign out; what is stored stays")), s.logout)
}

func (s *service) login(ctx context.Context, _ *struct{}) (*body[LoginStarted], error) {
	if wait := s.throttle.waitLogin(); wait > 0 {
		return nil, forNow(wait, "Ten sign-ins failed within a minute. Mend what GET /status tells, wait, and try again.")
	}
	l, err := s.Auth.BeginLogin(ctx)
	if err != nil {
		s.throttle.failure(failedLogins)
		return nil, s.fail(ctx, "login", err)
	}
	return &body[LoginStarted]{LoginStarted{AuthorizeURL: l.AuthorizeURL, ExpiresIn: int(l.ExpiresIn.Seconds())}}, nil
}

func (s *service) authStatus(ctx context.Context, _ *struct{}) (*body[AuthState], error) {
	a, err := s.Auth.Status(ctx)
	if err != nil {
		return nil, s.fail(ctx, "auth status", err)
	}
	out := AuthState{Authenticated: a.Authenticated, Scopes: make([]string, len(a.Scopes))}
	for i, scope := range a.Scopes {
		out.Scopes[i] = string(scope)
	}
	if a.Authenticated && a.ExpiresIn > 0 {
		seconds := int(a.ExpiresIn.Seconds())
		out.ExpiresIn = &seconds
	}
	return &body[AuthState]{out}, nil
}

func (s *service) logout(ctx context.Context, _ *struct{}) (*body[done], error) {
	if err := s.Auth.Logout(ctx); err != nil {
		return nil, s.fail(ctx, "logout", err)
	}
	return &body[done]{done{Status: "signed_out"}}, nil
}
