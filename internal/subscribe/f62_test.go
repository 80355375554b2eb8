package subscribe

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

const away = "https://away.example" + ownPath

func TestF62_AllMoveWithinAMinuteOfANewAddress(t *testing.T) {
	for _, test := range []struct {
		name    string
		latency func(n int) time.Duration
	}{
		{"handshakes of half a second to a second", nil},
		{"handshakes of three seconds", func(int) time.Duration { return 3 * time.Second }},
		{"handshakes of four seconds", func(int) time.Duration { return 4 * time.Second }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newSky(t)
				defer w.serve()()
				created := w.until(5*time.Minute, w.complete)
				if test.latency != nil {
					w.set(func() { w.latency = test.latency })
				}
				w.pass(time.Hour)
				began := time.Now()
				w.move(away)
				took := w.until(time.Minute, w.complete)
				t.Logf("51 made in %v, moved in %v", created, took)
				w.pass(time.Minute)
				if n := len(w.ours(home, away)); n != 51 || w.count(http.MethodPost, began) != 0 || w.count(http.MethodDelete, began) != 0 {
					t.Errorf("%d subscriptions; %d POST, %d DELETE", n, w.count(http.MethodPost, began), w.count(http.MethodDelete, began))
				}
			})
		})
	}
}

func TestF62_AMoveNobodyTellsOfIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		defer w.serve()()
		w.until(5*time.Minute, w.complete)
		w.pass(time.Hour + time.Second)
		w.set(func() { w.address = away })
		t.Logf("seen and moved in %v", w.until(time.Minute, w.complete))
	})
}

// A round is cut off before each of its requests in turn, and in the middle of
// each, as by an end of the program; a new start has to finish it.
func TestF62_CutOffAtEveryRequestAMoveGoesOn(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond} {
		for n := 1; ; n++ {
			var reached bool
			t.Run(fmt.Sprintf("request %d after %v", n, after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { reached = cutMove(t, n, after) })
			})
			if !reached || t.Failed() {
				if n < 15 {
					t.Errorf("a move of 12 has only %d requests", n)
				}
				break
			}
		}
	}
}

// cutMove moves twelve subscriptions with a double and one of an unchosen type
// among them, stopping the program some time after its n-th request, and tells
// whether there was one.
func cutMove(t *testing.T, n int, after time.Duration) (reached bool) {
	w := newSky(t)
	w.types = []oura.DataType{oura.Sleep, oura.Tag, oura.Workout, oura.Session}
	if _, err := w.keeper.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: home, EventType: oura.Create, DataType: oura.Sleep})
	w.sim.PlantSubscription(ourasim.Subscription{CallbackURL: home, EventType: oura.Create, DataType: oura.Meal})
	w.sim.RemoveSubscription(w.ours(home)[4].ID)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	w.set(func() {
		w.address, w.begun = away, 0
		w.before = func(i int) {
			if i == n {
				reached = true
				time.AfterFunc(after, kill)
			}
		}
	})
	_, err := w.keeper.Reconcile(ctx)
	if reached && after == 0 && err == nil {
		t.Fatal("the round went through")
	}
	w.set(func() { w.before = nil })
	w.restart()
	began := time.Now()
	defer w.serve()()
	w.until(time.Minute, w.complete)
	w.pass(settled + time.Minute) // for what the cut request still did
	if left := w.ours(home, away); len(left) != 12 || !w.complete() || time.Since(began) > 20*time.Minute {
		t.Errorf("%d of ours, dark %v", len(left), w.dark())
	}
	return reached
}

func TestF62_AnAddressThatChangesInMidRoundDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newSky(t)
		defer w.serve()()
		w.until(5*time.Minute, w.complete)
		w.sim.AddFaults(ourasim.Fault{Method: http.MethodPut, Prefix: "/v2/webhook", Hang: true, Times: 2})
		w.move(away)
		w.pass(3 * time.Second)
		third := "https://third.example" + ownPath
		w.move(third)
		t.Logf("moved past two hanging requests in %v", w.until(time.Minute, w.complete))
		w.pass(settled + time.Minute)
		if n := len(w.ours(home, away, third)); n != 51 {
			t.Errorf("%d of ours", n)
		}
	})
}
