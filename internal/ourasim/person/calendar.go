package person

import (
	"time"
	_ "time/tzdata" // Windows and small containers have no zone database

	"oura-streaming/internal/oura"
)

// dayNum counts calendar days since 1970-01-01.
type dayNum int

func (n dayNum) date() time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

func (n dayNum) day() oura.Day { return oura.DayOf(n.date()) }

// numOf returns the calendar day of t in t's own zone.
func numOf(t time.Time) dayNum {
	y, m, d := t.Date()
	return dayNum(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func numOfDay(d oura.Day) (dayNum, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return numOf(t), err == nil
}

// span is a stretch of time in Unix seconds, the end not included.
type span struct{ start, end int64 }

func (s span) seconds() int64 { return s.end - s.start }

func (s span) holds(t int64) bool { return s.start <= t && t < s.end }

func (s span) meets(o span) bool { return s.start < o.end && o.start < s.end }

// wall returns the instant at which clocks in zone z show the given hours on day
// n. Hours below 0 or above 24 belong to a neighbouring day.
func wall(n dayNum, hours float64, z *time.Location) int64 {
	y, m, d := n.date().Date()
	return time.Date(y, m, d, 0, 0, int(hours*3600), 0, z).Unix()
}

// dayStart is 04:00 of day n where the person wakes up on it. From one to the
// next it is 24 hours, 23 or 25 when clocks change, and 12 to 43 when flying.
func (p *Person) dayStart(n dayNum) int64 { return wall(n, 4, p.zone(n)) }

// dayAt returns the day that runs from 04:00 to 04:00 around t.
func (p *Person) dayAt(t int64) dayNum {
	n := dayNum(t/86400) - 2
	for p.dayStart(n+1) <= t {
		n++
	}
	return n
}

// longDay is the length in seconds from which a day holds a second sleep: it is
// only reached by flying east over the date line, which repeats a date.
const longDay = 34 * 3600

// zoneAt returns the zone shown by the person's clocks at t.
func (p *Person) zoneAt(t int64) *time.Location {
	n := p.dayAt(t)
	here, next := p.zone(n), p.zone(n+1)
	if here == next || t < p.landing(n) {
		return here
	}
	return next
}

// landing is the instant of day n at which the clocks are set to the zone of day
// n+1. Over the date line this falls into the sleep on board.
func (p *Person) landing(n dayNum) int64 {
	start := p.dayStart(n)
	if p.dayStart(n+1)-start > longDay {
		return start + 22*3600
	}
	return max(start+4*3600, p.window(n+1).start-2*3600)
}

// local writes t as Oura does: the wall clock with the offset of that moment.
func (p *Person) local(t int64) string {
	return time.Unix(t, 0).In(p.zoneAt(t)).Format("2006-01-02T15:04:05-07:00")
}

// localMS is local with milliseconds, as the start of samples is written.
func (p *Person) localMS(t int64) string {
	return time.Unix(t, 0).In(p.zoneAt(t)).Format("2006-01-02T15:04:05.000-07:00")
}

// dateAt returns the calendar day on the person's clocks at t.
func (p *Person) dateAt(t int64) dayNum { return numOf(time.Unix(t, 0).In(p.zoneAt(t))) }

// hourAt returns the hour on the person's clocks at t, with fractions.
func (p *Person) hourAt(t int64) float64 {
	h, m, s := time.Unix(t, 0).In(p.zoneAt(t)).Clock()
	return float64(h) + float64(m)/60 + float64(s)/3600
}
