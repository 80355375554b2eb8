package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

// dialed is how a failed connection comes out of net/http's client.
func dialed(err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: err}
}

func TestF59_WhatFailsIsToldApart(t *testing.T) {
	const api = "api.ouraring.com"
	answer := func(code int, headers ...string) ouraapi.Answer {
		a := ouraapi.Answer{Status: code, Host: api, Header: http.Header{}}
		for i := 0; i+1 < len(headers); i += 2 {
			a.Header.Set(headers[i], headers[i+1])
		}
		return a
	}
	failed := func(err error) ouraapi.Answer { return ouraapi.Answer{Host: api, Err: err} }
	for name, c := range map[string]struct {
		answer ouraapi.Answer
		code   string
		say    string
		surely bool
	}{
		"an answer":              {answer(200), "", "", false},
		"a refusal":              {answer(401), "", "", false},
		"a request for a pause":  {answer(429, "Retry-After", "9"), "", "", false},
		"half a document":        {ouraapi.Answer{Status: 200, Err: ouraapi.ErrUnparsable}, "", "", false},
		"a redirect to itself":   {answer(308, "Location", "https://"+api+"/x"), "", "", false},
		"a redirect below":       {answer(308, "Location", "/x"), "", "", false},
		"an error":               {answer(503), status.OuraDown, "(503)", false},
		"an error with a time":   {answer(503, "Retry-After", "60"), status.OuraDown, "(503)", true},
		"refused":                {failed(dialed(os.NewSyscallError("connect", syscall.ECONNREFUSED))), status.OuraDown, "refuses", false},
		"broken off":             {failed(io.ErrUnexpectedEOF), status.OuraDown, "broke off", false},
		"too late":               {failed(fmt.Errorf("get: %w", context.DeadlineExceeded)), status.OuraDown, "in time", false},
		"no name server":         {failed(dialed(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), status.NoNetwork, "looked up", true},
		"no such name":           {failed(dialed(&net.DNSError{Err: "no such host", IsNotFound: true})), status.NoNetwork, "looked up", true},
		"a name server too late": {failed(dialed(&net.DNSError{Err: "i/o timeout", IsTimeout: true})), status.NoNetwork, "looked up", true},
		"no route":               {failed(dialed(os.NewSyscallError("connect", syscall.ENETUNREACH))), status.NoNetwork, "no way", true},
		"no interface":           {failed(dialed(os.NewSyscallError("connect", syscall.ENETDOWN))), status.NoNetwork, "no way", true},
		"a firewall here":        {failed(dialed(os.NewSyscallError("connect", syscall.EPERM))), status.NoNetwork, "no way", true},
		"no proxy":               {failed(&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}), status.NoNetwork, "proxy", true},
		"a page":                 {ouraapi.Answer{Status: 200, Err: ouraapi.ErrWebPage}, status.CaptivePortal, "web page", false},
		"a portal that says so":  {answer(511), status.CaptivePortal, "web page", false},
		"a redirect elsewhere":   {answer(302, "Location", "http://wifi.hotel.test/login"), status.CaptivePortal, "elsewhere", false},
		"a foreign certificate":  {failed(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), status.CaptivePortal, "not Oura's", true},
		"another's certificate":  {failed(&tls.CertificateVerificationError{Err: x509.HostnameError{}}), status.CaptivePortal, "not Oura's", true},
		"a certificate of old":   {failed(&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}), status.CaptivePortal, "clock", true},
		"no TLS":                 {failed(fmt.Errorf("get: %w", http.ErrSchemeMismatch)), status.CaptivePortal, "no certificate", true},
		"anything else":          {failed(errors.New("surprise")), status.OuraDown, "broke off", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := causeOf(c.answer, nameAPI)
			if got.code != c.code || got.surely != c.surely || !strings.Contains(got.say, c.say) || got.code != "" && !strings.HasSuffix(got.say, ".") {
				t.Errorf("%+v, want %q, %q, surely %v", got, c.code, c.say, c.surely)
			}
		})
	}
}

// installed is a program with an account and one stored event, at rest.
func installed(t *testing.T) (*ourasim.Sim, Options) {
	t.Helper()
	sim, port := cloud(t, func(o *ourasim.Options) {
		sw := ourasim.DefaultSwitches()
		sw.RetrySpacing = time.Second
		o.Switches = &sw
	})
	opt := options(t, sim, port)
	p := start(t, sim, opt)
	p.signIn()
	p.subscribed()
	doc := document(oura.DailySleep, "stored", 1)
	p.put(doc)
	p.arrives(oura.DailySleep, "stored", oura.Create, doc.JSON)
	p.stop()
	return sim, opt
}

// mute is the address of a listener that takes connections and never answers.
func mute(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // ends the accepted ones too, in the queue they never left
	return l.Addr().String()
}

// startsInTime starts the program and reads what is stored. Neighbours on the
// machine may spoil one start, not three.
func startsInTime(t *testing.T, opt Options) *program {
	t.Helper()
	for try := 1; ; try++ {
		began := time.Now()
		p := start(t, nil, opt)
		if n := len(p.events("")); n != 1 {
			t.Errorf("%d stored events can be read, want 1", n)
		}
		var st struct{ State string }
		if code := p.call(http.MethodGet, "/status", &st); code != http.StatusOK || st.State == "" {
			t.Errorf("GET /status = %d, state %q", code, st.State)
		}
		took := time.Since(began)
		if took <= 2*time.Second {
			return p
		}
		if try == 3 {
			t.Errorf("usable after %v, want 2 s at most", took)
			return p
		}
		p.stop()
	}
}

func TestF59_StartsOfflineWithinTwoSeconds(t *testing.T) { // not beside others: it takes the time
	_, opt := installed(t)
	closed := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	portal := httptest.NewUnstartedServer(http.NotFoundHandler()) // with a certificate nobody trusts
	portal.Config.ErrorLog = log.New(io.Discard, "", 0)
	portal.StartTLS()
	defer portal.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Welcome</title>") // nobody to tell
	}))
	defer page.Close()
	for name, c := range map[string]struct {
		hosts string
		code  string
		say   string
	}{
		"nothing listens":       {"http://" + closed, status.OuraDown, "refuses connections"},
		"a name nobody knows":   {"https://oura.invalid", status.NoNetwork, "looked up"},
		"nobody answers":        {"http://" + mute(t), status.OuraDown, "in time"},
		"a foreign certificate": {portal.URL, status.CaptivePortal, "not Oura's"},
		"a page for people":     {page.URL, status.CaptivePortal, "web page"},
	} {
		t.Run(name, func(t *testing.T) {
			opt := opt
			opt.Hosts = config.Hosts{
				API: c.hosts, Authorize: opt.Hosts.Authorize, Token: "http://" + closed, NewToken: "http://" + closed,
				Revoke: "http://" + closed, LoopbackHTTP: true,
			}
			p := startsInTime(t, opt)
			defer p.stop()
			p.wait("the reason", func() string {
				return want(strings.Contains(p.textOf(c.code), c.say), fmt.Sprintf("%+v", p.engine.status.Snapshot().Troubles))
			})
			if p.hasTrouble(status.SignInNeeded) {
				t.Error("a sign-in is asked for, which cannot help")
			}
			if c.code != status.OuraDown {
				p.wait("the word", func() string { s := p.engine.status.Snapshot(); return want(s.State == status.Offline, s.Word) })
			}
		})
	}
}

func TestF59_WhatWaitedIsFetchedWhenOuraAnswersAgain(t *testing.T) {
	t.Parallel()
	sim, opt := installed(t)
	p := start(t, sim, opt)
	p.wait("the public address", func() string { return want(p.engine.Callback() != "", "not proven") })
	sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/", Times: -1, Status: http.StatusServiceUnavailable})
	docs := map[string]ourasim.Doc{}
	for n := range 5 {
		doc := document(oura.Workout, objectID(oura.Workout, n), n)
		docs[doc.ID] = doc
		p.put(doc)
	}
	p.wait("the trouble", func() string {
		return want(strings.Contains(p.textOf(status.OuraDown), "(503)"), "oura_down is not shown")
	})
	asked := sim.Ledger().RequestCount()
	<-time.After(6 * time.Second) // long enough for one check and no storm
	if n := sim.Ledger().RequestCount() - asked; n > 40 {
		t.Errorf("%d requests in 6 s of an outage", n)
	}
	sim.ClearFaults()
	began := time.Now()
	for id, doc := range docs {
		p.arrives(oura.Workout, id, oura.Create, doc.JSON)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("fetched %v after Oura was back, want 30 s at most", took)
	}
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.OuraDown), "still shown") })
}

func TestF59_OneDocumentThatFailsIsNoOutage(t *testing.T) {
	t.Parallel()
	sim, opt := installed(t)
	p := start(t, sim, opt)
	p.wait("the public address", func() string { return want(p.engine.Callback() != "", "not proven") })
	sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/workout/", Times: -1, Status: http.StatusInternalServerError})
	p.put(document(oura.Workout, "bad", 1))
	p.wait("three tries", func() string {
		n := 0
		for _, r := range sim.Ledger().Requests() {
			if strings.HasSuffix(r.Path, "/workout/bad") {
				n++
			}
		}
		if p.hasTrouble(status.OuraDown) {
			t.Fatal("one document that fails is called an outage")
		}
		return want(n >= 3, fmt.Sprint(n))
	})
}

func TestF59_AnOutageOfTheSignInServerIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault ourasim.Fault
		say   string
	}{
		"an error":   {ourasim.Fault{Status: http.StatusBadGateway}, "sign-in server was an error (502)"},
		"a break":    {ourasim.Fault{Drop: true}, "sign-in server broke off"},
		"a web page": {ourasim.Fault{Status: 200, Body: []byte("<html>Welcome</html>")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			sim, port := cloud(t, nil)
			p := start(t, sim, options(t, sim, port))
			p.signIn()
			p.subscribed()
			p.wait("the first rounds", func() string { // their requests would meet the fault unseen
				return want(len(p.engine.Rounds()) > 0 && p.engine.poll.Settled(), "under way")
			})
			c.fault.Prefix, c.fault.Times = "/oauth/token", 1
			sim.AddFaults(c.fault)
			sim.ExpireAccess()
			doc := document(oura.DailySleep, "night", 1)
			p.put(doc)
			code := status.OuraDown
			if c.say == "" {
				code = status.CaptivePortal
			}
			p.wait("the trouble", func() string {
				return want(strings.Contains(p.textOf(code), c.say) && p.textOf(code) != "", fmt.Sprintf("%+v", p.engine.status.Snapshot().Troubles))
			})
			if p.hasTrouble(status.SignInNeeded) {
				t.Error("a sign-in is asked for")
			}
			if c.fault.Status == http.StatusBadGateway { // nothing was spent: tried again after 5 s
				p.arrives(oura.DailySleep, "night", oura.Create, doc.JSON)
				p.wait("the trouble to go", func() string { return want(p.textOf(code) == "", "still shown") })
			}
		})
	}
}
