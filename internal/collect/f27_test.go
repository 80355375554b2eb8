package collect

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/sqlite"
	"oura-streaming/internal/status"
)

// TestF27_OthersAreInTimeBesideAQueueOfPoison lets good announcements and such
// that can never be fetched come mixed, at the pauses of the released program.
func TestF27_OthersAreInTimeBesideAQueueOfPoison(t *testing.T) {
	const seed = 27
	good, each := 400, 20
	if underRace {
		good, each = 80, 5
	}
	inWire(t, nil, func(t *testing.T, w *world) {
		w.sim.AddFaults(
			ourasim.Fault{Prefix: "/v2/usercollection/session/invalid-", Status: 422, Times: -1},
			ourasim.Fault{Prefix: "/v2/usercollection/session/garbled-", Status: 200, Body: []byte(`{"id":"garbled",`), Times: -1},
		)
		type announced struct {
			id string
			at int64
		}
		dice := rand.New(rand.NewPCG(seed, seed))
		var ids []string
		for i := range good {
			ids = append(ids, fmt.Sprintf("good-%d", i))
		}
		for i := range each {
			ids = append(ids, fmt.Sprintf("absent-%d", i), fmt.Sprintf("invalid-%d", i), fmt.Sprintf("garbled-%d", i))
		}
		dice.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		w.run()
		began := time.Now()
		var poison []announced
		for i, id := range ids {
			if i >= good/2 { // a heap at first, then over some minutes
				<-time.After(time.Duration(dice.IntN(1500)) * time.Millisecond)
			}
			isGood := id[:4] == "good"
			if isGood {
				w.put(oura.Session, id, "")
			}
			told := time.Now()
			at := w.deliver(noticed(oura.Create, oura.Session, id, i%60))
			if !isGood {
				poison = append(poison, announced{id, at})
				continue
			}
			for w.delivery(at).Fetch != sqlite.FetchDone {
				if time.Since(told) > 2*time.Second {
					t.Fatalf("%s waits after %v: %+v", id, time.Since(told), w.delivery(at))
				}
				<-time.After(10 * time.Millisecond)
			}
			if d := w.delivery(at); d.Outcome != sqlite.OutcomeNew || d.Tries != 0 {
				t.Errorf("%s: %s after %d tries", id, d.Outcome, d.Tries)
			}
		}
		mixed := time.Since(began)
		w.idle(20 * time.Minute)
		parked, err := w.store.Deliveries(t.Context(), sqlite.DeliveryFilter{Fetch: sqlite.FetchParked, Limit: 1000})
		if err != nil || len(parked) != len(poison) {
			t.Fatalf("%d of %d parked (%v)", len(parked), len(poison), err)
		}
		for _, p := range poison {
			if d := w.delivery(p.at); d.Fetch != sqlite.FetchParked || d.Tries != maxTries || d.Reason == "" {
				t.Errorf("%s: %s after %d tries, %q", p.id, d.Fetch, d.Tries, d.Reason)
			}
			if n := w.requests("/session/" + p.id + "?"); n != maxTries {
				t.Errorf("%s was asked for %d times", p.id, n)
			}
		}
		if !w.raised.raised(status.ParkedDeliveries) {
			t.Error("nobody was told")
		}
		t.Logf("seed %d: mixed for %v, parked after %v", seed, mixed, time.Since(began))
	})
}
