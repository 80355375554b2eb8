package restapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// streamDoor is the real server on loopback, as the engine runs it.
type streamDoor struct {
	port    int
	closing chan struct{}
	srv     *http.Server
	serving sync.WaitGroup
}

// serveStreams serves events and rings with bell. The server ends with the test.
func serveStreams(t testing.TB, events EventStore, bell EventBell) *streamDoor {
	t.Helper()
	services := (&fake{}).services()
	services.Events, services.Bell = events, bell
	return serveServices(t, services)
}

func serveServices(t testing.TB, services Services) *streamDoor {
	t.Helper()
	ls, port, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	d := &streamDoor{port: port, closing: make(chan struct{})}
	d.srv = NewServer(New(services, Options{Port: port, RequestsPerSecond: unthrottled, Closing: d.closing}), slog.New(slog.DiscardHandler))
	for _, l := range ls {
		d.serving.Go(func() { _ = d.srv.Serve(l) }) // ends with shut
	}
	t.Cleanup(func() { _ = d.shut() })
	return d
}

// shut ends the server the way the engine does.
func (d *streamDoor) shut() error {
	select {
	case <-d.closing:
		return nil
	default:
		close(d.closing)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := d.srv.Shutdown(ctx)
	if err != nil {
		_ = d.srv.Close() // the error to tell is the first
	}
	d.serving.Wait()
	return err
}

// hubOf is a hub that hears of every event of s.
func hubOf(t testing.TB, s *sqlite.Store) *hub.Hub {
	t.Helper()
	h := hub.New()
	last, err := s.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.Publish(last)
	s.OnEvent(h.Publish)
	return h
}

// frame is one block of a stream: an event, or a comment with an id.
type frame struct{ id, event, data, comment string }

func (f frame) seq(t testing.TB) int64 {
	t.Helper()
	n, err := strconv.ParseInt(f.id, 10, 64)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return n
}

// listener is a client of the stream.
type listener struct {
	conn net.Conn
	resp *http.Response
	r    *bufio.Reader
}

// request is the text of a call of the stream; lastID "" sends no such header.
func request(port int, query, lastID string) string {
	head := fmt.Sprintf("GET /events/stream%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n", query, port, testToken.Reveal())
	if lastID != "" {
		head += "Last-Event-ID: " + lastID + "\r\n"
	}
	return head + "\r\n"
}

// dial connects with a small receive buffer, so that a slow reader is seen soon.
func (d *streamDoor) dial(t testing.TB, query, lastID string) *listener {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(d.port)))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).SetReadBuffer(16 << 10) // a wish
	t.Cleanup(func() { conn.Close() })
	return listen(t, conn, request(d.port, query, lastID))
}

func listen(t testing.TB, conn net.Conn, request string) *listener {
	t.Helper()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &listener{conn, resp, bufio.NewReader(resp.Body)}
}

// next returns the next block; what an end cuts off is none.
func (l *listener) next() (f frame, err error) {
	for {
		line, err := l.r.ReadString('\n')
		if err != nil {
			return frame{}, err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "\n":
			return f, nil
		case name == "":
			f.comment += value
		case name == "id":
			f.id = value
		case name == "event":
			f.event = value
		case name == "data":
			f.data += value
		}
	}
}

func (l *listener) want(t testing.TB) frame {
	t.Helper()
	f, err := l.next()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// take returns the numbers of the next n events.
func (l *listener) take(t testing.TB, n int) (seqs []int64) {
	t.Helper()
	for len(seqs) < n {
		if f := l.want(t); f.data != "" {
			seqs = append(seqs, f.seq(t))
		}
	}
	return seqs
}

// shelf is a store in memory, for tests in faked time.
type shelf struct {
	fake
	*hub.Hub
	data json.RawMessage // of every event

	mu     sync.Mutex // guards the fields below
	rows   []oura.Event
	pruned int64
}

func newShelf(types ...oura.DataType) *shelf {
	s := &shelf{Hub: hub.New()}
	for _, dt := range types {
		s.put(dt)
	}
	return s
}

// put adds an event and tells of it.
func (s *shelf) put(dt oura.DataType) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seq := s.Seq() + 1
	s.rows = append(s.rows, oura.Event{Seq: seq, DataType: dt, EventType: oura.Create, ReceivedAt: testNow, Data: s.data})
	s.Publish(seq)
}

func (s *shelf) Events(_ context.Context, f sqlite.EventFilter) (out []oura.Event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.rows {
		wanted := len(f.Types) == 0 || slices.Contains(f.Types, e.DataType)
		if e.Seq > f.After && e.Seq < f.Before && wanted && len(out) < f.Limit {
			out = append(out, e)
		}
	}
	return out, nil
}

func (s *shelf) LastSeq(context.Context) (int64, error) { return s.Seq(), nil }

func (s *shelf) OldestSeq(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rows) == 0 {
		return 0, nil
	}
	return s.rows[0].Seq, nil
}

func (s *shelf) PrunedSeq(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pruned, nil
}

// prune removes the oldest events up to seq.
func (s *shelf) prune(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = slices.DeleteFunc(s.rows, func(e oura.Event) bool { return e.Seq <= seq })
	s.pruned = seq
}

// handler serves the shelf without a network.
func (s *shelf) handler(change func(*Services)) http.Handler {
	services := s.services()
	services.Events, services.Bell = s, s.Hub
	if change != nil {
		change(&services)
	}
	return New(services, testOptions)
}
