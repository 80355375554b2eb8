package ourasim

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault is one scripted misbehaviour of the cloud's listener. The first fault in
// the queue that fits a request takes it and loses one of its Times. A fault with
// none of Status, Drop, Hang and CutBody only delays.
type Fault struct {
	Method string        `json:"method"` // "" fits all
	Prefix string        `json:"prefix"` // of the path, "" fits all
	Times  int           `json:"times"`  // 0 means once, below 0 for ever
	Delay  time.Duration `json:"delay_ns"`

	// Status answers in place of the cloud. 429 brings the five rate headers,
	// 502 and 504 the front's HTML, unless Headers or Body say otherwise.
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"` // sent byte for byte; need not be JSON when set from Go

	// After lets the cloud do its work first, so that only the answer is lost.
	After bool `json:"after"`
	// Drop ends the connection without an answer.
	Drop bool `json:"drop"`
	// CutBody sends the true answer's head and half of its body, then drops.
	CutBody bool `json:"cut_body"`
	// Hang leaves the client waiting until it gives up or the cloud closes; with
	// CutBody after half of the body.
	Hang bool `json:"hang"`
}

func (f Fault) fits(r *http.Request) bool {
	return (f.Method == "" || f.Method == r.Method) && strings.HasPrefix(r.URL.Path, f.Prefix)
}

// replaces reports whether the cloud's own handler is not asked.
func (f Fault) replaces() bool {
	return !f.After && !f.CutBody && (f.Status != 0 || f.Drop || f.Hang)
}

type faultQueue struct {
	mu    sync.Mutex
	queue []Fault // guarded by mu
}

func (q *faultQueue) add(faults ...Fault) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, f := range faults {
		if f.Times == 0 {
			f.Times = 1
		}
		q.queue = append(q.queue, f)
	}
}

func (q *faultQueue) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = nil
}

func (q *faultQueue) list() []Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]Fault{}, q.queue...)
}

func (q *faultQueue) take(r *http.Request) (Fault, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, f := range q.queue {
		if !f.fits(r) {
			continue
		}
		if f.Times > 0 {
			q.queue[i].Times--
		}
		if q.queue[i].Times == 0 {
			q.queue = append(q.queue[:i:i], q.queue[i+1:]...)
		}
		return f, true
	}
	return Fault{}, false
}

// AddFaults appends to the script.
func (s *Sim) AddFaults(faults ...Fault) { s.faults.add(faults...) }

// ClearFaults empties the script.
func (s *Sim) ClearFaults() { s.faults.clear() }

// Faults returns what is left of the script.
func (s *Sim) Faults() []Fault { return s.faults.list() }
