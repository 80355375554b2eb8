package restapi

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"oura-streaming/internal/hub"
	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// prune removes the oldest events up to seq, as retention does.
func prune(t *testing.T, s *sqlite.Store, seq int64) {
	t.Helper()
	for {
		n, err := s.PruneEvents(t.Context(), seq+1)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// tamper changes the file of a store behind its back.
func tamper(t *testing.T, folder, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(folder, "oura_streaming.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func TestStream_ResetTellsWhatIsStillThereAndGoesOnWithIt(t *testing.T) {
	s, _ := newStore(t)
	for n := range 20 {
		apply(t, s, change(s, n, oura.Tag))
	}
	prune(t, s, 10)
	d := serveStreams(t, s, hubOf(t, s))
	for _, c := range []struct {
		what, query, lastID string
		reset               bool
		first               int64
	}{
		{"the cursor was pruned", "", "5", true, 11},
		{"by the query too", "?after=9", "", true, 11},
		{"the one before the oldest lost nothing", "", "10", false, 11},
		{"the beginning is whatever there is", "?after=0", "", false, 11},
		{"one that is there", "", "15", false, 16},
		{"one of another store", "", "21", true, 11},
		{"far in the future", "", "9223372036854775807", true, 11},
		{"a filter that nothing missing matches still hears of it", "?q=doc-15&after=5", "", true, 16},
	} {
		l := d.dial(t, c.query, c.lastID)
		f := l.want(t)
		if f.event == "" && c.reset {
			f = l.want(t) // the opening line came first
		}
		if c.reset != (f.event == "reset") {
			t.Errorf("%s: %+v", c.what, f)
		}
		if c.reset && (f.data != `{"oldest_seq":11}` || f.id != "10") {
			t.Errorf("%s: %+v", c.what, f)
		}
		if got := l.take(t, 1); got[0] != c.first {
			t.Errorf("%s: goes on with %d, want %d", c.what, got[0], c.first)
		}
	}
}

func TestStream_ResetWithNothingLeft(t *testing.T) {
	s, _ := newStore(t)
	for n := range 5 {
		apply(t, s, change(s, n, oura.Tag))
	}
	prune(t, s, 5)
	l := serveStreams(t, s, hubOf(t, s)).dial(t, "", "3")
	l.want(t)
	if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":null}` || f.id != "5" {
		t.Errorf("%+v", f)
	}
	apply(t, s, change(s, 5, oura.Tag))
	if got := l.take(t, 1); got[0] != 6 {
		t.Errorf("goes on with %d", got[0])
	}
}

// A store that was made anew, and goes on with higher numbers, has no mark of what
// was pruned.
func TestStream_ALostStoreResetsToo(t *testing.T) {
	folder := t.TempDir()
	s := openStore(t, folder)
	t.Cleanup(func() { s.Close() })
	for n := range 5 {
		apply(t, s, change(s, n, oura.Tag))
	}
	tamper(t, folder, `DELETE FROM event`)
	l := serveStreams(t, s, hubOf(t, s)).dial(t, "", "3")
	l.want(t)
	if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":null}` || f.id != "5" {
		t.Errorf("%+v", f)
	}
}

// Whoever has seen all that was cleared has lost nothing, also when the numbers go
// on higher up, as they do after a backup was brought back.
func TestStream_WhoHasSeenWhatWasClearedIsNotReset(t *testing.T) {
	folder := t.TempDir()
	s := openStore(t, folder)
	t.Cleanup(func() { s.Close() })
	for n := range 5 {
		apply(t, s, change(s, n, oura.Tag))
	}
	prune(t, s, 5)
	tamper(t, folder, `UPDATE sqlite_sequence SET seq = 1000 WHERE name = 'event'`)
	apply(t, s, change(s, 5, oura.Tag))
	d := serveStreams(t, s, hubOf(t, s))
	l := d.dial(t, "", "5")
	l.want(t)
	if f := l.want(t); f.event != "tag" || f.seq(t) != 1001 {
		t.Errorf("%+v", f)
	}
	l = d.dial(t, "", "4")
	l.want(t)
	if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":1001}` {
		t.Errorf("%+v", f)
	}
}

// A great many cleared events are one reset.
func TestStream_OneResetHoweverManyWent(t *testing.T) {
	folder := t.TempDir()
	s := openStore(t, folder)
	t.Cleanup(func() { s.Close() })
	apply(t, s, change(s, 0, oura.Tag))
	tamper(t, folder, `UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'`, 5*streamSpan)
	apply(t, s, change(s, 1, oura.Tag))
	prune(t, s, 6*streamSpan)
	l := serveStreams(t, s, hubOf(t, s)).dial(t, "", "1")
	l.want(t)
	if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":null}` || f.seq(t) != 5*streamSpan+1 {
		t.Errorf("%+v", f)
	}
	apply(t, s, change(s, 2, oura.Tag))
	if f := l.want(t); f.event != "tag" || f.seq(t) != 5*streamSpan+2 {
		t.Errorf("after the reset comes %+v", f)
	}
}

func TestStream_AnEmptyStoreResetsWhatComesFromAnother(t *testing.T) {
	s, _ := newStore(t)
	l := serveStreams(t, s, hubOf(t, s)).dial(t, "", "77")
	if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":null}` || f.id != "0" {
		t.Errorf("%+v", f)
	}
	apply(t, s, change(s, 1, oura.Tag))
	if got := l.take(t, 1); got[0] != 1 {
		t.Errorf("goes on with %d", got[0])
	}
}

// A number that is newer than what the bell told, but stored, is none of another
// store's: the reader was just faster.
func TestStream_ANumberTheBellHasNotToldYetIsNoReset(t *testing.T) {
	s, _ := newStore(t)
	bell := hub.New()
	d := serveStreams(t, s, bell)
	apply(t, s, change(s, 0, oura.Tag), change(s, 1, oura.Tag))
	l := d.dial(t, "?after=2", "")
	if f := l.want(t); f.id != "2" || f.event != "" {
		t.Errorf("%+v", f)
	}
	bell.Publish(2)
	apply(t, s, change(s, 2, oura.Tag))
	bell.Publish(3)
	if got := l.take(t, 1); got[0] != 3 {
		t.Errorf("goes on with %d", got[0])
	}
}

func TestStream_PruningAheadOfAnOpenStreamIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		s.data = json.RawMessage(`"` + strings.Repeat("x", 32<<10) + `"`) // more than is on the way at a time
		for range 2 * streamPage {
			s.put(oura.Tag)
		}
		l := listen(t, serve(t, s.handler(nil), 1)(0), request(testPort, "?after=0", ""))
		l.want(t)
		for n := range streamPage / 2 {
			if f := l.want(t); f.seq(t) != int64(n+1) {
				t.Fatalf("event %d is %+v", n, f)
			}
		}
		synctest.Wait() // the first page is read, the second is not
		s.prune(streamPage + 9)
		for n := streamPage / 2; n < streamPage; n++ {
			l.want(t)
		}
		if f := l.want(t); f.event != "reset" || f.data != `{"oldest_seq":42}` {
			t.Errorf("%+v", f)
		}
		if got := l.take(t, 2); got[0] != streamPage+10 || got[1] != streamPage+11 {
			t.Errorf("goes on with %d", got)
		}
	})
}
