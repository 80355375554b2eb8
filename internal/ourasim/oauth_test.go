package ourasim

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"oura-streaming/internal/oura"
)

// loginApp is a client's callback that keeps the query it was called with.
type loginApp struct {
	*httptest.Server
	got chan url.Values
}

func startLoginApp(t *testing.T, s *Sim) *loginApp {
	t.Helper()
	a := &loginApp{got: make(chan url.Values, 10)}
	a.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { a.got <- r.URL.Query() }))
	t.Cleanup(a.Close)
	s.RegisterRedirect(a.URL + "/cb")
	return a
}

func (a *loginApp) query(more url.Values) string {
	q := url.Values{"response_type": {"code"}, "client_id": {"sim-client"}, "redirect_uri": {a.URL + "/cb"}, "state": {"st"}}
	for name, values := range more {
		if values == nil {
			q.Del(name)
		} else {
			q[name] = values
		}
	}
	return "?" + q.Encode()
}

// code walks the consent page and returns the callback's query.
func (a *loginApp) code(t *testing.T, authorize string, more url.Values, scopes ...string) url.Values {
	t.Helper()
	if _, err := Approve(t.Context(), authorize+a.query(more), scopes...); err != nil {
		t.Fatal(err)
	}
	return <-a.got
}

func (a *loginApp) form(code string, more url.Values) url.Values {
	f := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {a.URL + "/cb"},
		"client_id": {"sim-client"}, "client_secret": {"sim-secret"},
	}
	for name, values := range more {
		if values == nil {
			f.Del(name)
		} else {
			f[name] = values
		}
	}
	return f
}

func exchange(t *testing.T, endpoint string, form url.Values) (tokenSet, int) {
	t.Helper()
	var set tokenSet
	a := postForm(t, endpoint, form)
	a.decode(t, &set)
	return set, a.StatusCode
}

func refreshForm(token string) url.Values {
	return url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"sim-client"}, "client_secret": {"sim-secret"},
	}
}

func TestConsent_ProfilesAndScopes(t *testing.T) {
	s := startSim(t, Options{})
	app := startLoginApp(t, s)
	all := spellScopes(oura.AllScopes(), false)
	for _, c := range []struct {
		name      string
		authorize string
		token     string
		query     url.Values
		on        []string
		iss       bool
		scope     string
	}{
		{"classic, bare names", s.Hosts().Authorize, s.Hosts().Token, url.Values{"scope": {"daily heartrate"}}, nil, false, "daily heartrate"},
		{"classic, all asked when none named", s.Hosts().Authorize, s.Hosts().Token, nil, nil, false, all},
		{"some switched off by the user", s.Hosts().Authorize, s.Hosts().Token, url.Values{"scope": {"daily heartrate tag"}}, []string{"tag"}, false, "tag"},
		{"classic page, new token endpoint", s.Hosts().Authorize, s.Hosts().NewToken, url.Values{"scope": {"daily"}}, nil, false, "extapi:daily"},
		{"new pair, prefixed names", s.NewHosts().Authorize, s.Hosts().NewToken, url.Values{"scope": {"extapi:daily extapi:email"}}, nil, true, "extapi:daily extapi:email"},
		{"unknown names are not granted", s.Hosts().Authorize, s.Hosts().Token, url.Values{"scope": {"daily biomarkers"}}, nil, false, "daily"},
		{"the older name of spo2", s.Hosts().Authorize, s.Hosts().Token, url.Values{"scope": {"spo2Daily"}}, nil, false, "spo2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := app.code(t, c.authorize, c.query, c.on...)
			if got.Get("state") != "st" || got.Has("scope") {
				t.Errorf("callback %v", got)
			}
			if iss := got.Get("iss"); c.iss != (iss == s.URL()+"/oauth/v2/ext/oauth-anonymous") {
				t.Errorf("iss %q", iss)
			}
			set, status := exchange(t, c.token, app.form(got.Get("code"), nil))
			if status != 200 || set.Scope != c.scope || len(set.Access) != 45 || len(set.Refresh) != 45 {
				t.Errorf("%d %+v", status, set)
			}
			granted, ok := s.book.scopesOf(set.Access, s.Now())
			if !ok || !slices.Equal(granted, oura.ParseScopes(c.scope)) {
				t.Errorf("token opens %v", granted)
			}
		})
	}
}

func TestConsent_Switches(t *testing.T) {
	s := startSim(t, Options{})
	app := startLoginApp(t, s)
	s.Change(func(sw *Switches) { sw.AuthorizeMovesOn, sw.CallbackScope, sw.BareAtNew = true, true, BareIgnore })
	got := app.code(t, s.Hosts().Authorize, url.Values{"scope": {"daily tag"}}, "daily")
	if !got.Has("iss") || got.Get("scope") != "extapi:daily" {
		t.Errorf("moved on: %v", got)
	}
	got = app.code(t, s.NewHosts().Authorize, url.Values{"scope": {"daily extapi:tag"}})
	if got.Get("scope") != "extapi:tag" {
		t.Errorf("bare names ignored: %v", got)
	}
	s.Change(func(sw *Switches) { sw.BareAtNew = BareRefuse })
	got = app.code(t, s.NewHosts().Authorize, url.Values{"scope": {"daily"}})
	if got.Get("error") != "invalid_scope" || got.Get("state") != "st" {
		t.Errorf("bare names refused: %v", got)
	}
	for style, want := range map[ScopeStyle]string{ScopesAbsent: "", ScopesPrefixed: "extapi:daily", ScopesBare: "daily"} {
		s.Change(func(sw *Switches) { sw.TokenScope = style })
		code := app.code(t, s.Hosts().Authorize, url.Values{"scope": {"daily"}}).Get("code")
		if set, _ := exchange(t, s.Hosts().Token, app.form(code, nil)); set.Scope != want {
			t.Errorf("%s: %q", style, set.Scope)
		}
	}
	s.Change(func(sw *Switches) { sw.OmitExpiresIn = true })
	code := app.code(t, s.Hosts().Authorize, nil).Get("code")
	if a := postForm(t, s.Hosts().Token, app.form(code, nil)); strings.Contains(string(a.body), "expires_in") {
		t.Errorf("expires_in: %s", a.body)
	}
}

func TestConsent_Deny(t *testing.T) {
	s := startSim(t, Options{})
	app := startLoginApp(t, s)
	if _, err := Deny(t.Context(), s.Hosts().Authorize+app.query(nil)); err != nil {
		t.Fatal(err)
	}
	if got := <-app.got; got.Get("error") != "access_denied" || got.Get("state") != "st" || got.Get("error_description") == "" || got.Has("code") {
		t.Errorf("callback %v", got)
	}
}

func TestConsent_PageIsAForm(t *testing.T) {
	s := startSim(t, Options{})
	q := url.Values{"response_type": {"code"}, "client_id": {"sim-client"}, "redirect_uri": {testRedirect}, "scope": {"daily tag"}}
	a := send(t, http.MethodGet, s.Hosts().Authorize+"?"+q.Encode(), nil, nil)
	for _, part := range []string{
		`<form method="post"`, `name="scope" value="daily" checked`, `name="scope" value="tag" checked`,
		`value="allow">Allow</button>`, `value="deny">Deny</button>`,
	} {
		if !strings.Contains(string(a.body), part) {
			t.Errorf("page lacks %s", part)
		}
	}
	f, err := readForm(strings.NewReader(string(a.body)), a.Request.URL)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"request": {f.fields[0].value}, "decision": {"allow"}, "scope": {"daily"}}
	if a := postForm(t, f.action, form); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), testRedirect+"?") {
		t.Errorf("submit: %s %s", a.Status, a.Header.Get("Location"))
	}
	if a := postForm(t, f.action, form); a.StatusCode != http.StatusBadRequest {
		t.Errorf("second submit: %s", a.Status)
	}
}

func TestAuthorize_RefusesOnThePage(t *testing.T) {
	const one = "http://localhost:8000/auth/callback"
	for _, c := range []struct {
		name       string
		registered []string
		client     string
		redirect   *string
		status     int
	}{
		{"registered", []string{one}, "sim-client", new(one), 200},
		{"a trailing slash more", []string{one}, "sim-client", new(one + "/"), 400},
		{"another port", []string{one}, "sim-client", new("http://localhost:8001/auth/callback"), 400},
		{"127.0.0.1 for localhost", []string{one}, "sim-client", new("http://127.0.0.1:8000/auth/callback"), 400},
		{"upper case", []string{one}, "sim-client", new("http://LOCALHOST:8000/auth/callback"), 400},
		{"left out with one registered", []string{one}, "sim-client", nil, 200},
		{"left out with two registered", []string{one, one + "/"}, "sim-client", nil, 400},
		{"the second of two", []string{one, one + "/"}, "sim-client", new(one + "/"), 200},
		{"another client", []string{one}, "who", new(one), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := startSim(t, Options{RedirectURIs: c.registered})
			q := url.Values{"response_type": {"code"}, "client_id": {c.client}}
			if c.redirect != nil {
				q.Set("redirect_uri", *c.redirect)
			}
			a := send(t, http.MethodGet, s.Hosts().Authorize+"?"+q.Encode(), nil, nil)
			if a.StatusCode != c.status || a.Header.Get("Location") != "" {
				t.Errorf("%s, location %q", a.Status, a.Header.Get("Location"))
			}
		})
	}
}
