package retention

import (
	"fmt"
	"strings"
	"time"

	"oura-streaming/internal/oura"
)

// Rules say how long what is stored is kept. Zero keeps all; the zero value keeps
// everything.
type Rules struct {
	EventDays    int // events received longer ago are deleted
	Events       int // of more events than these the oldest are deleted
	DeliveryDays int // deliveries received longer ago are deleted
	SampleDays   int // samples of older UTC dates are deleted
}

// keyDays is how much longer than its delivery a replay key stays (S-26).
const keyDays = 90

// Counts tell what rules would delete, or have deleted.
type Counts struct {
	Events     int64
	Deliveries int64
	Samples    int64

	OldestKeptEvent time.Time // when the oldest event that stays was received; zero: none stays
}

func (c Counts) total() int64 { return c.Events + c.Deliveries + c.Samples }

// text is what the audit table is told: numbers of rows, and nothing of what they
// hold.
func (c Counts) text() string {
	return fmt.Sprintf("%d events, %d deliveries, %d samples", c.Events, c.Deliveries, c.Samples)
}

// Text says the rules in words, without anything that is stored.
func (r Rules) Text() string {
	var parts []string
	add := func(n int, format string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, n))
		}
	}
	add(r.EventDays, "events %d days")
	add(r.Events, "the newest %d events")
	add(r.DeliveryDays, "deliveries %d days")
	add(r.SampleDays, "samples %d days")
	if len(parts) == 0 {
		return "everything is kept"
	}
	return "kept: " + strings.Join(parts, ", ")
}

// daysAgo is the instant before which what is kept for some days may go; zero
// when all is kept.
func daysAgo(now time.Time, days int) time.Time {
	if days <= 0 {
		return time.Time{}
	}
	return now.Add(-time.Duration(days) * 24 * time.Hour)
}

// dateBefore is the first UTC date that stays.
func dateBefore(now time.Time, days int) oura.Day { return oura.DayOf(daysAgo(now, days).UTC()) }
