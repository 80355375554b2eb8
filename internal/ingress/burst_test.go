package ingress

import (
	"bufio"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// TestF19_Burst posts 3,000 signed deliveries from 20 senders at once to a store
// that syncs each answer.
func TestF19_Burst(t *testing.T) {
	const senders, each = 20, 150
	store := openStore(t, dbFile(t))
	_, addr := newRig(t, store).serve(t)
	took := make([][]time.Duration, senders)
	conns := make([]net.Conn, senders)
	for i := range conns {
		conns[i] = dial(t, addr)
	}
	var wg sync.WaitGroup
	began := time.Now()
	for i, c := range conns {
		wg.Go(func() {
			answers := bufio.NewReader(c)
			for n := range each {
				text := body(oura.DailySleep, fmt.Sprintf("burst-%d-%d", i, n))
				request := raw(delivery(begin, text, secret), text)
				asked := time.Now()
				if err := exchange(c, answers, request); err != nil {
					t.Errorf("sender %d, delivery %d: %v", i, n, err)
					return
				}
				took[i] = append(took[i], time.Since(asked))
			}
		})
	}
	wg.Wait()
	all := slices.Concat(took...)
	rate := float64(len(all)) / time.Since(began).Seconds()
	slices.Sort(all)
	p99 := all[max(0, len(all)*99/100-1)]
	t.Logf("%.0f a second, p99 %v", rate, p99)
	if !raceDetector && (rate < 500 || p99 > 100*time.Millisecond) {
		t.Errorf("%.0f a second with p99 %v, want 500 and 100 ms", rate, p99)
	}
	due, err := store.DueDeliveries(t.Context(), begin.Add(time.Hour), 2*senders*each)
	kept := map[string]bool{}
	for _, d := range due {
		kept[d.Notification.ObjectID] = true
	}
	if err != nil || len(due) != senders*each || len(kept) != senders*each {
		t.Errorf("%d deliveries of %d documents to fetch, %v; want %d", len(due), len(kept), err, senders*each)
	}
}
