//go:build unix

package sqlite

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// TestPruneKillHelper is the program that the next test kills: it takes
// deliveries, tells of each once it is stored, adds events, and prunes all the time.
func TestPruneKillHelper(t *testing.T) {
	path := os.Getenv("SQLITE_TEST_DB")
	if path == "" {
		t.Skip("only of use to TestF17_KilledWhilePruning")
	}
	first, err := strconv.Atoi(os.Getenv("SQLITE_TEST_FIRST"))
	if err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path)
	go func() {
		for n := first; ; n++ {
			d := testDelivery(n)
			d.Fetch = FetchDone
			if _, _, err := s.InsertDelivery(t.Context(), d); err != nil {
				return
			}
			fmt.Println("stored", n)
			if _, err := s.Apply(t.Context(), testChange(fmt.Sprint("object-", n), fmt.Sprintf(`{"n":%d}`, n), int64(n))); err != nil {
				return
			}
		}
	}()
	for { // ends with the process
		last, err := s.LastSeq(t.Context())
		if err == nil {
			_, err = s.PruneEvents(t.Context(), last-400)
		}
		if err == nil {
			_, err = s.PruneDeliveries(t.Context(), time.UnixMilli(genStart+1))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestF17_KilledWhilePruning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "oura_streaming.db")
	s := openAt(t, path)
	genEvents(t, s, 4_000)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	const kills = 8
	next, pruned := 1, int64(0)
	for round := range kills {
		stored := killWhilePruning(t, path, next, 30*time.Millisecond+rand.N(120*time.Millisecond))
		next += stored + 1 // the last one may be there without a word
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkBooks(t, s)
		if round == kills-1 {
			waitIndexed(t, s)
		}
		compareSearch(t, s, newestFirst(t, s), EventFilter{Query: "score", Limit: 500})
		for n := range next - 1 {
			d := testDelivery(n + 1)
			d.Fetch = FetchDone
			if _, isNew, err := s.InsertDelivery(t.Context(), d); err != nil || isNew && n+2 != next {
				t.Fatalf("round %d: delivery %d counts as new: %v", round, n+1, err)
			}
		}
		now, err := s.PrunedSeq(t.Context())
		if err != nil || now < pruned {
			t.Errorf("pruned up to %d after %d, %v", now, pruned, err)
		}
		pruned = now
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, pruned up to %d, %d deliveries", kills, pruned, next)
	if pruned == 0 {
		t.Error("nothing was pruned before the kills")
	}
}

// killWhilePruning runs the helper for a while and returns how many deliveries it
// told of.
func killWhilePruning(t *testing.T, path string, first int, life time.Duration) (stored int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=TestPruneKillHelper$")
	child.Env = append(os.Environ(), "SQLITE_TEST_DB="+path, "SQLITE_TEST_FIRST="+strconv.Itoa(first))
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "stored %d", &n); err != nil || n != first+stored {
			t.Fatalf("the child said %q", lines.Text())
		}
		if stored++; stored == 1 { // it is under way
			time.AfterFunc(life, func() { _ = child.Process.Kill() }) // it may have ended by itself: seen below
		}
	}
	if err := child.Wait(); err == nil || stored == 0 {
		t.Fatalf("the child was not killed: %v, %d stored", err, stored)
	}
	return stored
}
