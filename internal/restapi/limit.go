package restapi

import (
	"net"
	"sync"
)

const (
	maxConnections = 128       // S-32, over both listeners
	sendBuffer     = 128 << 10 // what the system may hold for a reader that is slow (F-74)
)

// limitTogether lets ls hold at most n connections in all. Further ones wait in
// the system's queue until one ends; the server's time-outs end the idle ones.
// (netutil.LimitListener counts each listener by itself.)
func limitTogether(ls []net.Listener, n int) []net.Listener {
	slots := make(chan struct{}, n)
	out := make([]net.Listener, len(ls))
	for i, l := range ls {
		out[i] = &limited{Listener: l, slots: slots, done: make(chan struct{})}
	}
	return out
}

type limited struct {
	net.Listener
	slots chan struct{}
	done  chan struct{} // closed by Close, so that a waiting Accept ends
	once  sync.Once
}

// Accept waits for a connection first and for a slot second: a listener without
// callers keeps no slot from the other.
func (l *limited) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // where that is refused the system holds more
	}
	select {
	case l.slots <- struct{}{}:
		return &counted{Conn: conn, release: sync.OnceFunc(func() { <-l.slots })}, nil
	case <-l.done:
		_ = conn.Close() // it was never served
		return nil, net.ErrClosed
	}
}

// Close ends Accept, also one that waits for a slot.
func (l *limited) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

type counted struct {
	net.Conn
	release func()
}

// Close gives the slot back.
func (c *counted) Close() error {
	err := c.Conn.Close()
	c.release()
	return err
}
