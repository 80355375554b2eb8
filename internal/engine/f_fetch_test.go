package engine

import (
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"testing"
	"time"

	"oura-streaming/internal/collect"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

// parkedRow is what the local API tells of a parked delivery.
type parkedRow struct {
	ID       int64
	ObjectID string `json:"object_id"`
	Tries    int
	Reason   string
}

func (p *program) parked() (rows []parkedRow) {
	p.t.Helper()
	p.call(http.MethodGet, "/deliveries?fetch=parked", &rows)
	return rows
}

// TestF27_ParkedIsShownAndFetchedAgainByHand follows documents that cannot be
// fetched through the whole program to its list of deliveries, and back.
func TestF27_ParkedIsShownAndFetchedAgainByHand(t *testing.T) {
	t.Parallel()
	sim, port := cloud(t, nil)
	sim.AddFaults(
		ourasim.Fault{Prefix: "/v2/usercollection/session/invalid", Status: 422, Times: -1},
		ourasim.Fault{Prefix: "/v2/usercollection/session/garbled", Status: 200, Body: []byte(`{"id":"garbled",`), Times: -1},
		ourasim.Fault{Prefix: "/v2/usercollection/session/absent", Status: 404, Times: -1},
	)
	p := start(t, sim, options(t, sim, port), func(e *Engine) { // ten tries take nine minutes otherwise
		e.fetch = collect.NewFetcher(collect.Options{
			Store: e.store, API: e.api, Troubles: e.status, UserID: e.connectedUser, Backoff: []time.Duration{10 * time.Millisecond},
		})
		e.poll = e.newPoller()
	})
	p.signIn()
	p.subscribed()
	poison := []string{"absent", "invalid", "garbled"}
	for i := range 12 {
		if i%4 == 0 {
			p.put(document(oura.Session, poison[i/4], 1))
		}
		p.put(document(oura.Session, objectID(oura.Session, i), 1))
	}
	for i := range 12 {
		p.arrives(oura.Session, objectID(oura.Session, i), oura.Create, document(oura.Session, objectID(oura.Session, i), 1).JSON)
	}
	p.wait("three parked ones", func() string { return want(len(p.parked()) == 3, fmt.Sprintf("%+v", p.parked())) })
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.ParkedDeliveries), "not raised") })
	rows := p.parked()
	for _, row := range rows {
		if row.Tries != 10 || row.Reason == "" {
			t.Errorf("shown as %+v", row)
		}
	}

	sim.ClearFaults()
	for i, row := range rows {
		if code := p.call(http.MethodPost, fmt.Sprintf("/deliveries/%d/refetch", row.ID), nil); code != http.StatusAccepted {
			t.Fatalf("refetch: %d", code)
		}
		p.arrives(oura.Session, row.ObjectID, oura.Create, document(oura.Session, row.ObjectID, 1).JSON)
		if left := p.parked(); len(left) != len(rows)-1-i {
			t.Errorf("after %d by hand still parked: %+v", i+1, left)
		}
	}
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.ParkedDeliveries), "still raised") })
	p.equalsLedger()
}

// TestF33_TheProgramEndsAtOnceWhileABodyHangs is not beside others: it counts
// goroutines.
func TestF33_TheProgramEndsAtOnceWhileABodyHangs(t *testing.T) {
	running := func() (n int, stacks string) {
		http.DefaultClient.CloseIdleConnections() // the test's own
		all := make([]byte, 1<<20)
		return runtime.NumGoroutine(), string(all[:runtime.Stack(all, true)])
	}
	base, _ := running()
	sim, port := cloud(t, nil)
	p := start(t, sim, options(t, sim, port))
	p.signIn()
	p.subscribed()
	sim.AddFaults(ourasim.Fault{Prefix: "/v2/usercollection/", CutBody: true, Hang: true, Times: -1})
	for n := range 3 {
		p.put(document(oura.Session, objectID(oura.Session, n), 1))
	}
	if err := p.engine.SyncNow(); err != nil {
		t.Fatal(err)
	}
	p.wait("bodies that hang", func() string {
		lists, single := 0, 0
		for _, r := range sim.Ledger().Requests() {
			if r.Faulty && r.Query != "" {
				lists++
			} else if r.Faulty {
				single++
			}
		}
		return want(lists >= 4 && single >= 3, fmt.Sprintf("%d lists and %d documents", lists, single))
	})
	began := time.Now()
	p.stop()
	limit := time.Second
	if raceDetector {
		limit = 5 * time.Second // three packages share two cores; F-80's limit still holds
	}
	if took := time.Since(began); took > limit {
		t.Errorf("the end took %v", took)
	}
	p.wait("the program's goroutines to end", func() string {
		_, stacks := running()
		return want(!ourRooms.MatchString(stacks), stacks)
	})
	sim.Close() // the client's idle connections end with it
	p.wait("all goroutines to end", func() string {
		n, stacks := running()
		return want(n <= base, fmt.Sprintf("%d, before %d:\n%s", n, base, stacks))
	})
}

// ourRooms finds the program in the stacks of goroutines, but not this test and
// not the pretend cloud.
var ourRooms = regexp.MustCompile(`(?m)^oura-streaming/internal/(auth|collect|hub|ingress|ouraapi|restapi|sqlite|status|subscribe|tunnel|vault|engine\.\(\*Engine\))`)
