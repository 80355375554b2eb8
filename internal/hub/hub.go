// Package hub tells listeners how far the event numbers have come. It carries no
// events: a listener that wakes reads Seq and then, from the store, what follows
// the last number it handled. So being slow, late or restarted loses nothing.
package hub

import "sync/atomic"

// Hub keeps the highest event number that is committed. Safe for concurrent use.
type Hub struct {
	seq  atomic.Int64
	bell Bell
}

// New returns a hub at number 0, before the first event.
func New() *Hub { return &Hub{} }

// Publish says that everything up to seq is committed. Call it after the commit.
// It never blocks; a number that is not higher than the last one wakes nobody.
func (h *Hub) Publish(seq int64) {
	for {
		old := h.seq.Load()
		if seq <= old {
			return
		}
		if h.seq.CompareAndSwap(old, seq) {
			h.bell.Ring()
			return
		}
	}
}

// Seq returns the highest number published, 0 before the first.
func (h *Hub) Seq() int64 { return h.seq.Load() }

// Listen returns a channel that gets a token after each Publish; tokens that are
// not fetched merge into one. Listen first and read Seq second, then nothing falls
// between. stop ends it, may be called twice, and leaves the channel open.
func (h *Hub) Listen() (wake <-chan struct{}, stop func()) { return h.bell.Listen() }
