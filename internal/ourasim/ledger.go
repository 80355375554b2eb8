package ourasim

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"oura-streaming/internal/oura"
)

// Ledger is the truth that tests compare a client with. It lists what the cloud
// holds, every change, every notification and every request. Lists keep the
// newest entries (Options.KeepEntries), counts are of all.
type Ledger struct {
	lib    *library
	series *series
	now    func() time.Time

	mu         sync.Mutex
	changes    tail[Change]       // guarded by mu, as all below
	requests   tail[*requestItem] //
	deliveries tail[*parcel]      //
	tokens     map[string]int     // calls of the token endpoints by grant_type
	counts     DeliveryCounts     //
}

func newLedger(lib *library, rows *series, now func() time.Time, keep int) *Ledger {
	l := &Ledger{lib: lib, series: rows, now: now, tokens: map[string]int{}}
	l.changes.limit, l.requests.limit, l.deliveries.limit = keep, keep, keep
	return l
}

// Held is one document as the cloud has it. Deleted ones have no JSON; those
// that are not Visible yet answer 404 or with their older state.
type Held struct {
	Type    oura.DataType   `json:"type"`
	ID      string          `json:"id"`
	JSON    json.RawMessage `json:"json"`
	Deleted bool            `json:"deleted"`
	Visible bool            `json:"visible"`
}

// Change is one edit of the library.
type Change struct {
	At        time.Time       `json:"at"`
	Operation oura.Operation  `json:"operation"`
	Type      oura.DataType   `json:"type"`
	ID        string          `json:"id"`
	JSON      json.RawMessage `json:"json"`      // nil for a delete
	Announced int             `json:"announced"` // notifications queued for it
}

// Request is one call the cloud received. Bodies and headers are not kept: they
// hold secrets.
type Request struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Query   string    `json:"query"`
	Status  int       `json:"status"` // 0: under way or cut off
	TraceID string    `json:"trace_id"`
	Grant   string    `json:"grant,omitempty"` // grant_type at a token endpoint
	Faulty  bool      `json:"faulty"`          // a scripted fault took part
}

// Document returns one document, deleted or not; false when it never existed.
func (l *Ledger) Document(dt oura.DataType, id string) (Held, bool) {
	doc, known := l.lib.newest(dt, id)
	if !known {
		return Held{}, false
	}
	shown, _ := l.lib.visible(dt, id, l.now())
	return Held{dt, id, doc, doc == nil, doc != nil && string(shown) == string(doc)}, true
}

// Documents returns all documents of a type, deleted ones too, in the order of
// their ids.
func (l *Ledger) Documents(dt oura.DataType) []Held {
	ids := l.lib.ids(dt)
	out := make([]Held, 0, len(ids))
	for _, id := range ids {
		if h, ok := l.Document(dt, id); ok {
			out = append(out, h)
		}
	}
	return out
}

// Rows returns all rows of a series until now, oldest first, those of a source
// made for the occasion.
func (l *Ledger) Rows(dt oura.DataType) []Row {
	w := allTime()
	return slices.Collect(l.series.from(dt, w, w.Start, l.now()))
}

// Changes returns the edits, oldest first.
func (l *Ledger) Changes() []Change {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.changes.items)
}

// Requests returns the calls received, oldest first.
func (l *Ledger) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Request, len(l.requests.items))
	for i, r := range l.requests.items {
		out[i] = r.Request
	}
	return out
}

// RequestCount is the number of calls ever received.
func (l *Ledger) RequestCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests.total
}

// TokenCalls is the number of calls of the token endpoints with a grant_type
// ("refresh_token"), good and refused; "" counts all.
func (l *Ledger) TokenCalls(grantType string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if grantType != "" {
		return l.tokens[grantType]
	}
	sum := 0
	for _, n := range l.tokens {
		sum += n
	}
	return sum
}

type requestItem struct{ Request }

type requestKey struct{}

// began notes a request; its entry travels in the context so that later facts
// can be added.
func (l *Ledger) began(r *http.Request, trace string) *requestItem {
	it := &requestItem{Request{
		At: l.now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, TraceID: trace,
	}}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests.add(it)
	return it
}

func (l *Ledger) note(it *requestItem, f func(*Request)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&it.Request)
}

func (l *Ledger) tokenCall(r *http.Request, grantType string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens[grantType]++
	if it, ok := r.Context().Value(requestKey{}).(*requestItem); ok {
		it.Grant = grantType
	}
}

func (l *Ledger) changed(c Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes.add(c)
}
