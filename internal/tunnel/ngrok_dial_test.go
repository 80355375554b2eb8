package tunnel

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestNgrok_FlappingStaysBelowTwoConnectionsASecond(t *testing.T) {
	t.Parallel()
	r := newRig(t, newEdge(t), nil)
	r.edge.DropAfterBind(true)
	r.start(mirror)
	const watched = 3 * time.Second
	r.never(watched, "", func() bool { return false })
	n := len(r.edge.Dials())
	if n < 2 || n >= 2*int(watched/time.Second) {
		t.Errorf("%d connections in %v, want fewer than 2 a second", n, watched)
	}
	t.Logf("%d connections in %v", n, watched)
	r.edge.DropAfterBind(false)
	r.online()
}

// fakeNet is a network of the bubble's clock that is up or down.
type fakeNet struct {
	up    func(at time.Duration) bool
	began time.Time
	tries int
}

func (f *fakeNet) dial(context.Context, string, string) (net.Conn, error) {
	f.tries++
	if !f.up(time.Since(f.began)) {
		return nil, errors.New("network is unreachable")
	}
	c, _ := net.Pipe()
	return c, nil
}

// useAsTheLibraryDoes dials again as soon as the network has gone.
func (f *fakeNet) useAsTheLibraryDoes(ctx context.Context, d *dialer) {
	for {
		conn, err := d.DialContext(ctx, "tcp", "x")
		if err != nil {
			return
		}
		d.settled()
		for f.up(time.Since(f.began)) && ctx.Err() == nil {
			pause(ctx, 100*time.Millisecond)
		}
		_ = conn.Close()
	}
}

func TestF58_NetworkFlapsAHundredTimesInTenMinutes(t *testing.T) {
	const flap = 6 * time.Second
	cases := map[string]func(at time.Duration) bool{
		"3 s up, 3 s down":        func(at time.Duration) bool { return at%flap < 3*time.Second },
		"5.9 s up, 0.1 s down":    func(at time.Duration) bool { return at%flap < 5900*time.Millisecond },
		"0.1 s up, 5.9 s down":    func(at time.Duration) bool { return at%flap < 100*time.Millisecond },
		"down for the whole time": func(time.Duration) bool { return false },
	}
	for name, up := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fakeNet{up: up, began: time.Now()}
				d := newDialer(time.Minute, func(error) {})
				d.dial = f.dial
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				f.useAsTheLibraryDoes(ctx, d)
				if f.tries > 30 || f.tries < 15 {
					t.Errorf("%d tries in 10 min, want at most 30 and no giving up", f.tries)
				}
				t.Logf("%d tries", f.tries)
			})
		})
	}
}

func TestPace(t *testing.T) {
	exact := func(d time.Duration) time.Duration { return d }
	now := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	var p pace
	for i, want := range []time.Duration{0, 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000} {
		wait := p.next(now, exact)
		if wait != want*time.Millisecond {
			t.Errorf("pause %d is %v, want %v", i, wait, want*time.Millisecond)
		}
		now = now.Add(wait)
	}

	p.up = now
	if wait := p.next(now.Add(29*time.Second), exact); wait != time.Second {
		t.Errorf("after 29 s of connection the pause is %v, want what is left of 30 s", wait)
	}
	p.up = now
	if wait := p.next(now.Add(31*time.Second), exact); wait != 0 {
		t.Errorf("after 31 s of connection the pause is %v, want none", wait)
	}
	if wait := p.next(now.Add(31*time.Second), exact); wait != firstRedial {
		t.Errorf("the one after is %v, want %v", wait, firstRedial)
	}
}

func TestLengthen_AddsUpToAQuarterAndNotAlwaysTheSame(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 200 {
		d := lengthen(time.Minute)
		if d < time.Minute || d > 75*time.Second {
			t.Fatalf("a minute became %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 100 {
		t.Errorf("%d different pauses of 200", len(seen))
	}
	if lengthen(0) != 0 {
		t.Error("no pause became one")
	}
}

func TestDialer_ClosedLetsNoConnectionUp(t *testing.T) {
	d := newDialer(time.Minute, func(error) {})
	ours, theirs := net.Pipe()
	d.dial = func(context.Context, string, string) (net.Conn, error) { return ours, nil }
	if _, err := d.DialContext(t.Context(), "tcp", "x"); err != nil {
		t.Fatal(err)
	}
	d.close()
	if _, err := theirs.Read(make([]byte, 1)); err == nil {
		t.Error("close left a connection open")
	}
	ours, theirs = net.Pipe()
	if _, err := d.DialContext(t.Context(), "tcp", "x"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a closed dialer says %v", err)
	}
	if _, err := theirs.Read(make([]byte, 1)); err == nil {
		t.Error("a connection outlives the closed dialer")
	}
}

func TestDialer_TellsAConnectionThatDoesNotWorkYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDialer(time.Minute, func(error) {})
		d.dial = func(context.Context, string, string) (net.Conn, error) { c, _ := net.Pipe(); return c, nil }
		conn, err := d.DialContext(t.Context(), "tcp", "x")
		if err != nil {
			t.Fatal(err)
		}
		pause(t.Context(), time.Second) // on the bubble's clock
		if age, young := d.refuse(); age != time.Second || !young {
			t.Errorf("%v %v, want a connection of 1 s", age, young)
		}
		d.settled()
		if _, young := d.refuse(); young {
			t.Error("a connection that works is young")
		}
		_ = conn.Close()
		if _, young := d.refuse(); young {
			t.Error("a closed connection is young")
		}
	})
}
