package tunnel

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// lines is a log that several goroutines write.
type lines struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// held is a value whose text holds the authtoken.
type held struct{ Token string }

func TestAgentLog_HoldsTheTokenBackWhereverItHides(t *testing.T) {
	out := &lines{}
	handler := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})
	log := slog.New(agentLog{handler, redactor{testToken}})
	log.With("with", testToken).WithGroup("g").Error("refused "+testToken,
		"err", errors.New("Your authtoken: "+testToken),
		"text", testToken, "struct", held{testToken}, "pointer", &held{testToken}, "nothing", nil,
		"value", slog.AnyValue(held{testToken}), "number", 7,
		slog.Group("group", "inner", testToken, "err", errors.New(testToken)))
	got := out.String()
	if strings.Contains(got, testToken) {
		t.Errorf("the log holds the token: %s", got)
	}
	if strings.Count(got, "[redacted]") != 9 || !strings.Contains(got, `"number":7`) || !strings.Contains(got, `"level":"WARN"`) {
		t.Errorf("record %s", got)
	}
}

func TestAgentLog_Levels(t *testing.T) {
	cases := map[string]struct {
		level   slog.Level
		message string
		want    string
	}{
		"whole messages are left out":             {slog.LevelDebug, "decoded response", ""},
		"its news are our debug":                  {slog.LevelInfo, "client session established", "level=DEBUG"},
		"its errors are our warnings":             {slog.LevelError, "failed to reconnect session", "level=WARN"},
		"the beat of a dead connection is no one": {slog.LevelError, staleBeat, "level=DEBUG"},
	}
	for name, c := range cases {
		out := &lines{}
		handler := slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})
		slog.New(agentLog{handler, redactor{}}).Log(context.Background(), c.level, c.message)
		if got := out.String(); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %s", name, got, c.want)
		}
	}
	out := &lines{}
	handler := slog.NewTextHandler(out, nil)
	slog.New(agentLog{handler, redactor{}}).Error(staleBeat)
	if out.String() != "" {
		t.Errorf("at level info: %s", out)
	}
}

func TestAgentEvents_NeverWaitAndKeepTheFirstFatalError(t *testing.T) {
	ev := newAgentEvents(judgement{redactor{testToken}, time.Minute}.of)
	done := make(chan struct{})
	go func() { // with nobody listening
		defer close(done)
		for range 100 {
			ev.handle(&ngrok.EventAgentDisconnected{Error: errors.New("EOF")})
			ev.handle(&ngrok.EventAgentHeartbeatReceived{Latency: time.Second})
		}
		ev.handle(&ngrok.EventAgentDisconnected{Error: errors.New("bad " + testToken + " ERR_NGROK_107")})
		ev.handle(&ngrok.EventAgentDisconnected{Error: errors.New("ERR_NGROK_120")})
		for range 100 {
			ev.handle(&ngrok.EventAgentDisconnected{Error: context.Canceled})
		}
		ev.handle(&ngrok.EventAgentDisconnected{})
		ev.handle(&ngrok.EventAgentHeartbeatReceived{Latency: time.Minute})
		ev.handle(&ngrok.EventAgentConnectSucceeded{})
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("the handler waits")
	}
	if end := <-ev.fatal; !Permanent(end.err) || !strings.Contains(end.err.Error(), "107") || strings.Contains(end.err.Error(), testToken) {
		t.Errorf("first fatal error: %v", end.err)
	}
	var last error
	for len(ev.changes) > 0 {
		last = <-ev.changes
	}
	if last != nil {
		t.Errorf("the latest change is %v, want connected", last)
	}
	if latency := <-ev.beats; latency != time.Minute {
		t.Errorf("latency %v, want the latest", latency)
	}
}
