package ourasim

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestToken_CodeRules(t *testing.T) {
	s := startSim(t, Options{})
	app := startLoginApp(t, s)
	s256 := func(verifier string) string {
		sum := sha256.Sum256([]byte(verifier))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	const verifier = "a-verifier-of-at-least-forty-three-characters-here"
	for _, c := range []struct {
		name   string
		query  url.Values // authorize
		form   url.Values // token
		wait   time.Duration
		status int
		err    string
	}{
		{"good", nil, nil, 0, 200, ""},
		{"just within ten minutes", nil, nil, 10*time.Minute - time.Second, 200, ""},
		{"after ten minutes", nil, nil, 10 * time.Minute, 400, "invalid_grant"},
		{"an unknown code", nil, url.Values{"code": {"nope"}}, 0, 400, "invalid_grant"},
		{"another redirect", nil, url.Values{"redirect_uri": {testRedirect}}, 0, 400, "invalid_redirect_uri"},
		{"redirect left out in the token request only", nil, url.Values{"redirect_uri": nil}, 0, 400, "invalid_redirect_uri"},
		{"another client", nil, url.Values{"client_id": {"who"}}, 0, 400, "invalid_client"},
		{"a wrong secret", nil, url.Values{"client_secret": {"no"}}, 0, 400, "invalid_client"},
		{"no grant type", nil, url.Values{"grant_type": nil}, 0, 400, "invalid_request"},
		{"client_credentials", nil, url.Values{"grant_type": {"client_credentials"}}, 0, 400, "unsupported_grant_type"},
		{"PKCE S256", url.Values{"code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"}}, url.Values{"code_verifier": {verifier}}, 0, 200, ""},
		{"PKCE plain", url.Values{"code_challenge": {verifier}}, url.Values{"code_verifier": {verifier}}, 0, 200, ""},
		{"PKCE wrong verifier", url.Values{"code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"}}, url.Values{"code_verifier": {"other"}}, 0, 400, "invalid_grant"},
		{"PKCE verifier left out", url.Values{"code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"}}, nil, 0, 400, "invalid_grant"},
		{"PKCE verifier without challenge", nil, url.Values{"code_verifier": {verifier}}, 0, 400, "invalid_grant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			form := app.form(app.code(t, s.Hosts().Authorize, c.query).Get("code"), c.form)
			s.Advance(c.wait)
			set, status := exchange(t, s.Hosts().Token, form)
			if status != c.status || set.Error != c.err {
				t.Fatalf("%d %q, want %d %q", status, set.Error, c.status, c.err)
			}
			if again, status := exchange(t, s.Hosts().Token, form); c.status == 200 && (status != 400 || again.Error != "invalid_grant") {
				t.Errorf("second use: %d %q", status, again.Error)
			}
		})
	}
	s.Change(func(sw *Switches) { sw.PKCEIgnored = true })
	code := app.code(t, s.Hosts().Authorize, url.Values{"code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"}}).Get("code")
	if _, status := exchange(t, s.Hosts().Token, app.form(code, nil)); status != 200 {
		t.Errorf("PKCE ignored: %d", status)
	}
}

func TestToken_WrongClientShapes(t *testing.T) {
	s := startSim(t, Options{})
	form := refreshForm("x")
	form.Set("client_id", "who")
	classic := postForm(t, s.Hosts().Token, form)
	for _, part := range []string{`"error":"invalid_client"`, `"error_description":"Invalid client_id."`, `"status":400`, `"title":`, `"detail":`} {
		if classic.StatusCode != 400 || !strings.Contains(string(classic.body), part) {
			t.Errorf("classic: %s %s lacks %s", classic.Status, classic.body, part)
		}
	}
	if a := postForm(t, s.Hosts().NewToken, form); a.StatusCode != 401 || !strings.Contains(string(a.body), `"error":"invalid_client"`) {
		t.Errorf("new: %s %s", a.Status, a.body)
	}
}

func TestToken_BasicAtTheNewEndpointOnly(t *testing.T) {
	s := startSim(t, Options{ClientSecret: "s:e+c ret"})
	form := refreshForm(signIn(s).Refresh)
	form.Del("client_id")
	form.Del("client_secret")
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("sim-client:"+url.QueryEscape("s:e+c ret")))
	for endpoint, want := range map[string]int{s.Hosts().Token: 400, s.Hosts().NewToken: 200} {
		a := send(t, http.MethodPost, endpoint, map[string]string{
			"Authorization": basic, "Content-Type": "application/x-www-form-urlencoded",
		}, strings.NewReader(form.Encode()))
		if a.StatusCode != want {
			t.Errorf("%s: %s, want %d: %s", endpoint, a.Status, want, a.body)
		}
	}
}

func TestToken_ClassicRefuses(t *testing.T) {
	s := startSim(t, Options{})
	app := startLoginApp(t, s)
	s.Change(func(sw *Switches) { sw.ClassicTokenRefuses = true })
	form := app.form(app.code(t, s.Hosts().Authorize, nil).Get("code"), nil)
	if _, status := exchange(t, s.Hosts().Token, form); status != 401 {
		t.Errorf("code at the classic endpoint: %d", status)
	}
	set, status := exchange(t, s.Hosts().NewToken, form)
	if status != 200 {
		t.Fatalf("the refusal spent the code: %d %s", status, set.Error)
	}
	if bad, status := exchange(t, s.Hosts().Token, refreshForm(set.Refresh)); status != 400 || bad.Error != "invalid_request" {
		t.Errorf("refresh at the classic endpoint: %d %s", status, bad.Error)
	}
	if _, status := exchange(t, s.Hosts().NewToken, refreshForm(set.Refresh)); status != 200 {
		t.Errorf("the refusal spent the refresh token: %d", status)
	}
	if l := s.Ledger(); l.TokenCalls("authorization_code") != 2 || l.TokenCalls("refresh_token") != 2 || l.TokenCalls("") != 4 {
		t.Errorf("token calls %d", l.TokenCalls(""))
	}
}

func TestRefresh_Modes(t *testing.T) {
	for _, c := range []struct {
		mode        RefreshMode
		wait        time.Duration
		reuse       int  // status of the second use
		newPairGood bool // the pair of the first use still works afterwards
	}{
		{RefreshStrict, 0, 400, true},
		{RefreshGrace, 5*time.Minute - time.Second, 200, true},
		{RefreshGrace, 5 * time.Minute, 400, true},
		{RefreshFamily, 0, 400, false},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			s := startSim(t, Options{})
			s.Change(func(sw *Switches) { sw.RefreshMode = c.mode })
			old := signIn(s)
			first, status := exchange(t, s.Hosts().Token, refreshForm(old.Refresh))
			if status != 200 || first.Refresh == old.Refresh || first.Access == old.Access {
				t.Fatalf("first use: %d %+v", status, first)
			}
			s.Advance(c.wait)
			second, status := exchange(t, s.Hosts().Token, refreshForm(old.Refresh))
			if status != c.reuse || status == 200 && second.Refresh == first.Refresh || status == 400 && second.Error != "invalid_grant" {
				t.Errorf("second use: %d %+v", status, second)
			}
			if a := get(t, s, first.Access, "/v2/usercollection/sleep"); (a.StatusCode == 200) != c.newPairGood {
				t.Errorf("access of the first pair: %s", a.Status)
			}
			if _, status := exchange(t, s.Hosts().Token, refreshForm(first.Refresh)); (status == 200) != c.newPairGood {
				t.Errorf("refresh of the first pair: %d", status)
			}
		})
	}
}

func TestToken_ExpiresByTheClock(t *testing.T) {
	s := startSim(t, Options{})
	s.Change(func(sw *Switches) { sw.ExpiresIn = time.Hour })
	set, _ := exchange(t, s.Hosts().Token, refreshForm(signIn(s).Refresh))
	if set.ExpiresIn != 3600 {
		t.Errorf("expires_in %d", set.ExpiresIn)
	}
	for wait, want := range []int{200, 401} { // at 0 h and at 1 h
		s.SetClock(func() time.Time { return testStart().Add(time.Duration(wait) * time.Hour) })
		if a := get(t, s, set.Access, "/v2/usercollection/sleep"); a.StatusCode != want {
			t.Errorf("after %d h: %s", wait, a.Status)
		}
	}
}

func TestRevoke(t *testing.T) {
	s := startSim(t, Options{})
	client := url.Values{"client_id": {"sim-client"}, "client_secret": {"sim-secret"}}
	for name, revoke := range map[string]func(tokenSet) answer{
		"classic POST": func(p tokenSet) answer { return postForm(t, s.Hosts().Revoke+"?access_token="+p.Access, nil) },
		"classic GET": func(p tokenSet) answer {
			return send(t, http.MethodGet, s.Hosts().Revoke+"?access_token="+p.Access, nil, nil)
		},
		"new, access token": func(p tokenSet) answer {
			client.Set("token", p.Access)
			return postForm(t, s.NewHosts().Revoke, client)
		},
		"new, refresh token": func(p tokenSet) answer {
			client.Set("token", p.Refresh)
			return postForm(t, s.NewHosts().Revoke, client)
		},
		"by the user": func(tokenSet) answer { s.RevokeAll(); return answer{&http.Response{StatusCode: 200}, nil} },
	} {
		t.Run(name, func(t *testing.T) {
			p := signIn(s)
			if a := revoke(p); a.StatusCode != 200 {
				t.Fatal(a.Status)
			}
			if a := get(t, s, p.Access, "/v2/usercollection/sleep"); a.StatusCode != 401 {
				t.Errorf("access: %s", a.Status)
			}
			if set, _ := exchange(t, s.Hosts().Token, refreshForm(p.Refresh)); set.Error != "invalid_grant" {
				t.Errorf("refresh: %+v", set)
			}
		})
	}
	if a := postForm(t, s.NewHosts().Revoke, url.Values{"token": {"x"}}); a.StatusCode != 401 {
		t.Errorf("revoke without credentials: %s", a.Status)
	}
}

func TestDiscoveryAndIntrospection(t *testing.T) {
	s := startSim(t, Options{})
	a := send(t, http.MethodGet, s.URL()+"/oauth/v2/ext/oauth-anonymous/.well-known/openid-configuration", nil, nil)
	var d map[string]any
	a.decode(t, &d)
	if d["token_endpoint"] != s.Hosts().NewToken || d["authorization_endpoint"] != s.NewHosts().Authorize || d["issuer"] != s.issuer() {
		t.Errorf("discovery %v", d)
	}
	form := url.Values{"client_id": {"sim-client"}, "client_secret": {"sim-secret"}, "token": {signIn(s, "daily").Access}}
	if a := postForm(t, d["introspection_endpoint"].(string), form); !strings.Contains(string(a.body), `"active":true`) || !strings.Contains(string(a.body), "extapi:daily") {
		t.Errorf("introspection %s", a.body)
	}
	form.Set("token", "gone")
	if a := postForm(t, d["introspection_endpoint"].(string), form); string(a.body) != `{"active":false}` {
		t.Errorf("introspection %s", a.body)
	}
}
