package tunnel

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

var teapot = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })

// start serves tun until the test ends and waits until it is online.
func start(t *testing.T, tun Tunnel, h http.Handler) (stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	wake, stopListen := tun.Listen()
	defer stopListen()
	go func() { done <- tun.Serve(ctx, h); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	for tun.State().Word != Online {
		select {
		case <-wake:
		case err := <-done:
			t.Fatalf("Serve ended: %v", err)
		}
	}
	return cancel, done
}

func status(t *testing.T, url string) (int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, res.Body) // nothing to learn from it
	return res.StatusCode, res.Body.Close()
}

func TestOwnURL_ServesOnBothLoopbackAddresses(t *testing.T) {
	tun := OwnURL(OwnURLOptions{PublicURL: "https://Hooks.example.org/"})
	stop, ended := start(t, tun, teapot)
	s := tun.State()
	if s.Word != Online || s.URL != "https://hooks.example.org" || s.Kind != KindOwnURL || s.Err != nil {
		t.Fatalf("state %+v", s)
	}
	_, port, err := net.SplitHostPort(s.LocalAddr)
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range loopbackHosts {
		if host == "::1" && !hasAddr(host) {
			continue
		}
		if got, err := status(t, "http://"+net.JoinHostPort(host, port)); got != http.StatusTeapot {
			t.Errorf("via %s: %d, %v", host, got, err)
		}
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Serve returned %v", err)
	}
	if s := tun.State(); s.Word != Off || s.URL != "" {
		t.Errorf("after the end: %+v", s)
	}
}

func TestS03_IngressRefusesToBindElsewhere(t *testing.T) {
	hosts := []string{"0.0.0.0", "::", "", "192.168.1.20", "10.0.0.1", "fd00::2", "fe80::1", "::ffff:192.168.1.20", "localhost.example.org"}
	for _, a := range outsideAddresses(t) {
		hosts = append(hosts, a.String())
	}
	for _, host := range hosts {
		listen := func(_, addr string) (net.Listener, error) {
			t.Errorf("a socket was opened at %s", addr)
			return nil, errors.New("refused by the test")
		}
		got, err := listenLoopback(listen, []string{host}, 0)
		if got != nil || oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("bound to %q: %v, %v", host, got, err)
		}
	}
}

// A listener that lands elsewhere, whatever was asked for, is closed again.
func TestS03_IngressClosesAListenerThatIsNotLoopback(t *testing.T) {
	var opened net.Listener
	listen := func(string, string) (net.Listener, error) {
		l, err := noContextListen("tcp4", "0.0.0.0:0")
		opened = l
		return l, err
	}
	if got, err := listenLoopback(listen, loopbackHosts, 0); err == nil || got != nil {
		t.Fatalf("accepted %v", opened.Addr())
	}
	if _, err := opened.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is still open: %v", err)
	}
}

func TestS03_IngressCannotBeReachedThroughAnotherAddress(t *testing.T) {
	outside := outsideAddresses(t)
	if len(outside) == 0 {
		t.Skip("this computer has no address besides loopback")
	}
	tun := OwnURL(OwnURLOptions{PublicURL: "https://hooks.example.org"})
	start(t, tun, teapot)
	_, port, _ := net.SplitHostPort(tun.State().LocalAddr)
	for _, ip := range outside {
		if got, err := status(t, "http://"+net.JoinHostPort(ip.String(), port)); err == nil {
			t.Errorf("answered %d at %v", got, ip)
		}
	}
}

func TestOwnURL_SaysSoWhenThePortIsTaken(t *testing.T) {
	for _, host := range loopbackHosts {
		if !hasAddr(host) {
			continue
		}
		network := map[string]string{"127.0.0.1": "tcp4", "::1": "tcp6"}[host]
		other, err := noContextListen(network, net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		port := other.Addr().(*net.TCPAddr).Port
		tun := OwnURL(OwnURLOptions{PublicURL: "https://hooks.example.org", Port: port})
		err = tun.Serve(t.Context(), teapot)
		if oura.CodeOf(err) != oura.CodePortTaken {
			t.Errorf("with %s taken: %v", host, err)
		}
		if s := tun.State(); s.Word != Refused || !errors.Is(s.Err, err) {
			t.Errorf("state %+v", s)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		start(t, tun, teapot) // and it recovers
		if s := tun.State(); s.Word != Online || s.LocalAddr != "127.0.0.1:"+strconv.Itoa(port) {
			t.Errorf("after the port was freed: %+v", s)
		}
	}
}

func TestOwnURL_RefusesABadAddressWithoutListening(t *testing.T) {
	tun := OwnURL(OwnURLOptions{PublicURL: "http://hooks.example.org", Listen: func(string, string) (net.Listener, error) {
		t.Error("it listens although the address is refused")
		return nil, errors.New("refused by the test")
	}})
	if err := tun.Serve(t.Context(), teapot); oura.CodeOf(err) != oura.CodeInvalid || tun.State().Word != Refused {
		t.Errorf("%v, state %+v", err, tun.State())
	}
	for _, port := range []int{-1, 65536} {
		tun := OwnURL(OwnURLOptions{PublicURL: "https://hooks.example.org", Port: port})
		if err := tun.Serve(t.Context(), teapot); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

func TestOwnURL_LetsADeliveryInFlightFinish(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	tun := OwnURL(OwnURLOptions{PublicURL: "https://hooks.example.org"})
	stop, ended := start(t, tun, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-release
		w.WriteHeader(http.StatusOK)
	}))
	got := make(chan int, 1)
	url := "http://" + tun.State().LocalAddr
	go func() {
		code, _ := status(t, url) // 0 on error, which the check below reports
		got <- code
	}()
	<-inside
	stop()
	select {
	case <-ended:
		t.Error("Serve returned while a delivery was being answered")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if code := <-got; code != http.StatusOK {
		t.Errorf("the delivery in flight got %d", code)
	}
	<-ended
}

func TestOwnURL_StartsAndStopsManyTimes(t *testing.T) {
	tun := OwnURL(OwnURLOptions{PublicURL: "https://hooks.example.org"})
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		wake, stopListen := tun.Listen()
		go func() { done <- tun.Serve(ctx, teapot) }()
		<-wake
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		stopListen()
	}
	if s := tun.State(); s.Word != Off {
		t.Errorf("in the end: %+v", s)
	}
}

func TestNone_IsOffAndWaits(t *testing.T) {
	tun := None(nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tun.Serve(ctx, teapot); !errors.Is(err, context.Canceled) {
		t.Errorf("Serve returned %v", err)
	}
	if s := tun.State(); s.Kind != KindNone || s.Word != Off || s.URL != "" {
		t.Errorf("state %+v", s)
	}
}

func TestMachine_MovesSinceOnlyWithTheWord(t *testing.T) {
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	m := newMachine(KindOwnURL, func() time.Time { return now })
	m.set(State{Word: Refused})
	began := now
	now = now.Add(time.Hour)
	m.set(State{Word: Refused, Err: io.EOF})
	if s := m.State(); !s.Since.Equal(began) || !errors.Is(s.Err, io.EOF) || s.Kind != KindOwnURL {
		t.Errorf("state %+v, want since %v", s, began)
	}
}

// outsideAddresses lists this computer's addresses other people could use.
func outsideAddresses(t *testing.T) []net.IP {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	var out []net.IP
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			out = append(out, n.IP)
		}
	}
	return out
}
