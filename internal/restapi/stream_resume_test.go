package restapi

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"oura-streaming/internal/oura"
	"oura-streaming/internal/sqlite"
)

// cut ends a stream in the middle of whatever is under way.
type cut struct {
	io.Reader
	left int
}

func (c *cut) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Reader.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

func TestF73_AHundredCutsDuringTenThousandEvents(t *testing.T) {
	const events, cuts = 10_000, 100
	s, _ := newStore(t)
	d := serveStreams(t, s, hubOf(t, s))
	first := d.dial(t, "", "") // before the first event: "from now on" must hold over a cut too
	lastID := first.want(t).id
	first.conn.Close()
	stored := make(chan []int64, 1)
	go func() { stored <- storeMany(t, s, events) }()
	seed := rand.Uint64()
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 73))
	var got []int64
	for n := 0; len(got) < events; n++ {
		l := d.dial(t, "", lastID)
		if n < cuts {
			l.r.Reset(&cut{l.resp.Body, random.IntN(40_000)})
		}
		for len(got) < events {
			f, err := l.next()
			if err != nil {
				break // what is not whole is not taken, as the standard has it
			}
			if lastID = f.id; f.data != "" {
				got = append(got, f.seq(t))
			}
		}
		l.conn.Close()
		if len(got) == events && n < cuts {
			t.Errorf("only %d cuts", n)
		}
	}
	want := <-stored
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("event %d of %d has number %d, want %d", i, len(want), got[i], want[i])
		}
	}
}

// storeMany applies n changes in transactions of random size and returns their
// numbers.
func storeMany(t *testing.T, s *sqlite.Store, n int) (seqs []int64) {
	types := oura.Fetchable()
	for len(seqs) < n {
		var changes []sqlite.Change
		for range min(1+rand.IntN(20), n-len(seqs)) {
			i := len(seqs) + len(changes)
			changes = append(changes, change(s, i, types[i%len(types)]))
		}
		for _, a := range apply(t, s, changes...) {
			seqs = append(seqs, a.Seq)
		}
	}
	return seqs
}

func TestF73_CutsWithAFilterLoseNothingEither(t *testing.T) {
	s, _ := newStore(t)
	d := serveStreams(t, s, hubOf(t, s))
	fill(t, s)
	want := d.dial(t, "?after=0&data_type=tag", "").take(t, 85)
	var got []int64
	lastID := "0"
	for len(got) < len(want) {
		l := d.dial(t, "?data_type=tag", lastID)
		for range 1 + rand.IntN(5) {
			f := l.want(t)
			if lastID = f.id; f.data != "" {
				got = append(got, f.seq(t))
			}
			if len(got) == len(want) {
				break
			}
		}
		l.conn.Close()
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %d\nwant %d", got, want)
	}
}
