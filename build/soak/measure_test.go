//go:build soak

package soak

import (
	"bytes"
	"testing"
	"time"
)

// TestMeasure_AStartIsOverWhenThePictureHardlyChangesAnyMore draws one: nothing, an
// empty window, half of the page, all of it, and the end of a scroll bar.
func TestMeasure_AStartIsOverWhenThePictureHardlyChangesAnyMore(t *testing.T) {
	began := time.Now()
	drawn := func(ms, points int, colour byte) picture {
		p := bytes.Repeat([]byte{colour}, 1000)
		for i := range points {
			p[i] = 1
		}
		return picture{began.Add(time.Duration(ms) * time.Millisecond), p}
	}
	all := []picture{drawn(1, 0, 0), drawn(200, 0, 250), drawn(500, 400, 250), drawn(640, 790, 250), drawn(2900, 800, 250)}
	got, err := judge(began, all)
	if want := (start{200 * time.Millisecond, 640 * time.Millisecond}); err != nil || got != want {
		t.Errorf("judged %v, %v; want %v", got, err, want)
	}
	if _, err := judge(began, all[:2]); err == nil {
		t.Error("a window that stays empty counts as a start")
	}
}

// TestMeasure_TheLargestHeapOfTheTime reads what the Go runtime writes.
func TestMeasure_TheLargestHeapOfTheTime(t *testing.T) {
	before := "gc 1 @0.010s 1%: 0.01+0.3+0.02 ms clock, 0.0+0/0.1/0+0 ms cpu, 90->91->30 MB, 92 MB goal, 0 MB stacks, 0 MB globals, 2 P\n"
	after := "a line of the log\n" +
		"gc 2 @120.1s 0%: 0.01+0.3+0.02 ms clock, 0.0+0/0.1/0+0 ms cpu, 12->12->5 MB, 30 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)\n" +
		"gc 3 @240.2s 0%: 0.01+0.3+0.02 ms clock, 0.0+0/0.1/0+0 ms cpu, 7->7->5 MB, 10 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)\n"
	for _, tc := range []struct {
		name, said string
		since      int
		want       int
		ok         bool
	}{
		{"only what came since counts", before + after, len(before), 12, true},
		{"nothing came since", before, len(before), 90, true},
		{"nothing came at all", "a line of the log\n", 0, 0, false},
	} {
		if got, ok := heap(tc.said, tc.since); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %d, %v; want %d, %v", tc.name, got, ok, tc.want, tc.ok)
		}
	}
}
