package person

import "math"

// subject keeps the random numbers of different things apart: what is rolled
// for one never shifts another.
type subject uint64

const (
	subjectProfile subject = iota + 1
	subjectYear
	subjectState
	subjectMood
	subjectFitness
	subjectTemperature
	subjectWear
	subjectSync
	subjectWindow
	subjectStages
	subjectNap
	subjectNapStages
	subjectFlight
	subjectNight
	subjectMet
	subjectActivity
	subjectWorkout
	subjectSession
	subjectTag
	subjectEnhancedTag
	subjectRestMode
	subjectSpO2
	subjectStress
	subjectResilience
	subjectCardio
	subjectVO2
	subjectSleepTime
	subjectReadiness
	subjectRing
	subjectBattery
	subjectHeart
	subjectRevision
)

// dice is a small random generator (SplitMix64). It is our own so that a life
// stays the same whatever the Go release.
type dice struct{ state uint64 }

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func seedDice(seed int64, s subject, n int64) *dice {
	return &dice{mix(mix(uint64(seed)+0x9e3779b97f4a7c15) + mix(uint64(s)<<40+0x632be59bd9b4e019) + mix(uint64(n)*0xd1342543de82ef95))}
}

func (p *Person) roll(s subject, n dayNum) *dice { return seedDice(p.seed, s, int64(n)) }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// float returns a number in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// between returns a number in [lo, hi).
func (d *dice) between(lo, hi float64) float64 { return lo + (hi-lo)*d.float() }

// norm returns a bell-shaped number around 0 with deviation 1, never beyond 3.5.
func (d *dice) norm() float64 {
	return (d.float() + d.float() + d.float() + d.float() - 2) * math.Sqrt(3)
}

// intn returns a number in [0, n).
func (d *dice) intn(n int) int { return int(d.next() >> 33 % uint64(n)) }

func (d *dice) chance(share float64) bool { return d.float() < share }

func pick[T any](d *dice, from ...T) T { return from[d.intn(len(from))] }

// drift is smooth noise between -1 and 1 that wanders over about period days.
func (p *Person) drift(s subject, n dayNum, period float64) float64 {
	x := float64(n) / period
	at := math.Floor(x)
	f := x - at
	f = f * f * (3 - 2*f)
	a := seedDice(p.seed, s, int64(at)).float()
	b := seedDice(p.seed, s, int64(at)+1).float()
	return 2*(a+(b-a)*f) - 1
}

// score rounds x into [1, 100], as Oura writes contributors.
func score(x float64) int { return int(clamp(math.Round(x), 1, 100)) }

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

// round keeps the given number of decimals.
func round(x float64, decimals int) float64 {
	k := math.Pow10(decimals)
	return math.Round(x*k) / k
}
