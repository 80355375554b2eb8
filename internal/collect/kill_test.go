//go:build failpoint

package collect

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/ouraapi"
	"oura-streaming/internal/sqlite"
)

// TestKillHelper is the program that the next test kills.
func TestKillHelper(t *testing.T) {
	path := os.Getenv("COLLECT_TEST_DB")
	if path == "" {
		t.Skip("only of use to TestF23_KilledBetweenAnswerAndFetch")
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	api := ouraapi.New(ouraapi.Options{
		BaseURL: os.Getenv("COLLECT_TEST_URL"), Tokens: fixedToken(os.Getenv("COLLECT_TEST_TOKEN")), Budget: rate.NewLimiter(rate.Inf, 1),
	})
	_ = NewFetcher(Options{Store: store, API: api}).Serve(t.Context()) // ends with the process
}

func TestF23_KilledBetweenAnswerAndFetchIsFetchedAfterStart(t *testing.T) {
	w := newWorld(t)
	w.put(oura.Sleep, "doc-1", "")
	id := w.deliver(noticed(oura.Create, oura.Sleep, "doc-1", 0))
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=TestKillHelper")
	child.Env = append(os.Environ(), "COLLECT_TEST_DB="+w.path, "COLLECT_TEST_URL="+w.sim.URL(),
		"COLLECT_TEST_TOKEN="+w.token.Reveal(), failpoint.Variable+"=fetch.before")
	if out, err := child.CombinedOutput(); err == nil {
		t.Fatalf("the child was not killed: %s", out)
	}
	if n := w.requests("doc-1"); n != 0 {
		t.Fatalf("%d fetches before the kill", n)
	}
	started := time.Now()
	w.open()
	w.run()
	w.awaitIdle()
	if took := time.Since(started); took > 10*time.Second || w.delivery(id).Outcome != sqlite.OutcomeNew {
		t.Errorf("after %v: %+v", took, w.delivery(id))
	}
	if n := w.requests("doc-1"); n != 1 {
		t.Errorf("%d fetches", n)
	}
}
