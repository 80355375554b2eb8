package person

import "math"

// window is the time in bed of the night that ends on the morning of day n, in
// the wall time of the place where the person wakes up.
func (p *Person) window(n dayNum) span {
	bed, wake := p.bedHours(n)
	z := p.zone(n)
	return span{wall(n-1, bed, z), wall(n, wake, z)}
}

// bedHours returns bedtime (hours after the midnight before day n-1, so 23 or 24.5)
// and getting up (hours of day n). Free mornings are later; a party, an illness
// and a body clock in another zone move both.
func (p *Person) bedHours(n dayNum) (bed, wake float64) {
	s, eve := p.state(n), p.state(n-1)
	d := p.roll(subjectWindow, n)
	bed, wake = 23.0-0.12*s.summer+0.45*d.norm(), 6.75+0.2*d.norm()
	if s.free {
		bed, wake = bed+0.9, 8.3+0.45*d.norm()
	}
	body := clamp(s.jet*0.28, -2.4, 2.6)
	bed += 1.5*eve.party - 0.8*s.illness + body + flightDelay(p.shift(n))
	wake += 0.5*eve.party + 0.7*s.illness + 0.7*body
	bed = clamp(bed, 20.2, 27.2)
	wake = clamp(wake, math.Max(4.8, bed-24+4.2), 11.4)
	return bed, wake
}

// flightDelay moves the bedtime of a night on which clocks jump by h hours: flying
// east there is little evening left, flying west one drops early.
func flightDelay(h float64) float64 {
	if h > 3 {
		return math.Min(1.6, h*0.15)
	}
	return math.Max(-0.8, math.Min(h, 0)*0.12)
}

// napKind tells the naps apart that Oura knows.
type napKind int

const (
	napConfirmed napKind = iota // type sleep, or late_nap when it ended after 18:00
	napTiny                     // never confirmed, too short for a heart rate
	napRejected                 // type rest: "I was only resting"
	napDeleted
	napFlight // the second night of a day that crosses the date line
)

type nap struct {
	span
	kind napKind
}

// naps returns the sleeps of the day beside its night, oldest first.
func (v *view) naps() []nap {
	if !v.napMade {
		v.nap, v.napMade = v.planNaps(), true
	}
	return v.nap
}

func (v *view) planNaps() []nap {
	if !v.p.worn(v.n) {
		return nil
	}
	if v.end-v.begin > longDay {
		d := v.p.roll(subjectFlight, v.n)
		start := v.begin + 19*3600 + int64(d.between(0, 1500))
		return []nap{{span{start, start + int64(d.between(4.4, 5.2)*3600)}, napFlight}}
	}
	if !v.ordinary() {
		return nil
	}
	var out []nap
	for _, n := range v.wishedNaps() {
		if v.fits(n.span, 90*60) && !meetsAny(n.span, v.workouts()) {
			out = append(out, n)
		}
	}
	return out
}

// wishedNaps rolls an afternoon nap, a late nap and a doze on the sofa.
func (v *view) wishedNaps() []nap {
	d := v.p.roll(subjectNap, v.n)
	var out []nap
	tired := 0.05 + 0.5*v.state.illness + 0.03*math.Abs(v.state.jet)
	if v.state.free {
		tired += 0.07
	}
	at, long := d.between(13.2, 15.4), d.between(18, 95)
	if kind := pick(d, napConfirmed, napConfirmed, napConfirmed, napRejected, napDeleted); d.chance(tired) {
		out = append(out, nap{v.from(at, long), kind})
	}
	at, long = d.between(17, 17.8), d.between(62, 80)
	if d.chance(0.2 * tired) {
		out = append(out, nap{v.from(at, long), napConfirmed})
	}
	at, long = d.between(19.4, 20.4), d.between(16, 39)
	if d.chance(0.06) {
		out = append(out, nap{v.from(at, long), napTiny})
	}
	return out
}

// from is a span of some minutes that starts at an hour of this day.
func (v *view) from(hours, minutes float64) span {
	start := wall(v.n, hours, v.p.zone(v.n))
	return span{start, start + int64(minutes*60)}
}

// fits tells whether s lies between getting up and going to bed, with some room.
func (v *view) fits(s span, room int64) bool {
	a := v.awake()
	return a.start+room <= s.start && s.end+room <= a.end
}
