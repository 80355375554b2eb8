package ouraapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"oura-streaming/internal/oura"
)

// call is one request before it has credentials.
type call struct {
	method string
	path   string
	query  url.Values
	body   any           // sent as JSON unless nil
	limit  time.Duration // 0: callLimit
	id     string        // of the subscription meant, "" without
	name   string        // for logs and errors: method and path without values
}

// answer is what came back, of whatever status.
type answer struct {
	name       string
	status     int
	body       []byte
	trace      string
	retryAfter time.Duration
}

// exchange makes one HTTP request within budget, pause and time limit. Its error
// means that there is no answer of Oura: not sent, lost, too late or unreadable.
func (c *Client) exchange(ctx context.Context, k call, header http.Header) (answer, error) {
	if err := c.gate.check(); err != nil {
		return answer{}, err // before the wait, so that a pause spends no budget
	}
	if err := c.budget.Wait(ctx); err != nil {
		return answer{}, &oura.Error{Code: oura.CodeRateLimited, Message: msgRateLimited, Err: fmt.Errorf("%s: own budget: %w", k.name, err)}
	}
	leave, err := c.gate.enter()
	if err != nil {
		return answer{}, err
	}
	ans, err := c.send(ctx, k, header)
	leave(judge(ctx, k, ans, err), ans.retryAfter)
	if err != nil && ctx.Err() != nil {
		return answer{}, fmt.Errorf("%s: %w", k.name, ctx.Err())
	}
	if ans.status == http.StatusTooManyRequests {
		ans.retryAfter = max(ans.retryAfter, c.gate.remaining())
	}
	return ans, err
}

// judge says what a call tells about Oura's health. A subscription is made while
// Oura calls our address, so its failure may well be ours.
func judge(ctx context.Context, k call, ans answer, err error) outcome {
	ours := k.limit == handshakeLimit
	switch {
	case err != nil && ctx.Err() != nil:
		return unknown
	case ans.status == http.StatusTooManyRequests:
		return throttled
	case ours:
		return unknown
	case errors.Is(err, ErrUnparsable):
		return answered
	case err != nil, ans.status >= 500:
		return failed
	}
	return answered
}

func (c *Client) send(ctx context.Context, k call, header http.Header) (answer, error) {
	limit := k.limit
	if limit == 0 {
		limit = callLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := c.request(ctx, k, header)
	if err != nil {
		return answer{}, err
	}
	heard := Answer{Call: k.name, Host: req.URL.Host, Began: c.now()}
	resp, err := c.http.Do(req)
	heard.Note(resp, err, c.now())
	if err != nil {
		c.tell(ctx, k, heard)
		return answer{}, unavailable(k.name, withoutURL(err))
	}
	defer resp.Body.Close()
	ans := answer{name: k.name, status: resp.StatusCode, trace: resp.Header.Get("x-trace-id")}
	ans.retryAfter = retryAfter(resp.Header, c.now())
	ans.body, err = readBody(resp)
	heard.Err = err
	c.tell(ctx, k, heard)
	c.log.DebugContext(ctx, "oura answered", "call", k.name, "status", ans.status,
		"trace_id", ans.trace, "size_bytes", len(ans.body), "took", c.now().Sub(heard.Began), "err", err)
	if err != nil {
		return ans, unavailable(k.name, fmt.Errorf("status %d, trace %q: %w", ans.status, ans.trace, err))
	}
	return ans, nil
}

// tell hands on how a request fared. That of a subscription is left out when it
// failed: Oura calls our address meanwhile, so the failure may well be ours.
func (c *Client) tell(ctx context.Context, k call, heard Answer) {
	failed := heard.Err != nil || heard.Status >= http.StatusInternalServerError
	if failed && k.limit == handshakeLimit || GivenUp(ctx, heard.Err) {
		return
	}
	c.seen(heard)
}

func (c *Client) request(ctx context.Context, k call, header http.Header) (*http.Request, error) {
	target, err := c.target(k.path, k.query)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if k.body != nil {
		if err := json.NewEncoder(&body).Encode(k.body); err != nil {
			return nil, fmt.Errorf("%s: encode: %w", k.name, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target, &body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.name, err)
	}
	req.Header = header
	req.Header.Set("Accept", "application/json")
	if k.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// withoutURL drops the address from a transport error: the call's name says
// enough, and a query need not be in the log.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// fetch makes a call on behalf of the connected account and returns the body of
// a 2xx answer. A refused token is replaced and the call repeated, once.
func (c *Client) fetch(ctx context.Context, k call) (answer, error) {
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return answer{}, err
	}
	ans, err := c.exchange(ctx, k, bearer(token))
	if err != nil {
		return ans, err
	}
	if c.accepted(ans, token) {
		return ans, ans.err()
	}
	if err := c.tokens.Refused(ctx, token); err != nil {
		return answer{}, err
	}
	if token, err = c.tokens.Token(ctx); err != nil {
		return answer{}, err
	}
	if ans, err = c.exchange(ctx, k, bearer(token)); err != nil {
		return ans, err
	}
	c.accepted(ans, token)
	return ans, ans.err()
}

// accepted reports whether Oura took the token, whatever else it answered, and
// tells the token's owner. A 401 that names a scope is about the grant.
func (c *Client) accepted(ans answer, token oura.Secret) bool {
	if ans.status < http.StatusBadRequest {
		c.tokens.Worked(token)
		return true
	}
	_, scope := ans.missingScope()
	return ans.status != http.StatusUnauthorized || scope
}

func bearer(token oura.Secret) http.Header {
	return http.Header{"Authorization": {"Bearer " + token.Reveal()}}
}

// decode reads a 2xx answer. HTML, half a document and the like are an outage of
// something between Oura and us.
func (a answer) decode(into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		return a.unparsable(err)
	}
	return nil
}

func (a answer) unparsable(err error) error {
	return unavailable(a.name, fmt.Errorf("status %d, trace %q: %w: %w", a.status, a.trace, ErrUnparsable, err))
}
