package engine

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/config"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/tunnel"
)

// ownHost is the public address of the program on the street.
const ownHost = "hooks.example.org"

// street is all that a program can see of the world: a proxy that stands for every
// host and remembers which were asked for. It shows certificates of its own.
type street struct {
	t      *testing.T
	ca     *x509.Certificate
	key    *ecdsa.PrivateKey
	houses map[string]string // base address by host

	mu    sync.Mutex // guards asked
	asked map[string]int
}

func newStreet(t *testing.T, houses map[string]string) (s *street, address, caFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	s = &street{t: t, key: key, houses: houses, asked: map[string]int{}}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "street"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	must(t, err)
	s.ca, err = x509.ParseCertificate(der)
	must(t, err)
	caFile = filepath.Join(t.TempDir(), "street.pem")
	must(t, os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go srv.Serve(l)                       //nolint:errcheck // always ErrServerClosed
	t.Cleanup(func() { _ = srv.Close() }) // the test is over
	return s, "http://" + l.Addr().String(), caFile
}

// ServeHTTP notes the host and lets the caller talk to the house that stands for it.
func (s *street) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := bareHost(r.Host)
	s.mu.Lock()
	s.asked[host]++
	s.mu.Unlock()
	house, err := url.Parse(s.houses[host])
	if r.Method != http.MethodConnect || s.houses[host] == "" || err != nil {
		http.Error(w, "no such house", http.StatusBadGateway)
		return
	}
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n") // the handshake tells whether it came
	inside := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(house) }}}
	l := &oneConn{conns: make(chan net.Conn, 1), addr: conn.LocalAddr()}
	l.conns <- tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.leaf(host)}, MinVersion: tls.VersionTLS12})
	close(l.conns)
	_ = inside.Serve(l) // until that connection is taken
}

func (s *street) leaf(host string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, s.ca, &s.key.PublicKey, s.key)
	if err != nil {
		s.t.Error(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: s.key}
}

func (s *street) hosts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.asked))
}

// oneConn is a listener that has one connection.
type oneConn struct {
	conns chan net.Conn
	addr  net.Addr
}

func (l *oneConn) Accept() (net.Conn, error) {
	if c, ok := <-l.conns; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return l.addr }

// bent sends what is meant for the program's public address to its loopback port.
type bent struct {
	http.RoundTripper
	to string
}

func (b bent) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = "http", b.to
	return b.RoundTripper.RoundTrip(req)
}

// told is what the program on the street says of itself at its end.
type told struct {
	Live, After []Contact // while everything runs; after the address became ngrok's
	Looked      []string  // names that were looked up
}

// TestU18_EveryHostThatIsReallyTalkedToIsListed runs a release's hosts in a process
// of its own, where the one way to a host is the street and every name that is
// looked up is noted, and compares both with what the program says of itself.
func TestU18_EveryHostThatIsReallyTalkedToIsListed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux takes the street's certificates by a variable")
	}
	ingress := freePort(t)
	sim, port := cloud(t, func(o *ourasim.Options) {
		sw := ourasim.DefaultSwitches()
		sw.ClassicTokenRefuses = true // so that the second token server is asked too
		o.Switches = &sw
		o.Transport = bent{&http.Transport{}, fmt.Sprintf("127.0.0.1:%d", ingress)}
	})
	s, proxy, ca := newStreet(t, map[string]string{
		"api.ouraring.com": sim.URL(), "moi.ouraring.com": sim.URL(), ownHost: fmt.Sprintf("http://127.0.0.1:%d", ingress),
	})
	out := filepath.Join(t.TempDir(), "told.json")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestU18_ChildOnTheStreet$", "-test.v")
	child.Env = append(slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.Contains(strings.ToUpper(pair), "_PROXY=") }),
		"HTTPS_PROXY="+proxy, "HTTP_PROXY="+proxy, "SSL_CERT_FILE="+ca, "SSL_CERT_DIR="+t.TempDir(),
		"STREET_OUT="+out, "STREET_SIM="+sim.URL(), fmt.Sprintf("STREET_API_PORT=%d", port), fmt.Sprintf("STREET_INGRESS=%d", ingress))
	if said, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	text, err := os.ReadFile(out)
	must(t, err)
	var is told
	must(t, json.Unmarshal(text, &is))

	asked := s.hosts()
	if wanted := []string{"api.ouraring.com", ownHost, "moi.ouraring.com"}; !slices.Equal(asked, wanted) {
		t.Errorf("the program asked for %v, the test wants it to ask for %v", asked, wanted)
	}
	if !slices.Equal(is.Looked, []string{"connect.ngrok-agent.com"}) {
		t.Errorf("the program looked up %v itself, want ngrok's name alone", is.Looked)
	}
	listed, talked := outsideHosts(is.Live)
	if !slices.Equal(talked, asked) {
		t.Errorf("it says that it talked to %v, and talked to %v", talked, asked)
	}
	for _, host := range append(asked, is.Looked...) {
		if !slices.Contains(listed, host) {
			t.Errorf("%s was talked to and is not listed", host)
		}
	}
	for _, c := range is.Live {
		if slices.ContainsFunc(c.Uses, func(u ContactUse) bool { return u.Name == UseEarlier }) {
			t.Errorf("%s is talked to and belongs to nothing", c.Host)
		}
	}
	if i := slices.IndexFunc(is.After, func(c Contact) bool { return c.Host == ownHost }); i < 0 || is.After[i].Uses[0].Name != UseEarlier {
		t.Errorf("the address that was given up is not shown any more: %+v", is.After)
	}
}

// outsideHosts lists the hosts outside, and those of them that were talked to.
func outsideHosts(list []Contact) (all, talked []string) {
	for _, c := range list {
		if c.Place != Outside || c.Host == "" {
			continue
		}
		all = append(all, c.Host)
		if !c.LastAt.IsZero() {
			talked = append(talked, c.Host)
		}
	}
	slices.Sort(talked)
	return all, talked
}

// TestU18_ChildOnTheStreet is the program that the test above runs.
func TestU18_ChildOnTheStreet(t *testing.T) {
	out := os.Getenv("STREET_OUT")
	if out == "" {
		t.Skip("only of use to TestU18_EveryHostThatIsReallyTalkedToIsListed")
	}
	names := &nameServer{names: map[string]bool{}}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: names.dial}
	apiPort, ingress := os.Getenv("STREET_API_PORT"), os.Getenv("STREET_INGRESS")
	var port int
	_, err := fmt.Sscan(apiPort, &port)
	must(t, err)
	p := start(t, nil, Options{
		DataDir: filepath.Join(t.TempDir(), "data"), KeyFile: filepath.Join(t.TempDir(), "key"), Port: port, Hosts: config.Oura(), Version: "test",
		checkLimit: patience, checkCalm: time.Millisecond,
		Environ: []string{
			"OURA_CLIENT_ID=sim-client", "OURA_CLIENT_SECRET=sim-secret", envAPIToken + "=" + testToken,
			"OURA_PUBLIC_URL=https://" + ownHost, "OURA_INGRESS_PORT=" + ingress, "NGROK_AUTHTOKEN=" + testAuthtoken,
		},
	})
	login, err := p.engine.auth.BeginLogin(t.Context())
	must(t, err)
	_, err = ourasim.Approve(t.Context(), strings.Replace(login.AuthorizeURL, "https://cloud.ouraring.com", os.Getenv("STREET_SIM"), 1))
	must(t, err)
	p.wait("sign-in", func() string { return want(p.engine.connectedUser() != "", "not connected") })
	p.subscribed()
	var is told
	is.Live, err = p.engine.Contacts(t.Context())
	must(t, err)
	must(t, p.engine.cfg.Set(t.Context(), config.Address, "ngrok"))
	p.wait("ngrok's name", func() string {
		return want(slices.Contains(names.all(), bareHost(tunnel.NgrokAddr)), "nobody looked it up")
	})
	is.After, err = p.engine.Contacts(t.Context())
	must(t, err)
	must(t, p.engine.auth.Logout(t.Context()))
	is.Looked = names.all()
	text, err := json.Marshal(is)
	must(t, err)
	must(t, os.WriteFile(out, text, 0o600))
}

// nameServer knows every name, at this computer, and remembers who was asked for.
type nameServer struct {
	mu    sync.Mutex // guards names
	names map[string]bool
}

func (n *nameServer) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.names))
}

func (n *nameServer) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go n.answer(theirs) // ends with the resolver's own end
	return ours, nil
}

// answer speaks DNS over a stream: each message behind its length in two bytes.
func (n *nameServer) answer(conn net.Conn) {
	defer conn.Close()
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(head))
		if _, err := io.ReadFull(conn, query); err != nil || len(query) < 17 {
			return
		}
		name, end := queryName(query)
		n.mu.Lock()
		n.names[name] = true
		n.mu.Unlock()
		answer := bytes.Clone(query[:end])
		copy(answer[2:12], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
		if query[end-3] == 1 { // an IPv4 address is wanted
			answer[7] = 1
			answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1)
		}
		binary.BigEndian.PutUint16(head, uint16(len(answer))) //nolint:gosec // a question and one address
		if _, err := conn.Write(append(head, answer...)); err != nil {
			return
		}
	}
}

// queryName reads the one question and where it ends.
func queryName(query []byte) (name string, end int) {
	var labels []string
	at := 12
	for query[at] != 0 {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	return strings.Join(labels, "."), at + 5
}
