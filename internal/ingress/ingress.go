// Package ingress is all that the public address serves: Oura's handshake and
// its signed deliveries, at one path. Promise: a delivery is answered with 200
// only after it is committed and synced to disk, each is kept once however often
// it comes, and nothing is written or parsed before its signature has proved it
// comes from Oura.
package ingress

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// Store keeps deliveries. InsertDelivery returns once d is synced to disk; a
// repeat is no error. It must return soon after ctx ends.
type Store interface {
	InsertDelivery(ctx context.Context, d sqlite.Delivery) (id int64, isNew bool, err error)
}

// Options are the parts a Handler works with. Path and Store are needed, the
// rest has a harmless default. No function may block: all are called while Oura
// waits for its answer.
type Options struct {
	Path              string                     // the one path that is served
	Secrets           func() []oura.Secret       // client secrets that may have signed, current first; see AcceptedSecrets
	VerificationToken func() oura.Secret         // the token Oura was given with the subscriptions
	UserID            func() string              // the connected account, "" for none
	Store             Store                      //
	Accepted          func(id int64)             // a delivery is committed; for a repeat again, as the first answer may have been lost
	Reconcile         func(dt oura.DataType)     // something of dt ("": of any type) changed and will not be delivered
	Rejected          func(Reason)               // a request was turned down
	Source            func(*http.Request) string // who asks, for the limits; nil: the connection's address
	Limits            Limits                     // zero: none
	Counters          *Counters                  // of several handlers, one after the other; nil: its own
	Now               func() time.Time           // nil: time.Now
	Log               *slog.Logger               // nil: discarded
}

// Handler serves the public address. Safe for concurrent use.
type Handler struct {
	opt   Options
	gate  gate
	count *Counters
	desks sync.Pool // of *desk
	bad   throttle  // log lines about what strangers send
	own   throttle  // log lines about what fails on our side
}

// New returns the handler for one path. It starts nothing.
func New(opt Options) *Handler {
	h := &Handler{opt: opt.withDefaults()}
	h.count = h.opt.Counters
	h.gate.limits = opt.Limits
	h.desks.New = func() any { return new(desk) }
	return h
}

func (o Options) withDefaults() Options {
	if o.Secrets == nil {
		o.Secrets = func() []oura.Secret { return nil }
	}
	if o.VerificationToken == nil {
		o.VerificationToken = func() oura.Secret { return "" }
	}
	if o.UserID == nil {
		o.UserID = func() string { return "" }
	}
	if o.Accepted == nil {
		o.Accepted = func(int64) {}
	}
	if o.Reconcile == nil {
		o.Reconcile = func(oura.DataType) {}
	}
	if o.Rejected == nil {
		o.Rejected = func(Reason) {}
	}
	if o.Source == nil {
		o.Source = remoteHost
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Counters = cmp.Or(o.Counters, &Counters{})
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}

// ServeHTTP answers the handshake and deliveries at the one path, 404 or 405
// elsewhere. No answer is ever 3xx or 410: the latter would cancel the
// subscriptions of everyone who uses the application.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer h.survive(w)
	if r.URL.Path != h.opt.Path || r.URL.RawPath != "" { // RawPath: some spelling other than ours
		h.refuse(w, r, rejection{status: http.StatusNotFound, reason: RejectedPath})
		return
	}
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.delivery(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		h.refuse(w, r, rejection{status: http.StatusMethodNotAllowed, reason: RejectedMethod})
	}
}

// survive keeps the program up when a request brings out a mistake of ours.
func (h *Handler) survive(w http.ResponseWriter) {
	cause := recover()
	if cause == nil {
		return
	}
	h.count.rejected(RejectedPanic)
	if skipped, ok := h.own.allow(h.opt.Now()); ok {
		h.opt.Log.Error("ingress request panicked", "cause", cause, "skipped", skipped)
	}
	w.WriteHeader(http.StatusInternalServerError)
}
