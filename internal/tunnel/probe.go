package tunnel

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

const (
	probeTimeout  = 15 * time.Second
	maxProbeBytes = 64 << 10
)

// Probe asks the public address the question Oura will ask, with a challenge of
// its own, and returns nil if this program answered it. Otherwise the error is
// callback_failed with a sentence that tells where to look. No error holds the
// token. Redirects are not followed: Oura would not either.
func Probe(ctx context.Context, client *http.Client, callbackURL string, token oura.Secret) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	challenge := rand.Text()
	req, err := probeRequest(ctx, callbackURL, challenge, token)
	if err != nil {
		return err
	}
	res, err := withoutRedirects(client).Do(req)
	if errors.Is(err, context.Canceled) {
		return context.Canceled // the caller gave up; the address is not to blame
	}
	if err != nil {
		return unreachable(req.URL.Hostname(), err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end or given up; nothing to learn
	body, err := io.ReadAll(io.LimitReader(res.Body, maxProbeBytes))
	if err != nil {
		return unreachable(req.URL.Hostname(), err)
	}
	return judge(res, body, challenge)
}

func probeRequest(ctx context.Context, callbackURL, challenge string, token oura.Secret) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, callbackURL, nil)
	if err != nil {
		return nil, failed("The public address is not a web address. Correct it in Connection.", nil)
	}
	req.URL.RawQuery = url.Values{"verification_token": {token.Reveal()}, "challenge": {challenge}}.Encode()
	return req, nil
}

// withoutRedirects copies the client so that a redirect is an answer.
func withoutRedirects(client *http.Client) *http.Client {
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// judge reads the answer of whoever sits at the public address.
func judge(res *http.Response, body []byte, challenge string) error {
	var answer struct{ Challenge string }
	err := json.Unmarshal(body, &answer)
	if res.StatusCode == http.StatusOK && err == nil && answer.Challenge == challenge {
		return nil
	}
	switch number := serviceNumber(serviceCode(res)); {
	case number == serviceOffline:
		return failed(explain(res, body), errOffline)
	case isQuota(number):
		return failed(explain(res, body), errQuota)
	}
	return failed(explain(res, body), fmt.Errorf("probe answered %d, %d bytes of %q", res.StatusCode, len(body), res.Header.Get("Content-Type")))
}

// explain turns a wrong answer into what to do about it.
func explain(res *http.Response, body []byte) string {
	if code := serviceCode(res); code != "" {
		return explainService(code)
	}
	switch status := res.StatusCode; {
	case status >= 300 && status < 400:
		return "Your public address answers with a redirect, which Oura does not follow. Enter the address it leads to, and let the proxy forward without redirecting."
	case status == http.StatusUnauthorized:
		return "Something at your public address does not know this program's check word: another copy of the program, or a proxy with a log-in of its own. Let the proxy forward to this program without a log-in."
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return "Your proxy is up but cannot reach this program. Check that it forwards to the local address shown in Connection."
	case isHTML(res, body):
		return "A web page answers at your public address instead of this program, such as a tunnel's warning page or a log-in. Turn that page off, or let the proxy forward past it."
	case status == http.StatusNotFound:
		return "Your public address answers, but not for this program's path. Let the proxy forward the path unchanged to the local address shown in Connection."
	case status == http.StatusOK:
		return "Something else answers at your public address. Let the proxy forward to the local address shown in Connection, with the question after the ? unchanged."
	default:
		return fmt.Sprintf("Your public address answers with status %d. Check that the proxy forwards to the local address shown in Connection.", status)
	}
}

// serviceOffline is ngrok's word for an address that nobody holds.
const serviceOffline = 3200

var (
	errOffline = errors.New("the service says that nobody holds the address")
	errQuota   = errors.New("the service says that the account's allowance is used up")
)

func isQuota(number int) bool { return number >= 725 && number <= 734 }

// IsQuota reports whether a failed Probe was told that the account's allowance is
// used up.
func IsQuota(err error) bool { return errors.Is(err, errQuota) }

// IsOffline reports whether a failed Probe was told that nobody holds the address.
func IsOffline(err error) bool { return errors.Is(err, errOffline) }

// serviceNumber takes the number out of a code like ERR_NGROK_3200, 0 without.
func serviceNumber(code string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(code), "ERR_NGROK_"))
	return n
}

// explainService says what ngrok's own answer to a caller means. Source:
// ngrok's error reference; 725 to 734 are quotas.
func explainService(code string) string {
	number := serviceNumber(code)
	switch {
	case isQuota(number):
		return "The allowance of your ngrok account is used up for now (" + code + "), so deliveries are turned away. Wait until it starts anew, raise your plan at dashboard.ngrok.com, or use an address of your own."
	case number == serviceOffline:
		return "ngrok says that your address is offline (" + code + "). The program is connecting; if this lasts, another agent may hold the address: look at dashboard.ngrok.com."
	case number == 3004:
		return "ngrok got no proper answer from this program (" + code + "). If this lasts, restart the program."
	case number == 6024:
		return "ngrok shows its warning page instead of passing requests on (" + code + "). Turn it off for this address at dashboard.ngrok.com."
	default:
		return "ngrok answers in place of this program (" + code + "). Look the code up at ngrok.com/docs/errors, or choose another address in Connection."
	}
}

func isHTML(res *http.Response, body []byte) bool {
	return strings.Contains(res.Header.Get("Content-Type"), "html") ||
		strings.HasPrefix(http.DetectContentType(body), "text/html")
}

// unreachable explains why no answer came. The URL is taken out of err: it
// holds the token.
func unreachable(host string, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return failed(whyUnreachable(host, err), err)
}

func whyUnreachable(host string, err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return "The name " + host + " cannot be found. Check the spelling of your public address, and that this computer is online."
	}
	if isCertificate(err) {
		return "The certificate of your public address is not valid for others: it is expired, made for another name, or the chain is not sent whole. Install the full chain of a public certificate on your proxy."
	}
	if errors.Is(err, http.ErrSchemeMismatch) || isRecord(err) {
		return "Your public address does not speak https. Put a certificate on your proxy."
	}
	if timeout, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || (ok && timeout.Timeout()) {
		return "Your public address did not answer in time. Check that your tunnel or proxy runs, and that its firewall lets requests in."
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return "No connection to your public address could be made. Check that your tunnel or proxy runs and that the port is right."
	}
	return "Your public address broke off without an answer. Check that your tunnel or proxy runs and forwards to this program."
}

func isCertificate(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

func isRecord(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}

func failed(message string, err error) error {
	return &oura.Error{Code: oura.CodeCallbackFailed, Message: message, Err: err}
}
