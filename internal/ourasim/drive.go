package ourasim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Put creates or updates a document, whichever its presence asks for, and
// announces it to the live subscriptions of that pair.
func (s *Sim) Put(doc Doc) (oura.Operation, error) { return s.put(doc, 0, true) }

// PutQuiet changes a document and tells nobody.
func (s *Sim) PutQuiet(doc Doc) (oura.Operation, error) { return s.put(doc, 0, false) }

// PutLate announces a document at once that the REST side shows only after delay
// of the cloud's clock: until then 404, or the older state.
func (s *Sim) PutLate(doc Doc, delay time.Duration) (oura.Operation, error) {
	return s.put(doc, delay, true)
}

func (s *Sim) put(doc Doc, delay time.Duration, announce bool) (oura.Operation, error) {
	doc, err := doc.complete()
	if err != nil {
		return "", err
	}
	now := s.clock.now()
	op := s.library.put(doc.Type, doc.ID, doc.JSON, now.Add(delay), now)
	s.changed(Change{At: now, Operation: op, Type: doc.Type, ID: doc.ID, JSON: doc.JSON}, announce)
	return op, nil
}

// Delete removes a document and announces it. It reports whether it was there.
func (s *Sim) Delete(dt oura.DataType, id string) bool { return s.delete(dt, id, true) }

// DeleteQuiet removes a document and tells nobody.
func (s *Sim) DeleteQuiet(dt oura.DataType, id string) bool { return s.delete(dt, id, false) }

func (s *Sim) delete(dt oura.DataType, id string, announce bool) bool {
	now := s.clock.now()
	if !s.library.remove(dt, id, now) {
		return false
	}
	s.changed(Change{At: now, Operation: oura.Delete, Type: dt, ID: id}, announce)
	return true
}

// AddRows adds samples to heartrate or ring_battery_level. Series have no
// webhooks.
func (s *Sim) AddRows(dt oura.DataType, rows ...Row) { s.series.add(dt, rows) }

// complete takes the id from the JSON where it is not given, and checks both.
func (d Doc) complete() (Doc, error) {
	var inside struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(d.JSON, &inside); err != nil {
		return d, fmt.Errorf("document of %s: %w", d.Type, err)
	}
	if d.ID == "" {
		d.ID = inside.ID
	}
	c, ok := collectionOf(d.Type)
	if d.ID == "" || !ok || c.series || !c.hook {
		return d, fmt.Errorf("document %q of %q: no id or not a document type", d.ID, d.Type)
	}
	return d, nil
}

func (s *Sim) changed(c Change, announce bool) {
	if announce {
		c.Announced = s.announce(oura.Notification{EventType: c.Operation, DataType: c.Type, ObjectID: c.ID}, nil,
			s.subs.liveFor(c.Type, c.Operation, c.At))
	}
	s.ledger.changed(c)
}

// Announce sends a notification that no change stands behind: an unknown type,
// meal, another user, no object id, extra fields. It goes to the live
// subscriptions of its pair or, without any, to the newest live one. Empty
// EventTime and UserID are filled in. It returns how many were queued.
func (s *Sim) Announce(n oura.Notification, extra map[string]any) int {
	now := s.clock.now()
	to := s.subs.liveFor(n.DataType, n.EventType, now)
	if len(to) == 0 {
		to = s.subs.liveWhere(now, func(Subscription) bool { return true })
		to = to[max(0, len(to)-1):]
	}
	fields := make([]field, 0, len(extra))
	for name, value := range extra {
		fields = append(fields, field{name, value})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return s.announce(n, fields, to)
}

func (s *Sim) announce(n oura.Notification, extra []field, to []Subscription) int {
	sw := s.sw.get()
	if n.EventTime == "" {
		n.EventTime = s.eventTimes.next(s.clock.now()).Format("2006-01-02T15:04:05.000-07:00")
	}
	if n.UserID == "" {
		n.UserID = s.UserID()
	}
	if sw.ExtraFields {
		extra = append(extra, field{"api_version", "v2"}, field{"meta", map[string]any{"attempt": 1}})
	}
	body, err := noticeBody(n, extra, sw.SpacedJSON)
	if err != nil {
		s.log.Error("notification cannot be written", "err", err)
		return 0
	}
	for _, sub := range to {
		p := &parcel{delivery: Delivery{SubscriptionID: sub.ID, URL: sub.CallbackURL, Notification: n, Body: body, State: DeliveryPending}}
		s.enqueue(p, sw.Silent)
	}
	return len(to)
}

func (s *Sim) enqueue(p *parcel, silent bool) {
	s.ledger.queued(p)
	if silent {
		s.ledger.settled(p, DeliveryWithheld)
		return
	}
	if s.out.push(p) {
		s.ledger.setState(p, DeliveryHeld)
	}
}

// Hold keeps new deliveries back until Release.
func (s *Sim) Hold() { s.out.setHolding(true) }

// Held is the number of deliveries kept back.
func (s *Sim) Held() int { return s.out.heldCount() }

// Release ends Hold and sends what was kept back one after another, each after
// the answer to the one before. With order the held delivery order[0] (counted
// from 0, in the order of the changes) goes first; a number may come twice, and
// those not named follow at the end. What is refused is retried as usual.
func (s *Sim) Release(ctx context.Context, order ...int) error {
	s.out.setHolding(false)
	held := s.out.takeHeld()
	sent := make([]bool, len(held))
	for i := range held {
		if !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	for _, i := range order {
		if i < 0 || i >= len(held) {
			continue
		}
		if sent[i] {
			s.resend(ctx, held[i]) // its outcome stands in the ledger
			continue
		}
		sent[i] = true
		s.attempt(ctx, held[i])
	}
	return ctx.Err()
}

// resend posts a delivery once more as a copy, whatever became of it.
func (s *Sim) resend(ctx context.Context, p *parcel) Attempt {
	d := s.ledger.snapshot(p)
	a := s.post(ctx, d, s.sw.get().DeliveryDeadline)
	a.Copy = true
	s.ledger.attempted(p, a)
	return a
}

// Redeliver posts an earlier delivery once more, byte for byte, and waits for
// the answer.
func (s *Sim) Redeliver(ctx context.Context, id int) (Attempt, error) {
	p, ok := s.ledger.parcel(id)
	if !ok || s.ledger.snapshot(p).Timestamp == "" {
		return Attempt{}, fmt.Errorf("no delivery %d was sent", id)
	}
	return s.resend(ctx, p), nil
}

// WaitDelivered returns when every delivery is settled, retries included. Held
// ones are not waited for.
func (s *Sim) WaitDelivered(ctx context.Context) error {
	select {
	case <-s.out.whenIdle():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
