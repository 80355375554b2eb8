package collect

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// fill puts documents of every type on the last days.
func (w *sky) fill(days int) {
	for _, dt := range oura.Fetchable() {
		for day := range days {
			w.put(dt, fmt.Sprintf("d%d", day), w.today().Add(-day), "")
		}
	}
}

// TestF29_ThreeDaysOffLoseNothing switches the program off for three days with
// 500 changes, and switches it on without a network.
func TestF29_ThreeDaysOffLoseNothing(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.fill(5)
		w.settle()
		w.stop()
		dice, types := rand.New(rand.NewPCG(29, 1)), oura.Fetchable()
		for i := range 500 {
			w.pass(72 * time.Hour / 500)
			dt := types[dice.IntN(len(types))]
			switch dice.IntN(5) {
			case 0:
				w.put(dt, fmt.Sprintf("new%d", i), w.today().Add(-dice.IntN(3)), "")
			case 1:
				w.sim.DeleteQuiet(dt, fmt.Sprintf("d%d", dice.IntN(2))) // of days that are closed by the end
			default:
				w.put(dt, fmt.Sprintf("d%d", dice.IntN(2)), "2026-03-10", fmt.Sprintf(`,"n":%d`, i))
			}
		}
		w.set(func() { w.online, w.rounds = false, nil })
		w.start()
		w.pass(8 * time.Hour)
		w.set(func() { w.online = true })
		w.pass(5 * time.Minute)
		w.mustEqual()
		for dt, last := range w.p.Last() {
			if last.Err != nil || w.now().Sub(last.At) > 5*time.Minute {
				t.Errorf("%s: %+v", dt, last)
			}
		}
	})
}

func TestF29_OneCatchUpIsEnough(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.settle()
		w.stop()
		w.pass(72 * time.Hour)
		w.fill(5)
		w.set(func() { w.rounds = nil })
		w.start()
		for len(get(w, &w.rounds)()) == 0 {
			w.pass(10 * time.Millisecond)
		}
		if r := w.rounds[0]; r.Kind != KindCatchUp || r.New != 5*16 || len(r.Failed) > 0 {
			t.Errorf("the first round is %+v, want a catch-up with all 80 documents", r)
		}
		w.mustEqual()
	})
}

// TestF30_SilentWebhooksAreFoundOut drops every delivery.
func TestF30_SilentWebhooksAreFoundOut(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() {
			w.live, w.types, w.every = true, []oura.DataType{oura.Sleep, oura.Workout, oura.Tag}, time.Hour
		})
		w.put(oura.Sleep, "d0", w.today(), "")
		w.pass(time.Hour)
		began := w.now()
		w.put(oura.Sleep, "d0", w.today(), `,"revised":true`)
		w.put(oura.Workout, "unheard", w.today(), "")
		w.pass(6*time.Hour + grace + time.Minute)
		w.mustEqual()
		missed := 0
		for _, r := range w.rounds {
			missed += r.Missed
		}
		if missed != 2 || w.count(KindWatch, began) != 1 {
			t.Errorf("%d missed in %d tellings, want 2 in 1", missed, w.count(KindWatch, began))
		}
		began = w.now()
		w.put(oura.Workout, "unheard-2", w.today(), "")
		w.pass(15*time.Minute + time.Minute)
		w.put(oura.Tag, "unheard-2", w.today(), "")
		w.pass(15*time.Minute + time.Minute)
		w.mustHave(oura.Tag, "unheard-2")
		if n := w.count(KindReconcile, began); n != 2 {
			t.Errorf("%d rounds in half an hour of alert, want 2", n)
		}
		w.pass(25 * time.Hour)
		began = w.now()
		if w.pass(24 * time.Hour); w.count(KindReconcile, began) > 4 {
			t.Errorf("%d rounds on a day long after", w.count(KindReconcile, began))
		}
	})
}

func (w *sky) mustHave(dt oura.DataType, id string) {
	w.t.Helper()
	if _, ok := w.stored(dt)[id]; !ok {
		w.t.Errorf("%v: %s %s is not stored", w.now(), dt, id)
	}
}

// TestF30_WhatWasAnnouncedIsNotMissed has deliveries that are late, but come.
func TestF30_WhatWasAnnouncedIsNotMissed(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() {
			w.live, w.types, w.every = true, []oura.DataType{oura.Sleep, oura.Workout, oura.Tag}, time.Hour
		})
		w.pass(5*time.Hour + 59*time.Minute)
		w.put(oura.Workout, "heard", w.today(), "")
		w.pass(5 * time.Minute)
		w.mustHave(oura.Workout, "heard") // by the round
		n := oura.Notification{EventType: oura.Create, DataType: oura.Workout, ObjectID: "heard", UserID: w.sim.UserID(), EventTime: "x"}
		if _, _, err := w.store.InsertDelivery(w.t.Context(), sqlite.Delivery{
			ReceivedAt: w.now(), Body: []byte("{}"), Timestamp: "1", Notification: n,
			Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
		}); err != nil {
			t.Fatal(err)
		}
		w.pass(6 * time.Hour)
		if n := w.count(KindWatch, time.Time{}); n != 0 {
			t.Errorf("%d alarms", n)
		}
	})
}

// TestF31_AStormOf429IsWaitedOut lets Oura refuse everything for 15 minutes, with
// and without telling for how long.
func TestF31_AStormOf429IsWaitedOut(t *testing.T) {
	for name, headers := range map[string]map[string]string{"with Retry-After": nil, "bare": {"X-Nothing": "1"}} {
		t.Run(name, func(t *testing.T) {
			inSky(t, morning, ourasim.Options{}, func(w *sky) {
				w.settle()
				w.fill(3)
				w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection", Status: http.StatusTooManyRequests, Times: -1, Headers: headers})
				w.set(func() { w.asked = 0 })
				for range 15 {
					w.p.SyncNow() // however impatient the user is
					w.pass(time.Minute)
				}
				asked := get(w, &w.asked)()
				w.sim.ClearFaults()
				w.pass(10 * time.Minute)
				if asked > 40 {
					t.Errorf("%d requests in the storm", asked)
				}
				w.mustEqual()
				t.Logf("%d requests", asked)
			})
		})
	}
}
