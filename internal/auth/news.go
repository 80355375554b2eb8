package auth

import "sync"

// notifier tells listeners that something changed, not what: they read Status.
// Publishing never blocks; several changes merge into one wake-up.
type notifier struct {
	mu        sync.Mutex
	listeners map[chan struct{}]struct{} // guarded by mu
}

// Listen returns a channel that gets a value after the account was connected,
// disconnected, refreshed or needs a new sign-in, and after a login ended. stop
// ends it.
func (a *Auth) Listen() (wake <-chan struct{}, stop func()) { return a.news.listen() }

func (n *notifier) listen() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1) // one: a second wake-up says nothing more
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners == nil {
		n.listeners = make(map[chan struct{}]struct{})
	}
	n.listeners[ch] = struct{}{}
	return ch, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.listeners, ch)
	}
}

func (n *notifier) publish() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for ch := range n.listeners {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
