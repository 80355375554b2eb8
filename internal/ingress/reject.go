package ingress

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Reason says why a request was turned down.
type Reason string

// The reasons. All from RejectedTimestampShape to RejectedTime are answered with
// the same 401, so that nobody can learn how far a forgery got.
const (
	RejectedPath           Reason = "path"
	RejectedMethod         Reason = "method"
	RejectedRate           Reason = "rate"
	RejectedTooLarge       Reason = "too_large"
	RejectedBroken         Reason = "broken_body" // ended early or too slow
	RejectedEncoding       Reason = "content_encoding"
	RejectedNoSecret       Reason = "no_secret" // ours: not configured
	RejectedTimestampShape Reason = "timestamp_shape"
	RejectedBodyShape      Reason = "body_shape"
	RejectedSignatureShape Reason = "signature_shape"
	RejectedSignature      Reason = "signature" // well formed and wrong
	RejectedTime           Reason = "time"      // signed by Oura, but too old or too far ahead
	RejectedToken          Reason = "verification_token"
	RejectedChallenge      Reason = "challenge_shape"
	RejectedStore          Reason = "store" // ours: could not be kept
	RejectedPanic          Reason = "panic" // ours: a mistake
)

// rejection is how one request is turned down.
type rejection struct {
	status  int
	reason  Reason
	retry   time.Duration // for Retry-After, 0 for none
	hangUp  bool          // close the connection: the body was not read
	err     error         // for the log, if the failure is ours
	charged bool          // counts against the source's failures
}

// unauthorized is the one answer to everything that is not Oura's.
func unauthorized(reason Reason) *rejection {
	return &rejection{status: http.StatusUnauthorized, reason: reason, charged: true}
}

// misshapen is the answer to a body that is not, or not wholly, read.
func misshapen(status int, reason Reason) *rejection {
	return &rejection{status: status, reason: reason, hangUp: true, charged: true}
}

// refuse answers with an empty body, counts and logs.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, no rejection) {
	now := h.opt.Now()
	if no.charged && !h.gate.failure(h.opt.Source(r), now) {
		no.status, no.reason, no.retry, no.hangUp = http.StatusTooManyRequests, RejectedRate, time.Second, true
	}
	h.count.rejected(no.reason)
	h.opt.Rejected(no.reason)
	h.logRejection(r, no, now)
	if no.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(no.retry/time.Second)))
	}
	if no.hangUp {
		w.Header().Set("Connection", "close")
	}
	w.WriteHeader(no.status)
}

// logRejection writes at most one line a second for others' failures and one for
// ours. Nothing a stranger sent is in it but the shape of the headers.
func (h *Handler) logRejection(r *http.Request, no rejection, now time.Time) {
	if no.err != nil {
		if skipped, ok := h.own.allow(now); ok {
			h.opt.Log.WarnContext(r.Context(), "delivery not kept", "reason", string(no.reason), "err", no.err, "skipped", skipped)
		}
		return
	}
	if skipped, ok := h.bad.allow(now); ok {
		h.opt.Log.InfoContext(r.Context(), "ingress request refused", "reason", string(no.reason), "status", no.status,
			"signature", shapeOf(r.Header[signatureHeader]), "timestamp", shapeOf(r.Header[timestampHeader]), "skipped", skipped)
	}
}

// throttle lets one log line pass per second.
type throttle struct {
	mu      sync.Mutex // guards last and skipped
	last    time.Time
	skipped int
}

// allow reports whether a line may be written now, and how many were left out
// since the last one.
func (t *throttle) allow(now time.Time) (skipped int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d := now.Sub(t.last); d >= 0 && d < time.Second {
		t.skipped++
		return 0, false
	}
	skipped, t.skipped, t.last = t.skipped, 0, now
	return skipped, true
}
