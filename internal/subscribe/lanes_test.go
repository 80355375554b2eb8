package subscribe

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// Oura wants subscriptions made one after another (CONTRACT section 4.1); the
// sky of every test watches the program's side, this one Oura's too.
func TestKeeper_MakesOneAfterAnotherAndMovesSeveralAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		made, err := w.keeper.Reconcile(t.Context())
		if err != nil || made.Created != 51 {
			t.Fatalf("%+v, %v", made, err)
		}
		took := func(d time.Duration) { w.set(func() { w.latency = func(int) time.Duration { return d } }) }
		took(4 * time.Second)
		w.set(func() { w.address = away })
		began := time.Now()
		if out, err := w.keeper.Reconcile(t.Context()); err != nil || out.Moved != 51 {
			t.Fatalf("%+v, %v", out, err)
		}
		if d := time.Since(began); d > time.Minute {
			t.Errorf("the move took %v", d)
		}
		if n := w.sim.CreationsAtOnce(); n != 1 {
			t.Errorf("%d subscriptions were being made at once", n)
		}
	})
}

// Moves that Oura refuses turn into new subscriptions inside the lanes, and some
// are missing besides.
func TestKeeper_MovesThatBecomeNewOnesWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.sim.Change(func(s *ourasim.Switches) { s.DuplicatePairStatus = 0 })
		if _, err := w.keeper.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, s := range w.sim.Subscriptions() {
			if i%3 == 0 {
				w.sim.RemoveSubscription(s.ID)
			}
		}
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodPut, Prefix: "/v2/webhook", Status: http.StatusUnprocessableEntity, Times: 20})
		w.set(func() { w.address = away })
		began := time.Now()
		defer w.serve()()
		w.until(5*time.Minute, w.complete)
		if n := w.count(http.MethodPost, began); n != 17+20 {
			t.Errorf("%d made, want 17 that were gone and 20 that could not be moved", n)
		}
		if n := w.sim.CreationsAtOnce(); n != 1 {
			t.Errorf("%d subscriptions were being made at once", n)
		}
	})
}

func TestTodo_MovesComeBeforeNewOnesAndFailedOnesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.types = []oura.DataType{oura.Sleep, oura.Tag}
		if _, err := w.keeper.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		gone := cell{oura.Sleep, oura.Create}
		for _, s := range w.sim.Subscriptions() {
			if (cell{s.DataType, s.EventType}) == gone {
				w.sim.RemoveSubscription(s.ID)
			}
		}
		w.address = away
		r, err := w.keeper.beginHere(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		failed := cell{oura.Tag, oura.Create}
		todo := r.todo(map[cell]error{failed: errUnclear()})
		if len(todo) != 6 || todo[4] != gone || todo[5] != failed {
			t.Errorf("order %v", todo)
		}
	})
}
