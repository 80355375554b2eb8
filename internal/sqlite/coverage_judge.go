package sqlite

import (
	"slices"
	"time"

	"oura-streaming/internal/oura"
)

// What tells that the ring was worn on a day, beside daily_activity, which exists
// without it too.
var (
	documentSigns = []oura.DataType{oura.DailyReadiness, oura.DailySleep, oura.DailySpO2, oura.DailyStress, oura.Sleep}
	wearSigns     = append([]oura.DataType{oura.HeartRate}, documentSigns...)
)

// wearMade are the types that a day without the ring leaves empty. A workout, a
// session or a tag can be entered by hand, and batteries empty in a drawer too.
var wearMade = append([]oura.DataType{
	oura.DailyActivity, oura.DailyResilience, oura.DailyCardiovascularAge, oura.VO2Max,
}, wearSigns...)

// book is what is known about the days of a range.
type book struct {
	asked  map[cell]page
	counts map[cell]int
	idle   map[oura.Day]bool      // activity is there and shows no wear
	wanted map[oura.DataType]bool // answered at any time, for any day
}

type cell struct {
	dt  oura.DataType
	day oura.Day
}

// page is a row of coverage.
type page struct {
	askedMS int64
	outcome AskOutcome
	reason  string
}

func newBook() *book {
	return &book{
		asked: make(map[cell]page), counts: make(map[cell]int),
		idle: make(map[oura.Day]bool), wanted: make(map[oura.DataType]bool),
	}
}

func (b *book) count(scan func(...any) error) error {
	var c cell
	var n int
	err := scan(&c.dt, &c.day, &n)
	b.counts[c] = n
	return err
}

func (b *book) anyOf(day oura.Day, types []oura.DataType) bool {
	return slices.ContainsFunc(types, func(dt oura.DataType) bool { return b.counts[cell{dt, day}] > 0 })
}

// judge derives the state of one cell. What is there outweighs what was
// answered, and a final answer outweighs every later failure.
func (b *book) judge(dt oura.DataType, day oura.Day) CoverageDay {
	c := cell{dt, day}
	p := b.asked[c]
	out := CoverageDay{DataType: dt, Day: day, AskedAt: fromMS(p.askedMS), Count: b.counts[c]}
	if p.outcome != AskOK {
		out.Reason = p.reason
	}
	final := b.final(c)
	switch {
	case final && b.notWorn(c):
		out.State = CoverageNotWorn
	case final && out.Count > 0:
		out.State = CoverageComplete
	case final:
		out.State = CoverageEmpty
	case out.Count > 0 || p.outcome == AskOK:
		out.State = CoveragePartial
	case p.outcome == AskNotAllowed || p.outcome == AskLapsed:
		out.State = CoverageNotAllowed
	case p.outcome == AskFailed:
		out.State = CoverageFailed
	default:
		out.State = CoverageNotAsked
	}
	return out
}

// final reports whether the day was asked for after it had settled.
func (b *book) final(c cell) bool {
	day, err := time.Parse(time.DateOnly, string(c.day))
	return err == nil && b.asked[c].askedMS >= day.AddDate(0, 0, 1).Add(settleTime).UnixMilli()
}

// notWorn reports whether an empty cell, or an activity without movement, shows
// that the ring was not worn. Either activity says so and no other document
// contradicts, or nothing at all is there although all was asked: activity,
// sleep, and whatever other sign of wear this account has ever answered for.
func (b *book) notWorn(c cell) bool {
	idle, activity := b.idle[c.day]
	switch {
	case !slices.Contains(wearMade, c.dt):
		return false
	case activity && idle:
		return c.dt == oura.DailyActivity || b.counts[c] == 0
	case b.counts[cell{oura.DailyActivity, c.day}] > 0 || b.counts[c] > 0 || b.anyOf(c.day, wearSigns):
		return false
	}
	for _, dt := range wearSigns {
		if (b.wanted[dt] || dt == oura.Sleep) && !b.final(cell{dt, c.day}) {
			return false
		}
	}
	return b.final(cell{oura.DailyActivity, c.day})
}
