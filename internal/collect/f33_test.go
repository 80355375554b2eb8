package collect

import (
	"bytes"
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// hanging answers about documents named hang… with a good head and the first half
// of a body, and nothing more.
func hanging(cloud http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/hang") && !strings.Contains(r.URL.RawQuery, "start_date") {
			cloud.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"id":"hang`)) // the client is there
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
}

// TestF33_HangingBodiesEndAfterThirtySeconds lets as many bodies hang as the
// fetcher has hands.
func TestF33_HangingBodiesEndAfterThirtySeconds(t *testing.T) {
	inWire(t, hanging, func(t *testing.T, w *world) {
		w.run()
		began := time.Now()
		var ids []int64
		for _, id := range []string{"hang-1", "hang-2", "hang-3", "hang-4"} {
			ids = append(ids, w.deliver(noticed(oura.Create, oura.Sleep, id, 0)))
		}
		<-time.After(time.Second) // all hands are busy
		w.put(oura.Sleep, "good", "")
		good := w.deliver(noticed(oura.Create, oura.Sleep, "good", 1))
		<-time.After(28 * time.Second)
		for _, id := range append(ids, good) {
			if d := w.delivery(id); d.Fetch != sqlite.FetchPending || d.Reason != "" {
				t.Errorf("after %v: %s, %q", time.Since(began), d.Fetch, d.Reason)
			}
		}
		<-time.After(2 * time.Second)
		synctest.Wait()
		for _, id := range ids {
			if d := w.delivery(id); d.Fetch != sqlite.FetchPending || d.Reason == "" || d.Tries != 0 {
				t.Errorf("after %v: %s, %q, %d tries", time.Since(began), d.Fetch, d.Reason, d.Tries)
			}
		}
		if d := w.delivery(good); d.Outcome != sqlite.OutcomeNew {
			t.Errorf("the good one after %v: %s %s", time.Since(began), d.Fetch, d.Outcome)
		}
	})
}

// TestF33_ExitWhileBodiesHangIsAtOnceAndLeavesNothingRunning ends fetcher and
// poller in the middle of bodies that hang.
func TestF33_ExitWhileBodiesHangIsAtOnceAndLeavesNothingRunning(t *testing.T) {
	inWire(t, hanging, func(t *testing.T, w *world) {
		synctest.Wait()
		base := runtime.NumGoroutine()
		stop := w.run()
		ctx, cancel := context.WithCancel(t.Context())
		p := NewPoller(PollOptions{Store: w.store, API: w.api, UserID: w.sim.UserID, Types: oura.Fetchable})
		ended := make(chan error, 1)
		go func() { ended <- p.Serve(ctx) }()
		for _, id := range []string{"hang-1", "hang-2", "hang-3"} {
			w.deliver(noticed(oura.Create, oura.Sleep, id, 0))
		}
		<-time.After(5 * time.Second)
		if n := runtime.NumGoroutine(); n < base+7 {
			t.Fatalf("nothing hangs: %d goroutines, %d before", n, base)
		}
		began := time.Now()
		cancel()
		stop()
		<-ended
		if took := time.Since(began); took != 0 {
			t.Errorf("the end took %v", took)
		}
		<-time.After(2 * time.Minute) // idle connections are closed
		synctest.Wait()
		all := make([]byte, 1<<20)
		all = all[:runtime.Stack(all, true)]
		for _, ours := range []string{"collect.(*Fetcher)", "collect.(*Poller)", "collect.pulse", "ouraapi.(*Client)", "http.(*persistConn)"} {
			if bytes.Contains(all, []byte(ours)) {
				t.Errorf("%s still runs:\n%s", ours, all)
			}
		}
		if all, err := w.store.Deliveries(context.WithoutCancel(t.Context()), sqlite.DeliveryFilter{Fetch: sqlite.FetchPending}); err != nil || len(all) != 3 {
			t.Errorf("%d announcements wait for the next start, want 3 (%v)", len(all), err)
		}
	})
}
