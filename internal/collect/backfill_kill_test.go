package collect

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

// TestBackfillHelper is the program that the next test kills.
func TestBackfillHelper(t *testing.T) {
	path := os.Getenv("BACKFILL_TEST_DB")
	if path == "" {
		t.Skip("only of use to TestF36_KilledAnywhereItGoesOnAtItsPage")
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	api := ouraapi.New(ouraapi.Options{
		BaseURL: os.Getenv("BACKFILL_TEST_URL"), Tokens: fixedToken(os.Getenv("BACKFILL_TEST_TOKEN")), Budget: rate.NewLimiter(rate.Inf, 1),
	})
	_ = NewBackfill(BackfillOptions{ // ends with the process
		Store: store, API: api, UserID: func() string { return os.Getenv("BACKFILL_TEST_USER") },
		Readable: func() []oura.DataType { return nil },
	}).Serve(t.Context())
}

// TestF36_KilledAnywhereItGoesOnAtItsPage kills the program 50 times while it
// reads three years of documents and one of heart rate. A kill counts when the
// program had stored a page since its start and the job was not done yet.
func TestF36_KilledAnywhereItGoesOnAtItsPage(t *testing.T) {
	days, beats, kills := 3*365, -365, 50
	if underRace {
		days, beats, kills = 120, -10, 10 // the child is as slow as its parent
	}
	w := newPast(t, (days+364)/365, beats)
	w.sim.Change(func(s *ourasim.Switches) { s.DocumentPageSize = 20 })
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/", Times: -1, Delay: 10 * time.Millisecond}) // so that all kills fit in
	w.start()
	w.stop()
	id := w.begin(oura.DayOf(w.now).Add(-days), "2026-11-20").ID
	began := w.killed(id, kills)
	w.sim.ClearFaults()
	w.openAt(w.opt.Now)
	w.start()
	before := w.job(id)
	w.awaitJob(id, sqlite.JobDone)
	w.mustHaveAll(oura.DayOf(w.now).Add(-days), "2026-11-20")
	twice := w.repeats(began)
	w.mustHaveBeats(w.now.AddDate(0, 0, beats+1), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	t.Logf("%d kills in %d lives, %d of %d days read by then, %d requests of %d were repeats",
		kills, len(began)-1, before.Done, before.Total, twice, w.sim.Ledger().RequestCount())
}

// killed kills the program until so many kills have counted, with the store left
// closed. It returns when each life began, the one to come too.
func (w *past) killed(id int64, kills int) (began []time.Time) {
	w.t.Helper()
	dice := rand.New(rand.NewPCG(36, 36))
	last := w.job(id).Job
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	for counted := 0; counted < kills; {
		if len(began) == 4*kills {
			w.t.Fatalf("only %d of %d lives stored a page", counted, len(began))
		}
		began = append(began, w.opt.Now())
		w.live(1+dice.IntN(20), time.Duration(dice.IntN(15))*time.Millisecond)
		now := w.left(id)
		if now.State != sqlite.JobOpen {
			w.t.Fatalf("the job was %s after %d kills: nothing is proven", now.State, counted)
		}
		if !reflect.DeepEqual(now.Parts, last.Parts) {
			counted++
		}
		last = now
	}
	return append(began, w.opt.Now())
}

// left is the job as the store has it after a kill.
func (w *past) left(id int64) sqlite.Job {
	w.t.Helper()
	store, err := sqlite.Open(w.t.Context(), w.path, sqlite.Options{Now: w.opt.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	job, err := store.Job(w.t.Context(), id)
	if err := errors.Join(err, store.Close()); err != nil {
		w.t.Fatal(err)
	}
	return job
}

// repeats checks that no life but the last fetched more than one page of a
// collection again, and counts all such pages.
func (w *past) repeats(began []time.Time) (all int) {
	w.t.Helper()
	seen := map[string]bool{}
	again := map[int]map[string]int{}
	for _, r := range w.sim.Ledger().Requests() {
		if r.Status != 200 || !strings.HasPrefix(r.Path, "/v2/usercollection/") {
			continue
		}
		page := r.Path + "?" + r.Query
		if seen[page] {
			all++
			life, _ := slices.BinarySearchFunc(began, r.At, time.Time.Compare)
			if again[life] == nil {
				again[life] = map[string]int{}
			}
			again[life][r.Path]++
		}
		seen[page] = true
	}
	for life, pages := range again {
		for path, n := range pages {
			if n > 1 {
				w.t.Errorf("life %d: %d pages of %s fetched again", life, n, path)
			}
		}
	}
	return all
}

// live lets the program make some requests, waits a little and kills it.
func (w *past) live(requests int, more time.Duration) {
	w.t.Helper()
	enough := w.sim.Ledger().RequestCount() + requests
	child := exec.Command(os.Args[0], "-test.run=TestBackfillHelper")
	child.Env = append(os.Environ(), "BACKFILL_TEST_DB="+w.path, "BACKFILL_TEST_URL="+w.sim.URL(),
		"BACKFILL_TEST_TOKEN="+w.token.Reveal(), "BACKFILL_TEST_USER="+w.sim.UserID())
	if err := child.Start(); err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		_ = child.Process.Kill() // SIGKILL
		_ = child.Wait()         // it was killed
	}()
	for deadline := time.Now().Add(time.Minute); w.sim.Ledger().RequestCount() < enough; <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatal("the program asks for nothing more")
		}
	}
	<-time.After(more)
}

// mustHaveBeats compares the heart rate of a span with the cloud's rows. Of rows
// that are equal in everything one is kept.
func (w *past) mustHaveBeats(from, to time.Time) {
	w.t.Helper()
	want := map[string]bool{}
	for row := range w.person.HeartRate(from, to) {
		want[rowText(w.t, oura.HeartRate, ourasim.Row(row))] = true
	}
	var after *sqlite.Sample
	rows, invented := 0, 0
	for {
		page, err := w.store.Samples(w.t.Context(), w.sim.UserID(), oura.HeartRate, from, to, after, 10_000)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, s := range page {
			rows++
			if text := sampleText(s); !want[text] {
				invented++
			} else {
				delete(want, text)
			}
		}
		if len(page) < 10_000 {
			break
		}
		after = &page[len(page)-1]
	}
	if len(want) > 0 || invented > 0 || rows == 0 {
		w.t.Errorf("%d rows of heart rate, %d missing, %d invented or twice", rows, len(want), invented)
	}
}
