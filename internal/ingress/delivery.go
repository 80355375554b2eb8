package ingress

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/sqlite"
)

// MaxBody is how long a delivery may be, in bytes; Oura's have some 200.
const MaxBody = 64 << 10

const (
	fresh      = 5 * time.Minute // clocks may differ by this much either way
	maxLate    = 72 * time.Hour  // older ones are fetched by a reconcile instead
	storeLimit = 2 * time.Second // Oura gives up after 10 s and sends again
	retryAfter = 5 * time.Second // when we could not keep it
)

// desk is what checking one delivery takes and the next can use again.
type desk struct {
	body [MaxBody + 1]byte // one more, to see that there is more
	keyed
}

// delivery keeps one signed notification and answers 200 with an empty body, or
// turns it down. Source: CONTRACT section 4.3.
func (h *Handler) delivery(w http.ResponseWriter, r *http.Request) {
	on := h.desks.Get().(*desk) // the pool holds nothing else
	defer h.desks.Put(on)
	d, no := h.accept(r, on)
	if no == nil {
		no = h.keep(r.Context(), d)
	}
	if no != nil {
		h.refuse(w, r, *no)
	}
}

// accept checks a delivery, cheapest first, and reads it only after its
// signature has proved right. The result shares nothing with the desk.
func (h *Handler) accept(r *http.Request, on *desk) (d sqlite.Delivery, no *rejection) {
	secrets := h.opt.Secrets()
	if len(secrets) == 0 {
		return d, &rejection{status: http.StatusServiceUnavailable, reason: RejectedNoSecret, retry: retryAfter, hangUp: true}
	}
	if no := unreadable(r); no != nil {
		return d, no
	}
	body, no := readBody(r, &on.body)
	if no != nil {
		return d, no
	}
	s, no := on.verify(r.Header, body, secrets)
	if no != nil {
		h.count.shapes(r.Header)
		return d, no
	}
	keepPlace(r.Context())
	return h.read(s)
}

// read makes a delivery of what Oura has signed, unless its time is so far off
// that it could be a replay whose first arrival is forgotten.
func (h *Handler) read(s signed) (sqlite.Delivery, *rejection) {
	now := h.opt.Now()
	lag := now.Sub(s.sentAt)
	if lag > maxLate || lag < -fresh {
		n, _ := parse(s.body) // without a type: any type
		h.count.outOfTime(lag)
		h.opt.Reconcile(knownType(n.DataType))
		return sqlite.Delivery{}, unauthorized(RejectedTime)
	}
	// Body is what the signature covers. Otherwise white space, which the compact
	// form does not cover, would make one delivery into any number of new ones.
	d := sqlite.Delivery{
		ReceivedAt: now, Timestamp: s.timestamp, Body: bytes.Clone(s.body), SignatureForm: s.form,
		Late: lag > fresh, LagMS: lag.Milliseconds(),
	}
	judge(&d, h.opt.UserID())
	h.count.verified(s, lag)
	return d, nil
}

// keep commits d. The sender's hanging up does not stop it: what has begun to be
// stored may as well be there when Oura sends it again.
func (h *Handler) keep(ctx context.Context, d sqlite.Delivery) *rejection {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	id, isNew, err := h.opt.Store.InsertDelivery(ctx, d)
	if err != nil {
		return &rejection{status: http.StatusServiceUnavailable, reason: RejectedStore, retry: retryAfter, err: err}
	}
	failpoint.Hit("ingress.committed")
	h.count.kept(d, isNew)
	if id > 0 {
		h.opt.Accepted(id)
	}
	if d.Verdict == sqlite.VerdictUnparsable && isNew {
		h.opt.Reconcile(knownType(d.Notification.DataType))
	}
	return nil
}

// unreadable turns down by its header alone what would not be accepted once it
// was read.
func unreadable(r *http.Request) *rejection {
	switch {
	case isEncoded(r.Header["Content-Encoding"]):
		return misshapen(http.StatusUnsupportedMediaType, RejectedEncoding)
	case r.ContentLength > MaxBody:
		return misshapen(http.StatusRequestEntityTooLarge, RejectedTooLarge)
	}
	return nil
}

// readBody reads the whole body into buf.
func readBody(r *http.Request, buf *[MaxBody + 1]byte) ([]byte, *rejection) {
	n := 0
	for n < len(buf) {
		m, err := r.Body.Read(buf[n:])
		n += m
		if errors.Is(err, io.EOF) && n <= MaxBody {
			return buf[:n], nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, misshapen(http.StatusBadRequest, RejectedBroken)
		}
	}
	return nil, misshapen(http.StatusRequestEntityTooLarge, RejectedTooLarge)
}

func isEncoded(codings []string) bool {
	for _, c := range codings {
		if c != "" && !strings.EqualFold(c, "identity") {
			return true
		}
	}
	return false
}
