package collect

import (
	"context"
	"sync"
)

// Traffic lets work that can wait give way to work that cannot: a backfill asks
// for its next page only while no delivery is being fetched and no round is
// under way. The zero value is ready, and nil never makes anybody wait.
type Traffic struct {
	mu     sync.Mutex    // guards the fields below
	urgent int           // pieces of urgent work under way
	clear  chan struct{} // closed when the last of them ends, nil while there is none
}

// Urgent tells that urgent work begins; done tells its end and must be called
// once.
func (t *Traffic) Urgent() (done func()) {
	if t == nil {
		return func() {}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.urgent++; t.urgent == 1 {
		t.clear = make(chan struct{})
	}
	return t.end
}

func (t *Traffic) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.urgent--; t.urgent == 0 {
		close(t.clear)
		t.clear = nil
	}
}

// GiveWay returns once no urgent work is under way, or with the error of ctx.
func (t *Traffic) GiveWay(ctx context.Context) error {
	for t != nil {
		t.mu.Lock()
		clear := t.clear
		t.mu.Unlock()
		if clear == nil {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-clear:
		}
	}
	return ctx.Err()
}
