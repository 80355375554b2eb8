package tunnel

import (
	"context"
	"net/http"
	"time"

	"golang.ngrok.com/ngrok/v2"
)

// Bounds of the steps in which a run ends, together under two seconds. None is
// reached while the service answers and deliveries do.
const (
	settleWithin     = 250 * time.Millisecond // for a connection just being set up
	unbindWithin     = 400 * time.Millisecond
	drainWithin      = 600 * time.Millisecond // for deliveries in flight
	disconnectWithin = 350 * time.Millisecond // the library gives its goodbye 250
	leftoverWithin   = 200 * time.Millisecond
)

// close ends a run in order of flow: no new requests, then the ones in flight,
// then the connection. Every step has a bound of its own because the library's
// ignore contexts: unbinding waits for an answer that may never come, and can
// lock itself up for good when a request arrives in that very moment.
func (r *agentRun) close(endpoint ngrok.EndpointListener, srv *http.Server) {
	r.within(unbindWithin, "unbind", func() { _ = endpoint.Close() }) // the connection ends anyway
	r.within(drainWithin, "drain", func() {
		ctx, cancel := context.WithTimeout(context.Background(), drainWithin*9/10)
		defer cancel()
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close() // cuts what did not end in time
		}
	})
	r.disconnect()
}

// disconnect ends the session, then everything.
func (r *agentRun) disconnect() {
	r.within(disconnectWithin, "disconnect", func() { _ = r.agent.Disconnect() }) // the connection ends anyway
	r.cut()
	r.leftovers()
}

// abandon ends a run without address. It cancels first: Disconnect waits for a
// connect in progress.
func (r *agentRun) abandon() {
	r.cancel()
	r.disconnect()
}

// settle lets no new connection up, and gives one that has only just come up the
// moment it takes to work, or to fail: closed while it writes its first request,
// the library reads and writes the same memory at once.
func (r *agentRun) settle(opened <-chan bound) {
	age, young := r.dialer.refuse()
	if !young {
		return
	}
	timer := time.NewTimer(settleWithin - age)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-opened:
		case <-r.events.fatal:
		case err := <-r.events.changes:
			if err == nil && opened != nil {
				continue // known to the service, but the address is still to be asked for
			}
		}
		return
	}
}

// cut ends the agent's life and every connection of it, now.
func (r *agentRun) cut() {
	r.cancel()
	r.dialer.close()
}

// leftovers waits for the goroutines of this run.
func (r *agentRun) leftovers() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.late.Wait()
	}()
	r.wait(done, leftoverWithin, "leftovers")
}

// within does step in a goroutine and goes on when it is done or d is over.
func (r *agentRun) within(d time.Duration, step string, f func()) {
	done := make(chan struct{})
	r.late.Go(func() {
		defer close(done)
		f()
	})
	r.wait(done, d, step)
}

func (r *agentRun) wait(done <-chan struct{}, d time.Duration, step string) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
		r.n.opt.Log.Debug("step of closing the ngrok tunnel is late", "step", step, "bound", d)
	}
}
