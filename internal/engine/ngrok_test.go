package engine

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
	"oura-streaming/internal/tunnel"
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

// The service ends the endpoint and gives another address to the next one.
func TestF62_ChangedURLMovesEverySubscription(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	before := map[string]bool{}
	for _, s := range p.sim.Subscriptions() {
		before[s.ID] = true
	}
	began := time.Now()
	moved := edge.MoveURL()
	edge.StopEndpoint("ERR_NGROK_3208", "the address was given to another agent")
	p.live(moved)
	if took := time.Since(began); took > time.Minute {
		t.Errorf("moving took %v", took)
	} else {
		t.Logf("48 subscriptions moved in %v", took)
	}
	for _, s := range p.sim.Subscriptions() {
		if !before[s.ID] {
			t.Errorf("%s %s was made anew instead of moved", s.DataType, s.EventType)
		}
	}
	p.deliversSleep("after-the-move")
}

// The agent comes back by itself, but its library keeps the address it had.
func TestF62_ReconnectedToAnotherURL(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	began := time.Now()
	moved := edge.MoveURL()
	edge.Drop()
	p.live(moved)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("moving took %v", took)
	} else {
		t.Logf("noticed and moved in %v", took)
	}
	if got, want := len(p.sim.Subscriptions()), p.engine.counts(t.Context()).Wanted; got != want {
		t.Errorf("%d subscriptions, want %d", got, want)
	}
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

func TestF63_OverQuota(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	edge.TurnAway("ERR_NGROK_727")
	if err := p.engine.CheckAddress(); err != nil { // what the next look does by itself
		t.Fatal(err)
	}
	p.wait("it is said", func() string {
		return want(strings.Contains(p.textOf(status.TunnelQuota), "allowance") && p.tunnel().State == "polling", "no trouble")
	})
	binds := len(edge.Binds())
	edge.TurnAway("")
	if err := p.engine.CheckAddress(); err != nil {
		t.Fatal(err)
	}
	p.live(edge.URL())
	if n := len(edge.Binds()); n != binds {
		t.Error("the agent was made anew, which gives back no allowance")
	}
	if every := probeEvery(tunnel.State{Kind: tunnel.KindNgrok, Plan: "Free"}); freeRequests < 2*int(30*24*time.Hour/every) {
		t.Errorf("a look every %v takes more than half of the allowance", every)
	}
}

func TestSubscriptions_ByHand(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	one := p.sim.Subscriptions()[0]
	if code := p.call(http.MethodDelete, "/subscriptions/"+one.ID, nil); code != http.StatusNoContent {
		t.Fatalf("DELETE answered %d", code)
	}
	p.wait("the state tells", func() string { st := p.tunnel(); return want(st.State == "catching_up", st.State) })
	if n, wanted := len(p.sim.Subscriptions()), p.engine.counts(t.Context()).Wanted; n != wanted-1 {
		t.Errorf("%d subscriptions at Oura after one of %d was ended", n, wanted)
	}
	if code := p.send(http.MethodPost, "/subscriptions", fmt.Sprintf(`{"data_type":%q,"event_type":%q}`, one.DataType, one.EventType)); code != http.StatusCreated {
		t.Errorf("POST answered %d", code)
	}
	p.live(edge.URL())
	again := p.sim.Subscriptions()[0]
	if code := p.call(http.MethodPut, "/subscriptions/"+again.ID+"/renew", nil); code != http.StatusOK {
		t.Errorf("renew answered %d", code)
	}
	for path, status := range map[string]int{"/subscriptions/none": http.StatusNotFound} {
		if code := p.call(http.MethodDelete, path, nil); code != status {
			t.Errorf("DELETE %s answered %d", path, code)
		}
	}
}

// send asks the local API with a JSON body.
func (p *program) send(method, path, body string) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.engine.APIURL()+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		p.t.Fatal(err)
	}
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
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.engine.APIURL()+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err = firstOf(err, res.Body.Close()); err != nil {
		p.t.Fatal(err)
	}
	return string(body)
}

// The tunnel stays down: polling takes over, says why, and gives way again.
func TestF63_PollingTakesOverWhileTheTunnelIsDown(t *testing.T) {
	t.Parallel()
	p, edge := online(t, func(e *Engine) { e.address.grace = 300 * time.Millisecond })
	p.signIn()
	p.live(edge.URL())
	edge.RefuseConnections(true)
	edge.Drop()
	p.wait("polling takes over", func() string {
		st := p.tunnel()
		return want(st.State == "polling" && st.Tunnel.Reason != "" && p.hasTrouble(status.TunnelDown), fmt.Sprintf("%+v", st))
	})
	edge.RefuseConnections(false)
	p.live(edge.URL())
	p.wait("the trouble goes", func() string { return want(!p.hasTrouble(status.TunnelDown), "still there") })
	if addressGrace > 2*time.Minute {
		t.Errorf("in earnest the switch takes %v, promised are two minutes", addressGrace)
	}
}

func TestF63_RefusedInMidRun(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	edge.RefuseAuth("Your authtoken was revoked.\r\n\r\nERR_NGROK_107\r\n")
	edge.Drop()
	p.wait("the revoked token is named", func() string { return want(p.hasTrouble(status.TunnelToken), "no trouble") })
	tries := len(edge.Auths())
	edge.RefuseAuth("")
	p.engine.Retry(t.Context())
	p.live(edge.URL())
	if p.hasTrouble(status.TunnelToken) {
		t.Error("the trouble outlives its cause")
	}
	if tries > 3 {
		t.Errorf("%d tries with a revoked token", tries)
	}
}

func TestF63_ModeLiveNeverPolls(t *testing.T) {
	t.Parallel()
	p, edge := online(t, func(e *Engine) { e.address.grace = 100 * time.Millisecond })
	p.signIn()
	p.live(edge.URL())
	if err := p.engine.Config().Set(t.Context(), config.Mode, "live"); err != nil {
		t.Fatal(err)
	}
	p.live(edge.URL())
	edge.RefuseConnections(true)
	edge.Drop()
	p.wait("offline", func() string { st := p.tunnel(); return want(st.State == "offline", st.State) })
	if err := p.engine.Config().Set(t.Context(), config.Mode, "polling"); err != nil {
		t.Fatal(err)
	}
	p.wait("polling", func() string {
		st := p.tunnel()
		return want(st.State == "polling" && st.Tunnel.Kind == string(tunnel.KindNone), fmt.Sprintf("%+v", st))
	})
	if n := edge.Online(); n != 0 {
		t.Errorf("%d endpoints are open although polling was chosen", n)
	}
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

// F66: the address is silent for a while; nothing is asked of Oura before it
// answers, and then every subscription is made at the first try.
func TestF66_NothingIsSubscribedBeforeTheAddressAnswers(t *testing.T) {
	t.Parallel()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	edge.HangAuth(true)
	p := behind(t, edge, testAuthtoken)
	p.signIn()
	p.wait("the agent asks to be let in", func() string { return want(len(edge.Auths()) > 0, "not yet") })
	if n := len(p.sim.Subscriptions()); n != 0 {
		t.Errorf("%d subscriptions for an address that is not there", n)
	}
	edge.HangAuth(false)
	p.live(edge.URL())
	rows, err := p.engine.store.Subscriptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Reason != "" {
			t.Errorf("%s %s failed: %s", r.DataType, r.EventType, r.Reason)
		}
	}
	p.madeAtTheFirstTry()
	for status, n := range edge.Statuses() {
		if status != http.StatusOK && status != http.StatusNotFound { // 404: the look at what else can be reached
			t.Errorf("%d questions through the tunnel were answered with %d", n, status)
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
	req, err := http.NewRequestWithContext(p.t.Context(), method, base+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testToken)
	res, err := publicClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err = firstOf(err, res.Body.Close()); err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != status || len(body) != 0 || res.Header.Get("Server") != "" {
		p.t.Errorf("%s %s answered %d with %d bytes, Server %q", method, path, res.StatusCode, len(body), res.Header.Get("Server"))
	}
}

var publicClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// A foreign subscription stays as it is through every move (F65).
func TestF65_AForeignSubscriptionSurvivesAMove(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	foreign := p.sim.PlantSubscription(ourasim.Subscription{CallbackURL: "https://other.example/hook", DataType: oura.Tag, EventType: oura.Update})
	p.signIn()
	p.wait("subscribed", func() string {
		c := p.engine.counts(t.Context())
		return want(c.Ours+c.Failed == c.Wanted, fmt.Sprintf("%+v", c))
	})
	moved := edge.MoveURL()
	edge.StopEndpoint("ERR_NGROK_3208", "moved")
	p.wait("moved", func() string {
		for _, s := range p.sim.Subscriptions() {
			if s.ID != foreign && !strings.HasPrefix(s.CallbackURL, moved) {
				return s.CallbackURL
			}
		}
		return ""
	})
	for _, s := range p.sim.Subscriptions() {
		if s.ID == foreign && s.CallbackURL != "https://other.example/hook" {
			t.Errorf("the foreign subscription now leads to %s", s.CallbackURL)
		}
	}
}

// Only Oura's webhook API is down: the rest goes on, and it is said.
func TestF64_ARoundThatFailsIsSaid(t *testing.T) {
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	p.sim.AddFaults(ourasim.Fault{Prefix: "/v2/webhook/subscription", Times: -1, Status: http.StatusServiceUnavailable})
	if err := p.engine.Reconcile(); err != nil {
		t.Fatal(err)
	}
	p.wait("it is said", func() string { return want(p.hasTrouble(status.RoundFailed), "no trouble") })
	if st := p.tunnel(); st.State != "live" {
		t.Errorf("the state is %s although everything is subscribed", st.State)
	}
	p.sim.ClearFaults()
	if err := p.engine.Reconcile(); err != nil {
		t.Fatal(err)
	}
	p.wait("it goes", func() string { return want(!p.hasTrouble(status.RoundFailed), "still there") })
}
