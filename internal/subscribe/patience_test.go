package subscribe

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

func TestKeeper_WaitsForASlowHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.types = []oura.DataType{oura.Tag}
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodPost, Delay: 85 * time.Second})
		out, err := w.keeper.Reconcile(t.Context())
		if err != nil || out.Created != 3 || out.Open != 0 || w.count(http.MethodPost, time.Time{}) != 3 {
			t.Errorf("%+v, %v after %d POST", out, err, w.count(http.MethodPost, time.Time{}))
		}
	})
}

// Oura's edge cuts a hanging creation after a minute, whether the subscription
// is made or not.
func TestKeeper_ListsBeforeItTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.types = []oura.DataType{oura.Sleep, oura.Tag}
		const post = http.MethodPost
		for _, f := range []ourasim.Fault{
			{Delay: 85 * time.Second},                      // slow, and works
			{Delay: time.Minute, Status: 504},              // not made
			{Delay: time.Minute, Status: 504, After: true}, // made
			{Hang: true}, // never an answer
			{Delay: time.Minute, Status: 504, After: true},     // made
			{Delay: 2 * time.Minute, Status: 504, After: true}, // made when we have gone
		} {
			f.Method = post
			w.sim.AddFaults(f)
		}
		defer w.serve()()
		w.until(15*time.Minute, w.complete)
		w.pass(day)
		if n := len(w.sim.Subscriptions()); n != 6 {
			t.Errorf("%d subscriptions", n)
		}
		asked, listed := map[cell]int{}, map[cell]bool{}
		for _, r := range w.log() {
			switch r.method {
			case http.MethodGet:
				for c := range asked {
					listed[c] = true
				}
			case post:
				if asked[r.cell]++; asked[r.cell] > 1 && !listed[r.cell] {
					t.Errorf("%s asked for again without a look at the list", r.cell)
				}
				listed[r.cell] = false
			}
		}
		if n := w.count(post, time.Time{}); n < 8 || n > 10 {
			t.Errorf("%d POST %v", n, asked)
		}
	})
}

// What Oura cannot make just now does not keep the rest waiting.
func TestKeeper_TriesWhatFailedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodPost, Status: 504, Times: 10})
		out, err := w.keeper.Reconcile(t.Context())
		if oura.CodeOf(err) != oura.CodeCallbackFailed || out.Failed != giveUpAfter {
			t.Fatalf("%+v, %v", out, err)
		}
		w.sim.ClearFaults()
		failed := map[cell]bool{}
		for _, r := range w.log() {
			failed[r.cell] = r.method == http.MethodPost
		}
		first := len(w.log())
		w.restart() // the order outlives the program
		if _, err := w.keeper.Reconcile(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, r := range w.log()[first : first+51-out.Failed] {
			if failed[r.cell] {
				t.Errorf("%s came before the rest", r.cell)
			}
		}
	})
}
