package ouraapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"oura-streaming/internal/oura"
)

// Sentences about subscriptions.
const (
	msgCertificate  = "Oura could not trust the certificate of our public address. The address must present its whole certificate chain."
	msgHandshake    = "Oura could not reach our public address while making the subscription. Check the address; it is tried again by itself."
	msgSubscription = "Oura refused this subscription"
	msgNoSuch       = "Oura does not know this subscription (any more)."
)

// ErrTaken is in the chain of the error with which Oura refuses a second
// subscription for a pair of data type and operation.
var ErrTaken = errors.New("the pair has a subscription")

// manageErr maps an answer of the subscription calls. Their 401 and 403 are about
// the client ID and secret, or about an id that does not exist; a 400 or 500 on
// making one tells that the handshake with our address failed (CONTRACT 4.1, 4.4).
func (a answer) manageErr(k call) error {
	if a.ok() {
		return nil
	}
	e := a.refusal()
	e.Scope = ""
	switch {
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden && k.method == http.MethodGet:
		e.Code, e.Message = oura.CodeClientRejected, msgClient
	case k.id != "" && (a.status == http.StatusForbidden || a.status == http.StatusNotFound):
		e.Code, e.Message = oura.CodeNotFound, msgNoSuch
	case a.status == http.StatusInternalServerError && bytes.Contains(a.body, []byte("SSLError")):
		e.Code, e.Message = oura.CodeCallbackFailed, msgCertificate
	case k.limit == handshakeLimit && (a.status == http.StatusBadRequest || a.status >= 500):
		e.Code, e.Message = oura.CodeCallbackFailed, msgHandshake
	case a.status >= 400 && a.status < 500 && e.Code != oura.CodeRateLimited:
		e.Code, e.Message = oura.CodeSubscriptionOff, withDetail(a.detail())
		if a.status == http.StatusConflict {
			e.Err = fmt.Errorf("%w: %w", ErrTaken, e.Err)
		}
	}
	return e
}

func withDetail(detail string) string {
	if detail == "" {
		return msgSubscription + "."
	}
	return msgSubscription + ": " + detail
}
