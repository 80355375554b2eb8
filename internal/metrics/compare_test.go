package metrics

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestCompare_WorkedNumbers(t *testing.T) {
	with, without := []float64{38, 41, 35, 40, 33, 36, 39}, []float64{44, 42, 47, 45, 41, 46, 48, 43, 40}
	x, y := newBag(with), newBag(without)
	if hl, delta := hodgesLehmann(x, y, exact), cliffsDelta(x, y); hl != -7 || !near(delta, -0.936508, 1e-6) {
		t.Errorf("shift %v, delta %v", hl, delta)
	}
	v := readVectors(t).Tag
	x, y = newBag(v.With), newBag(v.Without)
	if hl, delta := hodgesLehmann(x, y, exact), cliffsDelta(x, y); hl != v.Shift || !near(delta, v.Delta, 1e-6) {
		t.Errorf("tag_effect: shift %v, delta %v", hl, delta)
	}
}

func TestCompare_EqualsThePlainWay(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		list := func() (out []float64) {
			spread := []float64{1, 10, 1000}[rnd.IntN(3)]
			for range 1 + rnd.IntN(40) {
				v := rnd.NormFloat64() * spread
				if rnd.IntN(2) == 0 {
					v = float64(int(v)) // ties
				}
				out = append(out, v)
			}
			return out
		}
		a, b := list(), list()
		var diffs []float64
		greater, smaller := 0, 0
		for _, x := range a {
			for _, y := range b {
				diffs = append(diffs, x-y)
				if x > y {
					greater++
				} else if x < y {
					smaller++
				}
			}
		}
		slices.Sort(diffs)
		want, delta := middle(diffs), float64(greater-smaller)/float64(len(diffs))
		x, y := newBag(a), newBag(b)
		if got := hodgesLehmann(x, y, exact); !near(got, want, 1e-6) {
			t.Fatalf("%v against %v: shift %v, want %v", a, b, got, want)
		}
		if got := cliffsDelta(x, y); !near(got, delta, 1e-12) {
			t.Fatalf("%v against %v: delta %v, want %v", a, b, got, delta)
		}
	}
}

func some(rnd *rand.Rand, n int, mean, spread float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = mean + spread*rnd.NormFloat64()
	}
	return out
}

func TestCompare_LeastData(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	if c := compare(some(rnd, 13, 0, 1), some(rnd, 50, 0, 1)); c.Known || c.Needs != 1 || c.Shift != 0 || c.Delta != 0 {
		t.Errorf("thirteen values: %+v", c)
	}
	if c := compare(some(rnd, 14, 0, 1), some(rnd, 14, 0, 1)); !c.Known || c.Needs != 0 {
		t.Errorf("fourteen values: %+v", c)
	}
	if c := compare(nil, nil); c.Known || c.Needs != 14 {
		t.Errorf("nothing: %+v", c)
	}
}

// The interval holds the true shift about as often as it says; a week's stretches
// of independent values make it a little narrow.
func TestCompare_TheIntervalHoldsTheShift(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	held := 0
	const rounds = 40
	for range rounds {
		c := compare(some(rnd, 60, 3, 2), some(rnd, 60, 0, 2))
		if c.Low > c.Shift || c.High < c.Shift {
			t.Fatalf("the shift lies outside of its own interval: %+v", c)
		}
		if c.Low <= 3 && 3 <= c.High {
			held++
		}
	}
	if held < 33 {
		t.Errorf("the interval held the shift in %d of %d rounds", held, rounds)
	}
}

func TestCompare_IsTheSameEachTimeAndQuickWithMany(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	a, b := some(rnd, 1825, 51, 9), some(rnd, 1825, 50, 9)
	began := time.Now()
	first := compare(a, b)
	t.Logf("five years against five, no two values alike: %v", time.Since(began).Round(time.Millisecond))
	if again := compare(a, b); again != first {
		t.Errorf("%+v and %+v", first, again)
	}
	for i := range a {
		a[i], b[i] = float64(int(a[i])), float64(int(b[i]))
	}
	began = time.Now()
	compare(a, b)
	t.Logf("the same, whole numbers: %v", time.Since(began).Round(time.Millisecond))
}
