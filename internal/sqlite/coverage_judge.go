package sqlite

import (
	"slices"

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

// judge derives the state of one cell. What is there outweighs what was
// answered, and a final answer outweighs every later failure.
func (b *book) judge(dt oura.DataType, i int) CoverageDay {
	c := b.row(dt)[i]
	if whole := b.whole[dt]; c.outcome == "" && c.count == 0 && (whole.outcome == AskNotAllowed || whole.outcome == AskLapsed) {
		c.outcome, c.reason = whole.outcome, whole.reason
	}
	out := CoverageDay{DataType: dt, Day: b.days[i], AskedAt: fromMS(c.askedMS), Count: c.count}
	if c.outcome != AskOK {
		out.Reason = c.reason
	}
	final := b.final(dt, i)
	switch {
	case final && b.notWorn(dt, i):
		out.State = CoverageNotWorn
	case final && out.Count > 0:
		out.State = CoverageComplete
	case final:
		out.State = CoverageEmpty
	case out.Count > 0 || c.outcome == AskOK:
		out.State = CoveragePartial
	case c.outcome == AskNotAllowed || c.outcome == AskLapsed:
		out.State = CoverageNotAllowed
	case c.outcome == AskFailed:
		out.State = CoverageFailed
	default:
		out.State = CoverageNotAsked
	}
	return out
}

// final reports whether the day was asked for after it had settled.
func (b *book) final(dt oura.DataType, i int) bool { return b.row(dt)[i].askedMS >= b.settled[i] }

// notWorn reports whether an empty cell, or an activity without movement, shows
// that the ring was not worn. Either activity says so and no other document
// contradicts, or nothing at all is there although all was asked: activity,
// sleep, and whatever other sign of wear this account has ever answered for.
func (b *book) notWorn(dt oura.DataType, i int) bool {
	idle, activity := b.idle[i]
	count := b.counted(dt, i)
	switch {
	case !slices.Contains(wearMade, dt), b.days[i] < b.first:
		return false // before the first ring there was none to wear
	case activity && idle:
		return dt == oura.DailyActivity || count == 0
	case count > 0 || b.counted(oura.DailyActivity, i) > 0 || b.anyOf(i, wearSigns):
		return false
	}
	for _, sign := range wearSigns {
		if (b.wanted(sign) || sign == oura.Sleep) && !b.final(sign, i) {
			return false
		}
	}
	return b.final(oura.DailyActivity, i)
}
