package oura

import (
	"fmt"
	"time"
)

// Day is a calendar day of the user, "2026-11-22". It has no time zone.
type Day string

// ParseDay checks that s is a real calendar day.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("day %q is not of the form 2026-01-31", s)
	}
	return Day(s), nil
}

// DayOf returns the calendar day of t in t's own zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Add returns the day n days later. An invalid day stays as it is.
func (d Day) Add(n int) Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return DayOf(t.AddDate(0, 0, n))
}
