package collect

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
)

func TestFetcher_BringsAnnouncedDocument(t *testing.T) {
	w := newWorld(t)
	w.run()
	w.put(oura.DailySleep, "doc-1", `,"score":81,"never_heard_of":{"a":[1]}`)
	id := w.deliver(noticed(oura.Create, oura.DailySleep, "doc-1", 0))
	w.await("the document", func() bool { return w.delivery(id).Fetch == sqlite.FetchDone })
	events := w.events()
	if len(events) != 1 || events[0].Day != "2026-03-10" || events[0].EventType != oura.Create || events[0].Source != oura.SourceWebhook ||
		events[0].Timestamp != "2026-03-10T08:00:00Z" || w.delivery(id).Seq != events[0].Seq {
		t.Errorf("events %+v, delivery %+v", events, w.delivery(id))
	}
	if err := w.matches(oura.DailySleep, "doc-1"); err != nil {
		t.Error(err)
	}
}

func TestF20_SameDeliveryAThousandTimesIsFetchedAtMostTwice(t *testing.T) {
	w := newWorld(t)
	w.put(oura.Workout, "doc-1", "")
	body, _ := json.Marshal(oura.Notification{EventType: oura.Create, DataType: oura.Workout, ObjectID: "doc-1", EventTime: "2026-03-10T08:00:00Z", UserID: w.sim.UserID()})
	send := func() {
		var n oura.Notification
		_ = json.Unmarshal(body, &n) // our own text
		_, _, err := w.store.InsertDelivery(t.Context(), sqlite.Delivery{
			ReceivedAt: time.Now(), Body: body, Timestamp: "1790138124521", SignatureForm: "raw",
			Notification: n, Verdict: sqlite.VerdictAccepted, Fetch: sqlite.FetchPending,
		})
		if err != nil {
			t.Error(err)
		}
		w.fetcher.Wake()
	}
	for quarter := range 4 { // a restart between each quarter
		stop := w.run()
		var senders sync.WaitGroup
		for range 250 {
			senders.Go(send)
		}
		senders.Wait()
		if quarter > 0 { // the first end may cut the fetch off, which is then made again
			w.awaitIdle()
		}
		stop()
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		w.open()
	}
	w.run()
	w.awaitIdle()
	all, err := w.store.Deliveries(t.Context(), sqlite.DeliveryFilter{Limit: 100})
	if err != nil || len(all) != 1 || len(w.events()) != 1 {
		t.Errorf("%d deliveries and %d events, want one of each (%v)", len(all), len(w.events()), err)
	}
	if n := w.requests("doc-1"); n > 2 {
		t.Errorf("%d fetches, want at most 2", n)
	}
}

func TestF20_BurstForOneDocumentIsFetchedAtMostTwice(t *testing.T) {
	burst := make([]oura.Notification, 200)
	for i := range burst {
		burst[i] = noticed(oura.Update, oura.DailyActivity, "doc-1", i%60)
	}
	w := newWorld(t)
	w.put(oura.DailyActivity, "doc-1", "")
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/daily_activity/", Delay: 2 * time.Second})
	w.run()
	w.deliver(burst[0])
	w.await("the first fetch", func() bool { return w.requests("doc-1") == 1 })
	ids := w.deliverAll(burst[1:]) // all of them come while it is under way
	w.awaitIdle()
	if n := w.requests("doc-1"); n != 2 {
		t.Errorf("%d fetches for 200 deliveries, want 2", n)
	}
	if d := w.delivery(ids[0]); d.Outcome != sqlite.OutcomeUnchanged || len(w.events()) != 1 {
		t.Errorf("a later delivery %s, %d events", d.Outcome, len(w.events()))
	}

	waiting := newWorld(t) // everything waits when the fetcher starts
	waiting.put(oura.DailyActivity, "doc-1", "")
	waiting.deliverAll(burst)
	waiting.run()
	waiting.awaitIdle()
	if n := waiting.requests("doc-1"); n != 1 {
		t.Errorf("%d fetches for 200 waiting deliveries, want 1", n)
	}
}

func TestF23_StoppedBetweenAnswerAndFetchIsFetchedAfterStart(t *testing.T) {
	w := newWorld(t)
	w.put(oura.Sleep, "doc-1", "")
	w.sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/sleep/", Hang: true})
	stop := w.run()
	id := w.deliver(noticed(oura.Create, oura.Sleep, "doc-1", 0))
	w.await("the fetch to hang", func() bool { return w.requests("doc-1") == 1 })
	stop()
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	if d := w.delivery(id); d.Fetch != sqlite.FetchPending || d.Tries != 0 {
		t.Fatalf("after the stop: %+v", d)
	}
	started := time.Now()
	w.run()
	w.awaitIdle()
	if took := time.Since(started); took > 10*time.Second || w.delivery(id).Outcome != sqlite.OutcomeNew {
		t.Errorf("fetched after %v: %+v", took, w.delivery(id))
	}
}

func TestF28_UnknownTypesFieldsAndOperationsAreKept(t *testing.T) {
	w := newWorld(t)
	w.run()
	w.put(oura.DailySleep, "no-day", "")
	if _, err := w.sim.PutQuiet(ourasim.Doc{Type: oura.DailySleep, ID: "odd", JSON: json.RawMessage(`{"id":"odd","day":20260310,"score":"high"}`)}); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name    string
		n       oura.Notification
		outcome string
	}{
		{"a type of the future", noticed(oura.Create, "daily_dreams", "d-1", 0), sqlite.OutcomeNotice},
		{"its delete", noticed(oura.Delete, "daily_dreams", "d-1", 1), sqlite.OutcomeNotice},
		{"a meal", noticed(oura.Update, oura.Meal, "m-1", 0), sqlite.OutcomeNotice},
		{"a meal without id", noticed(oura.Create, oura.Meal, "", 0), sqlite.OutcomeNotice},
		{"an operation of the future", noticed("merge", oura.DailySleep, "no-day", 0), sqlite.OutcomeNew},
		{"a document without readable day", noticed(oura.Create, oura.DailySleep, "odd", 0), sqlite.OutcomeNew},
	}
	for _, c := range cases {
		id := w.deliver(c.n)
		w.awaitIdle()
		if d := w.delivery(id); d.Outcome != c.outcome || d.Fetch != sqlite.FetchDone || d.Seq == 0 {
			t.Errorf("%s: %s %s, seq %d, %q", c.name, d.Fetch, d.Outcome, d.Seq, d.Reason)
		}
	}
	if err := errors.Join(w.matches(oura.DailySleep, "no-day"), w.matches(oura.DailySleep, "odd")); err != nil {
		t.Error(err)
	}
	if n := w.requests("dreams") + w.requests("meal"); n != 0 {
		t.Errorf("%d requests for what cannot be fetched", n)
	}
}

func TestS30_ForeignUsersAndMalformedIdentifiersCauseNoRequest(t *testing.T) {
	w := newWorld(t)
	w.opt.UserID = w.sim.UserID
	w.run()
	for _, id := range []string{"", "../../oauth/token", "a/b?x=", "a b", "%2e%2e"} {
		d := w.deliver(noticed(oura.Create, oura.Sleep, id, 0))
		w.awaitIdle()
		if got := w.delivery(d); got.Fetch != sqlite.FetchDone || got.Outcome != sqlite.OutcomeNotice || got.Reason == "" {
			t.Errorf("object id %q: %s %s %q", id, got.Fetch, got.Outcome, got.Reason)
		}
	}
	foreign := noticed(oura.Create, oura.Sleep, "doc-1", 0)
	foreign.UserID = "somebody-else"
	d := w.deliver(foreign)
	w.deliver(noticed(oura.Create, "../../oauth/token", "x", 0))
	w.awaitIdle()
	if got := w.delivery(d); got.Fetch != sqlite.FetchParked || got.Reason != reasonForeign {
		t.Errorf("foreign: %s %q", got.Fetch, got.Reason)
	}
	for _, r := range w.sim.Ledger().Requests() {
		if r.Path != "/oauth/token" && r.Grant == "" && r.Method == "GET" && len(r.Path) > 4 && r.Path[:4] == "/v2/" {
			t.Errorf("outbound %s %s", r.Method, r.Path)
		}
	}
}

func TestFetcher_IdleQueueIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	counting := &countingStore{Store: w.store}
	w.opt.Store = counting
	f := NewFetcher(w.opt)
	done := make(chan struct{})
	ctx := t.Context()
	go func() { defer close(done); _ = f.Serve(ctx) }() // ends with the test's context
	select {
	case <-done:
		t.Fatal("Serve ended")
	case <-time.After(600 * time.Millisecond):
	}
	if n := counting.reads(); n > 3 {
		t.Errorf("%d looks at an empty queue within 0.6 s", n)
	}
}
