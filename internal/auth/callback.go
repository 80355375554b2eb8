package auth

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"time"

	"oura-streaming/internal/oura"
)

const maxCodeBytes = 2048

// CallbackHandler serves the redirect on the program's own listener, at
// /auth/callback with and without trailing slash. It answers 404 unless a login
// for that port is pending, and 403 to any Host but loopback's.
func (a *Auth) CallbackHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.callback(w, r, a.opt.OwnPort())
	})
}

// doorHandler serves the redirect on a listener of its own.
func (a *Auth) doorHandler(to redirect) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.callback(w, r, to.port)
	})
}

func (a *Auth) callback(w http.ResponseWriter, r *http.Request, port int) {
	pageHeaders(w)
	if !hostAllowed(r.Host, port) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	p := a.desk.peek()
	if p == nil || p.redirect.port != port || !p.redirect.matches(r.URL.Path) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !p.started(q) || a.desk.take(p) == nil {
		showPage(w, http.StatusBadRequest, sayForeign)
		return
	}
	a.finish(w, r, p, q)
}

// started reports whether q answers this login: exactly one state, the right
// one, and exactly one of code and error.
func (p *pending) started(q url.Values) bool {
	return len(q["state"]) == 1 && len(q["code"])+len(q["error"]) == 1 &&
		subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(p.state)) == 1
}

// finish ends the login p with the answer q and tells the browser how it went.
func (a *Auth) finish(w http.ResponseWriter, r *http.Request, p *pending, q url.Values) {
	// Two exchanges and the profile may outlast the server's own limit, and a
	// tab closed too early must not cost the sign-in.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)) // without it the page may be missing, no more
	err := a.connect(context.WithoutCancel(r.Context()), p, q)
	if err != nil {
		showPage(w, http.StatusBadRequest, pageText(oura.CodeOf(err)))
	} else {
		showPage(w, http.StatusOK, sayWelcome)
	}
	a.endLogin(p, err)
}

// connect turns the callback's answer into a connected account.
func (a *Auth) connect(ctx context.Context, p *pending, q url.Values) error {
	if age := a.opt.Now().Sub(p.begun); age > a.desk.life || age < -a.desk.life {
		return trouble(oura.CodeLoginExpired, sayExpired, nil)
	}
	if q.Has("error") {
		return consentError(q.Get("error"))
	}
	code := q.Get("code")
	if !plausible(code) || len(code) > maxCodeBytes {
		return trouble(oura.CodeInvalid, sayForeign, nil)
	}
	rec, err := a.redeem(ctx, p, code, printable(q.Get("scope")))
	if err != nil {
		return err
	}
	return a.adopt(ctx, rec)
}

// consentError names what came back from the consent page. The word itself is
// remote text and goes no further.
func consentError(word string) error {
	switch word {
	case "access_denied":
		return trouble(oura.CodeDenied, sayDenied, nil)
	case "server_error", "temporarily_unavailable":
		return trouble(oura.CodeUnavailable, sayDown, nil)
	case "invalid_scope":
		return trouble(oura.CodeScope, sayScope, nil)
	case "unauthorized_client", "invalid_client":
		return trouble(oura.CodeClientRejected, sayClient, nil)
	default:
		return trouble(oura.CodeClientRejected, sayRefused, nil)
	}
}
