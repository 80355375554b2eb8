package subscribe

import (
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// cell is one wanted subscription.
type cell struct {
	dt oura.DataType
	op oura.Operation
}

func (c cell) String() string { return string(c.dt) + " " + string(c.op) }

func cellOf(s oura.Subscription) cell { return cell{s.DataType, s.EventType} }

// known tells whether this program could have wanted c. A newer one may want
// more.
func (c cell) known() bool {
	return slices.Contains(oura.Subscribable(), c.dt) && slices.Contains(oura.Operations(), c.op)
}

// entry is a subscription of Oura's list, judged.
type entry struct {
	oura.Subscription
	ours   bool
	here   bool // leads to our present address
	copied bool // leads to a program that has our random path and is not us
}

func (e entry) cell() cell { return cellOf(e.Subscription) }

// listing is Oura's list as a round knows it: as last read, with what Oura
// answered since.
type listing struct {
	id      identity
	address string // plain form of the present one

	mu     sync.Mutex // guards the fields below
	all    []entry
	news   []oura.Subscription // answers of this round, newer than any list
	denied map[string]bool     // ids that Oura did not know when asked to change them
	readAt time.Time
}

// replace takes over a list that was read at now. Entries without an id, or with
// one seen before, cannot be handled and are left out. Oura's answers win over
// its list, which may lag behind; missing counts those it does not show yet.
func (l *listing) replace(list []oura.Subscription, now time.Time) (missing int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all, l.readAt = nil, now
	seen := map[string]bool{"": true}
	for _, s := range list {
		if !seen[s.ID] {
			seen[s.ID] = true
			l.all = append(l.all, l.judge(s))
		}
	}
	for _, s := range l.news {
		if !seen[s.ID] {
			missing++
		}
		l.set(s)
	}
	return missing
}

// index must be called with mu held.
func (l *listing) index(id string) int {
	return slices.IndexFunc(l.all, func(e entry) bool { return e.ID == id })
}

func (l *listing) judge(s oura.Subscription) entry {
	at := plain(s.CallbackURL)
	ours := at != "" && l.id.urls[at]
	copied := !ours && l.id.path != "" && pathOf(s.CallbackURL) == l.id.path
	return entry{Subscription: s, ours: ours, here: at == l.address, copied: copied}
}

// set must be called with mu held.
func (l *listing) set(s oura.Subscription) {
	if i := l.index(s.ID); i >= 0 {
		l.all[i] = l.judge(s)
		return
	}
	l.all = append(l.all, l.judge(s))
}

// put takes over an answer of Oura.
func (l *listing) put(s oura.Subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set(s)
	l.news = append(slices.DeleteFunc(l.news, sameID(s.ID)), s)
}

func (l *listing) drop(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = slices.DeleteFunc(l.all, func(e entry) bool { return e.ID == id })
	l.news = slices.DeleteFunc(l.news, sameID(id))
}

func sameID(id string) func(oura.Subscription) bool {
	return func(s oura.Subscription) bool { return s.ID == id }
}

// deny notes that Oura does not know an id. The next list tells whether that is
// so.
func (l *listing) deny(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.denied[id] = true
}

func (l *listing) wasDenied(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.denied[id]
}

func (l *listing) snapshot() ([]entry, time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all), l.readAt
}

// find returns the subscription with an id.
func (l *listing) find(id string) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.index(id); i >= 0 {
		return l.all[i], true
	}
	return entry{}, false
}

// own returns our best subscription of a cell: at our address before elsewhere,
// then the one that lives longest.
func (l *listing) own(c cell) (best entry, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.all {
		if e.ours && e.cell() == c && (!ok || e.isBetter(best)) {
			best, ok = e, true
		}
	}
	return best, ok
}

func (e entry) isBetter(than entry) bool {
	if e.here != than.here {
		return e.here
	}
	return e.ExpiresAt.After(than.ExpiresAt)
}

// stranger returns another program's subscription of a cell.
func (l *listing) stranger(c cell) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.all, func(e entry) bool { return !e.ours && e.cell() == c })
	if i < 0 {
		return entry{}, false
	}
	return l.all[i], true
}
