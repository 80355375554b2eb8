package ourasim

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// parcel is a delivery on its way. The delivery itself belongs to the ledger and
// is read and written under the ledger's lock.
type parcel struct {
	delivery Delivery
	tried    int // retries used; touched by one worker at a time
	due      time.Time
}

func (p *parcel) subscriptionID() string { return p.delivery.SubscriptionID } // set once, before queueing

// outbox orders what is to be sent: ready ones first in, first out; later ones
// by their time; held ones until they are released. It has no bound, as Oura's
// has none that we know; the ledger's KeepEntries bounds what is remembered.
type outbox struct {
	mu      sync.Mutex
	ready   []*parcel     // guarded by mu, as all below
	waiting []*parcel     // by due
	held    []*parcel     //
	holding bool          //
	open    int           // queued and not settled, held ones left out
	idle    chan struct{} // closed while open is 0
	closed  bool          //
	more    *sync.Cond    // ready grew or closed
	wake    chan struct{} // waiting changed
}

func newOutbox() *outbox {
	o := &outbox{idle: make(chan struct{}), wake: make(chan struct{}, 1)}
	close(o.idle)
	o.more = sync.NewCond(&o.mu)
	return o
}

// push queues p, or holds it; it reports whether it is held.
func (o *outbox) push(p *parcel) (held bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.holding {
		o.held = append(o.held, p)
		return true
	}
	o.enter()
	o.ready = append(o.ready, p)
	o.more.Signal()
	return false
}

// enter must be called with mu held.
func (o *outbox) enter() {
	if o.open == 0 {
		o.idle = make(chan struct{})
	}
	o.open++
}

func (o *outbox) done() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.open--; o.open == 0 {
		close(o.idle)
	}
}

func (o *outbox) later(p *parcel, due time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p.due = due
	i, _ := slices.BinarySearchFunc(o.waiting, due, func(w *parcel, t time.Time) int {
		return cmp.Or(w.due.Compare(t), -1) // equal ones keep their order
	})
	o.waiting = slices.Insert(o.waiting, i, p)
	o.nudge()
}

func (o *outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// take blocks until a parcel is ready; nil means closed.
func (o *outbox) take() *parcel {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.ready) == 0 && !o.closed {
		o.more.Wait()
	}
	if o.closed {
		return nil
	}
	p := o.ready[0]
	o.ready = o.ready[1:]
	return p
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.more.Broadcast()
}

// nextDue moves what is due to ready and returns when the next one is; false
// when none waits.
func (o *outbox) nextDue(now time.Time) (time.Time, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.waiting) > 0 && !o.waiting[0].due.After(now) {
		o.ready = append(o.ready, o.waiting[0])
		o.waiting = o.waiting[1:]
		o.more.Signal()
	}
	if len(o.waiting) == 0 {
		return time.Time{}, false
	}
	return o.waiting[0].due, true
}

// keepTime brings waiting parcels back when their time has come, until ctx ends.
func (o *outbox) keepTime(ctx context.Context, c *clock) {
	for ctx.Err() == nil {
		if due, any := o.nextDue(c.now()); any {
			c.wait(ctx, due, o.wake)
			continue
		}
		select {
		case <-ctx.Done():
		case <-o.wake:
		}
	}
}

func (o *outbox) setHolding(on bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holding = on
}

// takeHeld empties the held list and counts its parcels as open again.
func (o *outbox) takeHeld() []*parcel {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := o.held
	o.held = nil
	for range out {
		o.enter()
	}
	return out
}

func (o *outbox) heldCount() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.held)
}

func (o *outbox) whenIdle() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.idle
}
