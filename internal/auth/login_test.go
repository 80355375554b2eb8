package auth

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

func TestSignInFromBeginningToEnd(t *testing.T) {
	r := newRig(t, rigOptions{})
	_, err := r.Token(t.Context())
	wantCode(t, err, oura.CodeNotConnected)
	wake, stop := r.Listen()
	defer stop()
	r.signIn(t)
	<-wake
	st := must(r.Status(t.Context()))
	if !st.Authenticated || st.NeedsSignIn || st.UserID != r.sim.UserID() || st.ExpiresIn <= 0 || len(st.Profile) == 0 {
		t.Errorf("status %+v", st)
	}
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
	if n := r.audits(t, "signed_in"); n != 1 {
		t.Errorf("%d audit rows, want 1", n)
	}
}

func TestS13_OnlyOurasHostsOverHTTPS(t *testing.T) {
	if err := checkHosts(config.Oura()); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"http://api.ouraring.com/oauth/token", "https://api.ouraring.com.evil.example/oauth/token", "https://evil.example/oauth/token",
		"https://api.ouraring.com@evil.example/", "https://api.ouraring.com:8443/oauth/token", "https://127.0.0.1/token", "http://127.0.0.1:1/token",
		"ftp://api.ouraring.com/", "//api.ouraring.com/", "https://api.ouraring.com/oauth/token?next=x",
	} {
		for name, set := range map[string]func(*config.Hosts){
			"authorize": func(h *config.Hosts) { h.Authorize = address },
			"token":     func(h *config.Hosts) { h.Token = address },
			"new token": func(h *config.Hosts) { h.NewToken = address },
			"revoke":    func(h *config.Hosts) { h.Revoke = address },
		} {
			h := config.Oura()
			set(&h)
			r := newRigless(t, h)
			_, err := r.BeginLogin(t.Context())
			wantCode(t, err, oura.CodeInvalid)
			if _, _, err = r.ask(t.Context(), []string{address}, nil); oura.CodeOf(err) != oura.CodeInvalid {
				t.Errorf("%s %s was asked: %v", name, address, err)
			}
		}
	}
	h := config.Oura()
	h.LoopbackHTTP = true
	for address, want := range map[string]bool{
		"http://127.0.0.1:9/token": true, "http://[::1]:9/token": true, "http://localhost:9/token": true,
		"http://192.168.1.2/token": false, "http://localhost.evil.example/": false, "http://api.ouraring.com/": false,
	} {
		h.Token = address
		if got := checkHosts(h) == nil; got != want {
			t.Errorf("loopback build, %s: allowed = %v", address, got)
		}
	}
}

func TestS13_BrowserGetsTheAuthorizeAddress(t *testing.T) {
	shown := &recordingBrowser{}
	r := newRig(t, rigOptions{change: func(o *Options) { o.Opener = shown }})
	login, err := r.SignIn(t.Context())
	if err != nil || len(shown.urls) != 1 || shown.urls[0] != login.AuthorizeURL || !strings.HasPrefix(login.AuthorizeURL, r.sim.Hosts().Authorize+"?") {
		t.Errorf("%v, opened %q", err, shown.urls)
	}
}

func TestNoBrowserLeavesTheLoginOpen(t *testing.T) {
	r := newRig(t, rigOptions{})
	login, err := r.SignIn(t.Context())
	wantCode(t, err, oura.CodeNoBrowser)
	if _, err := ourasim.Approve(t.Context(), login.AuthorizeURL); err != nil {
		t.Fatal(err)
	}
	if last := r.LastLogin(); !last.Done || last.Err != nil {
		t.Errorf("login by hand: %+v", last)
	}
}

func TestS15_PKCE(t *testing.T) {
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	p := &pending{verifier: verifier, redirect: redirect{uri: "http://localhost/"}}
	q := must(url.Parse(newRigless(t, config.Oura()).authorizeURL("id", p))).Query()
	if q.Get("code_challenge") != challenge || q.Get("code_challenge_method") != "S256" || oauth2.S256ChallengeFromVerifier(verifier) != challenge {
		t.Errorf("RFC 7636 B: %v", q)
	}
	for name, ignoring := range map[string]bool{"strict": false, "ignoring": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.PKCEIgnored = ignoring }})
			var seen []string
			for range 2 {
				login := must(r.BeginLogin(t.Context()))
				seen = append(seen, must(url.Parse(login.AuthorizeURL)).Query().Get("code_challenge"))
				approve(t, login.AuthorizeURL)
				if last := r.LastLogin(); last.Err != nil || !last.Done {
					t.Fatalf("%+v", last)
				}
			}
			if len(seen[0]) != 43 || seen[0] == seen[1] {
				t.Errorf("challenges %q", seen)
			}
		})
	}
	t.Run("switched off", func(t *testing.T) {
		r := newRig(t, rigOptions{change: func(o *Options) { o.PKCE = func() bool { return false } }})
		login := must(r.BeginLogin(t.Context()))
		if strings.Contains(login.AuthorizeURL, "code_challenge") {
			t.Error("a challenge is sent")
		}
		approve(t, login.AuthorizeURL)
		if last := r.LastLogin(); last.Err != nil || !last.Done {
			t.Errorf("%+v", last)
		}
	})
}

func TestS19_ScopesAskedAndGranted(t *testing.T) {
	for name, c := range map[string]struct {
		style  ourasim.ScopeStyle
		cb     bool
		grant  []string
		want   []oura.Scope
		knows  bool
		prefix bool
	}{
		"token answer names fewer":              {style: ourasim.ScopesBare, grant: []string{"daily", "heartrate"}, want: []oura.Scope{"daily", "heartrate"}, knows: true},
		"with prefix":                           {style: ourasim.ScopesPrefixed, grant: []string{"daily", "spo2"}, want: []oura.Scope{"daily", "spo2"}, knows: true, prefix: true},
		"only the callback names them":          {style: ourasim.ScopesAbsent, cb: true, grant: []string{"daily"}, want: []oura.Scope{"daily"}, knows: true},
		"nobody names them: not empty, unknown": {style: ourasim.ScopesAbsent, grant: []string{"daily"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, rigOptions{
				sim:    func(s *ourasim.Switches) { s.TokenScope, s.CallbackScope = c.style, c.cb },
				change: func(o *Options) { o.ScopePrefix = func() bool { return c.prefix } },
			})
			login := must(r.BeginLogin(t.Context()))
			asked := strings.Fields(must(url.Parse(login.AuthorizeURL)).Query().Get("scope"))
			if len(asked) != 10 || slices.Contains(asked, "email") || strings.HasPrefix(asked[0], "extapi:") != c.prefix {
				t.Errorf("asked for %q", asked)
			}
			approve(t, login.AuthorizeURL, c.grant...)
			st := must(r.Status(t.Context()))
			if !slices.Equal(st.Scopes, c.want) || st.ScopesKnown != c.knows {
				t.Errorf("stored %q, known %v", st.Scopes, st.ScopesKnown)
			}
			r.sim.Change(func(s *ourasim.Switches) { s.TokenScope = ourasim.ScopesAbsent })
			if err := r.forceRefresh(t); err != nil {
				t.Fatal(err)
			}
			if st := must(r.Status(t.Context())); !slices.Equal(st.Scopes, c.want) || st.ScopesKnown != c.knows {
				t.Errorf("after a refresh that names none: %q, known %v", st.Scopes, st.ScopesKnown)
			}
		})
	}
}

func TestDeniedConsent(t *testing.T) {
	r := newRig(t, rigOptions{})
	login := must(r.BeginLogin(t.Context()))
	_, _ = ourasim.Deny(t.Context(), login.AuthorizeURL) // our page answers 400
	last := r.LastLogin()
	wantCode(t, last.Err, oura.CodeDenied)
	if !last.Done || r.sim.Ledger().TokenCalls("") != 0 {
		t.Errorf("%+v, %d token requests", last, r.sim.Ledger().TokenCalls(""))
	}
}

func TestWrongClientSecretIsSaidInWords(t *testing.T) {
	r := newRig(t, rigOptions{change: func(o *Options) {
		id, _, _ := o.Credentials(t.Context())
		o.Credentials = fixedCredentials(id, "not-the-secret")
	}})
	login := must(r.BeginLogin(t.Context()))
	approve(t, login.AuthorizeURL)
	err := r.LastLogin().Err
	wantCode(t, err, oura.CodeClientRejected)
	if m := oura.MessageOf(err); !strings.Contains(m, "Invalid client_secret") || !strings.Contains(m, "client secret") {
		t.Errorf("classic's words are missing: %s", m)
	}
	if n := r.sim.Ledger().TokenCalls("authorization_code"); n != 2 {
		t.Errorf("%d token requests, want one for each endpoint", n)
	}
}

func TestMissingCredentials(t *testing.T) {
	for _, c := range [][2]string{{"", ""}, {"id", ""}, {" ", "secret"}} {
		r := newRigless(t, config.Oura())
		r.opt.Credentials = fixedCredentials(c[0], c[1])
		_, err := r.BeginLogin(t.Context())
		wantCode(t, err, oura.CodeNotConfigured)
	}
}

func TestRedirectsWeCannotReceive(t *testing.T) {
	for uri, want := range map[string]oura.Code{
		"https://localhost:9/cb": oura.CodeInvalid, "http://example.com/cb": oura.CodeInvalid, "http://localhost.evil.example:9/": oura.CodeInvalid,
		"myapp://callback": oura.CodeInvalid, "http://localhost:99999/": oura.CodeInvalid, "http://localhost:0/": oura.CodeInvalid,
		"http://localhost:9/cb?x=1": oura.CodeInvalid, "http://localhost:9/cb#x": oura.CodeInvalid, "http://u@localhost:9/": oura.CodeInvalid, "::": oura.CodeInvalid,
	} {
		r := newRigless(t, config.Oura())
		r.opt.RedirectURI = func() string { return uri }
		_, err := r.BeginLogin(t.Context())
		wantCode(t, err, want)
	}
	r := newRigless(t, config.Oura())
	r.opt.RedirectURI = func() string { return "http://localhost:8000/other" }
	_, err := r.BeginLogin(t.Context())
	wantCode(t, err, oura.CodeInvalid)
	r.opt.RedirectURI, r.opt.OwnPort = nil, func() int { return 0 }
	_, err = r.BeginLogin(t.Context())
	wantCode(t, err, oura.CodePortTaken)
}

func TestProfileUnreachableIsFinishedLater(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.api.down.Store(true)
	login := must(r.BeginLogin(t.Context()))
	approve(t, login.AuthorizeURL)
	wantCode(t, r.LastLogin().Err, oura.CodeUnavailable)
	_, err := r.Token(t.Context())
	wantCode(t, err, oura.CodeNotConnected)
	r.api.down.Store(false)
	if err := r.resumeLogin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
	if n := r.sim.Ledger().TokenCalls(""); n != 1 {
		t.Errorf("%d token requests, want 1", n)
	}
	if left := must(r.hasRow(t.Context(), rowLogin)); left {
		t.Error("the row of the login is still there")
	}
}

func TestLoginAnswerIsDroppedWhenRefusedOrOld(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.api.refuse.Store(true)
	login := must(r.BeginLogin(t.Context()))
	approve(t, login.AuthorizeURL)
	wantCode(t, r.LastLogin().Err, oura.CodeUnauthorized)
	if must(r.hasRow(t.Context(), rowLogin)) {
		t.Error("a refused login stays")
	}
	if err := r.putRow(t.Context(), rowLogin, record{ObtainedMS: r.now().Add(-loginKept - time.Minute).UnixMilli()}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, r.resumeLogin(t.Context()), oura.CodeLoginExpired)
	if must(r.hasRow(t.Context(), rowLogin)) {
		t.Error("an old login stays")
	}
}
