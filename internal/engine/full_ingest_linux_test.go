package engine

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/ourasim"
	"oura-streaming/internal/status"
)

// oneSender posts deliveries as Oura does: what is not answered with 200 it sends
// again, the same bytes with the same time.
type oneSender struct {
	p      *program
	id     int
	client http.Client

	mu      sync.Mutex  // guards what follows
	acked   []string    // answered with 200
	answers map[int]int // by status
	odd     []string    // what no answer may be
}

// post sends one delivery once.
func (s *oneSender) post(n oura.Notification, stamp string) (status int) {
	body := fmt.Appendf(nil, `{"event_type":%q,"data_type":%q,"object_id":%q,"event_time":%q,"user_id":%q}`, n.EventType, n.DataType, n.ObjectID, n.EventTime, n.UserID)
	req, err := http.NewRequestWithContext(s.p.t.Context(), http.MethodPost, s.p.engine.Callback(), bytes.NewReader(body))
	if err != nil {
		s.p.t.Error(err)
		return 0
	}
	req.Header.Set("x-oura-timestamp", stamp)
	req.Header.Set("x-oura-signature", ourasim.Sign("sim-secret", stamp, body))
	res, err := s.client.Do(req)
	if err != nil {
		s.p.t.Errorf("no answer: %v", err)
		return 0
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = firstOf(err, res.Body.Close()); err != nil {
		s.p.t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[res.StatusCode]++
	switch {
	case res.StatusCode == http.StatusOK:
		s.acked = append(s.acked, n.ObjectID)
	case res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "":
		s.odd = append(s.odd, fmt.Sprintf("%d with Retry-After %q", res.StatusCode, res.Header.Get("Retry-After")))
	}
	return res.StatusCode
}

// run posts until stop; while refused it tries the same again a little later.
func (s *oneSender) run(stop *atomic.Bool) {
	for n := 0; !stop.Load(); n++ {
		doc := document(oura.Workout, fmt.Sprintf("full-%d-%d", s.id, n), n)
		if _, err := s.p.sim.PutQuiet(doc); err != nil {
			s.p.t.Error(err)
			return
		}
		notice := oura.Notification{EventType: oura.Create, DataType: doc.Type, ObjectID: doc.ID, UserID: s.p.engine.connectedUser(), EventTime: "2026-11-22T12:00:00+00:00"}
		stamp := fmt.Sprint(time.Now().UnixMilli())
		for s.post(notice, stamp) != http.StatusOK {
			if s.p.t.Failed() {
				return
			}
			<-time.After(100 * time.Millisecond)
		}
	}
}

func (s *oneSender) count(status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers[status]
}

// TestF03_DiskFullDuringIngest fills the disk while deliveries come in. What was
// answered with 200 is there, what was not is answered later, and all of it is told.
func TestF03_DiskFullDuringIngest(t *testing.T) {
	_, p, dir := onSmallDisk(t, "16m")
	p.subscribed()
	var stop atomic.Bool
	var wg sync.WaitGroup
	senders := make([]*oneSender, 4)
	for i := range senders {
		senders[i] = &oneSender{p: p, id: i, answers: map[int]int{}}
		wg.Go(func() { senders[i].run(&stop) })
	}
	all := func(status int) (n int) {
		for _, s := range senders {
			n += s.count(status)
		}
		return n
	}
	p.wait("the first deliveries", func() string { return want(all(200) > 50, "too few") })
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	p.wait("a full disk", func() string { return want(all(503) > 20, "no delivery is refused") })
	p.wait("the trouble", func() string { return want(p.hasTrouble(status.DataFolder), "no trouble data_folder") })
	if snap := p.engine.Status().Snapshot(); snap.State != status.NeedsYou {
		t.Errorf("the state is %s", snap.State)
	}
	refused := all(200)
	must(t, os.Remove(ballast))
	back := time.Now()
	p.wait("a delivery with space again", func() string { return want(all(200) > refused, "none") })
	if took := time.Since(back); took > 5*time.Second {
		t.Errorf("the first delivery was kept %v after space was back", took)
	}
	p.wait("the trouble to go", func() string { return want(!p.hasTrouble(status.DataFolder), "still there") })
	stop.Store(true)
	wg.Wait()
	p.wait("every document", func() string {
		due, err := p.engine.store.DueDeliveries(t.Context(), time.Now().Add(time.Hour), 10)
		return want(err == nil && len(due) == 0, fmt.Sprintf("%d are due, %v", len(due), err))
	})
	p.equalsLedger()
	p.stop()
	t.Logf("%d deliveries kept, %d answers with 503", all(200), all(503))
	for _, s := range senders {
		if len(s.odd) > 0 {
			t.Errorf("sender %d got %q", s.id, s.odd)
		}
	}
	checkKeptOnce(t, filepath.Join(p.opt.DataDir, databaseFile), senders)
}

// fill takes all the room there is.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	for _, size := range []int{1 << 20, 4 << 10} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	must(t, f.Close())
}

// TestF04F50_NoRefreshOnAFullDisk lets the access token end while nothing can be
// stored: the refresh token is spent only once its successor can be kept.
func TestF04F50_NoRefreshOnAFullDisk(t *testing.T) {
	sim, p, dir := onSmallDisk(t, "16m")
	p.subscribed()
	ballast := filepath.Join(dir, "ballast")
	fill(t, ballast)
	sim.ExpireAccess()
	must(t, p.engine.SyncNow())
	refused := func() (n int) {
		for _, r := range sim.Ledger().Requests() {
			if r.Status == http.StatusUnauthorized {
				n++
			}
		}
		return n
	}
	p.wait("a refused token", func() string { return want(refused() > 0, "none") })
	<-time.After(time.Second) // a refresh would have come by then
	if n := sim.Ledger().TokenCalls("refresh_token"); n != 0 {
		t.Errorf("%d requests at the token endpoint", n)
	}
	must(t, os.Remove(ballast))
	doc := document(oura.Workout, "after", 1)
	p.put(doc)
	p.arrives(oura.Workout, "after", oura.Create, doc.JSON)
	if n := sim.Ledger().TokenCalls("refresh_token"); n != 1 || p.hasTrouble(status.SignInNeeded) {
		t.Errorf("%d refreshes with space again, %+v", n, p.engine.Status().Snapshot().Troubles)
	}
}

// checkKeptOnce holds the closed database against what was answered with 200.
func checkKeptOnce(t *testing.T, path string, senders []*oneSender) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer func() { _ = db.Close() }() // it only reads
	var verdict string
	if err := db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the database is not sound: %q, %v", verdict, err)
	}
	acks := 0
	for _, s := range senders {
		acks += len(s.acked)
		for _, id := range s.acked {
			var n int
			if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM delivery WHERE object_id = ?`, id).Scan(&n); err != nil || n != 1 {
				t.Errorf("delivery of %s is there %d times, %v", id, n, err)
			}
		}
	}
	var kept int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM delivery WHERE object_id LIKE 'full-%'`).Scan(&kept); err != nil || kept != acks {
		t.Errorf("%d deliveries kept, %d answered with 200, %v", kept, acks, err)
	}
}
