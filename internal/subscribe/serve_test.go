package subscribe

import (
	"context"
	"net/http"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/status"
)

func TestKeeper_SilentAddressEndsTheRoundAndServeTriesAgain(t *testing.T) {
	w := newWorld(t)
	w.set(func() { w.mute = true })
	out, err := w.keeper.Reconcile(t.Context())
	tried := w.calls(http.MethodPost)
	if oura.CodeOf(err) != oura.CodeCallbackFailed || out.Failed != tried || tried != giveUpAfter {
		t.Errorf("%+v, %v after %d POST", out, err, w.calls(http.MethodPost))
	}
	if rows := w.rows(StateFailed); len(rows) != tried || rows[0].Reason == "" {
		t.Errorf("rows %+v", rows)
	}
	stop := w.serve()
	defer stop()
	w.set(func() { w.mute = false })
	w.await("all subscriptions", w.complete)
	w.await("no failed row", func() bool { return len(w.rows(StateFailed)) == 0 })
}

// serve runs the keeper until stop.
func (w *world) serve() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.keeper.Serve(ctx) }()
	return func() {
		cancel()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			w.t.Error("Serve did not return")
		}
	}
}

func TestKeeper_RejectedClientStopsUntilWake(t *testing.T) {
	w := newWorld(t)
	w.start("wrong")
	stop := w.serve()
	w.await("the trouble", func() bool { return w.raised(status.ClientRejected) })
	stop()
	if n := w.calls(""); n != 1 {
		t.Errorf("%d requests with a rejected client", n)
	}
	w.start("sim-secret")
	if w.reconcile(); w.raised(status.ClientRejected) {
		t.Error("the trouble stays after the client was accepted")
	}
}

func TestKeeper_WithoutAddressNothingIsAskedUntilWake(t *testing.T) {
	w := newWorld(t)
	address := w.address
	w.set(func() { w.address = "" })
	stop := w.serve()
	defer stop()
	if _, err := w.keeper.Reconcile(t.Context()); oura.CodeOf(err) != oura.CodeCallbackFailed {
		t.Errorf("asked for a round: %v", err)
	}
	if n := w.calls(""); n != 0 {
		t.Errorf("%d requests without an address", n)
	}
	w.set(func() { w.address = address })
	w.keeper.Wake()
	w.await("all subscriptions", w.complete)
}
