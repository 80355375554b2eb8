package engine

import (
	"errors"
	"fmt"
	"net/http"
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

// What was tried in vain with one address is not held against the next.
func TestNgrok_AnotherAddressBeginsAfresh(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	p.engine.address.update(func(now *addressNow) { now.fruitless, now.why = 9, errors.New("of the address before") })
	if err := p.engine.Config().Set(t.Context(), config.Address, "none"); err != nil {
		t.Fatal(err)
	}
	p.wait("the old address is forgotten", func() string {
		a := p.engine.Address()
		return want(a.Kind == tunnel.KindNone && a.Anew == 0 && a.Reason == nil && a.Reach == nil, fmt.Sprintf("%+v", a))
	})
}
