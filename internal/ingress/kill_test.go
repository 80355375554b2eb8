//go:build unix

package ingress

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
)

const (
	killSenders = 8
	readyLimit  = 2 * time.Second // from the start to the first 200
)

// kills is how often F-01 kills; OURA_KILLS=200 is the fault matrix's figure.
func kills(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("OURA_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if raceDetector { // which is slow to start and has nothing to see in a child
		return 4
	}
	return 40
}

// TestF01_KilledAtAnyMoment posts signed deliveries from several senders to a
// process that is killed again and again. As Oura does, a sender repeats what was
// not answered.
func TestF01_KilledAtAnyMoment(t *testing.T) {
	t.Parallel() // each life is short and most of it is the child's
	file, n := dbFile(t), kills(t)
	senders := make([]*sender, killSenders)
	for i := range senders {
		senders[i] = &sender{id: i}
	}
	var slowest time.Duration
	for range n {
		slowest = max(slowest, killedLife(t, file, senders))
	}
	child := startIngest(t, file)
	for _, s := range senders { // what the last kill left open
		if err := s.work(child.connect(t), false); err != nil {
			t.Fatalf("after the last kill: %v", err)
		}
	}
	child.end(t)
	acks := checkAcknowledged(t, file, senders)
	t.Logf("%d kills, %d acks, ready again after %v at most", n, acks, slowest)
	if least := 50 * n; acks < least && !raceDetector {
		t.Errorf("%d deliveries were answered with 200, which proves little: want %d", acks, least)
	}
	if os.Getenv("OURA_KILLS") != "" && slowest > readyLimit { // a busy machine starts nothing in time
		t.Errorf("ready again after %v, want %v at most", slowest, readyLimit)
	}
}

// killedLife starts the process, lets all senders post and kills it a moment after a
// random number of answers, one time in four while it is still starting. It returns how
// long the process took until it had answered with a 200.
func killedLife(t *testing.T, file string, senders []*sender) (ready time.Duration) {
	t.Helper()
	if rand.N(4) == 0 {
		child := launchIngest(t, file)
		<-time.After(rand.N(60 * time.Millisecond))
		child.kill(t)
		return 0
	}
	child := startIngest(t, file)
	var answers atomic.Int64
	last := 100 + rand.N[int64](200)
	var wg sync.WaitGroup
	for _, s := range senders {
		s.answered = func() {
			switch answers.Add(1) {
			case 1:
				ready = time.Since(child.began)
			case last:
				time.AfterFunc(rand.N(3*time.Millisecond), func() { _ = child.cmd.Process.Kill() }) // seen by kill below
			}
		}
		c := child.connect(t)
		wg.Go(func() { _ = s.work(c, true) }) // ends with the child
	}
	wg.Wait()
	child.kill(t)
	return ready
}

// sender is one of Oura's.
type sender struct {
	id, count int
	waiting   string   // sent and not yet answered, "" for none
	acked     []string // answered with 200
	answered  func()
}

// work posts delivery after delivery until the connection breaks, or with
// goOn false only the one that waits.
func (s *sender) work(c net.Conn, goOn bool) error {
	answers := bufio.NewReader(c)
	for goOn || s.waiting != "" {
		if s.waiting == "" {
			s.count++
			s.waiting = fmt.Sprintf("sender-%d-%d", s.id, s.count)
		}
		text := body(oura.DailySleep, s.waiting)
		if err := exchange(c, answers, raw(delivery(begin, text, secret), text)); err != nil {
			return err
		}
		s.acked, s.waiting = append(s.acked, s.waiting), ""
		s.answered()
	}
	return nil
}

// checkAcknowledged holds the file against what was answered with 200.
func checkAcknowledged(t *testing.T, file string, senders []*sender) (acks int) {
	t.Helper()
	db := openOther(t, file)
	var verdict string
	if err := db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the database is not sound: %q, %v", verdict, err)
	}
	rows, err := db.QueryContext(t.Context(), `SELECT object_id, count(*) FROM delivery GROUP BY object_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // read to its end
	kept := map[string]int{}
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			t.Fatal(err)
		}
		kept[id] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	lost, twice := 0, 0
	for _, s := range senders {
		acks += len(s.acked)
		for _, id := range s.acked {
			switch n := kept[id]; {
			case n == 0:
				lost++
			case n > 1:
				twice++
			}
		}
	}
	if lost > 0 || twice > 0 || len(kept) != acks {
		t.Errorf("%d of %d acks lost, %d there twice, %d deliveries kept in all", lost, acks, twice, len(kept))
	}
	return acks
}

// ingest is a process that takes deliveries.
type ingest struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *bufio.Scanner
	began time.Time
	addr  string
}

func launchIngest(t *testing.T, file string) *ingest {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], childRun, "-test.v")
	cmd.Env = append(os.Environ(), childFile+"="+file)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child := &ingest{cmd: cmd, stdin: stdin, out: bufio.NewScanner(stdout), began: time.Now()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return child
}

// startIngest returns once the process listens.
func startIngest(t *testing.T, file string) *ingest {
	t.Helper()
	child := launchIngest(t, file)
	for child.out.Scan() {
		if _, addr, ok := strings.Cut(child.out.Text(), "listening "); ok {
			child.addr = addr
			return child
		}
	}
	t.Fatalf("the child did not start: %v", child.cmd.Wait())
	return nil
}

func (p *ingest) connect(t *testing.T) net.Conn {
	t.Helper()
	c := dial(t, p.addr)
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c
}

// kill ends the process wherever it is.
func (p *ingest) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err == nil || p.cmd.ProcessState.Exited() {
		t.Fatalf("the child was not killed: %v", err)
	}
}

// end lets the process close its store.
func (p *ingest) end(t *testing.T) {
	t.Helper()
	if err := p.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("the child ended with %v", err)
	}
}
