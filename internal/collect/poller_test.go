package collect

import (
	"strconv"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

const morning = "2026-03-10T08:00:00Z"

func TestPoller_KeepsItsRhythmWithoutWebhooks(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types = []oura.DataType{oura.DailySleep} })
		w.settle()
		began := w.now()
		w.pass(24 * time.Hour)
		for kind, want := range map[string]int{KindDaily: 1, KindHourly: 23, KindPoll: 288 - 24, KindCatchUp: 0, KindReconcile: 0} {
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
		w.set(func() { w.live, w.types = true, []oura.DataType{oura.DailySleep} })
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
