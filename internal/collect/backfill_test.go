package collect

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/ourasim/person"
	"oura-streaming/internal/sqlite"
)

// past is a world whose cloud holds years, and a program that reads them.
type past struct {
	*world
	person *person.Person
	now    time.Time
	b      *Backfill
	stop   func()
	opt    BackfillOptions
}

// newPast makes a person of some years, with the heart rate of the last days, as
// a number below zero.
func newPast(t testing.TB, years, beats int) *past {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := person.New(person.Options{Seed: 4, From: now.AddDate(-years, 0, 0), To: now})
	opt := ourasim.PersonOptions(p)
	all := opt.Sources[oura.HeartRate]
	opt.Sources[oura.HeartRate] = func(from, to time.Time) iter.Seq[ourasim.Row] {
		return all(later(from, now.AddDate(0, 0, beats)), to)
	}
	w := newWorldOf(t, opt, now)
	return &past{world: w, person: p, now: now, opt: BackfillOptions{
		API: w.api, UserID: w.sim.UserID, Readable: func() []oura.DataType { return nil },
		Now: func() time.Time { return now.Add(time.Since(startOfTests)) },
	}}
}

var startOfTests = time.Now()

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func newWorldOf(t testing.TB, opt ourasim.Options, now time.Time) *world {
	t.Helper()
	opt.RedirectURIs = []string{"test://back"}
	opt.Now = func() time.Time { return now.Add(time.Since(startOfTests)) }
	sim, err := ourasim.Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.Change(func(s *ourasim.Switches) { s.ExpiresIn, s.TokenLimit = 30*24*time.Hour, 0 })
	w := &world{t: t, sim: sim, path: t.TempDir() + "/past.db", token: sim.SignIn()}
	w.openAt(opt.Now)
	w.api = ouraapi.New(ouraapi.Options{BaseURL: sim.URL(), Tokens: fixedToken(w.token), Budget: rate.NewLimiter(rate.Inf, 1)})
	return w
}

// start starts a fresh program on the store.
func (w *past) start() { w.startOn(w.store) }

func (w *past) startOn(store BackfillStore) {
	w.t.Helper()
	w.opt.Store = store
	b := NewBackfill(w.opt)
	w.b = b
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = b.Serve(ctx) }() // ends with the context
	w.stop = sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(w.stop)
}

func (w *past) begin(from, to oura.Day, types ...oura.DataType) JobView {
	w.t.Helper()
	job, err := w.b.Begin(w.t.Context(), from, to, types)
	if err != nil {
		w.t.Fatal(err)
	}
	return job
}

func (w *past) job(id int64) JobView {
	w.t.Helper()
	job, err := w.b.Job(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return job
}

func (w *past) awaitJob(id int64, want sqlite.JobState) JobView {
	w.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; <-time.After(5 * time.Millisecond) {
		job := w.job(id)
		if job.State == want {
			return job
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("job stays %s: %+v", job.State, job)
		}
	}
}

// mustHaveAll compares the documents of the store with the cloud's of some days.
func (w *past) mustHaveAll(from, until oura.Day) {
	w.t.Helper()
	for _, dt := range oura.Fetchable() {
		if !hasDays(dt) {
			continue
		}
		held := slices.DeleteFunc(w.sim.Ledger().Documents(dt), func(h ourasim.Held) bool {
			info, _ := oura.Lookup(dt)
			day, _ := info.Place(h.JSON)
			return day < from || day > until
		})
		stored := map[string]oura.Document{}
		f := sqlite.DocumentFilter{UserID: w.sim.UserID(), Type: dt, IncludeDeleted: true, Limit: pageOfOurs}
		for {
			docs, err := w.store.Documents(w.t.Context(), f)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, d := range docs {
				stored[d.ObjectID] = d
			}
			if len(docs) < pageOfOurs {
				break
			}
			f.After = docs[len(docs)-1].ObjectID
		}
		wrong := 0
		for _, h := range held {
			s, ok := stored[h.ID]
			if h.Deleted && ok && s.DeletedAt.IsZero() || !h.Deleted && (!ok || !s.DeletedAt.IsZero() || !sameContent(s.Data, h.JSON)) {
				wrong++
			}
			delete(stored, h.ID)
		}
		if wrong > 0 || len(stored) > 0 {
			w.t.Errorf("%s: %d of %d wrong, %d invented", dt, wrong, len(held), len(stored))
		}
	}
}

// pages counts how often each page was answered, by collection.
func pages(sim *ourasim.Sim) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, r := range sim.Ledger().Requests() {
		name, collection := strings.CutPrefix(r.Path, "/v2/usercollection/")
		if !collection || strings.Contains(name, "/") || r.Status != 200 {
			continue
		}
		if out[name] == nil {
			out[name] = map[string]int{}
		}
		query, _ := url.ParseQuery(r.Query)
		query.Del("fields")
		out[name][query.Encode()]++
	}
	return out
}

func TestBackfill_ReadsUntilAYearHoldsNothing(t *testing.T) {
	if underRace {
		t.Skip("read without the race detector, whose runs take ten times as long")
	}
	w := newPast(t, 2, -1)
	w.start()
	job := w.awaitJob(w.begin("", "").ID, sqlite.JobDone)
	w.mustHaveAll("", "2026-11-22")
	last := job.Next.Add(1)
	if end := oura.DayOf(w.now.AddDate(-3, 0, 0)); last > end || last < end.Add(-2*laterCut) {
		t.Errorf("read back to %s, want about %s", last, end)
	}
	documents := 0
	for _, p := range job.Parts {
		documents += p.Documents
	}
	if want := len(w.person.Documents()); documents == 0 || documents > want {
		t.Errorf("%d documents counted of %d", documents, want)
	}
	mustFetchTwiceAtMost(t, w.sim, 0)
}

// mustFetchTwiceAtMost checks that at most n pages of a collection were fetched
// twice, and none more often.
func mustFetchTwiceAtMost(t *testing.T, sim *ourasim.Sim, n int) {
	t.Helper()
	for name, pages := range pages(sim) {
		twice := 0
		for page, times := range pages {
			if times > 1 {
				twice++
			}
			if times > 1+n {
				t.Errorf("%s: %s fetched %d times", name, page, times)
			}
		}
		if twice > n {
			t.Errorf("%s: %d of %d pages fetched twice", name, twice, len(pages))
		}
	}
}

func TestBackfill_ReadsTheNewestFirst(t *testing.T) {
	w := newPast(t, 1, -1)
	w.start()
	w.awaitJob(w.begin("2026-01-01", "2026-11-22", oura.DailySleep).ID, sqlite.JobDone)
	events, err := w.store.Events(t.Context(), sqlite.EventFilter{Types: []oura.DataType{oura.DailySleep}, Limit: 1000, Ascending: true})
	if err != nil || len(events) < 100 {
		t.Fatal(len(events), err)
	}
	for i, e := range events {
		if e.Source != oura.SourceBackfill {
			t.Fatalf("event %d has source %s", i, e.Source)
		}
	}
	if first, bound := events[0].Day, oura.Day("2026-10-20"); first < bound {
		t.Errorf("began with %s", first)
	}
	if last := events[len(events)-1].Day; last > "2026-04-01" {
		t.Errorf("ended with %s", last)
	}
}

// awaitHistory lets time pass until the history is being read.
func (w *sky) awaitHistory() JobView {
	w.t.Helper()
	for range 600 {
		jobs, err := w.b.Jobs(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if len(jobs) == 1 && jobs[0].Running && jobs[0].Type != "" {
			return jobs[0]
		}
		w.pass(100 * time.Millisecond)
	}
	w.t.Fatal("the history does not begin")
	return JobView{}
}

func (w *sky) job(id int64) JobView {
	w.t.Helper()
	job, err := w.b.Job(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return job
}

func TestBackfill_WhatIsAskedForGoesFirst(t *testing.T) {
	inPast(t, 80, func(t *testing.T, w *sky) {
		history := w.awaitHistory()
		from := w.today().Add(-70)
		asked, err := w.b.Begin(t.Context(), from, from.Add(9), []oura.DataType{oura.DailySleep})
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.b.Begin(t.Context(), from, from.Add(9), []oura.DataType{oura.DailySleep})
		if err != nil || again.ID != asked.ID {
			t.Errorf("asked for twice: jobs %d and %d, %v", asked.ID, again.ID, err)
		}
		if jobs := w.awaitDone(time.Hour); len(jobs) != 2 {
			t.Errorf("%d jobs", len(jobs))
		}
		asked, history = w.job(asked.ID), w.job(history.ID)
		if took := asked.Ended.Sub(asked.Created); took > 2*time.Second || !asked.Ended.Before(history.Ended.Add(-2*time.Second)) {
			t.Errorf("asked for %+v, done after %v; history %+v", asked.Job, took, history.Job)
		}
		if history.Kind != sqlite.JobHistory || history.To != w.today().Add(-30) {
			t.Errorf("history %+v", history.Job)
		}
		w.mustEqual()
	})
}

func TestBackfill_CancelledAndResumed(t *testing.T) {
	inPast(t, 80, func(t *testing.T, w *sky) {
		id, hung := w.awaitHistory().ID, 0
		w.set(func() {
			w.spoil = func(r *http.Request) *http.Response {
				if !strings.HasPrefix(r.URL.Path, "/v2/usercollection/sleep") {
					return nil
				}
				w.set(func() { hung++ })
				<-r.Context().Done()
				return answer(504, "")
			}
		})
		w.pass(10 * time.Second)
		if get(w, &hung)() == 0 || !w.job(id).Running {
			t.Fatal("no request hangs: nothing is proven")
		}
		if _, err := w.b.Cancel(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Millisecond)
		if w.job(id).Running {
			t.Error("a hanging request keeps a cancelled job under way")
		}
		before := get(w, &w.asked)()
		w.pass(20 * time.Second)
		if n := get(w, &w.asked)() - before; n > 0 {
			t.Errorf("%d requests of a cancelled job", n)
		}
		if _, err := w.b.Cancel(t.Context(), id); oura.CodeOf(err) != oura.CodeEnded {
			t.Errorf("second cancel: %v", err)
		}
		w.set(func() { w.spoil = nil })
		if _, err := w.b.Resume(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		w.awaitDone(2 * time.Minute)
		w.mustEqual()
		mustFetchTwiceAtMost(t, w.sim, 1)
	})
}

func TestBackfill_FindsDeletionsAndRevisionsOfThePast(t *testing.T) {
	w := newPast(t, 1, -1)
	w.start()
	w.awaitJob(w.begin("2026-06-01", "2026-06-30").ID, sqlite.JobDone)
	held := w.sim.Ledger().Documents(oura.DailySleep)
	in := slices.DeleteFunc(held, func(h ourasim.Held) bool {
		info, _ := oura.Lookup(h.Type)
		day, _ := info.Place(h.JSON)
		return day < "2026-06-05" || day > "2026-06-25"
	})
	if len(in) < 3 {
		t.Fatal("no documents to change")
	}
	w.sim.DeleteQuiet(oura.DailySleep, in[0].ID)
	if _, err := w.sim.PutQuiet(ourasim.Doc{Type: oura.DailySleep, ID: in[1].ID, JSON: []byte(strings.Replace(string(in[1].JSON), `"score":`, `"extra":1,"score":`, 1))}); err != nil {
		t.Fatal(err)
	}
	job := w.awaitJob(w.begin("2026-06-01", "2026-06-29", oura.DailySleep).ID, sqlite.JobDone)
	if job.Parts[0].Revised != 2 || job.Parts[0].Documents != 0 {
		t.Errorf("%+v", job.Parts[0])
	}
	gone, err := w.store.Document(t.Context(), w.sim.UserID(), oura.DailySleep, in[0].ID)
	if err != nil || gone.DeletedAt.IsZero() {
		t.Errorf("deleted document: %+v, %v", gone, err)
	}
}

func TestBackfill_RefusesWhatCannotBe(t *testing.T) {
	w := newPast(t, 1, -1)
	w.start()
	for _, c := range []struct {
		from, to oura.Day
		types    []oura.DataType
	}{
		{"2026-11-30", "", nil}, {"2026-02-01", "2026-01-01", nil}, {"yesterday", "", nil}, {"", "2026-13-01", nil},
		{"", "", []oura.DataType{"moon"}}, {"", "", []oura.DataType{oura.RingConfiguration}}, {"", "", []oura.DataType{oura.Meal}},
	} {
		if _, err := w.b.Begin(t.Context(), c.from, c.to, c.types); oura.CodeOf(err) != oura.CodeInvalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if _, err := w.b.Cancel(t.Context(), 99); oura.CodeOf(err) != oura.CodeNotFound {
		t.Errorf("cancel of nothing: %v", err)
	}
	w.opt.UserID = func() string { return "" }
	w.start()
	if _, err := w.b.Begin(t.Context(), "", "", nil); oura.CodeOf(err) != oura.CodeNotConnected {
		t.Errorf("without an account: %v", err)
	}
}

func TestBackfill_GivesWay(t *testing.T) {
	inPast(t, 80, func(t *testing.T, w *sky) {
		w.awaitHistory()
		done := w.b.opt.Traffic.Urgent()
		w.pass(time.Second) // requests on their way come to their end
		before := get(w, &w.asked)()
		w.pass(time.Minute)
		if n := get(w, &w.asked)() - before; n > 0 {
			t.Errorf("%d requests beside urgent work", n)
		}
		if len(w.differences(oura.Fetchable()...)) == 0 {
			t.Fatal("the history was read before: nothing is proven")
		}
		done()
		w.awaitDone(2 * time.Minute)
		w.mustEqual()
	})
}

func TestF35_BackfillLeavesOutOnlyWhatIsRefused(t *testing.T) {
	w := newPast(t, 1, -1)
	for prefix, f := range map[string]ourasim.Fault{
		"daily_stress":     {Status: 401, Body: []byte(`{"status":401,"title":"Unauthorized","detail":"Token is not authorized access stress scope."}`)},
		"daily_resilience": {Status: 403, Body: []byte(`{"detail":"Forbidden"}`)},
		"vO2_max":          {Status: 404, Body: []byte(`{"detail":"Document not found."}`)},
	} {
		f.Prefix, f.Times = "/v2/usercollection/"+prefix, -1
		w.sim.AddFaults(f)
	}
	w.start()
	job := w.awaitJob(w.begin("2026-01-01", "").ID, sqlite.JobDone)
	refused := map[oura.DataType]bool{}
	for _, p := range job.Parts {
		if p.State == sqlite.PartRefused && p.Reason != "" {
			refused[p.DataType] = true
		} else if p.State != sqlite.PartRead {
			t.Errorf("%s is %s", p.DataType, p.State)
		}
	}
	if want := map[oura.DataType]bool{oura.DailyStress: true, oura.DailyResilience: true, oura.VO2Max: true}; !maps.Equal(refused, want) {
		t.Errorf("refused: %v", refused)
	}
	days, err := w.store.Coverage(t.Context(), w.sim.UserID(), []oura.DataType{oura.DailyStress, oura.Sleep}, "2026-10-01", "2026-10-02", "2026-11-22")
	if err != nil || days[0].State != sqlite.CoverageNotAsked && days[0].State != sqlite.CoverageNotAllowed {
		t.Errorf("%+v, %v", days, err)
	}
}

func sameContent(a, b []byte) bool {
	one, err1 := oura.ContentHash(a)
	two, err2 := oura.ContentHash(b)
	return err1 == nil && err2 == nil && one == two
}
