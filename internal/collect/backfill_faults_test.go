package collect

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// inPast is a sky whose cloud holds some days of every type, and whose program
// reads history too.
func inPast(t *testing.T, days int, do func(t *testing.T, w *sky)) {
	t.Helper()
	inSky(t, morning, ourasim.Options{}, func(w *sky) {
		w.stop()
		w.past = true
		w.sim.Change(func(s *ourasim.Switches) { s.DocumentPageSize = 10 })
		w.fill(days)
		w.start()
		do(w.t, w)
	})
}

// awaitDone lets time pass until all jobs have ended.
func (w *sky) awaitDone(limit time.Duration) []JobView {
	w.t.Helper()
	for began := w.world(); ; w.pass(10 * time.Second) {
		jobs, err := w.b.Jobs(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		open := len(jobs) == 0
		for _, j := range jobs {
			open = open || j.State == sqlite.JobOpen
		}
		if !open {
			return jobs
		}
		if w.world().Sub(began) > limit {
			w.t.Fatalf("not done after %v: %+v", limit, jobs[0])
		}
	}
}

// awaitEqual lets time pass until the store is as the cloud is.
func (w *sky) awaitEqual(limit time.Duration) {
	w.t.Helper()
	for began := w.world(); len(w.differences(oura.Fetchable()...)) > 0; w.pass(10 * time.Second) {
		if w.world().Sub(began) > limit {
			w.mustEqual()
		}
	}
}

func answer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

func TestF32_BackfillThroughBadWeather(t *testing.T) {
	days := 400
	if underRace {
		days = 50
	}
	inPast(t, days, func(t *testing.T, w *sky) {
		dice, spoilt := rand.New(rand.NewPCG(32, 4)), 0
		w.set(func() {
			w.spoil = func(r *http.Request) *http.Response {
				w.mu.Lock()
				ill, way := dice.IntN(100) < 30, dice.IntN(5)
				if ill {
					spoilt++
				}
				w.mu.Unlock()
				switch {
				case !ill:
					return nil
				case way == 0:
					return answer(500, `{"detail":"Internal Server Error"}`)
				case way == 1:
					return answer(502, "<html>Bad Gateway</html>")
				case way == 2:
					return answer(200, "<html>Sign in to this network</html>")
				case way == 3:
					return answer(200, `{"data":[{"id":"a`)
				}
				<-r.Context().Done() // hangs
				return answer(504, "")
			}
		})
		w.awaitDone(48 * time.Hour)
		asked := get(w, &w.asked)()
		w.set(func() { w.spoil = nil })
		w.pass(25 * time.Hour)
		w.mustEqual()
		if good := asked - spoilt; asked > 2*good || spoilt < 20 {
			t.Errorf("%d requests, of which %d were spoilt", asked, spoilt)
		}
	})
}

func TestF31_BackfillWaitsOutAStorm(t *testing.T) {
	inPast(t, pastDays, func(t *testing.T, w *sky) {
		w.pass(3 * time.Second)
		w.set(func() {
			w.asked = 0
			w.spoil = func(*http.Request) *http.Response {
				res := answer(429, `{"status":429,"title":"Too Many Requests"}`)
				res.Header.Set("Retry-After", "30")
				return res
			}
		})
		w.pass(15 * time.Minute)
		if n := get(w, &w.asked)(); n > 40 {
			t.Errorf("%d requests in the storm", n)
		}
		jobs, err := w.b.Jobs(t.Context())
		if err != nil || len(jobs) > 0 && jobs[0].State == sqlite.JobOpen && jobs[0].Waiting == "" {
			t.Errorf("nothing says that the job waits: %+v, %v", jobs, err)
		}
		w.set(func() { w.spoil = nil })
		w.awaitEqual(time.Hour)
	})
}

func TestF29_BackfillWaitsForTheNetwork(t *testing.T) {
	inPast(t, pastDays, func(t *testing.T, w *sky) {
		w.pass(4 * time.Second)
		w.set(func() { w.online = false })
		w.pass(5 * time.Hour)
		w.set(func() { w.online = true })
		w.p.Resume()
		w.b.Wake()
		w.awaitEqual(10 * time.Minute)
	})
}

// TestF34_BackfillLeavesALoop lets page marks repeat for ever: the days are noted
// as failed, the rest goes on, and they can be filled later.
func TestF34_BackfillLeavesALoop(t *testing.T) {
	inPast(t, 200, func(t *testing.T, w *sky) {
		w.set(func() { w.types = []oura.DataType{oura.Workout, oura.DailySleep} })
		w.pass(3 * time.Second) // the last days are in
		w.sim.Change(func(s *ourasim.Switches) { s.Paging = ourasim.PagingLoop })
		jobs := w.awaitDone(12 * time.Hour)
		failed := w.failedDays()
		if len(failed) == 0 || jobs[0].Parts[0].Reason == "" {
			t.Errorf("%d days noted as failed, %+v", len(failed), jobs[0].Parts)
		}
		if n := get(w, &w.asked)(); n > 2000 {
			t.Errorf("%d requests", n)
		}
		w.sim.Change(func(s *ourasim.Switches) { s.Paging = ourasim.PagingNormal })
		if _, err := w.b.Begin(t.Context(), w.today().Add(-200), "", nil); err != nil {
			t.Fatal(err)
		}
		w.awaitDone(time.Hour)
		if diff := w.differences(oura.Workout, oura.DailySleep); len(diff) > 0 {
			t.Errorf("lost: %d, %v", len(diff), diff[:min(len(diff), 5)])
		}
		if failed := w.failedDays(); len(failed) > 0 {
			t.Errorf("still failed: %v", failed)
		}
	})
}

func (w *sky) failedDays() (out []string) {
	w.t.Helper()
	days, err := w.store.Coverage(w.t.Context(), w.sim.UserID(), get(w, &w.types)(), w.today().Add(-200), w.today(), w.today())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range days {
		if d.State == sqlite.CoverageFailed {
			out = append(out, string(d.DataType)+" "+string(d.Day))
		}
	}
	return out
}

func TestBackfill_StandsStillWhilePaused(t *testing.T) {
	inPast(t, 200, func(t *testing.T, w *sky) {
		for jobs, err := w.b.Jobs(t.Context()); err != nil || len(jobs) == 0; jobs, err = w.b.Jobs(t.Context()) {
			w.pass(time.Second)
		}
		w.set(func() { w.paused = true })
		w.pass(5 * time.Second)
		before := get(w, &w.asked)()
		w.pass(3 * time.Hour)
		if n := get(w, &w.asked)(); n != before {
			t.Errorf("%d requests during the pause", n-before)
		}
		jobs, err := w.b.Jobs(t.Context())
		if err != nil || len(jobs) != 1 || jobs[0].Waiting == "" {
			t.Errorf("%+v, %v", jobs, err)
		}
		w.set(func() { w.paused = false })
		w.b.Wake()
		w.awaitDone(10 * time.Minute)
		w.mustEqual()
	})
}

// TestBackfill_WhatACancelledJobBroughtIsTold cancels in the middle of a window:
// its rows are stored, so an event tells of them.
func TestBackfill_WhatACancelledJobBroughtIsTold(t *testing.T) {
	inPast(t, 1, func(t *testing.T, w *sky) {
		w.sim.Change(func(s *ourasim.Switches) { s.SeriesPageSize = 100 })
		begin := w.world().AddDate(0, 0, -60)
		var rows []ourasim.Row
		for i := range 1000 {
			at := begin.Add(time.Duration(i) * time.Minute)
			rows = append(rows, ourasim.Row{TimeMS: at.UnixMilli(), JSON: []byte(`{"bpm":61,"source":"rest","timestamp":"` + at.Format("2006-01-02T15:04:05.000Z") + `"}`)})
		}
		w.sim.AddRows(oura.HeartRate, rows...)
		job, err := w.b.Begin(t.Context(), oura.DayOf(begin).Add(-1), oura.DayOf(begin).Add(2), []oura.DataType{oura.HeartRate})
		if err != nil {
			t.Fatal(err)
		}
		for len(w.samples(oura.HeartRate)) < 300 {
			w.pass(50 * time.Millisecond)
		}
		if _, err := w.b.Cancel(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		told := 0
		for _, e := range w.events(oura.HeartRate) {
			var sum struct{ Count int }
			if err := json.Unmarshal(e.Data, &sum); err != nil {
				t.Fatal(err)
			}
			told += sum.Count
		}
		if stored := len(w.samples(oura.HeartRate)); stored == 1000 || told != stored {
			t.Errorf("%d rows stored, %d told of", stored, told)
		}
		if _, err := w.b.Resume(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		w.awaitDone(time.Hour)
		if stored := len(w.samples(oura.HeartRate)); stored != 1000 {
			t.Errorf("%d rows after going on", stored)
		}
	})
}

// TestPoller_AFillTellsNothingOfTheDaysBefore brings the newest rows of a series
// by hand while the rounds cannot read it: once they can, they begin where they
// would have.
func TestPoller_AFillTellsNothingOfTheDaysBefore(t *testing.T) {
	inPast(t, 1, func(t *testing.T, w *sky) {
		var rows []ourasim.Row
		for i := range 24 * 25 {
			at := w.world().Add(-time.Duration(i) * time.Hour)
			rows = append(rows, ourasim.Row{TimeMS: at.UnixMilli(), JSON: []byte(`{"level":80,"timestamp":"` + at.Format("2006-01-02T15:04:05.000Z") + `"}`)})
		}
		w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/ring_battery_level", Times: 1, Status: 403, Body: json.RawMessage(`{"detail":"Forbidden"}`)})
		w.sim.AddRows(oura.RingBatteryLevel, rows...)
		w.pass(20 * time.Second)
		if n := len(w.samples(oura.RingBatteryLevel)); n != 0 {
			t.Fatalf("%d rows although it was refused", n)
		}
		if _, err := w.b.Begin(t.Context(), w.today(), "", []oura.DataType{oura.RingBatteryLevel}); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if n := len(w.samples(oura.RingBatteryLevel)); n == 0 {
			t.Fatal("the fill brought nothing")
		}
		w.pass(2 * time.Hour)
		if n := len(w.samples(oura.RingBatteryLevel)); n != len(rows) {
			t.Errorf("%d of %d rows", n, len(rows))
		}
	})
}
