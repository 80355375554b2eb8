package ourasim

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"oura-streaming/internal/oura"
)

// DeliveryState is where a delivery stands.
type DeliveryState string

// Pending waits for its next attempt; held waits for Release; withheld was never
// sent because the cloud is silent; redirected got a 3xx, which is neither
// acknowledged nor repeated; lost used up its retries; cancelled lost its
// subscription.
const (
	DeliveryPending      DeliveryState = "pending"
	DeliveryHeld         DeliveryState = "held"
	DeliveryWithheld     DeliveryState = "withheld"
	DeliveryAcknowledged DeliveryState = "acknowledged"
	DeliveryRedirected   DeliveryState = "redirected"
	DeliveryLost         DeliveryState = "lost"
	DeliveryCancelled    DeliveryState = "cancelled"
)

// Delivery is one notification to one subscription, with all its attempts.
type Delivery struct {
	ID             int               `json:"id"`
	SubscriptionID string            `json:"subscription_id"`
	URL            string            `json:"url"` // of the newest attempt
	Notification   oura.Notification `json:"notification"`
	Body           []byte            `json:"body"`
	Timestamp      string            `json:"timestamp"`
	Signature      string            `json:"signature"`
	State          DeliveryState     `json:"state"`
	Attempts       []Attempt         `json:"attempts"`
	Copies         int               `json:"copies"` // extra copies sent on purpose
}

// Attempt is one POST. Status 0 means that no answer came; Err says why.
type Attempt struct {
	At     time.Time     `json:"at"`
	Took   time.Duration `json:"took_ns"`
	Status int           `json:"status"`
	Err    string        `json:"err,omitempty"`
	Copy   bool          `json:"copy,omitempty"`
}

// DeliveryCounts are counts of all deliveries since the start.
type DeliveryCounts struct {
	Queued       int `json:"queued"`
	Attempts     int `json:"attempts"` // copies too
	Acknowledged int `json:"acknowledged"`
	Redirected   int `json:"redirected"`
	Lost         int `json:"lost"`
	Gone         int `json:"gone"` // answers 410
	Cancelled    int `json:"cancelled"`
	Withheld     int `json:"withheld"`
}

// attempt sends p once, and its copies, and settles or reschedules it.
func (s *Sim) attempt(ctx context.Context, p *parcel) {
	sw := s.sw.get()
	sub, ok := s.subs.get(p.subscriptionID())
	if !ok {
		s.settle(p, DeliveryCancelled)
		return
	}
	d := s.ledger.prepare(p, sub.CallbackURL, s.freshStamp(p, sw), s.app.currentSecret())
	result := s.post(ctx, d, sw.DeliveryDeadline)
	if ctx.Err() != nil {
		s.out.later(p, s.clock.now()) // we gave up, not the receiver; it counts for nothing
		return
	}
	s.ledger.attempted(p, result)
	for range sw.Duplicates {
		extra := s.post(ctx, d, sw.DeliveryDeadline)
		extra.Copy = true
		s.ledger.attempted(p, extra)
	}
	s.judge(p, result, sub.ID, sw)
}

// freshStamp returns the stamp for the next attempt, "" to keep the old one.
func (s *Sim) freshStamp(p *parcel, sw Switches) string {
	if p.tried == 0 || sw.RestampRetries {
		return stamp(s.clock.now(), sw.StampSeconds)
	}
	return ""
}

func (s *Sim) judge(p *parcel, result Attempt, subscriptionID string, sw Switches) {
	switch {
	case result.Status >= 200 && result.Status < 300:
		s.settle(p, DeliveryAcknowledged)
	case result.Status >= 300 && result.Status < 400:
		s.settle(p, DeliveryRedirected)
	case result.Status == http.StatusGone:
		s.subs.remove(subscriptionID)
		s.ledger.gone()
		s.settle(p, DeliveryCancelled)
	case p.tried >= sw.Retries:
		s.settle(p, DeliveryLost)
	default:
		p.tried++
		s.out.later(p, s.clock.now().Add(sw.RetrySpacing))
	}
}

func (s *Sim) settle(p *parcel, state DeliveryState) {
	s.ledger.settled(p, state)
	s.out.done()
}

// post sends one signed body. It follows no redirect.
func (s *Sim) post(ctx context.Context, d Delivery, deadline time.Duration) Attempt {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	began := time.Now() // the real clock: Took measures the network
	a := Attempt{At: s.clock.now()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		a.Err = err.Error()
		return a
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Oura-Timestamp", d.Timestamp)
	req.Header.Set("X-Oura-Signature", d.Signature)
	res, err := s.outward.Do(req)
	a.Took = time.Since(began)
	if err != nil {
		a.Err = err.Error()
		return a
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // only the status counts
	a.Status = res.StatusCode
	return a
}
