package auth

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

const (
	classicPath = "/oauth/token"
	newPath     = "/oauth/v2/ext/oauth-token"
)

// badAnswers are answers of a token endpoint that must never replace a token.
func badAnswers() map[string]ourasim.Fault {
	ok := func(body string) ourasim.Fault { return ourasim.Fault{Status: 200, Body: []byte(body)} }
	return map[string]ourasim.Fault{
		"redirect":             {Status: 302, Headers: map[string]string{"Location": newPath}, Body: []byte("{}")},
		"redirect, form kept":  {Status: 307, Headers: map[string]string{"Location": newPath}, Body: []byte("{}")},
		"HTML":                 ok("<html>Welcome to the hotel</html>"),
		"empty":                ok(" "),
		"1 MiB":                ok(`{"access_token":"a","refresh_token":"b","pad":"` + strings.Repeat("x", 1<<20) + `"}`),
		"expires_in a word":    ok(`{"access_token":"a","refresh_token":"b","expires_in":"x"}`),
		"expires_in text":      ok(`{"access_token":"a","refresh_token":"b","expires_in":"3600"}`),
		"expires_in negative":  ok(`{"access_token":"a","refresh_token":"b","expires_in":-1}`),
		"expires_in huge":      ok(`{"access_token":"a","refresh_token":"b","expires_in":1e300}`),
		"no refresh token":     ok(`{"access_token":"a","expires_in":3600}`),
		"no access token":      ok(`{"refresh_token":"b","expires_in":3600}`),
		"token with a newline": ok(`{"access_token":"a\r\nX-Evil: 1","refresh_token":"b"}`),
		"token a number":       ok(`{"access_token":5,"refresh_token":"b"}`),
		"another token type":   ok(`{"token_type":"mac","access_token":"a","refresh_token":"b"}`),
		"scope a list":         ok(`{"access_token":"a","refresh_token":"b","scope":["daily"]}`),
		"array":                ok(`[{"access_token":"a","refresh_token":"b"}]`),
		"two values":           ok(`{"access_token":"a","refresh_token":"b"}{}`),
		"created":              {Status: 201, Body: []byte(`{"access_token":"a","refresh_token":"b"}`)},
	}
}

func TestS18_BadAnswersLeaveStoredTokensAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	before := r.access(t)
	sealed, _, err := r.store.Secret(t.Context(), rowToken)
	if err != nil {
		t.Fatal(err)
	}
	for name, fault := range badAnswers() {
		t.Run(name, func(t *testing.T) {
			fault.Prefix = classicPath
			r.sim.AddFaults(fault)
			login := must(r.BeginLogin(t.Context()))
			approve(t, login.AuthorizeURL)
			wantCode(t, r.LastLogin().Err, oura.CodeUnavailable)
			r.sim.AddFaults(fault)
			cur := must(r.mustHave(t.Context()))
			_, err := r.renew(t.Context(), cur, false)
			wantCode(t, err, oura.CodeUnavailable)
			r.turn <- struct{}{}
			r.tries = tries{} // the next case need not wait
			<-r.turn
			now, _, err := r.store.Secret(t.Context(), rowToken)
			if err != nil || string(now) != string(sealed) || r.access(t) != before {
				t.Errorf("stored tokens were touched: %v", err)
			}
			for _, row := range []string{rowAnswer, rowLogin} {
				if must(r.hasRow(t.Context(), row)) {
					t.Errorf("row %s stays", row)
				}
			}
		})
	}
	if n := r.paths(newPath); n != 0 {
		t.Errorf("%d requests followed a redirect or changed hosts", n)
	}
	if err := r.call(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestS18_TLSIsVerifiedAndModern(t *testing.T) {
	t.Parallel()
	served := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served++
		_, _ = io.WriteString(w, `{"access_token":"a","refresh_token":"b"}`) // the client tells what arrived
	})
	for name, c := range map[string]struct {
		trusted bool
		max     uint16
		ok      bool
	}{"bad certificate": {false, tls.VersionTLS13, false}, "TLS 1.1": {true, tls.VersionTLS11, false}, "TLS 1.2": {true, tls.VersionTLS12, true}} {
		t.Run(name, func(t *testing.T) {
			served = 0
			server := httptest.NewUnstartedServer(h)
			server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: c.max} //nolint:gosec // the bad example
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS10}} //nolint:gosec // must be raised
			if c.trusted {
				transport.TLSClientConfig.RootCAs = x509.NewCertPool()
				transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			}
			r := newRig(t, rigOptions{change: func(o *Options) {
				o.HTTP = &http.Client{Transport: transport}
				o.Hosts.Token = server.URL + "/oauth/token"
			}})
			_, _, err := r.ask(t.Context(), []string{server.URL + "/oauth/token"}, nil)
			if (err == nil) != c.ok || (served == 1) != c.ok {
				t.Errorf("err %v, served %d", err, served)
			}
		})
	}
}

func TestS18_SlowAnswersAreGivenUp(t *testing.T) {
	t.Parallel()
	if exchangeLimit != 10*time.Second {
		t.Errorf("limit is %v", exchangeLimit)
	}
	for name, fault := range map[string]ourasim.Fault{"no answer": {Hang: true}, "half an answer": {CutBody: true, Hang: true}} {
		r := newRig(t, rigOptions{})
		r.limit = 50 * time.Millisecond
		fault.Prefix, fault.Times = classicPath, -1
		r.sim.AddFaults(fault)
		login := must(r.BeginLogin(t.Context()))
		approve(t, login.AuthorizeURL)
		wantCode(t, r.LastLogin().Err, oura.CodeUnavailable)
		if n := r.paths(newPath); n != 0 {
			t.Errorf("%s: the other host was asked %d times after a time-out", name, n)
		}
	}
}

func TestClientRule_NewEndpointIsRememberedAfterARefusal(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{sim: func(s *ourasim.Switches) { s.ClassicTokenRefuses = true }})
	r.signIn(t)
	if a, b := r.paths(classicPath), r.paths(newPath); a != 1 || b != 1 {
		t.Fatalf("login asked classic %d times and new %d times, want once each", a, b)
	}
	account, _, err := r.store.Account(t.Context())
	if err != nil || account.TokenURL != r.sim.Hosts().NewToken {
		t.Errorf("remembered %q, %v", account.TokenURL, err)
	}
	for range 2 {
		if err := r.forceRefresh(t); err != nil {
			t.Fatal(err)
		}
		r.advance(2 * time.Hour)
	}
	if a, b := r.paths(classicPath), r.paths(newPath); a != 1 || b != 3 {
		t.Errorf("classic %d, new %d: the remembered endpoint is not used alone", a, b)
	}
}

func TestClientRule_ClassicIsUsedAloneOnceItAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	r.sim.Change(func(s *ourasim.Switches) { s.ClassicTokenRefuses = true })
	err := r.forceRefresh(t)
	wantCode(t, err, oura.CodeUnauthorized)
	if m := oura.MessageOf(err); !strings.Contains(m, "missing a required parameter") {
		t.Errorf("Oura's words are not shown: %s", m)
	}
	if n := r.paths(newPath); n != 0 {
		t.Errorf("the other endpoint was asked %d times", n)
	}
}

func TestClientRule_AccountWithoutEndpointFindsIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.signIn(t)
	account, _, err := r.store.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	account.TokenURL = "https://gone.example/token"
	if err := r.store.SaveAccount(t.Context(), account, nil); err != nil {
		t.Fatal(err)
	}
	r.sim.Change(func(s *ourasim.Switches) { s.ClassicTokenRefuses = true })
	if err := r.forceRefresh(t); err != nil {
		t.Fatal(err)
	}
	if account, _, _ = r.store.Account(t.Context()); account.TokenURL != r.sim.Hosts().NewToken {
		t.Errorf("remembered %q", account.TokenURL)
	}
}

func TestClientRule_OnlyARefusalLeadsToTheOtherHost(t *testing.T) {
	t.Parallel()
	for _, fault := range []ourasim.Fault{
		{Status: 429, Headers: map[string]string{"Retry-After": "30"}}, {Status: 500}, {Status: 502}, {Status: 504}, {Status: 403}, {Drop: true}, {Drop: true, After: true}, {CutBody: true},
	} {
		r := newRig(t, rigOptions{})
		fault.Prefix, fault.Times = classicPath, -1
		r.sim.AddFaults(fault)
		login := must(r.BeginLogin(t.Context()))
		approve(t, login.AuthorizeURL)
		want := oura.CodeUnavailable
		if fault.Status == 429 {
			want = oura.CodeRateLimited
		}
		wantCode(t, r.LastLogin().Err, want)
		if a, b := r.paths(classicPath), r.paths(newPath); a != 1 || b != 0 {
			t.Errorf("%+v: classic %d, new %d", fault, a, b)
		}
	}
}

func TestRefusalsBecomeSentences(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]oura.Code{
		`{"error":"invalid_client","error_description":"Invalid client_id."}`:          oura.CodeClientRejected,
		`{"error":"invalid_redirect_uri"}`:                                             oura.CodeRedirect,
		`{"error":"invalid_request","error_description":"redirect_uri mismatch"}`:      oura.CodeRedirect,
		`{"error":"invalid_grant","error_description":"Code \u001b[31mexpired\u202e"}`: oura.CodeLoginExpired,
		`{"status":400,"detail":"Something"}`:                                          oura.CodeClientRejected,
		`<html>no</html>`:                                                              oura.CodeClientRejected,
		`{"error":{"deep":[1]},"error_description":7}`:                                 oura.CodeClientRejected,
	} {
		err := readRefusal(400, []byte(body), nil).loginError()
		wantCode(t, err, want)
		if m := oura.MessageOf(err); strings.ContainsAny(m, "\x1b\u202e<{") || !strings.HasSuffix(m, ".") {
			t.Errorf("%s: %s", body, m)
		}
	}
	echo := fmt.Sprintf(`{"error":"invalid_client","error_description":"bad secret %s for %s"}`, canarySecret, strings.Repeat("y", 500))
	r := readRefusal(401, []byte(echo), map[string][]string{"client_secret": {canarySecret}})
	if strings.Contains(r.Error(), canarySecret) || len(r.description) > maxDescription {
		t.Errorf("%s", r.Error())
	}
}
