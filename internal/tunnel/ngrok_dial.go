package tunnel

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"net"
	"sync"
	"time"
)

const (
	firstRedial  = 250 * time.Millisecond
	longRedial   = 30 * time.Second
	healthyAfter = 30 * time.Second // of connection: then the next loss is a fresh one
	dialWithin   = 10 * time.Second
	jitterShare  = 4 // up to a quarter is added to each pause
)

// pace spaces dials out: the first is free, then 250 ms doubling to 30 s between
// the beginnings of two, and anew after 30 s of health.
type pace struct {
	pause time.Duration // before the next dial, without jitter
	began time.Time     // when the last dial did
	up    time.Time     // since when the connection works, zero while it does not
}

// next returns how long to wait before a dial asked for at now.
func (p *pace) next(now time.Time, jitter func(time.Duration) time.Duration) time.Duration {
	if !p.up.IsZero() && now.Sub(p.up) >= healthyAfter {
		p.pause = 0
	}
	p.up = time.Time{}
	wait := max(0, p.began.Add(jitter(p.pause)).Sub(now))
	if p.pause == 0 {
		wait = 0
	}
	p.pause = min(max(2*p.pause, firstRedial), longRedial)
	p.began = now.Add(wait)
	return wait
}

// lengthen adds up to a quarter, so that many programs that lost the service at
// the same moment do not come back at the same moment.
func lengthen(d time.Duration) time.Duration {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return d + time.Duration(binary.NativeEndian.Uint64(b[:])%uint64(d/jitterShare+1))
}

// dialer is the agent's way to the service. It goes on until a dial succeeds or
// its context ends, paced, and tells each failure. It knows every connection it
// made, so that none outlives the agent: the library can open one more while it
// is being closed. HTTPS_PROXY and its like are not followed, by the library or
// here: ngrok is reached directly or not at all.
type dialer struct {
	setup  time.Duration     // for a new connection until settled is called; it is cut then
	failed func(error)       // hears of each failed dial
	seen   func(addr string) // hears when something is said over a connection; nil: nobody
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)

	mu      sync.Mutex // guards the fields below
	pace    pace
	open    map[*dialed]struct{}
	working bool // the latest of open
	closed  bool // no new ones
}

// dialed is a connection that its dialer knows.
type dialed struct {
	net.Conn
	addr  string // as it was dialled
	by    *dialer
	since time.Time
}

func newDialer(setup time.Duration, failed func(error)) *dialer {
	plain := &net.Dialer{Timeout: dialWithin}
	return &dialer{setup: setup, failed: failed, dial: plain.DialContext, open: map[*dialed]struct{}{}}
}

// Dial is there because the library's interface has it.
func (d *dialer) Dial(network, addr string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, addr)
}

// DialContext returns a connection, or an error once ctx or the dialer has ended.
func (d *dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	for {
		if err := d.wait(ctx); err != nil {
			return nil, err
		}
		conn, err := d.dial(ctx, network, addr)
		switch {
		case err == nil:
			return d.keep(conn, addr)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		d.failed(err)
	}
}

// wait holds the next dial back.
func (d *dialer) wait(ctx context.Context) error {
	d.mu.Lock()
	pause := d.pace.next(time.Now(), lengthen) // not the program's clock: this one cannot jump
	d.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// keep registers conn. The library sets no deadline of its own for the
// handshake and the first answers; a service that stays silent then would hold
// it for good.
func (d *dialer) keep(conn net.Conn, addr string) (net.Conn, error) {
	c := &dialed{Conn: conn, addr: addr, by: d, since: time.Now()}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		_ = conn.Close() // never used
		return nil, net.ErrClosed
	}
	_ = conn.SetDeadline(c.since.Add(d.setup)) // fails on a dead connection only
	d.open[c], d.working = struct{}{}, false
	return c, nil
}

// settled says that the latest connection works.
func (d *dialer) settled() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pace.up, d.working = time.Now(), true
	for c := range d.open {
		_ = c.SetDeadline(time.Time{}) // fails on a dead connection only
	}
}

// refuse lets no other connection come up and returns how long ago the latest
// did that does not work yet; false without one.
func (d *dialer) refuse() (age time.Duration, young bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.working {
		return 0, false
	}
	for c := range d.open {
		if a := time.Since(c.since); !young || a < age {
			age, young = a, true
		}
	}
	return age, young
}

// close ends every connection and lets no other come up.
func (d *dialer) close() {
	d.mu.Lock()
	d.closed = true
	left := d.open
	d.open = nil
	d.mu.Unlock()
	for c := range left {
		_ = c.Conn.Close() // the service has had its goodbye, or does not listen
	}
}

// Write sends p. The library answers whatever it is asked and sends heartbeats of
// its own, so that this tells when the service was last talked to.
func (c *dialed) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if n > 0 && c.by.seen != nil {
		c.by.seen(c.addr)
	}
	return n, err
}

// Close ends the connection.
func (c *dialed) Close() error {
	c.by.mu.Lock()
	delete(c.by.open, c)
	c.by.mu.Unlock()
	return c.Conn.Close()
}
