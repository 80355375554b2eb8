// Package ouraapi is the one HTTP client of Oura's cloud: paths, paging, range
// rules, error mapping and the request budget. It promises that no two parts of
// the program can together ask more than Oura allows, and that whatever the
// cloud or a network between sends comes back as a document or as an *oura.Error.
package ouraapi

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"oura-streaming/internal/oura"
)

// Limits of one call. Source: SECURITY-REQUIREMENTS S-35, CONTRACT section 4.4
// (Oura's edge cuts a subscription POST at 60 s).
const (
	callLimit      = 30 * time.Second
	handshakeLimit = 90 * time.Second
	maxBody        = 32 << 20 // bytes after decompression
	maxDepth       = 32       // nested arrays and objects
)

// ErrUnparsable is in the chain of an error whose answer arrived whole and
// still cannot be used: no JSON, nested too deeply, too large. Asking again is
// less likely to help than after an outage.
var ErrUnparsable = errors.New("unusable answer")

// Tokens hands out the access token of the connected account.
type Tokens interface {
	// Token returns a token that was valid a moment ago.
	Token(ctx context.Context) (oura.Secret, error)
	// Refused reports that Oura did not accept used. A nil error means that
	// another token can be had now.
	Refused(ctx context.Context, used oura.Secret) error
	// Worked reports that Oura accepted used.
	Worked(used oura.Secret)
}

// Options are what a Client needs. BaseURL, Tokens and Credentials are required
// by the calls that use them; the rest has working zero values.
type Options struct {
	BaseURL     string // "https://api.ouraring.com", or the simulator on loopback
	HTTP        *http.Client
	Watch       func(http.RoundTripper) http.RoundTripper // stands before the transport; nil: nobody
	Tokens      Tokens
	Credentials func(ctx context.Context) (id string, secret oura.Secret, err error)
	Budget      Budget       // nil: 4,000 requests in any 5 minutes
	Seen        func(Answer) // hears how each request fared, and must not block; nil: nobody
	Now         func() time.Time
	Log         *slog.Logger
}

// Client talks to Oura's cloud. All its calls share one budget and one pause.
type Client struct {
	base        string
	http        *http.Client
	tokens      Tokens
	credentials func(context.Context) (string, oura.Secret, error)
	budget      Budget
	gate        *gate
	seen        func(Answer)
	now         func() time.Time
	log         *slog.Logger
}

// New makes a client. It sends nothing yet.
func New(opt Options) *Client {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Budget == nil {
		opt.Budget = newWindow(budgetLimit, budgetReserve, budgetSpan)
	}
	if opt.Seen == nil {
		opt.Seen = func(Answer) {}
	}
	return &Client{
		base:        opt.BaseURL,
		http:        watched(withoutRedirects(opt.HTTP), opt.Watch),
		tokens:      opt.Tokens,
		credentials: opt.Credentials,
		budget:      opt.Budget,
		gate:        &gate{now: opt.Now},
		seen:        opt.Seen,
		now:         opt.Now,
		log:         cmp.Or(opt.Log, slog.New(slog.DiscardHandler)),
	}
}

// Outage reports whether Oura has not answered lately, or has asked for a pause: a
// failure then says nothing of what was asked for.
func (c *Client) Outage() bool { return c.gate.shut() }

// Close gives back idle connections. Calls under way are not touched.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// withoutRedirects copies h so that an answer which points elsewhere is an
// answer, not a second request: credentials go to the fixed hosts only (S-54).
func withoutRedirects(h *http.Client) *http.Client {
	if h == nil {
		h = &http.Client{Transport: transport()}
	}
	own := *h
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// watched puts watch, which may be nil, before the transport of h.
func watched(h *http.Client, watch func(http.RoundTripper) http.RoundTripper) *http.Client {
	if watch == nil {
		return h
	}
	if h.Transport == nil {
		h.Transport = http.DefaultTransport
	}
	h.Transport = watch(h.Transport)
	return h
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
}

// target builds the address of one call. Only https leaves this machine.
func (c *Client) target(path string, query url.Values) (string, error) {
	u, err := url.Parse(c.base)
	if err != nil || u.Host == "" || !(u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())) {
		return "", &oura.Error{
			Code:    oura.CodeInternal,
			Message: "The address of Oura's cloud is not a secure one, so nothing was sent.",
			Err:     errors.New("base URL is neither https nor loopback"),
		}
	}
	target := u.JoinPath(path)
	target.RawQuery = query.Encode()
	return target.String(), nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
