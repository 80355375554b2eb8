package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"
)

// doorway is a callback listener on a port that is not the program's own. It is
// open while one login is pending.
type doorway struct {
	server    *http.Server
	listeners []net.Listener
	closing   sync.Once
	done      chan struct{} // closed when both listeners have stopped serving
}

// openDoorway binds every loopback address the redirect can arrive at. A port
// taken on either is an error, for the code could reach a stranger; an address
// family this system lacks is left out.
func openDoorway(r redirect, listen func(network, addr string) (net.Listener, error), h http.Handler) (*doorway, error) {
	d := &doorway{done: make(chan struct{}), server: &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: 5 * time.Second, MaxHeaderBytes: 8 << 10,
	}}
	var last error
	for _, addr := range r.addresses() {
		l, err := listen("tcp", addr)
		switch {
		case err == nil:
			d.listeners = append(d.listeners, l)
		case familyMissing(err):
			last = err
		default:
			d.closeListeners()
			return nil, portTaken(fmt.Sprintf("Port %d", r.port), err)
		}
	}
	if len(d.listeners) == 0 {
		return nil, portTaken(fmt.Sprintf("Port %d", r.port), last)
	}
	return d, nil
}

// familyMissing reports that this computer has no such address. The last two
// are the numbers Windows uses.
func familyMissing(err error) bool {
	missing := []syscall.Errno{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT, 10047, 10049}
	errno, ok := errors.AsType[syscall.Errno](err)
	return ok && slices.Contains(missing, errno)
}

// serve answers until close. It blocks.
func (d *doorway) serve() {
	defer close(d.done)
	var serving sync.WaitGroup
	for _, l := range d.listeners {
		serving.Go(func() { _ = d.server.Serve(l) }) // ends with the listener; nothing to tell
	}
	serving.Wait()
}

// close frees the port at once; answers under way are finished within two seconds.
func (d *doorway) close() {
	d.closeListeners()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close() // whoever still reads has had his two seconds
	}
	<-d.done
}

// closeListeners frees the port. Whoever calls it second waits for the first: a
// Close that finds the listener closing returns before the port is free.
func (d *doorway) closeListeners() {
	d.closing.Do(func() {
		for _, l := range d.listeners {
			_ = l.Close() // the port is freed whatever it says
		}
	})
}
