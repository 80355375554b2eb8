package person

import (
	"math"

	"oura-streaming/internal/oura"
)

type readinessContributors struct {
	ActivityBalance     *int `json:"activity_balance"`
	BodyTemperature     *int `json:"body_temperature"`
	HRVBalance          *int `json:"hrv_balance"`
	PreviousDayActivity *int `json:"previous_day_activity"`
	PreviousNight       *int `json:"previous_night"`
	RecoveryIndex       *int `json:"recovery_index"`
	RestingHeartRate    *int `json:"resting_heart_rate"`
	SleepBalance        *int `json:"sleep_balance"`
	SleepRegularity     *int `json:"sleep_regularity,omitempty"` // absent before 2025
}

// readinessPart stands inside a sleep document.
type readinessPart struct {
	Contributors              readinessContributors `json:"contributors"`
	Score                     *int                  `json:"score"`
	TemperatureDeviation      *float64              `json:"temperature_deviation"`
	TemperatureTrendDeviation *float64              `json:"temperature_trend_deviation"`
}

type dailyReadinessBody struct {
	ID string `json:"id"`
	readinessPart
	Day       oura.Day `json:"day"`
	Timestamp string   `json:"timestamp"`
}

func dailyReadiness(v *view) []Doc {
	b := dailyReadinessBody{ID: v.id(subjectReadiness, 0), Day: v.day, Timestamp: v.midnight()}
	r := v.sleep()
	switch {
	case !v.has(v.night.end), r == nil && !v.emptyDay():
		return nil
	case r != nil:
		b.readinessPart = v.readiness()
	}
	return []Doc{v.doc(oura.DailyReadiness, b.ID, v.night.end+180, b)}
}

// readiness scores the recovery after the night; the day must have one. An
// unscored day keeps what is known of the contributors and has no score.
func (v *view) readiness() readinessPart {
	if v.ready == nil {
		v.ready = new(v.scoreReadiness())
	}
	return *v.ready
}

func (v *view) scoreReadiness() readinessPart {
	temp := v.p.temperature(v.n)
	part := readinessPart{
		Contributors:              v.readinessContributors(temp),
		TemperatureDeviation:      new(round(temp, 2)),
		TemperatureTrendDeviation: new(round(v.p.recent(v.n, 3, v.p.temperature), 2)),
	}
	if v.unscored() {
		part.Contributors.HRVBalance, part.TemperatureDeviation = nil, nil
		return part
	}
	part.Score = new(part.Contributors.score())
	return part
}

func (v *view) readinessContributors(temp float64) readinessContributors {
	p, n, r := v.p, v.n, v.sleep()
	week := p.recent(n-1, 7, p.load)
	usual := p.usual(n-8, p.load)
	c := readinessContributors{
		ActivityBalance:     new(score(86 - 34*math.Max(0, week-usual-0.1))),
		BodyTemperature:     new(score(100 - 55*math.Max(0, math.Abs(temp)-0.25))),
		HRVBalance:          new(score(77 + 2.2*(p.recent(n, 7, p.hrvLevel)-p.usual(n-8, p.hrvLevel)))),
		PreviousDayActivity: new(score(90 - 30*math.Abs(p.load(n-1)-0.5))),
		PreviousNight:       new(v.sleepContributors(r).score()),
		RecoveryIndex:       new(score(118 - 105*r.lowestAt)),
		RestingHeartRate:    new(score(88 - 4.5*math.Max(0, float64(r.lowest)-p.usual(n-1, p.restingRate)))),
		SleepBalance:        new(score(90 - 24*math.Max(0, 8.3-p.recent(n, 14, p.bedTime)))),
	}
	if n >= regularitySince {
		c.SleepRegularity = new(score(100 - 26*p.spread(n)))
	}
	return c
}

// regularitySince is 2025-06-01, about when the contributor appeared.
const regularitySince dayNum = 20240

func (c readinessContributors) score() int {
	sum := 0.18*float64(*c.PreviousNight) + 0.14*float64(*c.RestingHeartRate+*c.HRVBalance+*c.SleepBalance) +
		0.1*float64(*c.BodyTemperature+*c.RecoveryIndex+*c.ActivityBalance+*c.PreviousDayActivity)
	return score(sum)
}

// emptyReadiness is what a tiny nap carries: zeros for what was not measured.
func (v *view) emptyReadiness() *readinessPart {
	p, n := v.p, v.n
	return &readinessPart{Score: new(score(58 + 10*v.state.mood)), Contributors: readinessContributors{
		ActivityBalance: new(score(86 - 20*p.load(n-1))), BodyTemperature: new(0),
		HRVBalance: new(score(78 + 10*v.state.mood)), PreviousDayActivity: new(score(84)),
		PreviousNight: new(1), RecoveryIndex: new(0), RestingHeartRate: new(0),
		SleepBalance: new(score(60 + 15*v.state.mood)),
	}}
}

// bedTime is the length of the night before day n in hours.
func (p *Person) bedTime(n dayNum) float64 { return float64(p.window(n).seconds()) / 3600 }

// recent averages of over the k days that end with n.
func (p *Person) recent(n dayNum, k int, of func(dayNum) float64) float64 {
	sum := 0.0
	for i := range dayNum(k) {
		sum += of(n - i)
	}
	return sum / float64(k)
}

// usual averages of over the three weeks that end with n, by every third day: the
// day it is asked for costs enough already.
func (p *Person) usual(n dayNum, of func(dayNum) float64) float64 {
	return p.recent(0, 7, func(k dayNum) float64 { return of(n + 3*k) })
}

// spread is the mean distance in hours between the middles of the last ten nights and their average.
func (p *Person) spread(n dayNum) float64 {
	const nights = 10
	var middles [nights]float64
	usual := 0.0
	for i := range middles {
		bed, wake := p.bedHours(n - dayNum(i))
		middles[i] = (bed + wake) / 2
		usual += middles[i] / nights
	}
	away := 0.0
	for _, m := range middles {
		away += math.Abs(m-usual) / nights
	}
	return away
}
