package collect

import (
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

func TestFetcher_KeepsDeliveriesDuringAPauseAndFetchesAfterwards(t *testing.T) {
	w := newWorld(t)
	var paused atomic.Bool
	w.opt.Paused = paused.Load
	paused.Store(true)
	w.run()
	var ids []int64
	for _, id := range []string{"a", "b", "c"} {
		w.put(oura.DailySleep, id, "")
		ids = append(ids, w.deliver(noticed(oura.Create, oura.DailySleep, id, 0)))
	}
	ids = append(ids, w.deliver(noticed(oura.Create, oura.Meal, "m", 0))) // needs no request, and waits with the others
	<-time.After(200 * time.Millisecond)
	for _, id := range ids {
		if d := w.delivery(id); d.Fetch != sqlite.FetchPending || d.Tries != 0 {
			t.Errorf("during the pause: %+v", d)
		}
	}
	if n := w.requests("/daily_sleep/"); n != 0 || len(w.events()) != 0 {
		t.Errorf("%d requests and %d events during the pause", n, len(w.events()))
	}
	paused.Store(false)
	w.fetcher.Wake()
	w.awaitIdle()
	for _, id := range ids {
		if d := w.delivery(id); d.Fetch != sqlite.FetchDone {
			t.Errorf("after the pause: %+v", d)
		}
	}
	if n := len(w.events()); n != 4 {
		t.Errorf("%d events after the pause, want 4", n)
	}
}

// TestPoller_StopsARoundAtAPause pauses in the middle of the first round, and ends
// the pause before the round does.
func TestPoller_StopsARoundAtAPause(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.fill(3)
		w.pass(400 * time.Millisecond)
		w.set(func() { w.paused = true })
		w.pass(time.Second) // requests on their way come to their end
		before := get(w, &w.asked)()
		w.pass(time.Hour)
		if n := get(w, &w.asked)() - before; n > 0 {
			t.Errorf("%d requests during the pause", n)
		}
		if len(w.differences(oura.Fetchable()...)) == 0 {
			t.Fatal("the round was over before the pause: nothing is proven")
		}
		w.set(func() { w.paused = false })
		w.pass(2 * time.Minute)
		w.mustEqual()
		for dt, last := range w.p.Last() {
			if last.Err != nil || last.At.IsZero() {
				t.Errorf("%s: %+v", dt, last)
			}
		}
	})
}

// TestPoller_OwesWhatAPauseLeftOut pauses a round over a week. What is caught up
// after a pause would by itself begin two days before it.
func TestPoller_OwesWhatAPauseLeftOut(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.settle()
		for _, dt := range oura.Fetchable() {
			w.put(dt, "late", w.today().Add(-5), "")
		}
		for w.p.Doing().Kind != KindHourly {
			w.pass(10 * time.Millisecond)
		}
		w.set(func() { w.paused, w.rounds = true, nil })
		for len(get(w, &w.rounds)()) == 0 {
			w.pass(time.Millisecond)
		}
		w.set(func() { w.paused = false })
		w.pass(6 * time.Minute)
		w.mustEqual()
	})
}
