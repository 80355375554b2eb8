package collect

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// countingStore counts looks at the queue.
type countingStore struct {
	Store
	mu sync.Mutex
	n  int
}

func (c *countingStore) DueDeliveries(ctx context.Context, now time.Time, limit int) ([]sqlite.Delivery, error) {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
	return c.Store.DueDeliveries(ctx, now, limit)
}

func (c *countingStore) reads() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func TestF27_PoisonIsParkedAfterTenTriesAndBlocksNobody(t *testing.T) {
	w := newWorld(t)
	poison := map[string]int64{}
	w.sim.AddFaults(
		ourasim.Fault{Prefix: "/v2/usercollection/sleep/invalid", Status: 422, Times: -1},
		ourasim.Fault{Prefix: "/v2/usercollection/sleep/garbled", Status: 200, Body: []byte(`{"id":"garbled",`), Times: -1},
	)
	w.run()
	for _, id := range []string{"absent", "invalid", "garbled"} {
		poison[id] = w.deliver(noticed(oura.Create, oura.Sleep, id, 0))
	}
	var good []int64
	for i := range 20 {
		id := fmt.Sprintf("good-%d", i)
		w.put(oura.Sleep, id, "")
		good = append(good, w.deliver(noticed(oura.Create, oura.Sleep, id, i)))
	}
	w.awaitIdle()
	for id, d := range poison {
		if got := w.delivery(d); got.Fetch != sqlite.FetchParked || got.Tries != maxTries || got.Reason == "" {
			t.Errorf("%s: %s after %d tries, %q", id, got.Fetch, got.Tries, got.Reason)
		}
		if n := w.requests("/sleep/" + id); n != maxTries {
			t.Errorf("%s: fetched %d times, want %d", id, n, maxTries)
		}
	}
	for _, d := range good {
		if got := w.delivery(d); got.Outcome != sqlite.OutcomeNew || got.Tries != 0 {
			t.Errorf("a good one: %s after %d tries", got.Outcome, got.Tries)
		}
	}
	if !w.raised.raised(status.ParkedDeliveries) {
		t.Error("nobody was told")
	}

	w.sim.ClearFaults() // the user asks again, and now it works
	w.put(oura.Sleep, "absent", "")
	w.put(oura.Sleep, "invalid", "")
	w.put(oura.Sleep, "garbled", "")
	if _, err := w.store.UnparkDeliveries(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	w.fetcher.Resume()
	w.awaitIdle()
	for id, d := range poison {
		if got := w.delivery(d); got.Outcome != sqlite.OutcomeNew {
			t.Errorf("%s after the retry: %s %s", id, got.Fetch, got.Outcome)
		}
	}
	w.await("the trouble to end", func() bool { return !w.raised.raised(status.ParkedDeliveries) })
}

func TestF27_DocumentThatOnlyItsDayShowsIsFoundFromTheSixthTryOn(t *testing.T) {
	w := newWorld(t)
	w.put(oura.Sleep, "hidden", "")
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/sleep/hidden", Status: 404, Times: -1})
	w.run()
	id := w.deliver(noticed(oura.Create, oura.Sleep, "hidden", 0))
	w.awaitIdle()
	if d := w.delivery(id); d.Outcome != sqlite.OutcomeNew || w.requests("/sleep/hidden") != searchAfter+1 {
		t.Errorf("%s %s after %d fetches", d.Fetch, d.Outcome, w.requests("/sleep/hidden"))
	}
}

func TestF27_KnownDocumentThatStaysAwayIsGone(t *testing.T) {
	w := newWorld(t)
	w.put(oura.Sleep, "doc", "")
	w.run()
	w.deliver(noticed(oura.Create, oura.Sleep, "doc", 0))
	w.awaitIdle()
	w.sim.DeleteQuiet(oura.Sleep, "doc")
	id := w.deliver(noticed(oura.Update, oura.Sleep, "doc", 1))
	w.awaitIdle()
	events := w.events()
	if d := w.delivery(id); d.Outcome != sqlite.OutcomeDeleted || len(events) != 2 || events[1].EventType != oura.Delete ||
		events[1].Data != nil || events[1].Day != "2026-03-10" {
		t.Errorf("%s, events %+v", d.Outcome, events)
	}
}

func TestF27_LateDocumentIsFetchedWhenItShows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.opt.Backoff = []time.Duration{300 * time.Millisecond}
	w.run()
	id := w.deliver(noticed(oura.Create, oura.Session, "late", 0))
	w.await("the second try", func() bool { return w.requests("late") >= 2 })
	w.put(oura.Session, "late", "")
	w.awaitIdle()
	if d := w.delivery(id); d.Outcome != sqlite.OutcomeNew {
		t.Errorf("%s %s after %d tries", d.Fetch, d.Outcome, d.Tries)
	}
}

func TestF31_PauseIsObeyedAndCountsAsNoTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run()
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/", Status: 429, Headers: map[string]string{"Retry-After": "1"}, Times: 2})
	var ids []int64
	for i := range 30 {
		id := fmt.Sprintf("doc-%d", i)
		w.put(oura.Tag, id, "")
		ids = append(ids, w.deliver(noticed(oura.Create, oura.Tag, id, i)))
	}
	w.await("the pause to show", func() bool { return w.raised.raised(status.RateLimited) })
	w.awaitIdle()
	for _, id := range ids {
		if d := w.delivery(id); d.Outcome != sqlite.OutcomeNew || d.Tries != 0 {
			t.Errorf("%s after %d tries", d.Outcome, d.Tries)
		}
	}
	if w.raised.raised(status.RateLimited) {
		t.Error("the pause still shows")
	}
	if n := w.requests("/tag/"); n > 30+8 {
		t.Errorf("%d requests for 30 documents", n)
	}
}

func TestF32_FaultMixLosesNothing(t *testing.T) {
	const documents, seed = 150, 32
	w := newWorld(t)
	dice := rand.New(rand.NewPCG(seed, seed))
	mix := []ourasim.Fault{{Status: 500}, {Status: 502}, {Drop: true}, {CutBody: true}, {Status: 200, Body: []byte("<html>busy</html>")}, {Status: 200, Body: []byte(`{"id":`)}}
	var all []oura.Notification
	for i := range documents {
		id := fmt.Sprintf("doc-%03d", i)
		w.put(oura.Workout, id, fmt.Sprintf(`,"n":%d`, i))
		for dice.IntN(100) < 30 {
			f := mix[dice.IntN(len(mix))]
			f.Prefix = "/v2/usercollection/workout/" + id
			w.sim.AddFaults(f)
		}
		all = append(all, noticed(oura.Create, oura.Workout, id, i%60))
	}
	w.deliverAll(all)
	w.run()
	w.awaitIdle()
	lost := 0
	for i := range documents {
		if err := w.matches(oura.Workout, fmt.Sprintf("doc-%03d", i)); err != nil {
			lost++
			t.Error(err)
		}
	}
	requests := w.requests("workout")
	t.Logf("seed %d: %d of %d lost, %d requests", seed, lost, documents, requests)
	if requests > 2*documents {
		t.Errorf("%d requests for %d documents", requests, documents)
	}
}

func TestF35_OnlyTheRefusedTypeStops(t *testing.T) {
	w := newWorld(t, "daily", "workout")
	w.run()
	w.put(oura.DailyResilience, "res", "")
	w.put(oura.Workout, "run", "")
	w.put(oura.DailySleep, "night", "")
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/daily_sleep", Status: 403, Times: -1})
	res := w.deliver(noticed(oura.Create, oura.DailyResilience, "res", 0))
	night := w.deliver(noticed(oura.Create, oura.DailySleep, "night", 0))
	w.await("both refusals", func() bool {
		return w.delivery(res).Fetch == sqlite.FetchParked && w.delivery(night).Reason != ""
	})
	run := w.deliver(noticed(oura.Create, oura.Workout, "run", 0))
	w.await("the other type", func() bool { return w.delivery(run).Outcome == sqlite.OutcomeNew })

	if d := w.delivery(res); d.Tries != 0 || !contains(d.Reason, "stress") {
		t.Errorf("without permission: %d tries, %q", d.Tries, d.Reason)
	}
	if d := w.delivery(night); d.Fetch != sqlite.FetchPending || time.Until(d.NextTry) < 50*time.Minute || d.Tries != 0 {
		t.Errorf("without membership: %s, next try %v, %d tries", d.Fetch, d.NextTry, d.Tries)
	}
	for _, code := range []string{status.ScopeRefused, status.MembershipLapsed} {
		if !w.raised.raised(code) {
			t.Errorf("%s is not shown", code)
		}
	}
	asked := w.requests("daily_sleep")
	for i := range 5 { // more of the refused type do not ask again
		w.deliver(noticed(oura.Update, oura.DailySleep, fmt.Sprintf("night-%d", i), i))
	}
	w.await("them to be put off", func() bool {
		due, err := w.store.DueDeliveries(t.Context(), time.Now(), 10)
		return err == nil && len(due) == 0
	})
	if n := w.requests("daily_sleep"); n != asked {
		t.Errorf("%d more requests for the refused type", n-asked)
	}
}

func TestF35_LostSignInStopsAskingAndKeepsTheQueue(t *testing.T) {
	w := newWorld(t)
	w.opt.Hold = time.Hour
	w.run()
	w.put(oura.Tag, "doc-0", "")
	w.sim.ExpireAccess()
	var ids []int64
	for i := range 20 {
		ids = append(ids, w.deliver(noticed(oura.Create, oura.Tag, fmt.Sprintf("doc-%d", i), i)))
	}
	w.await("the sign-in trouble", func() bool { return w.raised.raised(status.SignInNeeded) })
	w.fetcher.Wake()
	if n := w.requests("/tag/"); n > w.fetcher.opt.Concurrency {
		t.Errorf("%d requests without a sign-in", n)
	}
	for _, id := range ids {
		if d := w.delivery(id); d.Fetch != sqlite.FetchPending || d.Tries != 0 {
			t.Errorf("delivery %d: %s, %d tries", id, d.Fetch, d.Tries)
		}
	}
}
