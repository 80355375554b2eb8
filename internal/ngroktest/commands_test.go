package ngroktest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"
	"golang.ngrok.com/ngrok/v2/rpc"

	"oura-streaming/internal/ngroktest"
)

func TestCommand_TheAgentsAnswer(t *testing.T) {
	e := start(t, ngroktest.Options{})
	asked := make(chan string, 3)
	newAgent(t, e, ngrok.WithRPCHandler(func(_ context.Context, _ ngrok.AgentSession, r rpc.Request) ([]byte, error) {
		asked <- r.Method()
		return nil, errors.New("we do not " + r.Method())
	})).listen(t, echo)
	var methods []string
	for _, kind := range []uint32{ngroktest.Restart, ngroktest.Stop, ngroktest.Update} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		answer, err := e.Command(ctx, kind)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		method := <-asked // before it answered
		methods = append(methods, method)
		if answer != "we do not "+method {
			t.Errorf("command %d answered %q", kind, answer)
		}
	}
	if want := []string{rpc.RestartAgentMethod, rpc.StopAgentMethod, rpc.UpdateAgentMethod}; !slices.Equal(methods, want) {
		t.Errorf("agent saw %q", methods)
	}
	if e.Online() != 1 {
		t.Error("a refused command ended the endpoint")
	}
}

func TestCommand_AnAgentThatObeysHangsUp(t *testing.T) {
	e := start(t, ngroktest.Options{})
	newAgent(t, e, ngrok.WithRPCHandler(func(context.Context, ngrok.AgentSession, rpc.Request) ([]byte, error) {
		return nil, nil
	})).listen(t, echo)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if answer, err := e.Command(ctx, ngroktest.Stop); answer != "" || err != nil {
		t.Errorf("answered %q, %v", answer, err)
	}
	until(t, e, "the agent to hang up", func() bool { return e.Connections() == 0 && e.Online() == 0 })
}

func TestCommand_WithoutAnswer(t *testing.T) {
	e := start(t, ngroktest.Options{})
	if _, err := e.Command(t.Context(), ngroktest.Stop); err == nil {
		t.Error("no agent, no error")
	}
	newAgent(t, e).listen(t, echo) // has no handler for commands
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if answer, err := e.Command(ctx, ngroktest.Stop); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("answered %q, %v", answer, err)
	}
}
