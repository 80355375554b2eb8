package subscribe

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
)

// Nobody but the user can remove another program's subscription, so the row and
// the answer to a request by hand say who holds it and what to do.
func TestTaken_TheRowSaysThatAnotherProgramHoldsThePair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.types = []oura.DataType{oura.Tag}
		w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: "https://other.example/hook", EventType: oura.Create, DataType: oura.Tag})
		for _, when := range []string{"first round", "next round", "after a restart"} {
			if when == "after a restart" {
				w.restart()
			}
			out, err := w.keeper.Reconcile(t.Context())
			if err != nil || out.Failed != 1 {
				t.Fatalf("%s: %+v, %v", when, out, err)
			}
			w.wantTaken(when)
		}
		_, err := w.keeper.Create(t.Context(), oura.Tag, oura.Create)
		if !errors.Is(err, ouraapi.ErrTaken) || !strings.HasPrefix(oura.MessageOf(err), "Another program ") {
			t.Errorf("by hand: %v", err)
		}
		w.wantTaken("after a try by hand")
	})
}

func (w *sky) wantTaken(when string) {
	w.t.Helper()
	failed := 0
	for _, row := range w.store.rows {
		if row.State != string(StateFailed) {
			continue
		}
		failed++
		if row.DataType != oura.Tag || row.EventType != oura.Create || row.Reason != oura.MessageOf(errOccupied(nil)) {
			w.t.Errorf("%s: %s %s: %q", when, row.DataType, row.EventType, row.Reason)
		}
	}
	if failed != 1 {
		w.t.Errorf("%s: %d failed rows, want one", when, failed)
	}
}
