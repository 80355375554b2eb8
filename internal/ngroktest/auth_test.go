package ngroktest_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/ngroktest"
)

// connecting starts to connect and returns a channel that closes when it is done.
func (a *agent) connecting(t *testing.T) <-chan struct{} {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.Connect(a.ctx); err != nil && a.ctx.Err() == nil {
			t.Errorf("connect: %v", err)
		}
	}()
	return done
}

func TestAuth_IsRecorded(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo)
	auths := e.Auths()
	if len(auths) != 1 || auths[0].Token != "token-of-a-test" || auths[0].Metadata != "metadata-of-a-test" {
		t.Fatalf("recorded %+v", auths)
	}
	var all struct {
		Version []string
		Extra   struct{ ClientType, OS string }
	}
	if err := json.Unmarshal(auths[0].Raw, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Version) == 0 || all.Extra.ClientType != "ngrok-go" || all.Extra.OS == "" {
		t.Errorf("raw request says %+v", all)
	}
	if len(e.Dials()) != 1 || e.Connections() != 1 || e.Online() != 1 {
		t.Errorf("%d dials, %d connections, %d online", len(e.Dials()), e.Connections(), e.Online())
	}
}

func TestRefuseAuth(t *testing.T) {
	t.Parallel() // mostly waits for the agent's pauses
	e := start(t, ngroktest.Options{})
	e.RefuseAuth("The token is unknown.\r\n\r\nERR_NGROK_105")
	a := newAgent(t, e)
	done := a.connecting(t)
	lost := a.next(t, ngrok.EventTypeAgentDisconnected).(*ngrok.EventAgentDisconnected)
	if !strings.Contains(lost.Error.Error(), "ERR_NGROK_105") {
		t.Errorf("agent was told %v", lost.Error)
	}
	e.RefuseAuth("")
	within(t, "connect once accepted", func() { <-done })
	if len(e.Auths()) < 2 {
		t.Errorf("%d authentications recorded", len(e.Auths()))
	}
}

func TestHangAuth(t *testing.T) {
	e := start(t, ngroktest.Options{})
	e.HangAuth(true)
	done := newAgent(t, e).connecting(t)
	until(t, e, "the authentication", func() bool { return len(e.Auths()) == 1 })
	select {
	case <-done:
		t.Fatal("answered")
	case <-time.After(50 * time.Millisecond): // an answer takes less than one
	}
	e.HangAuth(false)
	within(t, "connect once answered", func() { <-done })
	if len(e.Auths()) != 1 {
		t.Errorf("%d authentications, want the one that waited", len(e.Auths()))
	}
}

func TestAccount_BannerAndDeprecation(t *testing.T) {
	e := start(t, ngroktest.Options{})
	e.SetAccount("Mona", "Pay-as-you-go", "eu")
	e.SetBanner("Maintenance tonight.")
	e.SetDeprecation("9.9.9", "2031-12-31", "Update soon.")
	a := newAgent(t, e)
	a.listen(t, echo)
	session, err := a.Session()
	if err != nil {
		t.Fatal(err)
	}
	told := session.(ngrok.AgentSessionDetails)
	if got := strings.Join([]string{told.AccountName(), told.PlanName(), told.Region(), told.Banner()}, "|"); got != "Mona|Pay-as-you-go|eu|Maintenance tonight." {
		t.Errorf("told %s", got)
	}
	if w := session.Warnings(); len(w) != 1 || !strings.Contains(w[0].Error(), "9.9.9") || !strings.Contains(w[0].Error(), "2031-12-31") {
		t.Errorf("warnings %v", w)
	}
	e.SetDeprecation("", "", "")
	b := newAgent(t, e)
	b.listen(t, echo)
	if session, err := b.Session(); err != nil || len(session.Warnings()) != 0 {
		t.Errorf("warnings %v after they were taken back, %v", session.Warnings(), err)
	}
}

func TestServerInfo(t *testing.T) {
	e := start(t, ngroktest.Options{})
	result, err := newAgent(t, e).Agent.(ngrok.Diagnoser).Diagnose(t.Context(), "")
	if err != nil || result.Region != "test" {
		t.Errorf("region %q, %v", result.Region, err)
	}
	until(t, e, "the diagnosis to hang up", func() bool { return e.Connections() == 0 })
}
