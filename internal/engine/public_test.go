package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/ingress"
	"oura-streaming/internal/ngroktest"
	"oura-streaming/internal/tunnel"
)

// knock posts to the public address as a stranger would and returns the status;
// head may be nil.
func (p *program) knock(body io.Reader, head map[string]string) int {
	p.t.Helper()
	res, _ := p.exchange(http.MethodPost, p.engine.Callback(), body, head)
	return res.StatusCode
}

// forgery are the headers of a delivery that is well formed and not Oura's.
func forgery() map[string]string {
	return map[string]string{"x-oura-timestamp": fmt.Sprint(time.Now().UnixMilli()), "x-oura-signature": strings.Repeat("0", 64)}
}

func (p *program) notice(id string) string {
	return fmt.Sprintf(`{"event_type":"update","data_type":"sleep","object_id":%q,"event_time":%q,"user_id":%q}`,
		id, time.Now().UTC().Format(time.RFC3339), p.engine.connectedUser())
}

func TestS31_LimitsHoldThroughTheTunnel(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	for name, c := range map[string]struct {
		want int
		body io.Reader
		head map[string]string
	}{
		"a body of 1 MiB":                   {http.StatusRequestEntityTooLarge, bytes.NewReader(make([]byte, 1<<20)), forgery()},
		"the same without a length":         {http.StatusRequestEntityTooLarge, io.MultiReader(bytes.NewReader(make([]byte, 1<<20))), forgery()},
		"a header of 20 KiB":                {http.StatusRequestHeaderFieldsTooLarge, nil, map[string]string{"X-Long": strings.Repeat("x", 20<<10)}},
		"a body that is not signed":         {http.StatusUnauthorized, strings.NewReader("{}"), nil},
		"a well formed one, signed wrongly": {http.StatusUnauthorized, strings.NewReader("{}"), forgery()},
	} {
		if got := p.knock(c.body, c.head); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	p.deliversSleep("afterwards")
}

func TestS35_PackedBodiesAreRefusedThroughTheTunnel(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	head := forgery()
	head["Content-Encoding"] = "gzip"
	if got := p.knock(&packed, head); got != http.StatusUnsupportedMediaType {
		t.Errorf("a packed body of %d bytes got %d, want 415", packed.Len(), got)
	}
}

// F-26 and S-33: 2,000 forged deliveries beside 20 of Oura's.
func TestF26_FloodThroughTheTunnel(t *testing.T) {
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	var limited, refused atomic.Int64
	var flood sync.WaitGroup
	for range 4 {
		flood.Go(func() {
			for range 500 {
				switch p.knock(strings.NewReader(`{"event_type":"create"}`), forgery()) {
				case http.StatusTooManyRequests:
					limited.Add(1)
				case http.StatusUnauthorized:
					refused.Add(1)
				}
			}
		})
	}
	for i := range 20 {
		if got := p.post(p.notice(fmt.Sprintf("good-%d", i)), time.Now()); got != http.StatusOK {
			t.Errorf("good delivery %d of 20 got %d", i, got)
		}
	}
	flood.Wait()
	if limited.Load()+refused.Load() != 2000 || limited.Load() < 1500 {
		t.Errorf("%d told to wait, %d refused, of 2000", limited.Load(), refused.Load())
	}
}

// S-34: what the sender writes into X-Forwarded-For does not give it a new
// allowance.
func TestS34_SpoofedSourceThroughTheTunnel(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	const lanes, each = 20, 10
	var refused, limited atomic.Int64
	var senders sync.WaitGroup
	began := time.Now()
	for lane := range lanes {
		senders.Go(func() {
			for i := range each {
				head := forgery()
				head["X-Forwarded-For"] = fmt.Sprintf("192.0.2.%d", lane*each+i)
				switch p.knock(strings.NewReader("{}"), head) {
				case http.StatusUnauthorized:
					refused.Add(1)
				case http.StatusTooManyRequests:
					limited.Add(1)
				}
			}
		})
	}
	senders.Wait()
	// One allowance is five at once and five a second, however slow this computer is.
	allowed := 5 + int64(5*time.Since(began).Seconds()) + 1
	if refused.Load() > allowed || refused.Load()+limited.Load() != lanes*each {
		t.Errorf("%d refused at once, allowed are %d in %v; %d told to wait, of %d",
			refused.Load(), allowed, time.Since(began), limited.Load(), lanes*each)
	}
	if allowed >= lanes*each {
		t.Errorf("%v for %d requests: too slow to tell one allowance from many", time.Since(began), lanes*each)
	}
}

// S-32: 200 connections that begin a delivery and say no more do not keep one of
// Oura's out.
func TestS32_HeldConnectionsThroughTheTunnel(t *testing.T) {
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	host := strings.TrimPrefix(edge.URL(), "http://")
	before := edge.Streams()
	for range 200 {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() }) // held to the end
		if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", p.engine.randomPath(), host); err != nil {
			t.Fatal(err)
		}
	}
	soon, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// Some come over connections that the service has open already.
	if err := edge.Wait(soon, func() bool { return edge.Streams() >= before+150 }); err != nil {
		t.Fatalf("only %d connections are held: %v", edge.Streams()-before, err)
	}
	// The pretend service may send it over a connection that was given up for a
	// held one a moment ago, and says 502 then; Oura sends it again.
	began, got := time.Now(), 0
	for tries := 0; got != http.StatusOK && tries < 5; tries++ {
		got = p.post(p.notice("in-between"), began)
	}
	if got != http.StatusOK {
		t.Errorf("a delivery beside 200 held connections got %d", got)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it was answered after %v, want under 2 s", took)
	}
}

// No answer of the whole life of the program is 410 or 3xx (S-02).
func TestS02_NeverGoneNeverElsewhere(t *testing.T) {
	t.Parallel()
	p, edge := online(t)
	p.signIn()
	p.live(edge.URL())
	callback := p.engine.Callback()
	if err := p.engine.Auth().Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	late := `{"event_type":"update","data_type":"sleep","object_id":"x","event_time":"2026-11-22T08:00:00+00:00","user_id":"u"}`
	for what, c := range map[string]struct {
		method, address, body string
		head                  map[string]string
	}{
		"a delivery after sign-out": {http.MethodPost, callback, late, signature(late, time.Now())},
		"a handshake":               {http.MethodGet, callback + "?verification_token=" + p.engine.verificationToken().Reveal() + "&challenge=abc", "", nil},
		"an unsigned delivery":      {http.MethodPost, callback, "", nil},
	} {
		res, _ := p.exchange(c.method, c.address, strings.NewReader(c.body), c.head)
		status := res.StatusCode
		if status == http.StatusGone || status >= 300 && status < 400 {
			t.Errorf("%s got %d", what, status)
		}
	}
}

// F-59: without a network the program starts, serves what is local and says why
// nothing else works.
func TestF59_StartsWithoutAWayToNgrok(t *testing.T) {
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	edge.Close() // nobody listens there any more
	began := time.Now()
	p := behind(t, edge, testAuthtoken)
	var st struct{ Status string }
	p.call(http.MethodGet, "/health", &st)
	if took := time.Since(began); st.Status != "healthy" || took > 2*time.Second {
		t.Errorf("local API says %q after %v", st.Status, took)
	}
	p.signIn()
	p.wait("the reason", func() string {
		st := p.tunnel()
		return want(st.State == "polling" && st.Tunnel.Reason != "" && !st.Tunnel.Proven, fmt.Sprintf("%+v", st))
	})
	p.stop()
}

// The time-outs of the ingress hold for connections that come out of the agent,
// which are no sockets of the system.
func TestS31_SlowBodyThroughTheTunnel(t *testing.T) {
	t.Parallel()
	edge, err := ngroktest.Start(ngroktest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(edge.Close)
	begun, waited := make(chan struct{}), make(chan time.Duration, 1)
	way := tunnel.Ngrok(tunnel.NgrokOptions{Authtoken: testAuthtoken, Addr: edge.Addr(), CAs: edge.CertPool(), Server: ingress.NewServer})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- way.Serve(ctx, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			began := time.Now()
			close(begun)
			_, _ = io.Copy(io.Discard, r.Body) // fails when the server gives up on the sender
			waited <- time.Since(began)
		}))
	}()
	defer func() { cancel(); <-ended }()
	wake, unheard := way.Listen()
	defer unheard()
	late := time.After(patience)
	for way.State().Word != tunnel.Online { // the service is ready before the agent knows
		select {
		case <-wake:
		case <-late:
			t.Fatalf("not online: %+v", way.State())
		}
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(edge.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // nothing more is sent
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for on := true; on; { // the service may hold the first bytes back
		if _, err := io.WriteString(conn, "1\r\n{\r\n"); err != nil {
			t.Fatal(err)
		}
		select {
		case <-begun:
			on = false
		case <-time.After(200 * time.Millisecond):
		case <-late:
			t.Fatal("the request never arrived")
		}
	}
	select {
	case took := <-waited:
		if took < 8*time.Second || took > 12*time.Second {
			t.Errorf("given up after %v, want 10 s", took)
		}
	case <-time.After(patience):
		t.Error("a body that never ends is read for ever")
	}
}
