package subscribe

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
)

func TestF66_NothingIsAskedBeforeTheAddressAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.address = "" // the program has not yet seen itself from outside
		defer w.serve()()
		for range 60 {
			w.keeper.Wake()
			w.pass(time.Second)
		}
		if _, err := w.keeper.Create(t.Context(), oura.Sleep, oura.Create); oura.CodeOf(err) != oura.CodeCallbackFailed {
			t.Errorf("create: %v", err)
		}
		if n := len(w.log()); n != 0 || w.keeper.Last().At.IsZero() != true {
			t.Errorf("%d requests, last round %+v", n, w.keeper.Last())
		}
		w.set(func() { w.address = home })         // nobody wakes the keeper
		took := w.until(2*time.Minute, w.complete) // one after another, each with a handshake
		if w.unready != 0 || w.count(http.MethodPost, time.Time{}) != 51 {
			t.Errorf("%d handshakes failed, %d POST", w.unready, w.count(http.MethodPost, time.Time{}))
		}
		if n := w.sim.CreationsAtOnce(); n != 1 {
			t.Errorf("%d subscriptions were being made at once", n)
		}
		t.Logf("complete %v after the address", took)
	})
}
