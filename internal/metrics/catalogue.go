package metrics

import (
	"slices"

	"oura-streaming/internal/oura"
)

// The least half widths of usual ranges, about the resolution of the data.
// Those of METRICS §1 come first, the others are this program's own.
const (
	floorHeart       = 1
	floorBreath      = 0.3
	floorTemperature = 0.1
	floorSpO2        = 0.5
	floorSleep       = 15 * 60
	floorScore       = 2

	floorLatency  = 0.2     // of the logarithm
	floorClasses  = 5 * 60  // movement is sorted by five minutes
	floorStress   = 15 * 60 // stress comes in steps of a quarter of an hour
	floorEnergy   = 10
	floorDistance = 100
	floorSteps    = 100
	floorOne      = 1
	floorTenth    = 0.1
)

// swingHRV is the half width of the usual range of a night's HRV: METRICS §1, HRV
// normal range.
const swingHRV = 0.75

const epochSeconds = 30 // what sleep is sorted by

// entry is a line of the catalogue.
type entry struct {
	field  string
	name   string
	unit   Unit
	digits int
	rule   rule
}

func score(field, name string) entry { return entry{field, name, UnitNone, 0, rule{floor: floorScore}} }

func seconds(field, name string, floor float64) entry {
	return entry{field, name, UnitSeconds, 0, rule{floor: floor}}
}

func count(field, name string) entry { return entry{field, name, UnitNone, 0, rule{floor: floorOne}} }

// parts are the contributors to a score. Where zero stands for "no measurement"
// they say so.
func parts(prefix, to string, zero bool, pairs ...string) []entry {
	var out []entry
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i+1] + " (contribution to " + to + ")"
		out = append(out, entry{prefix + pairs[i], name, UnitNone, 0, rule{floor: floorScore, positive: zero}})
	}
	return out
}

var readinessParts = []string{
	"activity_balance", "Activity balance", "body_temperature", "Body temperature", "hrv_balance", "HRV balance",
	"previous_day_activity", "Previous day activity", "previous_night", "Previous night", "recovery_index", "Recovery index",
	"resting_heart_rate", "Resting heart rate", "sleep_balance", "Sleep balance", "sleep_regularity", "Sleep regularity",
}

func temperature(field, name string) entry {
	return entry{field, name, UnitCelsius, 2, rule{floor: floorTemperature}}
}

func heartRate(field, name string, digits int) entry {
	return entry{field, name, UnitBPM, digits, rule{floor: floorHeart, positive: true, none: noHeartRate}}
}

// noHeartRate stands in lowest_heart_rate for "no measurement".
const noHeartRate = 255

// named are the numeric fields of API revision 1.37 by type, in the order in
// which they are shown. Fields that no document has are derived: see derive.
var named = map[oura.DataType][]entry{
	oura.DailySleep: slices.Concat(
		[]entry{score("score", "Sleep score")},
		parts("contributors.", "sleep score", false,
			"total_sleep", "Total sleep", "efficiency", "Efficiency", "restfulness", "Restfulness", "rem_sleep", "REM sleep",
			"deep_sleep", "Deep sleep", "latency", "Latency", "timing", "Timing")),
	oura.DailyReadiness: slices.Concat(
		[]entry{
			score("score", "Readiness score"),
			temperature("temperature_deviation", "Temperature deviation"),
			temperature("temperature_trend_deviation", "Temperature trend deviation"),
		},
		parts("contributors.", "readiness score", false, readinessParts...)),
	oura.DailyActivity: slices.Concat(
		[]entry{
			score("score", "Activity score"),
			{"steps", "Steps", UnitSteps, 0, rule{floor: floorSteps}},
			{"active_calories", "Active energy", UnitKcal, 0, rule{floor: floorEnergy}},
			{"total_calories", "Total energy", UnitKcal, 0, rule{floor: floorEnergy}},
			{"equivalent_walking_distance", "Equivalent walking distance", UnitMetres, 0, rule{floor: floorDistance}},
			seconds("high_activity_time", "High activity time", floorClasses),
			seconds("medium_activity_time", "Medium activity time", floorClasses),
			seconds("low_activity_time", "Low activity time", floorClasses),
			seconds("sedentary_time", "Sedentary time", floorClasses),
			seconds("resting_time", "Resting time", floorClasses),
			seconds("non_wear_time", "Non-wear time", floorClasses),
			{"average_met_minutes", "Average MET", UnitMET, 2, rule{floor: floorTenth}},
			{"high_activity_met_minutes", "High activity MET minutes", UnitMETMinutes, 0, rule{floor: floorEnergy}},
			{"medium_activity_met_minutes", "Medium activity MET minutes", UnitMETMinutes, 0, rule{floor: floorEnergy}},
			{"low_activity_met_minutes", "Low activity MET minutes", UnitMETMinutes, 0, rule{floor: floorEnergy}},
			{"sedentary_met_minutes", "Sedentary MET minutes", UnitMETMinutes, 0, rule{floor: floorEnergy}},
			count("inactivity_alerts", "Inactivity alerts"),
			{"target_calories", "Target of active energy", UnitKcal, 0, rule{floor: floorEnergy}},
			{"target_meters", "Target of distance", UnitMetres, 0, rule{floor: floorDistance}},
			{"meters_to_target", "Distance left to target", UnitMetres, 0, rule{floor: floorDistance}},
		},
		parts("contributors.", "activity score", false,
			"stay_active", "Stay active", "move_every_hour", "Move every hour", "meet_daily_targets", "Meet daily targets",
			"training_frequency", "Training frequency", "training_volume", "Training volume", "recovery_time", "Recovery time")),
	oura.Sleep: slices.Concat(
		[]entry{
			seconds("total_sleep_duration", "Total sleep", floorSleep),
			seconds("time_in_bed", "Time in bed", floorSleep),
			seconds("bedtime_start", "Bedtime start", floorSleep), // both derived: seconds from midnight, below 0 the evening before
			seconds("bedtime_end", "Bedtime end", floorSleep),
			{"efficiency", "Sleep efficiency", UnitPercent, 0, rule{floor: floorOne}},
			{"latency", "Sleep latency", UnitSeconds, 0, rule{floor: floorLatency, log: true, least: epochSeconds}},
			seconds("deep_sleep_duration", "Deep sleep", floorSleep),
			seconds("light_sleep_duration", "Light sleep", floorSleep),
			seconds("rem_sleep_duration", "REM sleep", floorSleep),
			seconds("awake_time", "Awake time", floorSleep),
			heartRate("lowest_heart_rate", "Lowest heart rate in sleep", 0),
			heartRate("average_heart_rate", "Average heart rate in sleep", 1),
			{"average_hrv", "Average HRV (rMSSD)", UnitMS, 0, rule{log: true, swing: swingHRV, positive: true}},
			{"average_breath", "Respiratory rate", UnitPerMinute, 1, rule{floor: floorBreath, positive: true}},
			count("restless_periods", "Restless periods"),
			score("sleep_score_delta", "Change of the sleep score by this sleep"),
			score("readiness_score_delta", "Change of the readiness score by this sleep"),
			count("period", "Number of the sleep period"),
			score("readiness.score", "Readiness score of the sleep"),
			temperature("readiness.temperature_deviation", "Temperature deviation of the sleep"),
			temperature("readiness.temperature_trend_deviation", "Temperature trend deviation of the sleep"),
		},
		parts("readiness.contributors.", "readiness of the sleep", true, readinessParts...)),
	oura.DailySpO2: {
		{"spo2_percentage.average", "Blood oxygen (SpO2)", UnitPercent, 1, rule{floor: floorSpO2, positive: true}},
		count("breathing_disturbance_index", "Breathing disturbance index"),
	},
	oura.DailyStress: {
		seconds("stress_high", "High stress", floorStress),
		seconds("recovery_high", "High recovery", floorStress),
	},
	oura.DailyResilience: {
		{"contributors.sleep_recovery", "Sleep recovery (contribution to resilience)", UnitNone, 1, rule{floor: floorScore}},
		{"contributors.daytime_recovery", "Daytime recovery (contribution to resilience)", UnitNone, 1, rule{floor: floorScore}},
		{"contributors.stress", "Stress (contribution to resilience)", UnitNone, 1, rule{floor: floorScore}},
	},
	oura.DailyCardiovascularAge: {
		{"vascular_age", "Cardiovascular age", UnitYears, 0, rule{floor: floorOne, positive: true}},
		{"pulse_wave_velocity", "Pulse wave velocity", UnitSpeed, 1, rule{floor: floorTenth, positive: true}},
	},
	oura.VO2Max: {{"vo2_max", "VO2 max", UnitVO2, 1, rule{floor: floorOne, positive: true}}},
	oura.HeartRate: {
		heartRate("mean", "Heart rate, mean of the day", 1),
		heartRate("min", "Heart rate, lowest of the day", 0),
		heartRate("max", "Heart rate, highest of the day", 0),
	},
	oura.Workout: {
		seconds("duration", "Workout time", floorClasses),
		{"calories", "Workout energy", UnitKcal, 0, rule{floor: floorEnergy}},
		{"distance", "Workout distance", UnitMetres, 0, rule{floor: floorDistance}},
	},
	oura.Session: {seconds("duration", "Session time", floorOne)},
	oura.SleepTime: {
		seconds("optimal_bedtime.start_offset", "Optimal bedtime start", floorSleep),
		seconds("optimal_bedtime.end_offset", "Optimal bedtime end", floorSleep),
		seconds("optimal_bedtime.day_tz", "Optimal bedtime, time zone", floorSleep),
	},
	oura.RingBatteryLevel: {
		{"mean", "Ring battery, mean of the day", UnitPercent, 0, rule{floor: floorOne}},
		{"min", "Ring battery, lowest of the day", UnitPercent, 0, rule{floor: floorOne}},
		{"max", "Ring battery, highest of the day", UnitPercent, 0, rule{floor: floorOne}},
	},
}

// shown is the order of types in the catalogue; those left out follow.
var shown = []oura.DataType{
	oura.DailySleep, oura.DailyReadiness, oura.DailyActivity, oura.Sleep, oura.HeartRate, oura.DailySpO2, oura.DailyStress, oura.DailyResilience,
	oura.DailyCardiovascularAge, oura.VO2Max, oura.Workout, oura.Session, oura.SleepTime, oura.RingBatteryLevel,
}

// perDay is the rule of a type's fields.
func perDay(dt oura.DataType, field string) PerDay {
	switch {
	case dt == oura.Sleep:
		return PerDayMain
	case dt == oura.Workout || dt == oura.Session:
		return PerDaySum
	case field == seriesFields[0] && isSeries(dt):
		return PerDayMean
	}
	return PerDayOnly
}

func isSeries(dt oura.DataType) bool {
	info, _ := oura.Lookup(dt)
	return info.Kind == oura.KindSeries
}

// seriesFields are what a day of a series sums up to.
var seriesFields = []string{"mean", "min", "max"}

// catalogue holds the named metrics by id. It never changes.
var catalogue = func() map[string]*Metric {
	out := map[string]*Metric{}
	for dt, entries := range named {
		for _, e := range entries {
			m := &Metric{
				ID: metricID(dt, e.field), Type: dt, Field: e.field, Name: e.name, Unit: e.unit, PerDay: perDay(dt, e.field),
				Digits: e.digits, Known: true, rule: e.rule,
			}
			out[m.ID] = m
		}
	}
	return out
}()

// found makes a metric of a field that the catalogue does not name.
func found(dt oura.DataType, field string) *Metric {
	return &Metric{
		ID: metricID(dt, field), Type: dt, Field: field, Name: field, PerDay: perDay(dt, field), Digits: 2,
	}
}
