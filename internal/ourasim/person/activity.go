package person

import (
	"math"

	"oura-streaming/internal/oura"
)

const weightKG = 66.5

type activityContributors struct {
	MeetDailyTargets  *int `json:"meet_daily_targets"`
	MoveEveryHour     *int `json:"move_every_hour"`
	RecoveryTime      *int `json:"recovery_time"`
	StayActive        *int `json:"stay_active"`
	TrainingFrequency *int `json:"training_frequency"`
	TrainingVolume    *int `json:"training_volume"`
}

type activityBody struct {
	ID                        string               `json:"id"`
	Class5Min                 string               `json:"class_5_min"`
	Score                     *int                 `json:"score"`
	ActiveCalories            int                  `json:"active_calories"`
	AverageMetMinutes         float64              `json:"average_met_minutes"`
	Contributors              activityContributors `json:"contributors"`
	EquivalentWalkingDistance int                  `json:"equivalent_walking_distance"`
	HighActivityMetMinutes    int                  `json:"high_activity_met_minutes"`
	HighActivityTime          int                  `json:"high_activity_time"`
	InactivityAlerts          int                  `json:"inactivity_alerts"`
	LowActivityMetMinutes     int                  `json:"low_activity_met_minutes"`
	LowActivityTime           int                  `json:"low_activity_time"`
	MediumActivityMetMinutes  int                  `json:"medium_activity_met_minutes"`
	MediumActivityTime        int                  `json:"medium_activity_time"`
	Met                       sample               `json:"met"`
	MetersToTarget            int                  `json:"meters_to_target"`
	NonWearTime               int                  `json:"non_wear_time"`
	RestingTime               int                  `json:"resting_time"`
	SedentaryMetMinutes       int                  `json:"sedentary_met_minutes"`
	SedentaryTime             int                  `json:"sedentary_time"`
	Steps                     int                  `json:"steps"`
	TargetCalories            int                  `json:"target_calories"`
	TargetMeters              int                  `json:"target_meters"`
	TotalCalories             int                  `json:"total_calories"`
	Day                       oura.Day             `json:"day"`
	Timestamp                 string               `json:"timestamp"`
}

// dailyActivity stands from the first five minutes on and grows until 04:00. Three
// of four days in the drawer have none, the others one without a score.
func dailyActivity(v *view) []Doc {
	elapsed := v.elapsed(v.asOf)
	if elapsed == 0 || !v.p.worn(v.n) && !v.emptyDay() {
		return nil
	}
	b := v.activityBody(elapsed)
	return []Doc{v.doc(oura.DailyActivity, b.ID, v.begin+int64(elapsed)*60, b)}
}

// elapsed is how many minutes of the day the ring has reported by t, in steps of five.
func (v *view) elapsed(t int64) int {
	return int(min(max((t-v.begin)/300*5, 0), dayMinutes))
}

// Classes of class_5_min.
const (
	classOff = iota
	classRest
	classInactive
	classLow
	classMedium
	classHigh
)

// class sorts a mean of tenths of a MET.
func class(met float64, flat bool) int {
	switch {
	case met <= offFinger:
		return classOff
	case flat || met <= 10:
		return classRest
	case met < 20:
		return classInactive
	case met < 35:
		return classLow
	case met < 70:
		return classMedium
	}
	return classHigh
}

// activityBody sums up the first elapsed minutes of the day.
func (v *view) activityBody(elapsed int) activityBody {
	m := v.moves()
	t := m.sums(elapsed)
	target := v.p.targetCalories(v.n)
	b := activityBody{
		ID: v.id(subjectActivity, 0), Class5Min: m.classes(elapsed), Day: v.day, Timestamp: v.p.local(v.begin),
		Met:            sample{[]byte("60.0"), tenths(m.met[:elapsed]), v.p.localMS(v.begin)},
		TargetCalories: target, TargetMeters: target * 20, InactivityAlerts: m.alerts(elapsed),
		AverageMetMinutes: math.Round(32*t.all/float64(elapsed)) / 32,
		NonWearTime:       60 * t.count[classOff], RestingTime: 60 * t.count[classRest], SedentaryTime: 60 * t.count[classInactive],
		LowActivityTime: 60 * t.count[classLow], MediumActivityTime: 60 * t.count[classMedium], HighActivityTime: 60 * t.count[classHigh],
		SedentaryMetMinutes: int(t.above[classInactive] * 0.05), LowActivityMetMinutes: int(t.above[classLow] * 0.85),
		MediumActivityMetMinutes: int(t.above[classMedium]), HighActivityMetMinutes: int(t.above[classHigh]),
	}
	b.Steps = t.steps
	v.addEnergy(&b, elapsed)
	if t.count[classOff] < elapsed*2/3 {
		b.Contributors = v.activityContributors(b)
		b.Score = new(b.Contributors.score())
	}
	return b
}

// addEnergy turns MET minutes into kilocalories and metres.
func (v *view) addEnergy(b *activityBody, elapsed int) {
	active := b.LowActivityMetMinutes + b.MediumActivityMetMinutes + b.HighActivityMetMinutes
	b.ActiveCalories = int(float64(active) * 3.5 * weightKG / 200)
	b.TotalCalories = b.ActiveCalories + int(1820*float64(elapsed)/dayMinutes)
	b.EquivalentWalkingDistance = int(22.5 * float64(active))
	b.MetersToTarget = int(math.Round(float64(b.TargetMeters-b.EquivalentWalkingDistance)/100)) * 100
}

// targetCalories follows readiness: less when ill or after hard days.
func (p *Person) targetCalories(n dayNum) int {
	s := p.state(n)
	return int(clamp(math.Round((400+60*s.fitness-220*s.illness-40*p.load(n-1)+30*s.mood)/50)*50, 150, 600))
}

// totals are counts and sums of minutes by class; MET as such, not in tenths.
type totals struct {
	count [6]int
	above [6]float64 // MET minutes above 1
	all   float64
	steps int
}

func (m *minutes) sums(elapsed int) totals {
	var t totals
	steps := 0.0
	for i, x := range m.met[:elapsed] {
		met := float64(x) / 10
		c := class(float64(x), m.flat[i])
		t.count[c]++
		t.above[c] += met - 1
		t.all += met
		steps += stepsPerMinute[c] * met
	}
	t.steps = int(steps)
	return t
}

// stepsPerMinute is per MET.
var stepsPerMinute = [6]float64{classInactive: 0.5, classLow: 7, classMedium: 22, classHigh: 13}

func (m *minutes) classes(elapsed int) string {
	out := make([]byte, 0, elapsed/5)
	for i := 0; i < elapsed; i += 5 {
		sum, flat := 0, 0
		for k := i; k < i+5; k++ {
			sum += int(m.met[k])
			if m.flat[k] {
				flat++
			}
		}
		out = append(out, byte('0'+class(float64(sum)/5, flat > 2)))
	}
	return string(out)
}

// alerts counts hours of sitting without a break.
func (m *minutes) alerts(elapsed int) int {
	alerts, still := 0, 0
	for i, x := range m.met[:elapsed] {
		if class(float64(x), m.flat[i]) != classInactive {
			still = 0
		} else if still++; still == 60 {
			alerts, still = alerts+1, 0
		}
	}
	return alerts
}

func (v *view) activityContributors(b activityBody) activityContributors {
	p, n := v.p, v.n
	week := p.recent(n, 7, p.load)
	return activityContributors{
		MeetDailyTargets:  new(score(42 + 55*week)),
		MoveEveryHour:     new(score(100 - 9*float64(b.InactivityAlerts))),
		RecoveryTime:      new(score(100 - 40*math.Max(0, week-0.75))),
		StayActive:        new(score(104 - 7.5*math.Max(0, float64(b.SedentaryTime)/3600-5))),
		TrainingFrequency: new(score(42 + 66*week)),
		TrainingVolume:    new(score(36 + 74*week)),
	}
}

func (c activityContributors) score() int {
	sum := *c.MeetDailyTargets + *c.MoveEveryHour + *c.RecoveryTime + *c.StayActive + *c.TrainingFrequency + *c.TrainingVolume
	return score(float64(sum) / 6)
}
