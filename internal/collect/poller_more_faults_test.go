package collect

import (
	"fmt"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
)

// TestF34_OddPagesLoseNothing lets page marks loop and expire, and changes data
// between pages.
func TestF34_OddPagesLoseNothing(t *testing.T) {
	for name, paging := range map[string]ourasim.Paging{"looping": ourasim.PagingLoop, "expired": ourasim.PagingExpired} {
		t.Run(name, func(t *testing.T) {
			inSky(t, morning, ourasim.Options{}, func(w *sky) {
				w.set(func() { w.types = []oura.DataType{oura.Workout, oura.DailySleep} })
				w.settle()
				w.sim.Change(func(s *ourasim.Switches) { s.DocumentPageSize, s.Paging = 2, paging })
				w.fill(6)
				w.set(func() { w.asked = 0 })
				w.pass(70 * time.Minute)
				if n := get(w, &w.asked)(); n > 800 {
					t.Errorf("%d requests in 70 minutes", n)
				}
				if w.p.Last()[oura.Workout].Err == nil {
					t.Error("pages without end count as read")
				}
				w.sim.Change(func(s *ourasim.Switches) { s.Paging = ourasim.PagingNormal })
				w.pass(5 * time.Minute)
				if diff := w.differences(oura.Workout, oura.DailySleep); len(diff) > 0 {
					t.Errorf("lost: %v", diff)
				}
			})
		})
	}
}

func TestF34_DataMayChangeBetweenPages(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types = []oura.DataType{oura.Workout} })
		w.sim.Change(func(s *ourasim.Switches) { s.DocumentPageSize = 2 })
		w.fill(7)
		for n := range 60 { // a look takes one to two seconds
			w.pass(2300 * time.Millisecond)
			w.put(oura.Workout, fmt.Sprintf("x%d", n%9), w.today().Add(-n%7), fmt.Sprintf(`,"n":%d`, n))
			if n%3 == 0 {
				w.sim.DeleteQuiet(oura.Workout, fmt.Sprintf("d%d", n%7))
			}
			w.p.SyncNow()
		}
		w.set(func() { w.every = time.Hour })
		w.pass(3*24*time.Hour + 12*time.Hour) // the last days close
		if diff := w.differences(oura.Workout); len(diff) > 0 {
			t.Errorf("lost: %v", diff)
		}
	})
}

// TestF35_ARefusalStopsItsTypeOnly refuses types for each of the known reasons.
func TestF35_ARefusalStopsItsTypeOnly(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.settle()
		w.set(func() { w.token = w.sim.SignIn(oura.ScopeDaily, oura.ScopeWorkout) })
		w.sim.Change(func(s *ourasim.Switches) { s.MissingPaths = []string{"daily_activity"} })
		w.fill(3)
		w.pass(10 * time.Minute)
		refused := map[oura.DataType]bool{oura.DailyActivity: true}
		for _, dt := range oura.Fetchable() {
			if !oura.Opens([]oura.Scope{oura.ScopeDaily, oura.ScopeWorkout}, dt) {
				refused[dt] = true
			}
		}
		last := w.p.Last()
		for _, dt := range oura.Fetchable() {
			if n := len(w.stored(dt)); refused[dt] != (n == 0) || refused[dt] != (last[dt].Err != nil) {
				t.Errorf("%s: %d documents, last %+v", dt, n, last[dt])
			}
		}
		before := len(w.sim.Ledger().Requests())
		w.pass(4 * time.Minute)
		w.p.SyncNow()
		w.pass(time.Minute)
		for _, r := range w.sim.Ledger().Requests()[before:] {
			if r.Status >= 400 {
				t.Errorf("%s was asked for again", r.Path)
			}
		}
		w.set(func() { w.token = w.sim.SignIn() })
		w.sim.Change(func(s *ourasim.Switches) { s.MissingPaths = nil })
		w.p.Resume()
		w.settle()
		w.mustEqual()
	})
}

func TestF35_ALapsedMembershipIsTriedHourly(t *testing.T) {
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.set(func() { w.types = []oura.DataType{oura.Workout, oura.DailySleep} })
		w.settle()
		w.sim.Change(func(s *ourasim.Switches) { s.MembershipLapsed = true })
		w.fill(3)
		w.set(func() { w.asked = 0 })
		w.pass(3 * time.Hour)
		if n := get(w, &w.asked)(); n > 4*4 {
			t.Errorf("%d requests of 4 types in 3 h", n)
		}
		w.sim.Change(func(s *ourasim.Switches) { s.MembershipLapsed = false })
		w.pass(time.Hour + 5*time.Minute)
		if diff := w.differences(oura.Workout, oura.DailySleep); len(diff) > 0 {
			t.Errorf("lost: %v", diff)
		}
	})
}

// TestF37_LateSyncsAndRevisionsAreFoundWithinADay back-dates changes, with and
// without webhooks.
func TestF37_LateSyncsAndRevisionsAreFoundWithinADay(t *testing.T) {
	for _, live := range []bool{false, true} {
		inSky(t, morning, ourasim.Options{}, func(w *sky) {
			w.set(func() { w.live, w.types, w.every = live, []oura.DataType{oura.Sleep, oura.DailySleep}, time.Hour })
			w.put(oura.Sleep, "old", w.today().Add(-25), "")
			w.settle()
			for day := range 6 { // the ring comes back after five days
				w.put(oura.Sleep, fmt.Sprintf("late%d", day), w.today().Add(-day), "")
				w.put(oura.DailySleep, fmt.Sprintf("late%d", day), w.today().Add(-day), "")
			}
			w.put(oura.Sleep, "old", w.today().Add(-25), `,"revised":true`)
			w.sim.DeleteQuiet(oura.DailySleep, "late5")
			w.pass(24*time.Hour + time.Minute)
			if diff := w.differences(oura.Sleep, oura.DailySleep); len(diff) > 0 {
				t.Errorf("live %v: lost %v", live, diff)
			}
		})
	}
}

// TestF55_CaughtUpWithinAMinuteOfSleep suspends the computer for eight hours.
func TestF55_CaughtUpWithinAMinuteOfSleep(t *testing.T) {
	for _, live := range []bool{false, true} {
		inSky(t, morning, ourasim.Options{}, func(w *sky) {
			w.set(func() { w.live = live })
			w.settle()
			for n := range 2 {
				w.pass(37 * time.Minute)
				w.sleep(8 * time.Hour)
				for _, dt := range oura.Fetchable() {
					w.put(dt, fmt.Sprintf("asleep%d", n), w.today(), "")
				}
				began := w.now()
				w.pass(time.Minute)
				w.mustEqual()
				if got := w.count(KindCatchUp, began); got != 1 {
					t.Errorf("live %v: %d catch-ups after sleep", live, got)
				}
			}
		})
	}
}

// TestF56_AClockThatJumpsMakesNoStampede sets the clock, back and forth.
func TestF56_AClockThatJumpsMakesNoStampede(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	jumps := map[string]func(w *sky){
		"an hour ahead": func(w *sky) { w.skew += time.Hour },
		"an hour back":  func(w *sky) { w.skew -= time.Hour },
		"a day ahead":   func(w *sky) { w.skew += 24 * time.Hour },
		"a day back":    func(w *sky) { w.skew -= 24 * time.Hour },
		"another zone":  func(w *sky) { w.zone = tokyo },
	}
	usual := map[string]int{KindDaily: 0, KindHourly: 3, KindPoll: 33, KindCatchUp: 0}
	for name, jump := range jumps {
		t.Run(name, func(t *testing.T) {
			inSky(t, morning, ourasim.Options{}, func(w *sky) {
				w.set(func() { w.types = []oura.DataType{oura.DailySleep} })
				w.pass(32 * time.Minute)
				w.set(func() { jump(w); w.rounds = nil })
				w.pass(3 * time.Hour)
				for kind, want := range usual {
					if got := w.count(kind, time.Time{}); got > want+1 || got < want-2 {
						t.Errorf("%d %s rounds in three hours, usual are %d", got, kind, want)
					}
				}
				w.put(oura.DailySleep, "after", oura.DayOf(w.world()), "")
				w.pass(6 * time.Minute)
				w.mustHave(oura.DailySleep, "after")
			})
		})
	}
}
