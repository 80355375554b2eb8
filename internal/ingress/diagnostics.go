package ingress

import (
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"oura-streaming/internal/sqlite"
)

// maxShapes bounds how many different header shapes are told apart.
const maxShapes = 64

// Diagnostics are counts since the start. They hold nothing a stranger sent but
// lengths and alphabets, so that a changed format is noticed.
type Diagnostics struct {
	Verdicts       map[sqlite.Verdict]int64 // deliveries kept
	Repeated       int64                    // deliveries that were kept before
	Forms          map[string]int64         // FormRaw, FormCompact: what the signature covered
	PreviousSecret int64                    // signed with the secret before the present one
	Late           int64                    // older than five minutes
	LastLag        time.Duration            // received - timestamp of the newest right signature
	LastDelivery   time.Time
	Handshakes     int64
	LastHandshake  time.Time
	Rejected       map[Reason]int64
	Signatures     map[string]int64 // shapes of signature headers that failed
	Timestamps     map[string]int64 // shapes of timestamp headers beside them
}

// Diagnostics returns a copy of the counts.
func (h *Handler) Diagnostics() Diagnostics { return h.count.Diagnostics() }

// Counters collect Diagnostics. The zero value is ready.
type Counters struct {
	mu sync.Mutex // guards d
	d  Diagnostics
}

// Diagnostics returns a copy of the counts.
func (c *Counters) Diagnostics() Diagnostics {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.d
	out.Verdicts, out.Forms, out.Rejected = maps.Clone(out.Verdicts), maps.Clone(out.Forms), maps.Clone(out.Rejected)
	out.Signatures, out.Timestamps = maps.Clone(out.Signatures), maps.Clone(out.Timestamps)
	return out
}

func (c *Counters) rejected(why Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	add(&c.d.Rejected, why)
}

func (c *Counters) handshake(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.d.Handshakes++
	c.d.LastHandshake = now
}

// verified counts a right signature.
func (c *Counters) verified(s signed, lag time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	add(&c.d.Forms, s.form)
	c.d.LastLag = lag
	if s.secret > 0 {
		c.d.PreviousSecret++
	}
}

// outOfTime notes the lag of a delivery refused for it.
func (c *Counters) outOfTime(lag time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.d.LastLag = lag
}

// kept counts a committed delivery.
func (c *Counters) kept(d sqlite.Delivery, isNew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.d.LastDelivery = d.ReceivedAt
	if !isNew {
		c.d.Repeated++
		return
	}
	add(&c.d.Verdicts, d.Verdict)
	if d.Late {
		c.d.Late++
	}
}

// shapes counts what the headers of a failed delivery look like.
func (c *Counters) shapes(header http.Header) {
	signature, timestamp := shapeOf(header[signatureHeader]), shapeOf(header[timestampHeader])
	c.mu.Lock()
	defer c.mu.Unlock()
	addShape(&c.d.Signatures, signature)
	addShape(&c.d.Timestamps, timestamp)
}

func add[K comparable](m *map[K]int64, key K) {
	if *m == nil {
		*m = map[K]int64{}
	}
	(*m)[key]++
}

func addShape(m *map[string]int64, shape string) {
	if _, seen := (*m)[shape]; !seen && len(*m) >= maxShapes {
		shape = "other"
	}
	add(m, shape)
}

// shapeOf describes a header without repeating it: "64 upper hex", "10 digits".
func shapeOf(values []string) string {
	switch {
	case len(values) == 0:
		return "missing"
	case len(values) > 1:
		return "repeated"
	case len(values[0]) > 512:
		return "over 512"
	}
	return fmt.Sprintf("%d %s", len(values[0]), alphabetOf(values[0]))
}

// alphabets, narrowest first.
var alphabets = []struct {
	name string
	has  func(c byte) bool
}{
	{"digits", func(c byte) bool { return c-'0' < 10 }},
	{"upper hex", func(c byte) bool { return c-'0' < 10 || c-'A' < 6 }},
	{"lower hex", func(c byte) bool { return c-'0' < 10 || c-'a' < 6 }},
	{"mixed hex", func(c byte) bool { return c-'0' < 10 || c-'A' < 6 || c-'a' < 6 }},
	{"base64url", isIDChar},
	{"base64", func(c byte) bool { return isIDChar(c) || c == '+' || c == '/' || c == '=' }},
	{"printable", func(c byte) bool { return c >= ' ' && c <= '~' }},
}

func alphabetOf(s string) string {
	for _, a := range alphabets {
		if all(s, a.has) {
			return a.name
		}
	}
	return "other"
}

func all(s string, has func(byte) bool) bool {
	for i := range len(s) {
		if !has(s[i]) {
			return false
		}
	}
	return true
}
