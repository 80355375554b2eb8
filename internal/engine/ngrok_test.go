package engine

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

const testAuthtoken = "canary_2abcNgrokAuthtoken_0123456789"

// online starts the whole program behind a pretend ngrok.
func online(t *testing.T, change ...func(*Engine)) (*program, *ngroktest.Edge) {
	t.Helper()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	return behind(t, edge, testAuthtoken, change...), edge
}

func behind(t *testing.T, edge *ngroktest.Edge, token string, change ...func(*Engine)) *program {
	t.Helper()
	neverGone(t, edge)
	sim, port := cloud(t, nil)
	ca := filepath.Join(t.TempDir(), "edge.pem")
	if err := os.WriteFile(ca, edge.CertPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := options(t, sim, port)
	opt.Environ = append(opt.Environ, "OURA_PUBLIC_URL=", "NGROK_AUTHTOKEN="+token)
	opt.Hosts.NgrokAddr, opt.Hosts.NgrokCAFile = edge.Addr(), ca
	return start(t, sim, opt, change...)
}

// neverGone fails the test at its end when any answer of the program to the
// public was 410 or 3xx (S-02).
func neverGone(t *testing.T, edge *ngroktest.Edge) {
	t.Cleanup(func() {
		for status, n := range edge.Statuses() {
			if status == http.StatusGone || status >= 300 && status < 400 {
				t.Errorf("the program answered the public %d times with %d", n, status)
			}
		}
	})
}

// tunnelStatus is the tunnel part of /status.
type tunnelStatus struct {
	State  string
	Tunnel struct {
		Kind, URL, State, Reason, Plan string
		Proven                         bool
	}
}

func (p *program) tunnel() (st tunnelStatus) {
	p.t.Helper()
	p.call(http.MethodGet, "/status", &st)
	return st
}

// live waits until everything is subscribed at url.
func (p *program) live(url string) {
	p.t.Helper()
	p.wait("live at "+url, func() string {
		st := p.tunnel() // first: whatever it says has to be true by then
		subs := p.sim.Subscriptions()
		wrong := 0
		for _, s := range subs {
			if !strings.HasPrefix(s.CallbackURL, url+"/webhooks/") {
				wrong++
			}
		}
		if st.State == "live" && st.Tunnel.URL == url && (wrong > 0 || len(subs) < p.engine.counts(p.t.Context()).Wanted) {
			p.t.Errorf("it says live with %d subscriptions, of which %d lead elsewhere", len(subs), wrong)
		}
		ok := wrong == 0 && len(subs) == p.engine.counts(p.t.Context()).Wanted && st.State == "live" && st.Tunnel.URL == url && st.Tunnel.Proven
		return want(ok, fmt.Sprintf("%d subscriptions, %d elsewhere, %+v", len(subs), wrong, st))
	})
}

func (p *program) deliversSleep(id string) {
	p.t.Helper()
	doc := document(oura.Sleep, id, 1)
	p.put(doc)
	p.arrives(oura.Sleep, id, oura.Create, doc.JSON)
}

func TestNgrok_DeliveriesReachTheWholeProgram(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	edge.SetAccount("Ada Lovelace", "Free", "eu")
	p.signIn()
	p.live(edge.URL())
	p.deliversSleep("through-ngrok")
	st := p.tunnel()
	if st.Tunnel.Kind != "ngrok" || st.Tunnel.State != "online" || st.Tunnel.Reason != "" {
		t.Errorf("status shows %+v", st.Tunnel)
	}
	if a := p.engine.Address(); a.Requests < 48 || a.RoundTrip <= 0 || len(a.Reach) == 0 {
		t.Errorf("%d requests counted, look took %v, %d other paths asked for", a.Requests, a.RoundTrip, len(a.Reach))
	}
	for _, r := range p.engine.Address().Reach {
		if r.Status != http.StatusNotFound || r.Open || r.Exposed {
			t.Errorf("the internet can reach %+v", r)
		}
	}
	bind := edge.Binds()[0]
	if !strings.Contains(bind.Policy, "deny") || !strings.Contains(bind.Policy, p.engine.randomPath()) {
		t.Errorf("no filter was asked for: %s", bind.Policy)
	}
}

func TestNgrok_DropAndReturnWithoutHelp(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	edge.RefuseConnections(true)
	edge.Drop()
	p.wait("the loss is noticed", func() string {
		st := p.tunnel()
		return want(!st.Tunnel.Proven && st.State != "live" && st.Tunnel.Reason != "", fmt.Sprintf("%+v", st))
	})
	edge.RefuseConnections(false)
	p.live(edge.URL())
	p.deliversSleep("after-the-drop")
}

func TestNgrok_ACorrectedTokenLeavesNoTrouble(t *testing.T) {
	t.Parallel()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	p := behind(t, edge, "")
	p.signIn()
	for i := range 5 {
		edge.RefuseAuth("This authtoken does not exist.\r\n\r\nERR_NGROK_107\r\n")
		if err := p.engine.Config().SetNgrokAuthtoken(t.Context(), fmt.Sprintf("wrong-%d", i)); err != nil {
			t.Fatal(err)
		}
		p.wait("the token is named", func() string { return want(p.hasTrouble(status.TunnelToken), "no trouble") })
		edge.RefuseAuth("")
		if err := p.engine.Config().SetNgrokAuthtoken(t.Context(), fmt.Sprintf("right-%d", i)); err != nil {
			t.Fatal(err)
		}
		p.live(edge.URL())
		p.wait("the trouble goes", func() string { return want(!p.hasTrouble(status.TunnelToken), "it stays") })
	}
}

// send asks the local API with a JSON body.
func (p *program) send(method, path, body string) int {
	p.t.Helper()
	head := allowed()
	head["Content-Type"] = "application/json"
	res, _ := p.exchange(method, p.engine.APIURL()+path, strings.NewReader(body), head)
	return res.StatusCode
}

func TestNgrok_AWrongTokenIsNamedAtOnceAndNotTriedAgain(t *testing.T) {
	t.Parallel()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	edge.RefuseAuth("The authtoken you specified (" + testAuthtoken + ") does not look like a proper ngrok authtoken.\r\n\r\nERR_NGROK_105\r\n")
	p := behind(t, edge, testAuthtoken)
	p.wait("the token is named", func() string { return want(p.hasTrouble(status.TunnelToken), "no trouble") })
	for _, tr := range p.engine.Status().Snapshot().Troubles {
		if took := tr.Since.Sub(edge.Auths()[0].At); tr.Code == status.TunnelToken && took > time.Second {
			t.Errorf("named %v after ngrok refused it, want at most 1 s", took)
		} else if tr.Code == status.TunnelToken {
			t.Logf("named %v after ngrok refused it", took)
		}
	}
	p.signIn()
	p.wait("polling takes over", func() string { st := p.tunnel(); return want(st.State == "needs_you", st.State) })
	var all string
	p.wait("status", func() string {
		res := p.raw("/status")
		all = res
		return want(strings.Contains(res, "tunnel_token"), res)
	})
	if strings.Contains(all, testAuthtoken) {
		t.Error("the status repeats the token")
	}
	if n := len(edge.Auths()); n != 1 {
		t.Errorf("%d tries with a token that ngrok refused", n)
	}
}

// raw returns the body of a GET.
func (p *program) raw(path string) string {
	p.t.Helper()
	_, body := p.exchange(http.MethodGet, p.engine.APIURL()+path, nil, allowed())
	return string(body)
}

func TestNgrok_PolicyRefusedIsSaid(t *testing.T) {
	t.Parallel()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	edge.RefuseBind(func(b ngroktest.Bind) string {
		if b.Policy != "" {
			return "Your plan has no traffic policy.\r\n\r\nERR_NGROK_2201\r\n"
		}
		return ""
	})
	p := behind(t, edge, testAuthtoken)
	p.signIn()
	p.live(edge.URL())
	p.wait("it is said", func() string { return want(p.hasTrouble(status.TunnelUnfiltered), "not said") })
	p.deliversSleep("unfiltered")
	for _, r := range p.engine.Address().Reach {
		if r.Status != http.StatusNotFound {
			t.Errorf("the program itself answers %+v", r)
		}
	}
}

// madeAtTheFirstTry looks at what the cloud was asked for: each subscription
// once, one after another, with a handshake that succeeded, and none before the
// address was proven.
func (p *program) madeAtTheFirstTry() {
	p.t.Helper()
	p.engine.address.mu.Lock()
	proven := p.engine.address.now.provenSince
	p.engine.address.mu.Unlock()
	made := 0
	for _, r := range p.sim.Ledger().Requests() {
		if r.Method != http.MethodPost || r.Path != "/v2/webhook/subscription" {
			continue
		}
		if made++; r.Status != http.StatusCreated || r.At.Before(proven) {
			p.t.Errorf("asked for a subscription %v after the address was proven: %d", r.At.Sub(proven), r.Status)
		}
	}
	if wanted := p.engine.counts(p.t.Context()).Wanted; made != wanted || wanted == 0 {
		p.t.Errorf("asked %d times for %d subscriptions", made, wanted)
	}
	if n := p.sim.CreationsAtOnce(); n != 1 {
		p.t.Errorf("%d subscriptions were being made at once", n)
	}
}

// What the internet can reach through the tunnel is one path.
func TestS01_NothingOfTheLocalAPIIsPublic(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	var doc struct {
		Paths map[string]map[string]any
	}
	p.call(http.MethodGet, "/openapi.json", &doc)
	if len(doc.Paths) < 8 {
		t.Fatalf("%d paths in the document", len(doc.Paths))
	}
	for path, methods := range doc.Paths {
		path = strings.NewReplacer("{seq}", "1", "{id}", "1").Replace(path)
		for method := range methods {
			p.publicly(edge.URL(), strings.ToUpper(method), path, http.StatusNotFound)
		}
	}
	p.publicly(edge.URL(), http.MethodGet, "/auth/callback?code=x&state=y", http.StatusNotFound)
	if code := p.call(http.MethodGet, p.engine.randomPath(), nil); code != http.StatusNotFound {
		t.Errorf("the local API answers the ingress path with %d", code)
	}
}

func TestS02_OnePathThroughTheTunnel(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	own := p.engine.randomPath()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same paths each time
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodTrace, http.MethodHead}
	for range 100 {
		path := fmt.Sprintf("/%x/%x", random.Uint64(), random.Uint64())
		p.publicly(edge.URL(), methods[random.IntN(len(methods))], path, http.StatusNotFound)
	}
	for _, path := range []string{"/", own + "/", own + "/x", own[:len(own)-1], "/webhooks", "/webhooks/", "//" + own[1:], "/..%2f" + own[1:], own + "%2f", "/x/.." + own} {
		p.publicly(edge.URL(), http.MethodGet, path, http.StatusNotFound)
	}
	for _, method := range methods[2:] {
		p.publicly(edge.URL(), method, own, http.StatusMethodNotAllowed)
	}
}

// publicly asks the public address and wants an empty refusal.
func (p *program) publicly(base, method, path string, status int) {
	p.t.Helper()
	res, body := p.exchange(method, base+path, nil, allowed())
	if res.StatusCode != status || len(body) != 0 || res.Header.Get("Server") != "" {
		p.t.Errorf("%s %s answered %d with %d bytes, Server %q", method, path, res.StatusCode, len(body), res.Header.Get("Server"))
	}
}
