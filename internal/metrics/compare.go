package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	compareLeast = 14 // values on each side: METRICS §5

	// The interval is that of a stationary bootstrap: neighbouring days resemble each
	// other, so they are drawn in stretches of a week on average. The seed is fixed,
	// so that the same values always give the same interval.
	meanStretch  = 7
	mostDraws    = 2_000
	leastDraws   = 400
	drawnValues  = 1_600_000 // bounds the work with many values
	bootstrapOne = 20_120_628
	bootstrapTwo = 7
)

// Change compares the values of two periods.
type Change struct {
	Known     bool
	Shift     float64 // Hodges-Lehmann
	Low, High float64 // 95 % interval
	Delta     float64 // Cliff's delta
	Needs     int     // values more that the poorer side needs
}

// compare tells how much higher the values of after are than those of before, each
// in the order of days.
func compare(after, before []float64) Change {
	if n := min(len(after), len(before)); n < compareLeast {
		return Change{Needs: compareLeast - n}
	}
	x, y := newBag(after), newBag(before)
	c := Change{Known: true, Shift: hodgesLehmann(x, y, exact), Delta: cliffsDelta(x, y)}
	c.Low, c.High = interval(x, y, c.Shift)
	return c
}

// bag holds different values, rising, and how often each occurs.
type bag struct {
	values []float64
	counts []int
	total  int
	places []int // of the values in their first order
}

func newBag(list []float64) *bag {
	b := &bag{values: slices.Clone(list), total: len(list)}
	slices.Sort(b.values)
	b.values = slices.Compact(b.values)
	b.counts = make([]int, len(b.values))
	for _, v := range list {
		i, _ := slices.BinarySearch(b.values, v)
		b.counts[i]++
		b.places = append(b.places, i)
	}
	return b
}

// atMost counts the pairs whose difference x-y is d or less.
func atMost(x, y *bag, d float64) (n int) {
	below, j := 0, 0 // of y: those too small for the present x
	for i, v := range x.values {
		for j < len(y.values) && v-y.values[j] > d {
			below += y.counts[j]
			j++
		}
		n += x.counts[i] * (y.total - below)
	}
	return n
}

// above returns the least difference greater than d; +Inf when there is none.
func above(x, y *bag, d float64) float64 {
	best, j := math.Inf(1), 0
	for i, v := range x.values {
		for j < len(y.values) && v-y.values[j] > d {
			j++
		}
		if x.counts[i] == 0 {
			continue
		}
		for k := j - 1; k >= 0; k-- { // the greatest y that occurs
			if y.counts[k] > 0 {
				best = min(best, v-y.values[k])
				break
			}
		}
	}
	return best
}

// How near nth closes in, as a share of all that the differences span. An interval
// is none the worse for a ten thousandth.
const (
	exact = 1e-10
	rough = 1e-4
)

// hodgesLehmann is the median of all differences between a value of x and one of y.
func hodgesLehmann(x, y *bag, share float64) float64 {
	n := x.total * y.total
	low := nth(x, y, (n+1)/2, share)
	if n%2 == 1 || atMost(x, y, low) > n/2 {
		return low
	}
	return (low + above(x, y, low)) / 2
}

// nth returns the k-th of the differences, the first being 1. Instead of making
// them all it closes in on it.
func nth(x, y *bag, k int, share float64) float64 {
	high := x.values[len(x.values)-1] - y.values[0]
	low := x.values[0] - y.values[len(y.values)-1]
	if low == high {
		return low
	}
	width := (high - low) * share
	for low -= width; high-low > width; {
		mid := low + (high-low)/2
		if atMost(x, y, mid) >= k {
			high = mid
		} else {
			low = mid
		}
	}
	return above(x, y, low)
}

// cliffsDelta is the share of pairs in which x is greater minus that in which it is
// smaller.
func cliffsDelta(x, y *bag) float64 {
	n := x.total * y.total
	greater, smaller := n-atMost(x, y, 0), n-atMost(y, x, 0)
	return float64(greater-smaller) / float64(n)
}

// interval is where 95 of 100 drawn shifts lie.
func interval(x, y *bag, shift float64) (low, high float64) {
	draws := min(mostDraws, max(leastDraws, drawnValues/(x.total+y.total)))
	rnd := rand.New(rand.NewPCG(bootstrapOne, bootstrapTwo))
	p, q := x.like(), y.like()
	list := make([]float64, draws)
	for i := range list {
		x.drawInto(p, rnd)
		y.drawInto(q, rnd)
		list[i] = hodgesLehmann(p, q, rough)
	}
	slices.Sort(list)
	return min(percentile(list, 0.025), shift), max(percentile(list, 0.975), shift)
}

func (b *bag) like() *bag {
	return &bag{values: b.values, counts: make([]int, len(b.values)), total: b.total}
}

// drawInto fills to with as many values of b, drawn in stretches whose lengths are
// those of throws until a die of meanStretch sides shows its last.
func (b *bag) drawInto(to *bag, rnd *rand.Rand) {
	clear(to.counts)
	for left := b.total; left > 0; {
		at, length := rnd.IntN(b.total), left
		if l := 1 + math.Log(1-rnd.Float64())/logGoOn; l < float64(left) {
			length = int(l)
		}
		left -= length
		for range length {
			to.counts[b.places[at]]++
			if at++; at == b.total {
				at = 0
			}
		}
	}
}

// logGoOn is the logarithm of the chance that a stretch goes on.
var logGoOn = math.Log(1 - 1.0/meanStretch)
