package tunnel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/oura"
)

const (
	testToken = "2abcTESTtokenTESTtoken_7TESTtokenTESTtoken"
	testPath  = "/webhooks/x1"
	patience  = 5 * time.Second // for whatever should happen at once
)

// rig is a tunnel to a pretend service.
type rig struct {
	t      *testing.T
	edge   *ngroktest.Edge
	tun    *ngrokTunnel
	log    *lines
	cancel context.CancelFunc
	done   chan error // what Serve returned
	began  time.Time
}

func newEdge(t *testing.T) *ngroktest.Edge {
	t.Helper()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	return edge
}

// newRig makes a tunnel that has not started. At the end of the test it is
// stopped, and the authtoken must stand nowhere.
func newRig(t *testing.T, edge *ngroktest.Edge, set func(*NgrokOptions)) *rig {
	t.Helper()
	r := &rig{t: t, edge: edge, log: &lines{}, cancel: func() {}}
	opt := NgrokOptions{
		Authtoken: testToken, Path: testPath, MaxBody: 1 << 10, Version: "1.2.3",
		Addr: edge.Addr(), CAs: edge.CertPool(),
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if set != nil {
		set(&opt)
	}
	r.tun = Ngrok(opt).(*ngrokTunnel)
	t.Cleanup(func() {
		r.cancel()
		if r.done != nil {
			_ = r.ended() // each test asks for the error it wants
		}
		r.tokenStandsNowhere()
	})
	return r
}

// start runs Serve with h.
func (r *rig) start(h http.Handler) {
	ctx, cancel := context.WithCancel(r.t.Context())
	r.cancel, r.done, r.began = cancel, make(chan error, 1), time.Now()
	go func() { r.done <- r.tun.Serve(ctx, h) }()
}

// ended waits for Serve's end and returns its error.
func (r *rig) ended() error {
	r.t.Helper()
	select {
	case err := <-r.done:
		r.done <- err // for whoever asks again
		return err
	case <-time.After(patience):
		r.t.Fatal("Serve has not returned")
		return nil
	}
}

// stop ends Serve and returns how long that took.
func (r *rig) stop() time.Duration {
	r.t.Helper()
	began := time.Now()
	r.cancel()
	if err := r.ended(); !errors.Is(err, context.Canceled) {
		r.t.Errorf("Serve returned %v, want context canceled", err)
	}
	return time.Since(began)
}

// await returns the first state that holds.
func (r *rig) await(what string, holds func(State) bool) State {
	r.t.Helper()
	wake, stop := r.tun.Listen()
	defer stop()
	late := time.After(patience)
	for {
		s := r.tun.State()
		if holds(s) {
			return s
		}
		select {
		case <-wake:
		case <-late:
			r.t.Fatalf("not %s: %+v\n%s", what, s, r.log)
		}
	}
}

func (r *rig) online() State {
	r.t.Helper()
	return r.await("online", func(s State) bool { return s.Word == Online })
}

// edgeSees waits until the service's records hold.
func (r *rig) edgeSees(what string, holds func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	if err := r.edge.Wait(ctx, holds); err != nil {
		r.t.Fatalf("edge: not %s: %v\n%s", what, err, r.log)
	}
}

// never checks that the service's records do not come to hold within d.
func (r *rig) never(d time.Duration, what string, holds func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	if r.edge.Wait(ctx, holds) == nil {
		r.t.Errorf("edge: %s", what)
	}
}

// post delivers body from outside and returns status and answer.
func (r *rig) post(body string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.edge.URL()+testPath, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func (r *rig) tokenStandsNowhere() {
	r.t.Helper()
	if strings.Contains(r.log.String(), testToken) {
		r.t.Errorf("the log holds the authtoken:\n%s", r.log)
	}
	told := fmt.Sprintf("%+v %#v", r.tun.State(), r.tun.State())
	if r.done != nil {
		err := r.ended()
		told += fmt.Sprintf("%v %+v %#v %s", err, err, errors.Unwrap(err), oura.MessageOf(err))
	}
	if strings.Contains(told, testToken) {
		r.t.Errorf("state or error hold the authtoken: %s", told)
	}
}

// refusalText is a refusal as the service words it.
func refusalText(code int, text string) string {
	return fmt.Sprintf("%s\r\n\r\nERR_NGROK_%d\r\n", text, code)
}

var mirror = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
})
