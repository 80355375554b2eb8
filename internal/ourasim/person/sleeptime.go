package person

import (
	"time"

	"oura-streaming/internal/oura"
)

type bedtimeWindow struct {
	DayTZ       int `json:"day_tz"`
	EndOffset   int `json:"end_offset"`
	StartOffset int `json:"start_offset"`
}

type sleepTimeBody struct {
	ID             string         `json:"id"`
	Day            oura.Day       `json:"day"`
	OptimalBedtime *bedtimeWindow `json:"optimal_bedtime"`
	Recommendation string         `json:"recommendation"`
	Status         string         `json:"status"`
}

// sleepTimes advises on a bedtime on three days of four.
func sleepTimes(v *view) []Doc {
	d := v.p.roll(subjectSleepTime, v.n)
	if v.sleep() == nil || !v.has(v.night.end) || d.chance(0.25) {
		return nil
	}
	b := sleepTimeBody{ID: v.id(subjectSleepTime, 0), Day: v.day}
	switch spread := v.p.spread(v.n); {
	case spread > 1.1:
		b.Status, b.Recommendation = "not_enough_recent_nights", "earlier_bedtime"
	case v.state.illness > 0.3:
		b.Status, b.Recommendation = "bad_sleep_quality", "improve_efficiency"
	case d.chance(0.35):
		b.Status, b.Recommendation = "only_recommended_found", pick(d, "earlier_bedtime", "earlier_bedtime", "later_wake_up_time")
	default:
		b.Status, b.Recommendation = "optimal_found", "follow_optimal_bedtime"
		b.OptimalBedtime = v.optimalBedtime(d)
	}
	return []Doc{v.doc(oura.SleepTime, b.ID, v.night.end+420, b)}
}

// optimalBedtime is in seconds from midnight, mostly before it.
func (v *view) optimalBedtime(d *dice) *bedtimeWindow {
	_, offset := time.Unix(v.begin, 0).In(v.p.zone(v.n)).Zone()
	start := -5400 + 900*(d.intn(5)-2)
	return &bedtimeWindow{DayTZ: offset, StartOffset: start, EndOffset: start + 3600}
}
