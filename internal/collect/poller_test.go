package collect

import (
	"strconv"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

const morning = "2026-03-10T08:00:00Z"

func TestPoller_KeepsItsRhythmWithoutWebhooks(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types, w.every = []oura.DataType{oura.DailySleep}, 15*time.Minute })
		w.settle()
		began := w.now()
		w.pass(25 * time.Hour)
		for kind, want := range map[string]int{KindDaily: 1, KindHourly: 24, KindPoll: 100 - 25, KindCatchUp: 0, KindReconcile: 0} {
			if got := w.count(kind, began); got < want-1 || got > want+1 {
				t.Errorf("%d %s rounds in a day, want %d", got, kind, want)
			}
		}
		if got := w.count(KindCatchUp, time.Time{}); got != 1 {
			t.Errorf("%d catch-ups after the start, want 1", got)
		}
	})
}

func TestPoller_AsksSeldomWhileWebhooksWork(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.live, w.types, w.every = true, []oura.DataType{oura.DailySleep}, time.Hour })
		w.settle()
		began := w.now()
		w.pass(24 * time.Hour)
		for kind, want := range map[string]int{KindDaily: 1, KindReconcile: 3, KindHourly: 0, KindWatch: 0} {
			if got := w.count(kind, began); got != want {
				t.Errorf("%d %s rounds in a day, want %d", got, kind, want)
			}
		}
	})
}

func TestPoller_FindsWhatIsNewRevisedAndDeleted(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.settle()
		for i, dt := range oura.Fetchable() {
			w.put(dt, "new-"+strconv.Itoa(i), w.today(), "")
			w.put(dt, "old-"+strconv.Itoa(i), w.today().Add(-5), "")
		}
		w.pass(5 * time.Minute)
		for i, dt := range oura.Fetchable() {
			if _, ok := w.stored(dt)["new-"+strconv.Itoa(i)]; !ok {
				t.Errorf("%s of today not found within the interval", dt)
			}
		}
		w.pass(time.Hour)
		w.mustEqual()
		for i, dt := range oura.Fetchable() {
			w.put(dt, "new-"+strconv.Itoa(i), w.today(), `,"score":1`)
			w.sim.DeleteQuiet(dt, "old-"+strconv.Itoa(i))
		}
		w.pass(time.Hour)
		w.mustEqual()
	})
}

func TestPoller_SyncNowNeitherBlocksNorPilesUp(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.pass(time.Minute + 30*time.Second)
		began := w.now()
		w.put(oura.Workout, "run", w.today(), "")
		for range 100 {
			w.p.SyncNow()
		}
		w.settle()
		if n := w.count(KindSync, began); n < 1 || n > 2 {
			t.Errorf("%d rounds for 100 wishes", n)
		}
		if _, ok := w.stored(oura.Workout)["run"]; !ok {
			t.Error("the workout was not found")
		}
	})
}

func TestPoller_BeginsWhereTheLastStartEnded(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types, w.every = []oura.DataType{oura.DailySleep}, time.Hour })
		w.pass(26 * time.Hour)
		w.stop()
		for range 20 { // days off, and a start in the midst of which the program is killed
			w.pass(24 * time.Hour)
			w.put(oura.DailySleep, string(w.today()), w.today(), "")
		}
		w.start()
		w.pass(140 * time.Millisecond)
		w.stop()
		w.set(func() { w.rounds, w.asked = nil, 0 })
		w.start()
		w.settle()
		if diff := w.differences(oura.DailySleep); len(diff) > 0 {
			t.Errorf("lost: %v", diff)
		}
		for _, r := range w.rounds[:1] {
			if r.Kind != KindCatchUp || r.New != 20 {
				t.Errorf("the first round is %+v, want a catch-up with 20 documents", r)
			}
		}
		last, err := w.store.LastAsked(w.t.Context(), w.sim.UserID())
		if err != nil || w.now().Sub(last[oura.DailySleep]) > time.Minute {
			t.Errorf("last asked %v: %v", last, err)
		}
		days, err := w.store.Coverage(w.t.Context(), w.sim.UserID(), []oura.DataType{oura.DailySleep}, w.today().Add(-20), w.today(), w.today())
		if err != nil || days[5].State != sqlite.CoverageComplete || days[20].State != sqlite.CoveragePartial {
			t.Errorf("coverage %+v: %v", days, err)
		}
	})
}

func TestPoller_AsksNothingWhilePausedAndCatchesUpAfterwards(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.live, w.types = true, []oura.DataType{oura.DailySleep} })
		w.settle()
		w.set(func() { w.paused, w.asked = true, 0 })
		w.put(oura.DailySleep, "unseen", w.today(), "")
		w.p.SyncNow()
		w.pass(3 * time.Hour)
		if n := get(w, &w.asked)(); n > 0 {
			t.Errorf("%d requests during a pause", n)
		}
		w.set(func() { w.paused = false })
		w.pass(time.Minute)
		w.mustHave(oura.DailySleep, "unseen")
	})
}
