package person

import (
	"math"
	"time"

	"oura-streaming/internal/oura"
)

type spo2Average struct {
	Average float64 `json:"average"`
}

type spo2Body struct {
	ID                        string       `json:"id"`
	BreathingDisturbanceIndex *int         `json:"breathing_disturbance_index"`
	Day                       oura.Day     `json:"day"`
	SpO2Percentage            *spo2Average `json:"spo2_percentage"`
}

// dailySpO2 is null in the few nights in which the ring slipped.
func dailySpO2(v *view) []Doc {
	if v.sleep() == nil || !v.has(v.night.end) {
		return nil
	}
	d := v.p.roll(subjectSpO2, v.n)
	b := spo2Body{ID: v.id(subjectSpO2, 0), Day: v.day}
	average := 97.2 - 1.3*v.state.illness + 0.55*d.norm()
	if !d.chance(0.05) {
		b.SpO2Percentage = &spo2Average{round(math.Min(average, 99.9), 3)}
		b.BreathingDisturbanceIndex = new(int(clamp(6+4*v.state.illness+3*d.norm(), 0, 100)))
	}
	return []Doc{v.doc(oura.DailySpO2, b.ID, v.night.end+240, b)}
}

type stressBody struct {
	ID           string   `json:"id"`
	Day          oura.Day `json:"day"`
	StressHigh   *int     `json:"stress_high"`
	RecoveryHigh *int     `json:"recovery_high"`
	DaySummary   *string  `json:"day_summary"`
}

// dailyStress grows through the waking day in quarters of an hour. The summary
// comes in the last third.
func dailyStress(v *view) []Doc {
	day := v.awake()
	if !v.p.worn(v.n) || !v.has(day.start+900) {
		return nil
	}
	past := min(v.asOf, day.end)
	done := float64(past-day.start) / float64(day.seconds())
	b := stressBody{ID: v.id(subjectStress, 0), Day: v.day}
	stress, recovery := v.stressQuarters()
	b.StressHigh, b.RecoveryHigh = new(900*int(done*stress)), new(900*int(done*recovery))
	if done > 0.66 {
		b.DaySummary = summary(stress, recovery)
	}
	return []Doc{v.doc(oura.DailyStress, b.ID, past, b)}
}

// stressQuarters is how many quarters of an hour of stress and of recovery the
// whole day holds: work days and illness strain, journeys and weekends restore.
func (v *view) stressQuarters() (stress, recovery float64) {
	d := v.p.roll(subjectStress, v.n)
	strain := 6 + 8*v.state.illness - 2*v.state.mood + 2.5*d.norm()
	rest := 6 + 3*v.state.fitness + 3*v.state.mood + 2.5*d.norm()
	if v.state.free {
		strain, rest = strain-2.5, rest+2.5
	}
	return clamp(strain, 0, 30), clamp(rest-5*v.state.illness, 0, 30)
}

func summary(stress, recovery float64) *string {
	switch {
	case stress+recovery < 3:
		return nil
	case recovery > stress+4:
		return new("restored")
	case stress > recovery+4:
		return new("stressful")
	}
	return new("normal")
}

type resilienceContributors struct {
	SleepRecovery   float64 `json:"sleep_recovery"`
	DaytimeRecovery float64 `json:"daytime_recovery"`
	Stress          float64 `json:"stress"`
}

type resilienceBody struct {
	ID           string                 `json:"id"`
	Day          oura.Day               `json:"day"`
	Contributors resilienceContributors `json:"contributors"`
	Level        string                 `json:"level"`
}

// dailyResilience looks back two weeks.
func dailyResilience(v *view) []Doc {
	if v.sleep() == nil || !v.has(v.night.end) {
		return nil
	}
	d := v.p.roll(subjectResilience, v.n)
	illness := v.p.recent(v.n, 14, v.p.illAt)
	part := func(base, gain float64) float64 {
		return round(clamp(base+gain*v.state.fitness-55*illness+3*v.state.mood+1.2*d.norm(), 2, 100), 1)
	}
	c := resilienceContributors{part(66, 20), part(54, 14), part(62, 16)}
	b := resilienceBody{ID: v.id(subjectResilience, 0), Day: v.day, Contributors: c, Level: c.level()}
	return []Doc{v.doc(oura.DailyResilience, b.ID, v.night.end+300, b)}
}

func (c resilienceContributors) level() string {
	switch mean := (c.SleepRecovery + c.DaytimeRecovery + c.Stress) / 3; {
	case mean < 36:
		return "limited"
	case mean < 50:
		return "adequate"
	case mean < 64:
		return "solid"
	case mean < 78:
		return "strong"
	}
	return "exceptional"
}

type cardioBody struct {
	ID                string   `json:"id"`
	Day               oura.Day `json:"day"`
	PulseWaveVelocity *float64 `json:"pulse_wave_velocity,omitempty"` // absent in old documents
	VascularAge       *int     `json:"vascular_age"`
}

func dailyCardiovascularAge(v *view) []Doc {
	if v.sleep() == nil || !v.has(v.night.end) {
		return nil
	}
	d := v.p.roll(subjectCardio, v.n)
	b := cardioBody{ID: v.id(subjectCardio, 0), Day: v.day}
	age := 35 - 3.5*v.state.fitness + 0.9*d.norm()
	if !d.chance(0.03) {
		b.VascularAge = new(int(math.Round(age)))
		if v.n >= regularitySince {
			b.PulseWaveVelocity = new(round(4.2+0.07*age, 1))
		}
	}
	return []Doc{v.doc(oura.DailyCardiovascularAge, b.ID, v.night.end+360, b)}
}

type vo2Body struct {
	ID        string   `json:"id"`
	Day       oura.Day `json:"day"`
	Timestamp string   `json:"timestamp"`
	VO2Max    int      `json:"vo2_max"`
}

// vo2Max is estimated once a week.
func vo2Max(v *view) []Doc {
	at := v.from(12, 0).start
	if v.state.weekday != time.Wednesday || v.sleep() == nil || !v.has(at) {
		return nil
	}
	d := v.p.roll(subjectVO2, v.n)
	b := vo2Body{ID: v.id(subjectVO2, 0), Day: v.day, Timestamp: v.p.local(at)}
	b.VO2Max = int(math.Round(39 + 5*v.state.fitness - 2*v.state.illness + 0.4*d.norm()))
	return []Doc{v.doc(oura.VO2Max, b.ID, at, b)}
}
