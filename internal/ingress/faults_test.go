package ingress

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/failpoint"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestS26_ReplayIsKeptOnce(t *testing.T) {
	file := dbFile(t)
	first := openStore(t, file)
	g := newRig(t, first)
	for range 1000 {
		wantStatus(t, "a repeat", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
	}
	if rows := g.kept(t); len(rows) != 1 || rows[0].Fetch != sqlite.FetchPending {
		t.Fatalf("%d rows, want 1 to be fetched", len(rows))
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	g = newRig(t, openStore(t, file))
	wantStatus(t, "after a restart", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
	if rows := g.kept(t); len(rows) != 1 {
		t.Fatalf("after a restart: %d rows", len(rows))
	}
	prune(t, file)
	wantStatus(t, "after pruning", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
	if rows := g.kept(t); len(rows) != 0 || len(g.accepted) != 1 {
		t.Errorf("after pruning: %d rows, Accepted called %d times since the restart", len(rows), len(g.accepted))
	}
	if d := g.Diagnostics(); d.Repeated != 2 || len(d.Verdicts) != 0 {
		t.Errorf("diagnostics %+v", d)
	}
}

// prune deletes all deliveries, as retention will; their keys stay.
func prune(t *testing.T, file string) {
	t.Helper()
	other := openOther(t, file)
	if _, err := other.ExecContext(t.Context(), `DELETE FROM delivery`); err != nil {
		t.Fatal(err)
	}
}

// openOther opens the file beside the store, as another program could.
func openOther(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_busy_timeout=5000&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // reads and writes were checked
	return db
}

func TestF20_TheSameDeliveryAThousandTimes(t *testing.T) {
	file := dbFile(t)
	var accepted atomic.Int64
	for restart := range 3 {
		store := openStore(t, file)
		g := newRig(t, store, func(o *Options) { o.Accepted = func(int64) { accepted.Add(1) } })
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for range 1000 / 16 {
					wantStatus(t, "a repeat", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
				}
			})
		}
		wg.Wait()
		due, err := store.DueDeliveries(t.Context(), begin.Add(time.Hour), 10)
		if rows := g.kept(t); err != nil || len(rows) != 1 || len(due) != 1 {
			t.Errorf("run %d: %d rows, %d to fetch, %v; want 1 and 1", restart, len(rows), len(due), err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if accepted.Load() == 0 {
		t.Error("nobody was told")
	}
}

// losing commits and then says that it failed, as a store that was too slow may.
type losing struct {
	Store
	lose bool
}

func (l *losing) InsertDelivery(ctx context.Context, d sqlite.Delivery) (int64, bool, error) {
	id, isNew, err := l.Store.InsertDelivery(ctx, d)
	if l.lose {
		return 0, false, errors.Join(err, errors.New("the answer is lost"))
	}
	return id, isNew, err
}

func TestF22_CommittedButNotAnswered(t *testing.T) {
	store := openStore(t, dbFile(t))
	l := &losing{store, true}
	g := newRig(t, l)
	w := g.do(t, unsigned(vectorTime, vectorBody, vectorMAC))
	wantStatus(t, "the lost answer", w, http.StatusServiceUnavailable)
	if w.Header().Get("Retry-After") == "" || len(g.accepted) != 0 {
		t.Errorf("Retry-After %q, accepted %v", w.Header().Get("Retry-After"), g.accepted)
	}
	l.lose = false
	wantStatus(t, "the provider's retry", g.do(t, unsigned(vectorTime, vectorBody, vectorMAC)), http.StatusOK)
	rows, err := store.Deliveries(t.Context(), sqlite.DeliveryFilter{Limit: 10})
	if err != nil || len(rows) != 1 || len(g.accepted) != 1 || g.accepted[0] != rows[0].ID {
		t.Errorf("%d rows, accepted %v, %v; want one row that its fetcher knows of", len(rows), g.accepted, err)
	}
}

// childFile names the database for a process that the test starts of itself.
const childFile = "OURA_STREAMING_INGRESS_CHILD"

// childRun has the test binary run TestChild alone.
const childRun = "-test.run=^TestChild$"

// TestChild is no test: it is the process that F-01 and F-22 kill.
func TestChild(t *testing.T) {
	file := os.Getenv(childFile)
	if file == "" {
		t.Skip("runs only as a child of other tests")
	}
	_, addr := newRig(t, openStore(t, file)).serve(t)
	fmt.Println("listening " + addr)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent ends it
}

func TestF22_KilledBetweenCommitAndAnswer(t *testing.T) {
	if !failpoint.Enabled {
		t.Skip("needs -tags failpoint")
	}
	file := dbFile(t)
	request := raw(unsigned(vectorTime, vectorBody, vectorMAC), vectorBody)
	for _, point := range []string{"ingress.committed", ""} {
		c, end := startChild(t, file, point)
		if _, err := c.Write(request); err != nil {
			t.Fatal(err)
		}
		res, _, err := readAnswer(c)
		if killed := point != ""; killed != (err != nil) || (!killed && res.StatusCode != http.StatusOK) {
			t.Errorf("with failpoint %q: answer %v, %v", point, res, err)
		}
		end()
		store := openStore(t, file)
		rows, err := store.Deliveries(t.Context(), sqlite.DeliveryFilter{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].Fetch != sqlite.FetchPending {
			t.Errorf("with failpoint %q: %d rows, %v", point, len(rows), err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func startChild(t *testing.T, file, point string) (c net.Conn, end func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], childRun, "-test.v")
	cmd.Env = append(os.Environ(), childFile+"="+file, failpoint.Variable+"="+point)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, addr, ok := strings.Cut(lines.Text(), "listening "); ok {
			return dial(t, addr), func() {
				_ = stdin.Close() // it may be dead already
				_ = cmd.Wait()    // killed: that is the point
			}
		}
	}
	t.Fatal("the child did not start")
	return nil, nil
}

func TestF24_DatabaseLocked(t *testing.T) {
	t.Parallel() // it waits for most of its time
	file := dbFile(t)
	g := newRig(t, openStore(t, file))
	_, addr := g.serve(t)
	conn, err := openOther(t, file).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	const held = 8 * time.Second
	began := time.Now()
	var wg sync.WaitGroup
	var answers [4]int // answers by the writer's four senders, all 503
	for i := range answers {
		wg.Go(func() {
			for n := 0; time.Since(began) < held-3*time.Second; n++ {
				text := body(oura.Sleep, fmt.Sprintf("held-%d-%d", i, n))
				asked := time.Now()
				res, _ := send(t, dial(t, addr), raw(delivery(begin, text, secret), text))
				if took := time.Since(asked); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || took > 3*time.Second {
					t.Errorf("answered %d after %v while the writer was held", res.StatusCode, took)
				}
				answers[i]++
			}
		})
	}
	wg.Wait()
	<-time.After(held - time.Since(began))
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if rows := g.kept(t); len(rows) != 0 {
		t.Errorf("%d deliveries kept although they were answered with 503", len(rows))
	}
	for i := range 50 {
		text := body(oura.Sleep, fmt.Sprintf("after-%d", i))
		if res, _ := send(t, dial(t, addr), raw(delivery(begin, text, secret), text)); res.StatusCode != http.StatusOK {
			t.Errorf("answered %d after the writer was free", res.StatusCode)
		}
	}
	if rows := g.kept(t); len(rows) != 50 || answers[0] == 0 {
		t.Errorf("%d rows in the end, %d answers while held", len(rows), answers[0])
	}
}

// stuck never answers by itself.
type stuck struct{}

func (stuck) InsertDelivery(ctx context.Context, _ sqlite.Delivery) (int64, bool, error) {
	<-ctx.Done()
	return 0, false, ctx.Err()
}

func TestF24_AnswersWithinTwoSeconds(t *testing.T) {
	t.Parallel() // it waits for most of its time
	g := newRig(t, stuck{})
	asked := time.Now()
	wantStatus(t, "a stuck store", g.post(t, vectorBody, secret), http.StatusServiceUnavailable)
	if took := time.Since(asked); took < storeLimit || took > storeLimit+time.Second {
		t.Errorf("answered after %v", took)
	}
}

func TestF25_CutAtEachByte(t *testing.T) {
	g := newRig(t, openStore(t, dbFile(t)))
	srv, addr := g.serve(t)
	request := raw(unsigned(vectorTime, vectorBody, vectorMAC), vectorBody)
	for n := range len(request) {
		c := dial(t, addr)
		if _, err := c.Write(request[:n]); err != nil {
			t.Fatal(err)
		}
		_ = c.Close() // the cut
	}
	stop(t, srv)
	if rows := g.kept(t); len(rows) != 0 || len(g.accepted) != 0 {
		t.Errorf("%d rows of requests that were cut", len(rows))
	}
}

func TestF25_ACommitThatHasStartedFinishes(t *testing.T) {
	g := newRig(t, openStore(t, dbFile(t)))
	srv, addr := g.serve(t)
	for i := range 50 {
		text := body(oura.Sleep, fmt.Sprint(i))
		c := dial(t, addr)
		if _, err := c.Write(raw(delivery(begin, text, secret), text)); err != nil {
			t.Fatal(err)
		}
		_ = c.Close() // without waiting for the answer
	}
	for len(g.kept(t)) < 50 && t.Context().Err() == nil { // what was written may still be on its way
		<-time.After(10 * time.Millisecond)
	}
	stop(t, srv)
	if rows := g.kept(t); len(rows) != 50 || len(g.accepted) != 50 {
		t.Errorf("%d rows, %d accepted; want 50", len(rows), len(g.accepted))
	}
}

// stop waits until every request is answered.
func stop(t *testing.T, srv *http.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
}
