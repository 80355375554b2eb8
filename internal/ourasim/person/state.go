package person

import (
	"math"
	"time"
)

// state is how the person is on day n: what nights, scores and heart rates are made from.
type state struct {
	n       dayNum
	weekday time.Weekday
	free    bool    // no alarm clock this morning
	away    bool    // on a journey
	summer  float64 // -1 in January to 1 in July
	fitness float64 // about -1 to 1
	illness float64 // 0 to 1
	party   float64 // 0 to 1, this evening
	jet     float64 // hours by which the body still runs late (after flying east) or early
	mood    float64 // -1 to 1, wanders over a week
}

func (p *Person) state(n dayNum) state {
	d := p.roll(subjectState, n)
	date := n.date()
	s := state{n: n, weekday: date.Weekday(), away: p.zone(n) != p.home}
	s.summer = -math.Cos(2 * math.Pi * (float64(date.YearDay()) - 15) / 365.25)
	s.fitness = 0.55*math.Tanh(float64(n-19700)/600) + 0.2*s.summer + 0.25*p.drift(subjectFitness, n, 45)
	s.illness = p.illAt(n)
	s.jet = p.jetLag(n)
	s.mood = p.drift(subjectMood, n, 6)*(1-s.illness) - 0.3*s.illness
	s.free = freeDay(date) || s.away || s.illness > 0.3
	s.party = party(d, s)
	return s
}

func freeDay(date time.Time) bool {
	_, m, d := date.Date()
	switch {
	case date.Weekday() == time.Saturday || date.Weekday() == time.Sunday:
		return true
	case m == time.December && d >= 24, m == time.January && d == 1, m == time.May && d == 1:
		return true
	}
	return m == time.August && d >= 5 && d <= 18
}

func party(d *dice, s state) float64 {
	share := 0.04
	if s.weekday == time.Friday || s.weekday == time.Saturday {
		share = 0.35
	}
	if date := s.n.date(); date.Month() == time.December && date.Day() == 31 {
		share = 1
	}
	if s.illness > 0 || !d.chance(share) {
		return 0
	}
	return d.between(0.3, 1)
}

// jetLag fades by a quarter a day.
func (p *Person) jetLag(n dayNum) float64 {
	lag, left := 0.0, 1.0
	for k := range dayNum(9) {
		lag += p.shift(n-k) * left
		left *= 0.75
	}
	return lag
}

// restingRate is the expected lowest heart rate of the night before day n.
func (p *Person) restingRate(n dayNum) float64 {
	s, eve := p.state(n), p.state(n-1)
	return 53 - 4.5*s.fitness + 0.8*s.summer + 12*s.illness + 7*eve.party + 0.35*math.Abs(s.jet) + 1.6*p.load(n-1) - 1.3*s.mood
}

// hrvLevel is the expected average heart rate variability of that night, in ms.
func (p *Person) hrvLevel(n dayNum) float64 {
	s, eve := p.state(n), p.state(n-1)
	h := 47 + 9*s.fitness - 20*s.illness - 13*eve.party - 0.7*math.Abs(s.jet) - 3*p.load(n-1) + 6*s.mood
	return math.Max(11, h)
}

// temperature is the deviation from the person's usual skin temperature in °C:
// a monthly cycle, fever, and noise.
func (p *Person) temperature(n dayNum) float64 {
	s := p.state(n)
	cycle := 0.19 * math.Sin(2*math.Pi*float64(n)/28.4)
	return cycle + 1.4*s.illness + 0.12*p.state(n-1).party + 0.13*p.roll(subjectTemperature, n).norm()
}

// worn tells whether the ring was on the finger from the bedtime before day n to
// the next. Gaps last days in summer; now and then a single day is missing.
func (p *Person) worn(n dayNum) bool {
	gap := p.year(n).noRing
	if gap.from <= n && n < gap.to {
		return false
	}
	return !p.roll(subjectWear, n).chance(0.008)
}

// slept tells whether the night before day n was recorded.
func (p *Person) slept(n dayNum) bool {
	return p.worn(n) && !p.roll(subjectNight, n).chance(0.008)
}
