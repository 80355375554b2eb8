package restapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

func TestStream_EndsWithTheProgramWithinASecond(t *testing.T) {
	s, _ := newStore(t)
	fillBig(t, s, 400, 16<<10)
	base := goroutines()
	d := serveStreams(t, s, hubOf(t, s))
	var idle []*listener
	for range 20 {
		l := d.dial(t, "", "")
		l.want(t)
		idle = append(idle, l)
	}
	stalled := stall(t, d, 20)
	waitUntil(t, func() bool { return areBlocked("(*streamWriter).send", len(stalled)) })
	began := time.Now()
	if err := d.shut(); err != nil {
		t.Errorf("streams held the listener up: %v", err)
	}
	took := time.Since(began)
	t.Logf("40 streams, 20 of them stalled, ended in %v", took.Round(time.Millisecond))
	if took > time.Second {
		t.Error("that is more than a second")
	}
	for _, l := range idle {
		if _, err := l.next(); !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("an idle stream ended with %v, want its proper end", err)
		}
	}
	waitUntil(t, func() bool { return goroutines() <= base })
}

func TestStream_NothingIsLeftOfReadersThatWent(t *testing.T) {
	s, _ := newStore(t)
	fillBig(t, s, 400, 16<<10)
	d := serveStreams(t, s, hubOf(t, s))
	d.dial(t, "", "").conn.Close()
	waitUntil(t, func() bool { return streaming() == 0 })
	base := goroutines()
	for range 3 {
		for n, l := range stall(t, d, maxStreams) {
			if l.resp.StatusCode != http.StatusOK {
				t.Fatalf("stream %d: %d", n, l.resp.StatusCode)
			}
			l.conn.Close()
		}
		waitUntil(t, func() bool { return streaming() == 0 && goroutines() <= base })
	}
}

func TestStream_NoneBeginsWhileTheProgramEnds(t *testing.T) {
	closing := make(chan struct{})
	close(closing)
	h := New((&fake{}).services(), Options{Port: testPort, RequestsPerSecond: unthrottled, Closing: closing})
	wantProblem(t, ask(t, h, http.MethodGet, "/events/stream", nil), http.StatusServiceUnavailable, "unavailable")
}

func TestStream_AFailingStoreEndsItAndTheNextTryGoesOn(t *testing.T) {
	s, _ := newStore(t)
	apply(t, s, change(s, 0, "tag"), change(s, 1, "tag"))
	broken := &breaking{EventStore: s}
	d := serveStreams(t, broken, hubOf(t, s))
	l := d.dial(t, "?after=0", "")
	l.take(t, 2)
	broken.now.Store(true)
	apply(t, s, change(s, 2, "tag"))
	if _, err := l.next(); !errors.Is(err, io.EOF) {
		t.Errorf("with a store that fails: %v", err)
	}
	broken.now.Store(false)
	if got := d.dial(t, "", "2").take(t, 1); got[0] != 3 {
		t.Errorf("goes on with %d", got[0])
	}
}

// breaking is a store that can be made to fail.
type breaking struct {
	EventStore
	now atomic.Bool
}

func (b *breaking) Events(ctx context.Context, f sqlite.EventFilter) ([]oura.Event, error) {
	if b.now.Load() {
		return nil, errors.New("broken")
	}
	return b.EventStore.Events(ctx, f)
}

func goroutines() int {
	runtime.GC() // what waits for nobody ends
	return runtime.NumGoroutine()
}

// streaming counts the streams that are served.
func streaming() int {
	buf := make([]byte, 4<<20)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "(*stream).run(")
}
