package restapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestF74_AReaderOfOneByteASecondIsCutOffAndCanResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.data = json.RawMessage(`"` + strings.Repeat("x", 64<<10) + `"`)
		for range 100 {
			s.put(oura.Tag)
		}
		connect := serve(t, s.handler(nil), 1)
		slow := connect(0)
		go io.WriteString(slow, request(testPort, "?after=0", "")) //nolint:errcheck // the read below sees it
		began, one := time.Now(), make([]byte, 1)
		for {
			if _, err := slow.Read(one); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // the bubble's
		}
		if took := time.Since(began); took > streamWrite+2*time.Second {
			t.Errorf("cut off after %v", took)
		}
		l := listen(t, connect(0), request(testPort, "?after=0", ""))
		if got := l.take(t, 100); got[0] != 1 || got[99] != 100 {
			t.Errorf("the next try sees %d to %d", got[0], got[99])
		}
	})
}

// stall opens n streams from the beginning and reads nothing of them.
func stall(t testing.TB, d *streamDoor, n int) (all []*listener) {
	t.Helper()
	for range n {
		all = append(all, d.dial(t, "?after=0", ""))
	}
	return all
}

// fillBig stores n events of size bytes each.
func fillBig(t testing.TB, s *sqlite.Store, n, size int) {
	t.Helper()
	for i := range n {
		c := change(s, i, oura.Sleep)
		c.Data = json.RawMessage(`{"n":` + strings.Repeat("1", size) + `}`)
		apply(t, s, c)
	}
}

func TestF74_AStalledReaderCostsLessThanAMegabyte(t *testing.T) {
	const readers = 50
	s, _ := newStore(t)
	fillBig(t, s, 400, 16<<10) // a night is about as long
	d := serveStreams(t, s, hubOf(t, s))
	before := heap()
	all := stall(t, d, readers)
	waitUntil(t, func() bool { return areBlocked("(*streamWriter).send", readers) })
	each := (heap() - before) / readers
	t.Logf("%d stalled readers: %d KiB each", readers, each>>10)
	if each > 1<<20 {
		t.Error("that is more than 1 MiB")
	}
	runtime.KeepAlive(all)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// areBlocked reports whether n goroutines stand in the function named and wait
// for the network.
func areBlocked(name string, n int) bool {
	buf := make([]byte, 4<<20)
	blocked := 0
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if head, _, _ := strings.Cut(g, "\n"); strings.Contains(head, "IO wait") && strings.Contains(g, name) {
			blocked++
		}
	}
	return blocked >= n
}

func waitUntil(t testing.TB, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); <-time.After(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within 20 s")
		}
	}
}

func TestF74_FiftySlowReadersDoNotSlowWhatIsStored(t *testing.T) {
	const readers, writes, rounds = 50, 500, 8
	s, _ := newStore(t)
	fillBig(t, s, 400, 16<<10)
	d := serveStreams(t, s, hubOf(t, s))
	var without, with float64 // the best of the rounds: others use this machine too
	var n atomic.Int64
	n.Store(1000)
	for round := 0; round < 2 || round < rounds && with < without*9/10; round++ {
		without = max(without, insertRate(t, s, &n, writes))
		all := stall(t, d, readers)
		waitUntil(t, func() bool { return areBlocked("(*streamWriter).send", readers) })
		stop := drink(all)
		with = max(with, insertRate(t, s, &n, writes))
		stop()
	}
	t.Logf("inserts a second: %.0f without streams, %.0f beside %d slow ones, ratio %.2f", without, with, readers, with/without)
	if with < without/2 {
		t.Error("slow readers slow down what is stored")
	}
}

// Readers that keep up cost the work of reading. The figure is for information:
// on a busy machine it says more about the machine.
func TestStream_WhatFiftyReadersThatKeepUpCost(t *testing.T) {
	const readers, writes = 50, 300
	s, _ := newStore(t)
	d := serveStreams(t, s, hubOf(t, s))
	var n atomic.Int64
	without := insertRate(t, s, &n, writes)
	var wg sync.WaitGroup
	for range readers {
		l := d.dial(t, "", "")
		wg.Go(func() { l.take(t, writes); l.conn.Close() })
	}
	with := insertRate(t, s, &n, writes)
	wg.Wait()
	t.Logf("inserts a second: %.0f without streams, %.0f beside %d that keep up, ratio %.2f", without, with, readers, with/without)
}

// drink reads a few bytes of each stream again and again.
func drink(all []*listener) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, l := range all {
		wg.Go(func() {
			defer l.conn.Close()
			tick := time.NewTicker(50 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-done:
					return
				case <-tick.C:
					if _, err := l.r.Read(make([]byte, 256)); err != nil {
						return
					}
				}
			}
		})
	}
	return func() { close(done); wg.Wait() }
}

// insertRate stores events by eight callers at once and returns how many a second.
func insertRate(t testing.TB, s *sqlite.Store, n *atomic.Int64, writes int) float64 {
	var wg sync.WaitGroup
	began, end := time.Now(), n.Load()+int64(writes)
	for range 8 {
		wg.Go(func() {
			for i := n.Add(1); i <= end; i = n.Add(1) {
				if _, err := s.Apply(t.Context(), change(s, int(i), oura.Tag)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(writes) / time.Since(began).Seconds()
}

func TestS32_StreamsLeaveRoomForCalls(t *testing.T) {
	s, _ := newStore(t)
	d := serveStreams(t, s, hubOf(t, s))
	all := stall(t, d, maxStreams)
	over := d.dial(t, "", "")
	if over.resp.StatusCode != http.StatusTooManyRequests || over.resp.Header.Get("Retry-After") != "5" ||
		over.resp.Header.Get("Content-Type") != problemType {
		t.Errorf("one too many: %d %v", over.resp.StatusCode, over.resp.Header)
	}
	var p Problem
	if err := json.NewDecoder(over.resp.Body).Decode(&p); err != nil || p.Code != codeStreams || p.Detail == "" {
		t.Errorf("%+v, %v", p, err)
	}
	all[0].conn.Close()
	waitUntil(t, func() bool {
		l := d.dial(t, "", "")
		defer l.conn.Close()
		return l.resp.StatusCode == http.StatusOK
	})
}
