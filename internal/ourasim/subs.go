package ourasim

import (
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// Subscription is one webhook subscription as the cloud holds it.
type Subscription struct {
	ID          string         `json:"id"`
	CallbackURL string         `json:"callback_url"`
	EventType   oura.Operation `json:"event_type"`
	DataType    oura.DataType  `json:"data_type"`
	ExpiresAt   time.Time      `json:"expires_at"`
	Confirmed   bool           `json:"confirmed"` // its handshake succeeded
	token       string         // verification token, never shown
}

func (s Subscription) live(now time.Time) bool { return s.Confirmed && now.Before(s.ExpiresAt) }

type subscriptions struct {
	mu       sync.Mutex
	all      []Subscription // guarded by mu; oldest first
	creating int            // guarded by mu; POSTs under way
	crowd    int            // guarded by mu; the most there were at once
}

// begin counts a POST that is under way until end.
func (b *subscriptions) begin() (end func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.creating++
	b.crowd = max(b.crowd, b.creating)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.creating--
	}
}

func (b *subscriptions) mostAtOnce() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.crowd
}

func (b *subscriptions) list() []Subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.all)
}

func (b *subscriptions) get(id string) (Subscription, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.index(id); i >= 0 {
		return b.all[i], true
	}
	return Subscription{}, false
}

// index must be called with mu held.
func (b *subscriptions) index(id string) int {
	return slices.IndexFunc(b.all, func(s Subscription) bool { return s.ID == id })
}

// add appends sub unless alone is set and another one has the same pair.
func (b *subscriptions) add(sub Subscription, alone bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if alone && b.taken(sub) {
		return false
	}
	b.all = append(b.all, sub)
	return true
}

// replace puts sub in the place of the one with its id, under the same rule: it
// tells whether that one was found and whether the pair was free.
func (b *subscriptions) replace(sub Subscription, alone bool) (found, free bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(sub.ID)
	if i < 0 {
		return false, true
	}
	if alone && b.taken(sub) {
		return true, false
	}
	b.all[i] = sub
	return true, true
}

// taken must be called with mu held.
func (b *subscriptions) taken(sub Subscription) bool {
	return slices.ContainsFunc(b.all, func(o Subscription) bool {
		return o.ID != sub.ID && o.EventType == sub.EventType && o.DataType == sub.DataType
	})
}

func (b *subscriptions) remove(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(id)
	if i >= 0 {
		b.all = slices.Delete(b.all, i, i+1)
	}
	return i >= 0
}

func (b *subscriptions) dropExpired(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = slices.DeleteFunc(b.all, func(s Subscription) bool { return !now.Before(s.ExpiresAt) })
}

// liveFor returns the live subscriptions of a pair.
func (b *subscriptions) liveFor(dt oura.DataType, op oura.Operation, now time.Time) []Subscription {
	return b.liveWhere(now, func(s Subscription) bool { return s.DataType == dt && s.EventType == op })
}

func (b *subscriptions) liveWhere(now time.Time, keep func(Subscription) bool) []Subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Subscription
	for _, s := range b.all {
		if s.live(now) && keep(s) {
			out = append(out, s)
		}
	}
	return out
}

// Subscriptions returns all subscriptions, oldest first.
func (s *Sim) Subscriptions() []Subscription { return s.subs.list() }

// CreationsAtOnce is the most subscriptions that were being made at the same
// time; Oura wants one after another. One whose client has left counts until the
// cloud is done with it.
func (s *Sim) CreationsAtOnce() int { return s.subs.mostAtOnce() }

// PlantSubscription adds a confirmed subscription without a handshake, such as
// one that another installation made. An empty ID gets one, a zero ExpiresAt the
// usual life. It returns the id.
func (s *Sim) PlantSubscription(sub Subscription) string {
	if sub.ID == "" {
		sub.ID = newUUID()
	}
	if sub.ExpiresAt.IsZero() {
		sub.ExpiresAt = s.clock.now().Add(s.sw.get().SubscriptionLife)
	}
	sub.Confirmed = true
	s.subs.add(sub, false)
	return sub.ID
}

// ExpireSubscription ends the life of one now.
func (s *Sim) ExpireSubscription(id string) bool {
	sub, ok := s.subs.get(id)
	if ok {
		sub.ExpiresAt = s.clock.now()
		ok, _ = s.subs.replace(sub, false)
	}
	return ok
}

// RemoveSubscription takes one away without a word, as Oura may.
func (s *Sim) RemoveSubscription(id string) bool { return s.subs.remove(id) }
