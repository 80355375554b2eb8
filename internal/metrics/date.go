package metrics

import (
	"time"

	"oura-streaming/internal/oura"
)

const (
	daySeconds = 24 * 60 * 60

	// Days outside of these years are none of a ring.
	firstYear = 2010
	lastYear  = 2099
)

// date counts days from 1970-01-01.
type date int

// dateOf reads a day; ok is false when it is none on which there were rings.
func dateOf(d oura.Day) (date, bool) {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil || !plausible(at) {
		return 0, false
	}
	return date(at.Unix() / daySeconds), true
}

func (d date) day() oura.Day { return oura.DayOf(d.midnight(0)) }

// midnight is the begin of the day on a clock that is offset seconds ahead of UTC.
func (d date) midnight(offset int) time.Time {
	return time.Unix(int64(d)*daySeconds-int64(offset), 0).UTC()
}

func (d date) month() month {
	y, m, _ := d.midnight(0).Date()
	return month(y*12 + int(m) - 1)
}

// first and last day of a month.
func (m month) first() date {
	at := time.Date(int(m)/12, time.Month(int(m)%12+1), 1, 0, 0, 0, 0, time.UTC)
	return date(at.Unix() / daySeconds)
}

func (m month) last() date { return (m + 1).first() - 1 }

// dateAt is the day that a clock shows which is offset seconds ahead of UTC.
func dateAt(at time.Time, offset int) date {
	seconds := at.Unix() + int64(offset)
	if seconds < 0 {
		return 0
	}
	return date(seconds / daySeconds)
}

// Days that can be asked for.
var (
	firstDate = month(firstYear * 12).first()
	lastDate  = month(lastYear*12 + 11).last()
)
