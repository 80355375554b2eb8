package collect

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// TestPoller_KeepsItsRhythmOverRestarts starts the program anew every half hour,
// as a laptop does that is closed often: the long rounds are not made each time.
func TestPoller_KeepsItsRhythmOverRestarts(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types, w.every = []oura.DataType{oura.DailySleep}, 15*time.Minute })
		w.pass(26 * time.Hour)
		began := w.now()
		for range 60 {
			w.stop()
			w.start()
			w.pass(30 * time.Minute)
		}
		for kind, most := range map[string]int{KindDaily: 2, KindHourly: 31} {
			if got := w.count(kind, began); got > most || got == 0 {
				t.Errorf("%d %s rounds in 30 hours with 60 starts, want 1 to %d", got, kind, most)
			}
		}
	})
}

// TestPoller_FindsWhatLeftTheLastTwoDays moves documents out of the days a wish
// for news asks for, and deletes others there.
func TestPoller_FindsWhatLeftTheLastTwoDays(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.settle()
		for _, dt := range []oura.DataType{oura.Workout, oura.EnhancedTag, oura.DailySleep} {
			w.put(dt, string(dt)+"-moved", w.today(), "")
			w.put(dt, string(dt)+"-gone", w.today(), "")
			w.put(dt, string(dt)+"-stays", w.today(), "")
		}
		w.p.SyncNow()
		w.settle()
		w.mustEqual()
		for _, dt := range []oura.DataType{oura.Workout, oura.EnhancedTag, oura.DailySleep} {
			w.put(dt, string(dt)+"-moved", w.today().Add(-20), "")
			w.sim.DeleteQuiet(dt, string(dt)+"-gone")
		}
		w.p.SyncNow()
		w.settle()
		w.mustEqual()
	})
}

// TestF35_WhatHistoryMayReadIsPolledAgain refuses a type until history, which asks
// for itself, is answered: the rounds need no wish and no start to follow.
func TestF35_WhatHistoryMayReadIsPolledAgain(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.stop()
		w.past = true
		w.start()
		w.settle()
		w.set(func() { w.token = w.sim.SignIn(oura.ScopeDaily) })
		w.put(oura.Workout, "refused", w.today(), "")
		w.pass(10 * time.Minute)
		if last := w.p.Last()[oura.Workout]; oura.CodeOf(last.Err) != oura.CodeScope {
			t.Fatalf("last %+v, want a missing permission", last)
		}
		w.set(func() { w.token = w.sim.SignIn() })
		w.pass(10 * time.Minute)
		if _, ok := w.stored(oura.Workout)["refused"]; ok {
			t.Fatal("a refused type is asked for at every round")
		}
		if _, err := w.b.Begin(w.t.Context(), w.today().Add(-40), w.today().Add(-30), []oura.DataType{oura.Workout}); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		w.mustHave(oura.Workout, "refused")
	})
}

// TestF31_AFew429sCostLittle answers some requests with 429 and two seconds: each
// costs just what Oura asks for.
func TestF31_AFew429sCostLittle(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.stop()
		w.past = true
		w.fill(200)
		dice, storms := rand.New(rand.NewPCG(31, 2)), 0
		w.set(func() {
			w.spoil = func(*http.Request) *http.Response {
				w.mu.Lock()
				defer w.mu.Unlock()
				if dice.IntN(100) >= 5 {
					return nil
				}
				storms++
				res := answer(429, `{"status":429,"title":"Too Many Requests"}`)
				res.Header.Set("Retry-After", "2")
				return res
			}
		})
		w.start()
		began := w.world()
		w.awaitDone(time.Hour)
		took, asked := w.world().Sub(began), get(w, &w.asked)()
		// A wait of 2 s each, the round trips one after another, and the look every 30 s.
		most := time.Duration(storms)*3*time.Second + time.Duration(asked)*150*time.Millisecond + 2*time.Minute
		t.Logf("%d requests, %d answered with 429, %v", asked, storms, took)
		if storms < 3 || took > most {
			t.Errorf("%v with %d answers of 429 among %d, want at most %v", took, storms, asked, most)
		}
		w.mustEqual()
	})
}

// brokenJobs is a store that cannot read one job, though it can list them.
type brokenJobs struct {
	BackfillStore
	asked int
}

func (s *brokenJobs) Job(context.Context, int64) (sqlite.Job, error) {
	s.asked++
	return sqlite.Job{}, &oura.Error{Code: oura.CodeStorage, Message: "The disk reported an error."}
}

func TestBackfill_WaitsWhileTheStoreFails(t *testing.T) {
	inPast(t, 3, func(t *testing.T, w *sky) {
		w.stop()
		if _, err := w.b.Begin(t.Context(), w.today().Add(-9), w.today(), nil); err != nil {
			t.Fatal(err)
		}
		broken := &brokenJobs{BackfillStore: w.store}
		b := NewBackfill(BackfillOptions{Store: broken, API: w.b.opt.API, UserID: w.user, Types: get(w, &w.types), Now: w.now, Traffic: &Traffic{},
			Readable: func() []oura.DataType { return nil }})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = b.Serve(ctx) }() // ends with ctx
		w.pass(10 * time.Minute)
		held, waits := b.heldBack(1, w.now())
		cancel()
		<-done
		if broken.asked > 20 || broken.asked < 2 {
			t.Errorf("the store was asked %d times in ten minutes", broken.asked)
		}
		if waits && !strings.Contains(held.why, "disk") {
			t.Errorf("the job waits because of %q", held.why)
		}
	})
}
