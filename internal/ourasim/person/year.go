package person

import "time"

// Years are planned ahead, so that a day can be made without its past.
const (
	firstYear = 1990
	lastYear  = 2110
)

type zones struct{ home, lisbon, newYork, tokyo, honolulu, kathmandu *time.Location }

// stay is a visit: from and to are mornings, the latter back elsewhere.
type stay struct {
	from, to dayNum
	zone     *time.Location
}

// illness lasts from its first bad morning. Peak 1 is influenza, 0.4 a cold.
type illness struct {
	from dayNum
	days int
	peak float64
}

// year holds what happens once in a while. Nothing crosses New Year.
type year struct {
	first  dayNum // New Year
	stays  []stay
	ills   []illness
	noRing stay // the ring lies in a drawer; zone unused
}

func loadZones() zones {
	return zones{
		home: zoneNamed("Europe/Berlin"), lisbon: zoneNamed("Europe/Lisbon"), newYork: zoneNamed("America/New_York"),
		tokyo: zoneNamed("Asia/Tokyo"), honolulu: zoneNamed("Pacific/Honolulu"), kathmandu: zoneNamed("Asia/Kathmandu"),
	}
}

// zoneNamed cannot miss: the zone database is compiled in and a test loads every name.
func zoneNamed(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return z
}

func planYears(seed int64, z zones) []year {
	out := make([]year, 0, lastYear-firstYear+1)
	for y := firstYear; y <= lastYear; y++ {
		out = append(out, planYear(seed, y, z))
	}
	return out
}

func planYear(seed int64, y int, z zones) year {
	d := seedDice(seed, subjectYear, int64(y))
	first := numOf(time.Date(y, time.January, 1, 0, 0, 0, 0, time.UTC))
	return year{first: first, stays: planStays(d, seed, y, z), ills: planIlls(d, y), noRing: planGap(d, y)}
}

// planStays sends the person away: a different big journey in each of five years,
// then the same again, so that five years hold one crossing of the date line.
// New York is visited while only one side of the ocean has summer time.
func planStays(d *dice, seed int64, y int, z zones) []stay {
	at := func(m time.Month, day int) dayNum { return numOf(time.Date(y, m, day+d.intn(8), 0, 0, 0, 0, time.UTC)) }
	spring, autumn := at(time.May, 4), at(time.September, 6)
	lisbon := stay{autumn, autumn + 5 + dayNum(d.intn(4)), z.lisbon}
	switch (y + int(mix(uint64(seed))%5)) % 5 {
	case 0:
		march := at(time.March, 1)
		return []stay{{march, march + 16, z.newYork}, lisbon}
	case 1:
		return []stay{{spring, spring + 9, z.tokyo}, {spring + 9, spring + 16, z.honolulu}}
	case 2:
		october := at(time.October, 4)
		return []stay{{october, october + 12, z.kathmandu}}
	case 3:
		return []stay{{spring, spring + 6, z.newYork}, lisbon}
	default:
		return []stay{lisbon}
	}
}

// planIlls gives an influenza each winter and a cold in most autumns.
func planIlls(d *dice, y int) []illness {
	flu := numOf(time.Date(y, time.January, 9+d.intn(38), 0, 0, 0, 0, time.UTC))
	out := []illness{{flu, 7 + d.intn(4), d.between(0.8, 1)}}
	cold := numOf(time.Date(y, time.October, 25+d.intn(30), 0, 0, 0, 0, time.UTC))
	if d.chance(0.7) {
		out = append(out, illness{cold, 3 + d.intn(3), d.between(0.3, 0.5)})
	}
	return out
}

func planGap(d *dice, y int) stay {
	from := numOf(time.Date(y, time.July, 2+d.intn(40), 0, 0, 0, 0, time.UTC))
	return stay{from: from, to: from + 2 + dayNum(d.intn(4))}
}

// year returns the plan of the year of day n. It is asked for thousands of times a
// day, so the year is reckoned (400 years are 146,097 days) and then put right.
func (p *Person) year(n dayNum) *year {
	i := min(max(int(n)*400/146097+1970-firstYear, 1), len(p.years)-2)
	switch {
	case n < p.years[i].first:
		i--
	case n >= p.years[i+1].first:
		i++
	}
	return &p.years[i]
}

// zone is where the person wakes up on day n.
func (p *Person) zone(n dayNum) *time.Location {
	for _, s := range p.year(n).stays {
		if s.from <= n && n < s.to {
			return s.zone
		}
	}
	return p.home
}

// shift returns by how many hours clocks were set forward between the mornings
// of n-1 and n by travel, as the body feels it: between -12 and 12.
func (p *Person) shift(n dayNum) float64 {
	a, b := p.zone(n-1), p.zone(n)
	if a == b {
		return 0
	}
	at := n.date()
	_, before := at.In(a).Zone()
	_, after := at.In(b).Zone()
	h := float64(after-before) / 3600
	switch {
	case h > 12:
		return h - 24
	case h <= -12:
		return h + 24
	}
	return h
}

// illAt returns how ill the person is on the morning of n, 0 to 1.
func (p *Person) illAt(n dayNum) float64 {
	for _, i := range p.year(n).ills {
		k := int(n - i.from)
		if k >= 0 && k < i.days {
			return i.peak * illShape(float64(k)/float64(i.days))
		}
	}
	return 0
}

// illShape rises within a fifth of the illness and fades from then on.
func illShape(x float64) float64 {
	if x < 0.2 {
		return 0.45 + x*2.75
	}
	return 1.2 - 1.05*x
}
