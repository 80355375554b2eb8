package auth

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

// cable is a network that can be pulled out.
type cable struct {
	mu    sync.Mutex // guards the fields below
	out   bool
	dials int
	seen  []ouraapi.Answer
}

func (c *cable) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.dials++
	out := c.out
	c.mu.Unlock()
	if out {
		return nil, &net.OpError{Op: "dial", Err: errors.New("network is unreachable")}
	}
	return http.DefaultTransport.RoundTrip(req)
}

func (c *cable) pull(out bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = out
}

func (c *cable) tried() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dials
}

func (c *cable) hear(a ouraapi.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, a)
}

func newCabled(t *testing.T) (*rig, *cable) {
	t.Helper()
	c := &cable{}
	r := newRig(t, rigOptions{change: func(o *Options) { o.HTTP, o.Seen = &http.Client{Transport: c}, c.hear }})
	r.signIn(t)
	return r, c
}

// wantToken asks for an access token and returns what came of it.
func (r *rig) wantToken(t *testing.T) error {
	_, err := r.Token(t.Context())
	return err
}

func TestF59_RefreshGoesOnWhenTheNetworkIsBack(t *testing.T) {
	t.Parallel()
	r, c := newCabled(t)
	c.pull(true)
	wantCode(t, r.forceRefreshAnyway(t), oura.CodeUnavailable)
	before := c.tried()
	wantCode(t, r.wantToken(t), oura.CodeUnavailable) // within the pause
	if n := c.tried(); n != before {
		t.Fatalf("%d tries within the pause", n-before)
	}
	c.pull(false)
	r.Resume()
	if err := r.wantToken(t); err != nil || r.refreshes() != 1 {
		t.Errorf("after Resume: %v, %d refreshes", err, r.refreshes())
	}
	last := c.seen[len(c.seen)-1]
	if last.Call != "refresh_token" || last.Status != http.StatusOK || last.Host == "" || last.Header.Get("Date") == "" {
		t.Errorf("heard %+v", last)
	}
}

func TestF59_ResumeDoesNotCutThePauseThatSparesOura(t *testing.T) {
	t.Parallel()
	r, c := newCabled(t)
	r.sim.AddFaults(ourasim.Fault{Prefix: classicPath, Status: http.StatusServiceUnavailable, Times: -1})
	wantCode(t, r.forceRefreshAnyway(t), oura.CodeUnavailable)
	before := c.tried()
	for range 20 {
		r.Resume()
		wantCode(t, r.wantToken(t), oura.CodeUnavailable)
	}
	if n := c.tried(); n != before {
		t.Errorf("%d more requests while Oura is down", n-before)
	}
	r.sim.ClearFaults()
	r.advance(6 * time.Second)
	if err := r.wantToken(t); err != nil {
		t.Error(err)
	}
}

func TestS25_AnswersOfTheTokenEndpointTellTheTimeToo(t *testing.T) {
	t.Parallel()
	r, c := newCabled(t)
	r.advance(-7 * time.Minute)
	var clock ouraapi.Clock
	for range 2 {
		if err := r.forceRefreshAnyway(t); err != nil {
			t.Fatal(err)
		}
		clock.Add(c.seen[len(c.seen)-1])
		r.Worked(r.access(t))
	}
	if d, ok := clock.Error(); !ok || (d-7*time.Minute).Abs() > 2*time.Second {
		t.Errorf("measured %v, %v; want 7 minutes", d, ok)
	}
}
