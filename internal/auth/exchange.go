package auth

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/ouraapi"
)

const (
	exchangeLimit  = 10 * time.Second // one request, answer included
	maxAnswerBytes = 64 << 10
)

// tokenClient returns a client for the token and revoke endpoints: TLS 1.2 or
// better, no redirects, ten seconds; watch may be nil. golang.org/x/oauth2 has no place to commit
// the intent before a request and the raw answer after it, so the exchange is
// plain net/http.
func tokenClient(given *http.Client, watch func(http.RoundTripper) http.RoundTripper) *http.Client {
	transport := http.DefaultTransport
	if given != nil && given.Transport != nil {
		transport = given.Transport
	}
	if t, ok := transport.(*http.Transport); ok {
		t = t.Clone()
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{}
		}
		t.TLSClientConfig.MinVersion = max(t.TLSClientConfig.MinVersion, tls.VersionTLS12)
		t.MaxResponseHeaderBytes = maxAnswerBytes
		transport = t
	}
	if watch != nil {
		transport = watch(transport)
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// refusal is a 400 or 401 of a token endpoint: it did not take the form, and
// nothing was spent. Source: CONTRACT section 2.8.
type refusal struct {
	status      int
	word        string // "invalid_grant" and the like, "" when there was none
	description string // Oura's words, shortened and printable
}

func (r *refusal) Error() string {
	return fmt.Sprintf("token endpoint refused: %d %s: %s", r.status, r.word, r.description)
}

// outage is any failure that says nothing about the form. spent tells that the
// code or refresh token may have been used up: the request left, and no usable
// answer came back.
type outage struct {
	cause      error
	spent      bool
	unsent     bool // nothing of the request left this computer
	retryAfter time.Duration
}

func (o *outage) Error() string { return o.cause.Error() }
func (o *outage) Unwrap() error { return o.cause }

// ask posts form to the endpoints in turn and returns the first answer of 200
// with the endpoint that gave it. Only a refusal leads to the next endpoint; when
// all refuse, the first refusal counts. Source: CONTRACT section 2.5, client rule.
func (a *Auth) ask(ctx context.Context, endpoints []string, form url.Values) (body []byte, endpoint string, err error) {
	if err := checkHosts(a.opt.Hosts); err != nil {
		return nil, "", err
	}
	var first *refusal
	for _, endpoint := range endpoints {
		body, err := a.post(ctx, endpoint, form)
		if err == nil {
			return body, endpoint, nil
		}
		refused, ok := errors.AsType[*refusal](err)
		if !ok {
			return nil, "", err
		}
		a.log.InfoContext(ctx, "token endpoint refused", "host", hostOf(endpoint), "status", refused.status, "word", refused.word)
		if first == nil {
			first = refused
		}
	}
	return nil, "", first
}

// endpoints lists the token endpoints to try: the remembered one first and, with
// alone, only that one.
func (a *Auth) endpoints(remembered string, alone bool) []string {
	list := slices.DeleteFunc([]string{a.opt.Hosts.Token, a.opt.Hosts.NewToken}, func(s string) bool { return s == "" })
	list = slices.Compact(list)
	if !slices.Contains(list, remembered) {
		return list
	}
	if alone {
		return []string{remembered}
	}
	others := slices.DeleteFunc(list, func(s string) bool { return s == remembered })
	return append([]string{remembered}, others...)
}

// post sends one form and returns the body of a 200, a *refusal or an *outage.
func (a *Auth) post(ctx context.Context, endpoint string, form url.Values) ([]byte, error) {
	var sent atomic.Bool // set a moment before the bytes leave: rather too early than too late
	trace := &httptrace.ClientTrace{
		WroteHeaders:         func() { sent.Store(true) },
		GotFirstResponseByte: func() { failpoint.Hit("auth.sent") },
	}
	ctx, cancel := context.WithTimeout(httptrace.WithClientTrace(ctx, trace), a.limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	heard := ouraapi.Answer{Call: form.Get("grant_type"), Host: req.URL.Host, Began: a.opt.Now()}
	resp, err := a.http.Do(req)
	heard.Note(resp, err, a.opt.Now())
	if err != nil {
		a.tell(ctx, heard)
		return nil, &outage{cause: withoutURL(err), spent: sent.Load(), unsent: !sent.Load()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	if heard.Err = err; resp.StatusCode == http.StatusOK && bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		heard.Err = ouraapi.ErrWebPage
	}
	a.tell(ctx, heard)
	if err != nil {
		return nil, &outage{cause: withoutURL(err), spent: true}
	}
	return judge(resp, body, form)
}

// tell hands on how a request fared, unless we gave it up ourselves.
func (a *Auth) tell(ctx context.Context, heard ouraapi.Answer) {
	if !ouraapi.GivenUp(ctx, heard.Err) {
		a.opt.Seen(heard)
	}
}

func judge(resp *http.Response, body []byte, form url.Values) ([]byte, error) {
	switch {
	case resp.StatusCode == http.StatusBadRequest || resp.StatusCode == http.StatusUnauthorized:
		return nil, readRefusal(resp.StatusCode, body, form)
	case resp.StatusCode != http.StatusOK:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // 0 when absent or a date
		return nil, &outage{
			cause:      fmt.Errorf("token endpoint answered %d", resp.StatusCode),
			retryAfter: time.Duration(min(max(seconds, 0), 86400)) * time.Second,
		}
	case len(body) > maxAnswerBytes:
		return nil, &outage{cause: errors.New("token answer too long"), spent: true}
	}
	return body, nil
}

// withoutURL takes the address out of an error: a query could hold a token.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", strings.ToLower(wrapped.Op), wrapped.Err)
	}
	return err
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
