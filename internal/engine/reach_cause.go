package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/status"
)

// Who is asked, as sentences name it.
const (
	nameAPI   = "Oura's server"
	nameToken = "Oura's sign-in server"
)

// cause is why an answer did not come from Oura: a trouble's code, "" when it
// did, and a sentence.
type cause struct {
	code   string
	say    string
	surely bool // one such answer is proof enough
}

// causeOf judges one answer of whom. The network's end on this computer, Oura's
// end and something in between are told apart.
func causeOf(a ouraapi.Answer, whom string) cause {
	switch {
	case errors.Is(a.Err, ouraapi.ErrWebPage) || a.Status == http.StatusNetworkAuthenticationRequired:
		return cause{status.CaptivePortal, "A web page came instead of an answer of " + whom + ".", false}
	case errors.Is(a.Err, ouraapi.ErrUnparsable):
		return cause{} // it answered, of whatever use that is
	case a.Status >= http.StatusInternalServerError:
		asked := a.Header.Get("Retry-After") != "" // it says itself that it is down
		return cause{status.OuraDown, fmt.Sprintf("The last answer of %s was an error (%d).", whom, a.Status), asked}
	case a.Err != nil:
		return lost(a.Err, whom)
	case leadsAway(a):
		return cause{status.CaptivePortal, "The answer of " + whom + " was replaced by one that leads elsewhere.", false}
	}
	return cause{}
}

// leadsAway reports a redirect to another host. Oura's API sends none.
func leadsAway(a ouraapi.Answer) bool {
	if a.Status < 300 || a.Status > 399 {
		return false
	}
	to, err := url.Parse(a.Header.Get("Location"))
	return err == nil && to.Host != "" && to.Host != a.Host
}

// lost judges why no answer came.
func lost(err error, whom string) cause {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return cause{status.NoNetwork, "The name of " + whom + " could not be looked up.", true}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return cause{status.NoNetwork, "The proxy that this computer is set to use does not answer.", true}
	}
	if say := forged(err, whom); say != "" {
		return cause{status.CaptivePortal, say, true}
	}
	errno, _ := errors.AsType[syscall.Errno](err)
	timeout, _ := errors.AsType[net.Error](err)
	switch {
	case isLocal(errno):
		return cause{status.NoNetwork, "This computer has no way to " + whom + ".", true}
	case isRefused(errno):
		return cause{status.OuraDown, whom + " refuses connections.", false}
	case errors.Is(err, context.DeadlineExceeded), timeout != nil && timeout.Timeout():
		return cause{status.OuraDown, whom + " did not answer in time.", false}
	}
	return cause{status.OuraDown, "The connection to " + whom + " broke off.", false}
}

// forged tells what is wrong with the certificate that was shown in Oura's
// place, "" when that was not the reason.
func forged(err error, whom string) string {
	if errors.Is(err, http.ErrSchemeMismatch) {
		return "What answers in the place of " + whom + " shows no certificate."
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "What answers in the place of " + whom + " shows no certificate."
	}
	if bad, ok := errors.AsType[x509.CertificateInvalidError](err); ok && bad.Reason == x509.Expired {
		return "The certificate shown in the place of " + whom + " is not valid at this time, or this computer's clock is far off."
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "What answers in the place of " + whom + " shows a certificate that is not Oura's."
	}
	return ""
}
