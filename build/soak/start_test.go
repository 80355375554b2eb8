//go:build soak

package soak

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// runs of each program, one after the other in turns.
const runs = 10

// TestSoak measures on a hundred thousand and on a million events. Idling comes first:
// it needs copies of a folder that no program has opened yet.
func TestSoak(t *testing.T) {
	few, many := fill(t, 100_000), fill(t, 1_000_000)
	t.Run("idle", func(t *testing.T) { idle(t, many) })
	t.Run("start", func(t *testing.T) { starts(t, few, many) })
}

// starts starts the program as it is shipped, with few and with many events, and an
// empty window of the same framework, in turns. It reads the picture on the screen:
// when there is a window, and when it shows what it goes on to show. For both programs
// that is the same measure, and nothing in them has to help with it.
func starts(t *testing.T, fewEvents, manyEvents string) {
	shipped := given(t, "OURA_STREAMING_BINARY")
	s := openScreen(t)
	with := func(dir string) func(*testing.T) start {
		showsData(t, s, shipped, dir)
		return func(t *testing.T) start { return s.time(t, homeOf(dir), shipped, "--port", "0", "--data-dir", dir) }
	}
	few, many := with(fewEvents), with(manyEvents)
	home := t.TempDir()
	empty := func(t *testing.T) start { return s.time(t, home, given(t, "OURA_SOAK_EMPTY")) }
	var all [3][]start
	for n := range runs + 1 {
		for i, one := range []func(*testing.T) start{empty, few, many} {
			if took := one(t); n > 0 { // the first comes from the disk
				all[i] = append(all[i], took)
			}
		}
	}
	e, f, m := median(all[0]), median(all[1]), median(all[2])
	ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
	ratio := m.filled.Seconds() / e.filled.Seconds()
	row(t, "start with 1,000,000 events: window visible", ms(m.visible), "<= 500 ms", m.visible <= 500*time.Millisecond)
	row(t, "  shows its data", ms(m.filled), "<= 700 ms", m.filled <= 700*time.Millisecond)
	row(t, "  beside an empty window of the framework", fmt.Sprintf("%.2f", ratio), "<= 1.15", ratio <= 1.15)
	row(t, "  the empty window: visible", ms(e.visible), "", false)
	row(t, "  the empty window: shows its page", ms(e.filled), "", false)
	row(t, "start with 100,000 events: window visible", ms(f.visible), "<= 500 ms", f.visible <= 500*time.Millisecond)
	row(t, "  shows its data", ms(f.filled), "<= 1000 ms", f.filled <= time.Second)
	for i, name := range []string{"empty", "100,000 events", "1,000,000 events"} {
		t.Logf("%s: %v", name, all[i])
	}
}

// start is when, after the program was started, its window was on the screen and when
// it showed what it goes on to show.
type start struct{ visible, filled time.Duration }

func (s start) String() string {
	return fmt.Sprintf("%d/%d", s.visible.Milliseconds(), s.filled.Milliseconds())
}

func median(all []start) start {
	of := func(what func(start) time.Duration) time.Duration {
		var list []time.Duration
		for _, s := range all {
			list = append(list, what(s))
		}
		slices.Sort(list)
		return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
	}
	return start{of(func(s start) time.Duration { return s.visible }), of(func(s start) time.Duration { return s.filled })}
}

// time starts the program and ends it once its picture stands still.
func (s *screen) time(t *testing.T, home, binary string, args ...string) start {
	t.Helper()
	s.empty(t)
	stop, seen := make(chan struct{}), make(chan []picture, 1)
	began := time.Now()
	go func() { seen <- s.watch(stop) }()
	p := launch(t, home, []string{"DISPLAY=" + s.display}, binary, args...)
	<-time.After(settled)
	close(stop)
	took, err := judge(began, <-seen)
	done(t, err)
	p.quit(t)
	return took
}
