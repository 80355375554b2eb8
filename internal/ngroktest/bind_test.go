package ngroktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"oura-streaming/internal/ngroktest"
)

const policy = `{"on_http_request":[{"actions":[{"type":"deny"}]}]}`

func TestRefuseBind(t *testing.T) {
	e := start(t, ngroktest.Options{})
	e.RefuseBind(func(b ngroktest.Bind) string {
		if b.Policy != "" && len(e.Binds()) > 0 { // may ask the edge
			return "The policy is not valid.\r\n\r\nERR_NGROK_2201"
		}
		return ""
	})
	a := newAgent(t, e)
	_, err := a.Listen(a.ctx, ngrok.WithTrafficPolicy(policy))
	var refused ngrok.Error
	if !errors.As(err, &refused) || refused.Code() != "ERR_NGROK_2201" {
		t.Fatalf("refused with %v", err)
	}
	if e.Online() != 0 {
		t.Error("a refused endpoint is online")
	}
	a.listen(t, echo) // without the policy
	e.RefuseBind(nil)
	a.listen(t, echo, ngrok.WithTrafficPolicy(policy), ngrok.WithURL("https://hooks.example.org"))
	var asked []string
	for _, b := range e.Binds() {
		asked = append(asked, b.URL+"|"+b.Policy)
	}
	if want := []string{"|" + policy, "|", "https://hooks.example.org|" + policy}; !slices.Equal(asked, want) {
		t.Errorf("recorded %q, want %q", asked, want)
	}
}

// The agent repeats the options of the answer, so only an edge that gives them
// back is asked for the same endpoint twice.
func TestBind_OptionsComeBackAfterADrop(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e).listen(t, echo, ngrok.WithTrafficPolicy(policy), ngrok.WithURL("https://hooks.example.org"))
	e.Drop()
	until(t, e, "the second bind", func() bool { return e.Online() == 1 })
	binds := e.Binds()
	if len(binds) != 2 || binds[0].ID == "" || binds[0].ID != binds[1].ID || binds[0].URL != binds[1].URL || binds[1].Policy != policy {
		t.Errorf("bound %+v", binds)
	}
	var request struct {
		Id    string
		Extra struct{ Token string }
	}
	if err := json.Unmarshal(binds[1].Raw, &request); err != nil {
		t.Fatal(err)
	}
	if request.Id != binds[0].ID || request.Extra.Token == "" {
		t.Errorf("second request %s", binds[1].Raw)
	}
}

func TestUnbind_TheOldHandlerIsOutOfReach(t *testing.T) {
	e := start(t, ngroktest.Options{})
	a := newAgent(t, e)
	said := func(word string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(word)) })
	}
	l, ended := a.listen(t, said("old"))
	public(t, e, "GET", e.URL(), "", "", nil) // leaves a stream that could be used again
	within(t, "close", func() { _ = l.Close() })
	within(t, "serve", func() { <-ended })
	within(t, "end of the stream", func() { <-a.hungUp })
	if got := e.Unbinds(); len(got) != 1 || got[0] != e.Binds()[0].ID {
		t.Errorf("unbinds %q of bind %q", got, e.Binds()[0].ID)
	}
	if e.Online() != 0 || e.Connections() != 1 || !offline(t, e, e.URL()) {
		t.Errorf("%d online on %d connections", e.Online(), e.Connections())
	}
	a.listen(t, said("new"))
	if _, text := public(t, e, "GET", e.URL(), "", "", nil); text != "new" {
		t.Errorf("answered by the %s handler", text)
	}
}

func TestHangUnbind(t *testing.T) {
	e := start(t, ngroktest.Options{})
	l, _ := newAgent(t, e).listen(t, echo)
	e.HangUnbind(true)
	done := make(chan struct{})
	go func() { defer close(done); _ = l.Close() }()
	until(t, e, "the unbind", func() bool { return len(e.Unbinds()) == 1 })
	select {
	case <-done:
		t.Fatal("answered")
	case <-time.After(50 * time.Millisecond): // an answer takes less than one
	}
	if e.Online() != 1 {
		t.Error("gone without an answer")
	}
	e.HangUnbind(false)
	within(t, "close once answered", func() { <-done })
	if e.Online() != 0 {
		t.Error("still online")
	}
}

func TestStopEndpoint(t *testing.T) {
	e := start(t, ngroktest.Options{})
	_, ended := newAgent(t, e).listen(t, echo)
	e.StopEndpoint("ERR_NGROK_9999", "Stopped by an administrator.")
	if e.Online() != 0 || !offline(t, e, e.URL()) {
		t.Error("still online")
	}
	var err error
	within(t, "serve", func() { err = <-ended })
	var told ngrok.Error
	if !errors.As(err, &told) || told.Code() != "ERR_NGROK_9999" || !strings.Contains(err.Error(), "Stopped by an administrator.") {
		t.Errorf("serve ended with %v", err)
	}
	if e.Connections() != 1 || len(e.Unbinds()) != 0 {
		t.Errorf("%d connections, unbinds %q", e.Connections(), e.Unbinds())
	}
}

func TestUpdate_OfAForwardedEndpointIsAccepted(t *testing.T) {
	e := start(t, ngroktest.Options{})
	a := newAgent(t, e)
	f, err := a.Forward(a.ctx, ngrok.WithUpstream(e.URL())) // nobody asks it
	if err != nil {
		t.Fatal(err)
	}
	text := policy
	within(t, "update", func() {
		err = f.(interface {
			Update(ctx context.Context, name, description, metadata *string, pooling *bool, policy *string) error
		}).Update(a.ctx, nil, nil, nil, nil, &text)
	})
	if err != nil || f.TrafficPolicy() != policy {
		t.Errorf("policy %q, %v", f.TrafficPolicy(), err)
	}
}
