package person

import (
	"math"

	"oura-streaming/internal/oura"
)

type sleepContributors struct {
	DeepSleep   *int `json:"deep_sleep"`
	Efficiency  *int `json:"efficiency"`
	Latency     *int `json:"latency"`
	RemSleep    *int `json:"rem_sleep"`
	Restfulness *int `json:"restfulness"`
	Timing      *int `json:"timing"`
	TotalSleep  *int `json:"total_sleep"`
}

type dailySleepBody struct {
	ID           string            `json:"id"`
	Contributors sleepContributors `json:"contributors"`
	Day          oura.Day          `json:"day"`
	Score        *int              `json:"score"`
	Timestamp    string            `json:"timestamp"`
}

// dailySleep is absent for a day without a night, but for one in four, which
// comes with nulls.
func dailySleep(v *view) []Doc {
	b := dailySleepBody{ID: v.id(subjectNight, 0), Day: v.day, Timestamp: v.midnight()}
	r := v.sleep()
	switch {
	case !v.has(v.night.end), r == nil && !v.emptyDay():
		return nil
	case r != nil && !v.unscored():
		b.Contributors = v.sleepContributors(r)
		b.Score = new(b.Contributors.score())
	}
	return []Doc{v.doc(oura.DailySleep, b.ID, v.night.end+120, b)}
}

// emptyDay tells whether a day without data still got documents full of nulls.
func (v *view) emptyDay() bool { return v.p.roll(subjectReadiness, v.n).chance(0.25) }

// unscored tells whether Oura could not score the day although there is data.
func (v *view) unscored() bool {
	return seedDice(v.p.seed, subjectReadiness, int64(v.n)|1<<40).chance(0.012)
}

func (v *view) sleepContributors(r *sleepRecord) sleepContributors {
	hours := float64(r.asleep()) / 3600
	minutes := float64(r.latency) / 60
	middle := v.p.hourAt((r.start + r.end) / 2)
	if middle > 12 {
		middle -= 24
	}
	return sleepContributors{
		DeepSleep:   new(score(float64(r.deep) / 60 * 1.2)),
		Efficiency:  new(score(83 + 2.25*float64(r.efficiency()-85))),
		Latency:     new(score(100 - 4*math.Abs(minutes-15))),
		RemSleep:    new(score(float64(r.rem) / 60 * 0.95)),
		Restfulness: new(score(122 - 1.8*float64(r.restless)/(float64(r.inBed())/3600))),
		Timing:      new(score(100 - 24*math.Max(0, math.Abs(middle-2)-1.5))),
		TotalSleep:  new(score(97 - 19*math.Max(0, 7.9-hours))),
	}
}

// score weighs the contributors; total sleep counts most.
func (c sleepContributors) score() int {
	sum := 0.35*float64(*c.TotalSleep) + 0.15*float64(*c.Restfulness) +
		0.1*float64(*c.DeepSleep+*c.Efficiency+*c.Latency+*c.RemSleep+*c.Timing)
	return score(sum)
}
