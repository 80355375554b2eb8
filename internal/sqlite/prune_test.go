package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

// newestFirst returns all stored events.
func newestFirst(t *testing.T, s *Store) (all []oura.Event) {
	t.Helper()
	for before := int64(0); ; {
		page, err := s.Events(t.Context(), EventFilter{Before: before, Limit: maxPage})
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, page...); len(page) < maxPage {
			return all
		}
		before = page[len(page)-1].Seq
	}
}

func TestPrune_SearchAgreesWithReading(t *testing.T) {
	s := openStore(t)
	genEvents(t, s, 4096+600)
	waitIndexed(t, s)
	all := newestFirst(t, s)
	for _, below := range []int64{2, 300, 4000, 4096, 4097, 4096 + 512} {
		prune(t, s, below)
		all = slices.DeleteFunc(all, func(e oura.Event) bool { return e.Seq < below })
		compareSearches(t, s, all) // the index still knows what is gone
		waitIndexed(t, s)
		compareSearches(t, s, all)
		checkIndex(t, s, below-1)
	}
	blocks, err := s.searchBlocks(t.Context(), true)
	if err != nil || len(blocks) != 0 {
		t.Errorf("blocks %v, %v, of which everything is gone", blocks, err)
	}
	appendEvents(t, s, 600)
	waitIndexed(t, s)
	compareSearches(t, s, newestFirst(t, s))
	if blocks, err = s.searchBlocks(t.Context(), true); err != nil || len(blocks) != 2 || blocks[0].first() != 4096+512 {
		t.Errorf("the index goes on with %v, %v", blocks, err)
	}
}

// Parts of a block that is merged may be gone by then.
func TestPrune_BlocksMergeWithoutWhatIsGone(t *testing.T) {
	s := openStore(t)
	genEvents(t, s, 4000)
	waitIndexed(t, s)
	prune(t, s, 1000)
	waitIndexed(t, s)
	appendEvents(t, s, 500)
	waitIndexed(t, s)
	blocks, err := s.searchBlocks(t.Context(), true)
	if want := []searchBlock{{1, 0}, {0, 16}}; err != nil || !reflect.DeepEqual(blocks, want) {
		t.Errorf("blocks %v, %v, want %v", blocks, err, want)
	}
	compareSearches(t, s, newestFirst(t, s))
	checkIndex(t, s, 999)
}

func compareSearches(t *testing.T, s *Store, all []oura.Event) {
	t.Helper()
	for i, term := range []string{"running", "zz", genObject(3), `"score":55`, "2020-09-1", "DAILY_sleep"} {
		compareSearch(t, s, all, EventFilter{Query: term, Limit: 60, Ascending: i%2 == 0})
	}
}

// checkIndex fails for leftovers and for blocks that hold nothing.
func checkIndex(t *testing.T, s *Store, pruned int64) {
	t.Helper()
	blocks, err := s.searchBlocks(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, b := range blocks {
		if rows += b.rows(); b.last() <= pruned {
			t.Errorf("block %v is still there, %d is pruned", b, pruned)
		}
	}
	if n := countRows(t, s, "search_row"); n != rows {
		t.Errorf("%d index rows of blocks that have %d", n, rows)
	}
}

// appendEvents adds events through the front door.
func appendEvents(t *testing.T, s *Store, n int) {
	t.Helper()
	last, err := s.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var changes []Change
	for i := range n {
		changes = append(changes, testChange(fmt.Sprintf("new-%d-%d", last, i), fmt.Sprintf(`{"score":%d,"activity":"running"}`, i%100), int64(i+1)))
	}
	if _, err := s.Apply(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
}

func prune(t testing.TB, s *Store, below int64) (all int) {
	t.Helper()
	for {
		n, err := s.PruneEvents(t.Context(), below)
		if err != nil || n > pruneStep {
			t.Fatalf("%d in a step, %v", n, err)
		}
		if all += n; n == 0 {
			return all
		}
	}
}

// checkBooks compares what is kept beside the events with the events.
func checkBooks(t *testing.T, s *Store) {
	t.Helper()
	for what, q := range map[string]string{
		"a count differs": `SELECT count(*) FROM event_kind k WHERE k.count <> (SELECT count(*) FROM event e WHERE e.kind_id = k.id)`,
		"a block is missing or too narrow": `SELECT count(*) FROM event e LEFT JOIN event_block b ON b.block = e.seq / 1024
			WHERE b.block IS NULL OR e.received_ms < b.min_ms OR e.received_ms > b.max_ms`,
		"a block holds nothing":     `SELECT count(*) FROM event_block WHERE block < (SELECT coalesce(min(seq) / 1024, 1 << 62) FROM event)`,
		"a pruned event is there":   `SELECT count(*) FROM event WHERE seq <= (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'pruned')`,
		"an event above is missing": `SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'event') - (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'pruned') - (SELECT count(*) FROM event)`,
		"the file is damaged":       `SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
	} {
		var n int
		if err := s.readers.one(t.Context(), q, nil, &n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}

func TestPrune_KeepsTheBooks(t *testing.T) {
	s := openStore(t)
	genEvents(t, s, 5000)
	if n := prune(t, s, 3001); n != 3000 {
		t.Errorf("%d pruned, want 3000", n)
	}
	checkBooks(t, s)
	if n := prune(t, s, 1<<62); n != 2000 {
		t.Errorf("%d pruned, want 2000", n)
	}
	checkBooks(t, s)
	for _, table := range []string{"event", "event_kind", "event_block"} {
		if n := countRows(t, s, table); n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
}

func TestS26_ReplayKeysOutliveTheirDeliveriesByAsLongAsAsked(t *testing.T) {
	now := time.UnixMilli(genStart)
	path := filepath.Join(t.TempDir(), "oura_streaming.db")
	s, err := Open(t.Context(), path, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const n = 700 // more than a step
	for i := range n + 1 {
		d := testDelivery(i)
		d.Fetch = FetchDone
		if _, isNew, err := s.InsertDelivery(t.Context(), d); err != nil || !isNew {
			t.Fatal(isNew, err)
		}
	}
	repeat := func(i int, want bool) {
		t.Helper()
		d := testDelivery(i)
		d.Fetch = FetchDone
		if _, isNew, err := s.InsertDelivery(t.Context(), d); err != nil || isNew != want {
			t.Errorf("repeat %d: new %v, %v", i, isNew, err)
		}
	}
	keys := func(limit time.Time) (all int) {
		t.Helper()
		for {
			k, err := s.PruneReplayKeys(t.Context(), limit)
			if err != nil || k > pruneStep {
				t.Fatal(k, err)
			}
			if all += k; k == 0 {
				return all
			}
		}
	}
	const day = 24 * time.Hour
	now = now.Add(400 * day) // long after they came
	if k := keys(now); k != 0 {
		t.Errorf("%d keys of stored deliveries are gone", k)
	}
	for all := 0; all < n; {
		k, err := s.PruneDeliveries(t.Context(), now)
		if err != nil || k == 0 {
			t.Fatalf("%d of %d deliveries pruned, %v", all, n, err)
		}
		all += k
	}
	now = now.Add(90*day - time.Second)
	if k := keys(now.Add(-90 * day)); k != 0 {
		t.Errorf("%d keys are gone within 90 days of their deliveries", k)
	}
	repeat(0, false)
	now = now.Add(2 * time.Second)
	if k := keys(now.Add(-90 * day)); k != n {
		t.Errorf("%d keys pruned after 90 days, want %d", k, n)
	}
	repeat(n, false) // the newest delivery is still there
	repeat(0, true)
}

// ingest inserts deliveries by eight callers, a millisecond apart each, until ctx
// ends, and returns how long each took.
func ingest(ctx context.Context, t *testing.T, s *Store, first int) (times []time.Duration) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			tick := time.NewTicker(4 * time.Millisecond)
			defer tick.Stop()
			for n := first + g; ctx.Err() == nil; n += 8 {
				began := time.Now()
				if _, _, err := s.InsertDelivery(context.WithoutCancel(ctx), testDelivery(n)); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				times = append(times, time.Since(began))
				mu.Unlock()
				<-tick.C
			}
		})
	}
	wg.Wait()
	slices.Sort(times)
	return times
}

func quantile(times []time.Duration, q float64) time.Duration {
	return times[int(q*float64(len(times)-1))]
}

// The limit holds on a machine that has nothing else to do; on a busy one what
// counts is how much longer it takes than without pruning.
func TestF17_PruningDoesNotHoldUpIngest(t *testing.T) {
	s := openStore(t)
	const all, rounds = 20_000, 5
	genEvents(t, s, all)
	deliveries := 0
	within := func(do func()) []time.Duration {
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan []time.Duration, 1)
		go func() { done <- ingest(ctx, t, s, deliveries) }()
		do()
		stop()
		deliveries += 1_000_000
		return <-done
	}
	held := true
	for round := 0; round < rounds && held; round++ {
		alone := quantile(within(func() { <-time.After(300 * time.Millisecond) }), 0.99)
		var n int
		began := time.Now()
		times := within(func() { n = prune(t, s, int64(round+1)*all/rounds) })
		took, p99 := time.Since(began), quantile(times, 0.99)
		t.Logf("%d events pruned in %v (%.0f a second) beside %d inserts: p50 %v, p99 %v, slowest %v; p99 without %v", n, took.Round(time.Millisecond),
			float64(n)/took.Seconds(), len(times), quantile(times, 0.5), p99, times[len(times)-1], alone)
		held = p99 > max(100*time.Millisecond, 4*alone)
	}
	if held {
		t.Error("in every round ingest waits longer than 100 ms")
	}
	checkBooks(t, s)
}

// BenchmarkPrunePlan1M measures what a dry run asks of 1,000,000 events: with all
// numbers there, and with holes among them, as after a restored backup.
func BenchmarkPrunePlan1M(b *testing.B) {
	s := openStore(b)
	const n = 1_000_000
	genEvents(b, s, n)
	plan := func(b *testing.B) {
		for b.Loop() {
			below, err := s.EventsBefore(b.Context(), time.UnixMilli(genStart+n/2*60_000))
			if err != nil {
				b.Fatal(err)
			}
			keep, err := s.AllButNewest(b.Context(), n/3)
			if err != nil {
				b.Fatal(err)
			}
			if gone, err := s.CountEventsBelow(b.Context(), max(below, keep)); err != nil || gone < n/2 {
				b.Fatal(gone, err)
			}
		}
	}
	b.Run("dense", plan)
	err := s.writer.do(b.Context(), func(t *tx) error {
		if _, err := t.exec(`UPDATE event_kind SET count = count - 1 WHERE id = (SELECT kind_id FROM event WHERE seq = 777777)`); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM event WHERE seq = 777777`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("with_a_hole", plan)
}
