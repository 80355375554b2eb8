package person

import (
	"encoding/json"
	"math"

	"oura-streaming/internal/oura"
)

// reviseActivity lets an unfinished day grow by five minutes a revision and adds to
// a finished one what the ring had held back: a few steps.
func (p *Person) reviseActivity(b *activityBody, n int) {
	day, ok := numOfDay(b.Day)
	elapsed := 5 * len(b.Class5Min)
	if !ok || elapsed == 0 {
		return
	}
	if elapsed < dayMinutes {
		*b = p.view(day, forever).activityBody(min(elapsed+5*n, dayMinutes))
	}
	if elapsed+5*n >= dayMinutes {
		b.Steps += 17 * n
		b.ActiveCalories += n
		b.TotalCalories += n
		b.EquivalentWalkingDistance += 12 * n
	}
}

func (b *dailySleepBody) revise(n int) {
	c := &b.Contributors
	for _, x := range []**int{&c.DeepSleep, &c.Efficiency, &c.Latency, &c.RemSleep, &c.Timing, &c.TotalSleep} {
		if *x == nil {
			*x = new(70)
		}
	}
	c.Restfulness, c.Efficiency = sway(c.Restfulness, n), sway(c.Efficiency, n)
	b.Score = new(c.score())
}

func (b *dailyReadinessBody) revise(n int) {
	c := &b.Contributors
	for _, x := range []**int{&c.ActivityBalance, &c.BodyTemperature, &c.HRVBalance, &c.PreviousDayActivity, &c.RestingHeartRate, &c.SleepBalance} {
		if *x == nil {
			*x = new(75)
		}
	}
	c.PreviousNight, c.RecoveryIndex = sway(c.PreviousNight, n), sway(c.RecoveryIndex, n)
	b.Score = new(c.score())
}

// revisedVital moves the measured value a little and keeps what follows from it in step.
func revisedVital(d Doc, n int) json.RawMessage {
	switch d.Type {
	case oura.DailySpO2:
		return edit(d.JSON, func(b *spo2Body) { b.revise(n) })
	case oura.DailyStress:
		return edit(d.JSON, func(b *stressBody) { b.revise(n) })
	case oura.DailyResilience:
		return edit(d.JSON, func(b *resilienceBody) {
			b.Contributors.SleepRecovery = round(clamp(b.Contributors.SleepRecovery, 5, 95)+0.3*float64(wave(n)), 1)
			b.Level = b.Contributors.level()
		})
	case oura.DailyCardiovascularAge:
		return edit(d.JSON, func(b *cardioBody) { b.revise(n) })
	}
	return edit(d.JSON, func(b *vo2Body) { b.VO2Max += wave(n) })
}

func (b *spo2Body) revise(n int) {
	if b.SpO2Percentage == nil {
		b.SpO2Percentage = &spo2Average{96.8}
	}
	b.SpO2Percentage.Average = round(math.Min(b.SpO2Percentage.Average, 99.5)+0.02*float64(wave(n)), 3)
}

// revise adds quarters of an hour, more recovery than stress.
func (b *stressBody) revise(n int) {
	stress, recovery := 900*(n/2%8), 900*(n%16)
	if b.StressHigh != nil {
		stress += *b.StressHigh
	}
	if b.RecoveryHigh != nil {
		recovery += *b.RecoveryHigh
	}
	b.StressHigh, b.RecoveryHigh = &stress, &recovery
	b.DaySummary = summary(float64(stress)/900, float64(recovery)/900)
}

func (b *cardioBody) revise(n int) {
	if b.VascularAge == nil {
		b.VascularAge = new(35)
	}
	*b.VascularAge += wave(n)
	if b.PulseWaveVelocity != nil {
		b.PulseWaveVelocity = new(round(4.2+0.07*float64(*b.VascularAge), 1))
	}
}

func (b *sleepTimeBody) revise(n int) {
	if b.OptimalBedtime == nil {
		b.OptimalBedtime = &bedtimeWindow{StartOffset: -5400, EndOffset: -1800}
	}
	b.OptimalBedtime.StartOffset += 900 * wave(n)
	b.OptimalBedtime.EndOffset += 900 * wave(n)
	b.Status, b.Recommendation = "optimal_found", "follow_optimal_bedtime"
}

// revise lets Oura find more waking in the night, n minutes of it, and keeps the
// durations true to the stages.
func (b *sleepBody) revise(n int) {
	stages := []byte(b.SleepPhase30Sec)
	left := min(2*n, max(b.LightSleepDuration/epoch-2, 0))
	for i := len(stages) - 1; i >= 0 && left > 0; i-- {
		if stages[i] == light {
			stages[i] = awake
			left--
			b.LightSleepDuration -= epoch
			b.TotalSleepDuration -= epoch
			b.AwakeTime += epoch
		}
	}
	b.SleepPhase30Sec, b.SleepPhase5Min = string(stages), fiveMinutes(stages)
	b.Efficiency = score(100 * float64(b.TotalSleepDuration) / float64(b.TimeInBed))
	b.SleepAnalysisReason = "bedtime_edit"
}
