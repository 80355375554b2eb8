package ourasim

import "slices"

// Deliveries returns the notifications sent or waiting, oldest first.
func (l *Ledger) Deliveries() []Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Delivery, len(l.deliveries.items))
	for i, p := range l.deliveries.items {
		out[i] = p.delivery
		out[i].Attempts = slices.Clone(p.delivery.Attempts)
	}
	return out
}

// Delivery returns one notification by its number.
func (l *Ledger) Delivery(id int) (Delivery, bool) {
	all := l.Deliveries()
	i := slices.IndexFunc(all, func(d Delivery) bool { return d.ID == id })
	if i < 0 {
		return Delivery{}, false
	}
	return all[i], true
}

// DeliveryCounts returns the counts since the start.
func (l *Ledger) DeliveryCounts() DeliveryCounts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}

// queued gives p its number and notes it.
func (l *Ledger) queued(p *parcel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Queued++
	p.delivery.ID = l.counts.Queued
	l.deliveries.add(p)
}

// prepare sets address, stamp ("" keeps it) and signature for the next attempt.
func (l *Ledger) prepare(p *parcel, url, timestamp, secret string) Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &p.delivery
	d.URL = url
	if timestamp != "" {
		d.Timestamp = timestamp
	}
	d.Signature = Sign(secret, d.Timestamp, d.Body)
	d.State = DeliveryPending
	return *d
}

func (l *Ledger) attempted(p *parcel, a Attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Attempts++
	p.delivery.Attempts = append(p.delivery.Attempts, a)
	if a.Copy {
		p.delivery.Copies++
	}
}

func (l *Ledger) gone() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.Gone++
}

func (l *Ledger) setState(p *parcel, state DeliveryState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.delivery.State = state
}

func (l *Ledger) settled(p *parcel, state DeliveryState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.delivery.State = state
	switch state {
	case DeliveryAcknowledged:
		l.counts.Acknowledged++
	case DeliveryRedirected:
		l.counts.Redirected++
	case DeliveryLost:
		l.counts.Lost++
	case DeliveryCancelled:
		l.counts.Cancelled++
	case DeliveryWithheld:
		l.counts.Withheld++
	case DeliveryPending, DeliveryHeld: // not settled
	}
}

func (l *Ledger) snapshot(p *parcel) Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	return p.delivery
}

func (l *Ledger) parcel(id int) (*parcel, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.deliveries.items, func(p *parcel) bool { return p.delivery.ID == id })
	if i < 0 {
		return nil, false
	}
	return l.deliveries.items[i], true
}
