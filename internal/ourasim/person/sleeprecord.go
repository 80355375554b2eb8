package person

import "math"

// sleepRecord is one recorded sleep with all that the ring measured.
type sleepRecord struct {
	span
	kind     napKind
	long     bool // a night
	stages   []byte
	moves    []byte
	heart    []uint8 // per five minutes, 0 for no measurement; nil in tiny naps
	hrv      []uint8
	latency  int // seconds, as all durations
	deep     int
	light    int
	rem      int
	lowest   int
	lowestAt float64 // where in the night, 0 to 1
	restless int
}

func (r *sleepRecord) asleep() int { return r.deep + r.light + r.rem }

func (r *sleepRecord) inBed() int { return int(r.seconds()) }

func (r *sleepRecord) efficiency() int {
	return score(100 * float64(r.asleep()) / float64(r.inBed()))
}

// sleep returns the record of the night before the day, or nil if none was made.
func (v *view) sleep() *sleepRecord {
	if v.rest == nil && v.p.slept(v.n) {
		v.rest = v.recordNight()
	}
	return v.rest
}

func (v *view) recordNight() *sleepRecord {
	d := v.p.roll(subjectStages, v.n)
	eve := v.p.state(v.n - 1)
	trouble := clamp(0.5*v.state.illness+0.45*eve.party+0.05*math.Abs(v.state.jet)-0.15*v.state.mood+0.15*d.norm(), 0, 1)
	sh := sleepShape{
		seconds: v.night.seconds(), trouble: trouble,
		latency: int(clamp(18+14*math.Abs(d.norm())+4*math.Abs(v.state.jet)-10*eve.party, 2, 150)),
		tail:    1 + d.intn(24),
	}
	r := &sleepRecord{span: v.night, long: true}
	v.p.measure(r, sh, v.n, d)
	return r
}

// recordNap draws the record of the k-th nap of the day.
func (v *view) recordNap(n nap, k int) *sleepRecord {
	d := seedDice(v.p.seed, subjectNapStages, int64(v.n)<<8|int64(k))
	r := &sleepRecord{span: n.span, kind: n.kind, long: n.kind == napFlight}
	sh := sleepShape{seconds: n.seconds(), trouble: 0.4, latency: 10 + d.intn(16), tail: 1 + d.intn(8), nap: n.kind != napFlight}
	if n.kind == napTiny {
		sh.latency = int(n.seconds()) / epoch * 6 / 10
	}
	v.p.measure(r, sh, v.n, d)
	return r
}

// measure fills stages, movement and heart.
func (p *Person) measure(r *sleepRecord, sh sleepShape, n dayNum, d *dice) {
	r.stages = sh.stages(d)
	r.moves = movements(r.stages, d)
	r.latency = sh.latency * epoch
	for i, s := range r.stages {
		switch s {
		case deep:
			r.deep += epoch
		case light:
			r.light += epoch
		case rem:
			r.rem += epoch
		}
		if r.moves[i] > '1' {
			r.restless++
		}
	}
	r.lowest = noHeartRate
	if r.kind != napTiny {
		p.measureHeart(r, n, d)
	}
}

// noHeartRate stands in lowest_heart_rate when there was no measurement.
const noHeartRate = 255

// measureHeart draws heart rate and variability every five minutes: falling
// through the night, late after drinking, quicker in REM sleep and awake.
func (p *Person) measureHeart(r *sleepRecord, n dayNum, d *dice) {
	base, level := p.restingRate(n), p.hrvLevel(n)
	late := 0.35 + 0.5*p.state(n-1).party + 0.1*d.norm()
	if !r.long {
		base += 6
	}
	items := (len(r.stages) + 9) / 10
	r.heart, r.hrv = make([]uint8, items), make([]uint8, items)
	for i := range items {
		x, stage := float64(i)/float64(items), r.stages[min(i*10+5, len(r.stages)-1)]
		if i == 0 || stage == awake && d.chance(0.5) || d.chance(0.01) {
			continue
		}
		faster, calmer := stageEffect(stage)
		hammock := 9 * math.Pow(math.Abs(x-clamp(late, 0.2, 0.95)), 1.3)
		r.heart[i] = uint8(clamp(base+2+hammock+faster+1.1*d.norm(), 36, 150))
		r.hrv[i] = uint8(clamp(level*calmer*(1-0.03*hammock)+5*d.norm(), 5, 220))
		if int(r.heart[i]) < r.lowest {
			r.lowest, r.lowestAt = int(r.heart[i]), x
		}
	}
	if r.lowest != noHeartRate { // from 30-second data: a little below the five-minute means
		r.lowest -= d.intn(3)
	}
}

func stageEffect(stage byte) (faster, calmer float64) {
	switch stage {
	case deep:
		return -0.5, 1.1
	case rem:
		return 3, 0.85
	case awake:
		return 8, 0.75
	}
	return 0.5, 1
}

// mean is the average of the measured items, 0 if there are none.
func mean(items []uint8) float64 {
	sum, n := 0, 0
	for _, x := range items {
		if x > 0 {
			sum, n = sum+int(x), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}
