package person

// dayMinutes is the length of an activity document. It is always 24 hours from
// 04:00: what a day of 23 hours lacks is not worn, what a longer one has beyond
// is left out.
const dayMinutes = 1440

// minutes is the movement of a day in tenths of a MET, one item a minute.
type minutes struct {
	met  [dayMinutes]uint8
	flat [dayMinutes]bool // in bed
}

const (
	offFinger = 1 // the 0.1 MET that stand for a ring not worn
	lying     = 9
)

// moves returns the minutes of the day.
func (v *view) moves() *minutes {
	if v.met == nil {
		v.met = v.drawMinutes()
	}
	return v.met
}

func (v *view) drawMinutes() *minutes {
	m := &minutes{}
	d := v.p.roll(subjectMet, v.n)
	v.everyday(m, d)
	for _, w := range v.workouts() {
		v.fill(m, w.span, func() uint8 { return uint8(10 * d.between(w.sport.lo, w.sport.hi)) })
	}
	for _, n := range v.naps() {
		v.lie(m, n.span, d)
	}
	if v.p.worn(v.n) {
		v.lie(m, v.night, d)
	}
	if v.p.worn(v.n + 1) {
		v.lie(m, v.next, d)
	}
	for _, off := range v.offTimes() {
		v.fill(m, off, func() uint8 { return offFinger })
	}
	return m
}

// offTimes are the stretches without the ring: the shower, the charger, days in a
// drawer, and the hour that a spring day does not have.
func (v *view) offTimes() []span {
	shower := v.night.end + 900
	out := []span{{shower, shower + 720}}
	if c, ok := v.p.charge(v.n); ok {
		out = append(out, c)
	}
	if !v.p.worn(v.n) {
		out = append(out, span{v.night.start, v.next.start})
	}
	if !v.p.worn(v.n + 1) {
		out = append(out, span{v.next.start, v.end})
	}
	return append(out, span{v.end, v.begin + dayMinutes*60})
}

func (v *view) fill(m *minutes, s span, met func() uint8) {
	for i := range v.indexes(s) {
		m.met[i] = met()
		m.flat[i] = false
	}
}

func (v *view) lie(m *minutes, s span, d *dice) {
	for i := range v.indexes(s) {
		m.met[i], m.flat[i] = lying, true
		if d.chance(0.06) {
			m.met[i] = lying + 1 + uint8(d.intn(5))
		}
	}
}

// indexes yields the minutes of the day that begin inside s.
func (v *view) indexes(s span) func(func(int) bool) {
	first := max(0, int((s.start-v.begin+59)/60))
	last := min(dayMinutes, int((s.end-v.begin+59)/60))
	return func(yield func(int) bool) {
		for i := first; i < last && yield(i); i++ {
		}
	}
}

// everyday fills the whole day with sitting, pottering about and walking, a few
// minutes of each at a time.
func (v *view) everyday(m *minutes, d *dice) {
	for i := 0; i < dayMinutes; {
		lo, hi, long := v.errand(d, i)
		for end := min(i+long, dayMinutes); i < end; i++ {
			m.met[i] = uint8(d.between(lo, hi))
		}
	}
}

// errand picks the next thing to do at minute i: a range of tenths of a MET, and minutes.
func (v *view) errand(d *dice, i int) (lo, hi float64, long int) {
	x, busy := d.float(), 1.0
	hour := (4 + i/60) % 24
	switch {
	case v.state.illness > 0.25:
		busy = 0.4
	case v.state.free, hour == 8, hour == 17:
		busy = 1.5
	case hour > 20:
		busy = 0.5
	}
	switch {
	case x < 0.075*busy:
		return 36, 53, 3 + d.intn(9)
	case x < 0.4*busy:
		return 17, 32, 3 + d.intn(14)
	}
	return 12, 17, 5 + d.intn(26)
}

// metAt is the movement at t in tenths of a MET; calm where no minutes are drawn.
func (v *view) metAt(t int64) uint8 {
	if i := (t - v.begin) / 60; t >= v.begin && i < dayMinutes {
		return v.moves().met[i]
	}
	return 13
}
