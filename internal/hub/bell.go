package hub

import "sync"

// Bell wakes any number of listeners without ever waiting for one. Its zero
// value is ready. Safe for concurrent use.
type Bell struct {
	mu        sync.Mutex // guards listeners
	listeners map[chan struct{}]struct{}
}

// Ring puts one token into every listener's channel that is empty. A full one
// already has a wake-up waiting, which stands for this one too.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.listeners {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Listen returns a channel with room for one token, and the way to give it up.
func (b *Bell) Listen() (wake <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = map[chan struct{}]struct{}{}
	}
	b.listeners[c] = struct{}{}
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, c)
	}
}
