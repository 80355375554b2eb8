package export

import (
	"slices"
	"strings"

	"oura-streaming/internal/oura"
)

// fields lists what the documents of each type hold, in the order of Oura's
// description, revision 1.37; a dot leads into an object. Two are missing: id and
// day stand in the columns object_id and day. What Oura adds later is not lost: it
// goes to the column more until it gets a line here.
var fields = map[oura.DataType]string{
	oura.DailyActivity: `
		active_calories average_met_minutes class_5_min contributors.meet_daily_targets contributors.move_every_hour
		contributors.recovery_time contributors.stay_active contributors.training_frequency contributors.training_volume
		equivalent_walking_distance high_activity_met_minutes high_activity_time inactivity_alerts low_activity_met_minutes
		low_activity_time medium_activity_met_minutes medium_activity_time met.interval met.items met.timestamp
		meters_to_target non_wear_time resting_time score sedentary_met_minutes sedentary_time steps target_calories
		target_meters timestamp total_calories
	`,
	oura.DailyCardiovascularAge: `
		pulse_wave_velocity vascular_age
	`,
	oura.DailyReadiness: `
		contributors.activity_balance contributors.body_temperature contributors.hrv_balance
		contributors.previous_day_activity contributors.previous_night contributors.recovery_index
		contributors.resting_heart_rate contributors.sleep_balance contributors.sleep_regularity score temperature_deviation
		temperature_trend_deviation timestamp
	`,
	oura.DailyResilience: `
		contributors.sleep_recovery contributors.daytime_recovery contributors.stress level
	`,
	oura.DailySleep: `
		contributors.deep_sleep contributors.efficiency contributors.latency contributors.rem_sleep contributors.restfulness
		contributors.timing contributors.total_sleep score timestamp
	`,
	oura.DailySpO2: `
		breathing_disturbance_index spo2_percentage.average
	`,
	oura.DailyStress: `
		day_summary recovery_high stress_high
	`,
	oura.EnhancedTag: `
		tag_type_code start_time end_time start_day end_day comment custom_name
	`,
	oura.RestModePeriod: `
		end_day end_time episodes start_day start_time
	`,
	oura.RingConfiguration: `
		color design firmware_version hardware_type set_up_at size
	`,
	oura.Session: `
		end_datetime heart_rate.interval heart_rate.items heart_rate.timestamp heart_rate_variability.interval
		heart_rate_variability.items heart_rate_variability.timestamp mood motion_count.interval motion_count.items
		motion_count.timestamp start_datetime type
	`,
	oura.Sleep: `
		average_breath average_heart_rate average_hrv awake_time bedtime_end bedtime_start deep_sleep_duration efficiency
		heart_rate.interval heart_rate.items heart_rate.timestamp hrv.interval hrv.items hrv.timestamp latency
		light_sleep_duration low_battery_alert lowest_heart_rate movement_30_sec period
		readiness.contributors.activity_balance readiness.contributors.body_temperature readiness.contributors.hrv_balance
		readiness.contributors.previous_day_activity readiness.contributors.previous_night
		readiness.contributors.recovery_index readiness.contributors.resting_heart_rate readiness.contributors.sleep_balance
		readiness.contributors.sleep_regularity readiness.score readiness.temperature_deviation
		readiness.temperature_trend_deviation readiness_score_delta rem_sleep_duration restless_periods
		sleep_algorithm_version sleep_analysis_reason sleep_phase_30_sec sleep_phase_5_min sleep_score_delta time_in_bed
		total_sleep_duration type ring_id app_sleep_phase_5_min
	`,
	oura.SleepTime: `
		optimal_bedtime.day_tz optimal_bedtime.end_offset optimal_bedtime.start_offset recommendation status
	`,
	oura.Tag: `
		text timestamp tags
	`,
	oura.VO2Max: `
		timestamp vo2_max
	`,
	oura.Workout: `
		activity calories distance end_datetime intensity label source start_datetime
	`,
}

// documentMeta are the columns in front of a document's fields.
var documentMeta = []string{"object_id", "user_id", "day", "revisions", "first_seen_at", "last_seen_at", "deleted_at"}

// columnMore is the last column: a JSON object with what has no column.
const columnMore = "more"

var (
	eventColumns  = []string{"seq", "data_type", "event_type", "object_id", "user_id", "day", "timestamp", "received_at", "source", "data"}
	sampleColumns = []string{"series", "user_id", "at", "source", "value", "extra"}
)

// Fields returns the fields of a type's documents that have a column of their own;
// none for a type that is not known.
func Fields(dt oura.DataType) []string { return strings.Fields(fields[dt]) }

// Columns returns the columns of a CSV file with documents of one type.
func Columns(dt oura.DataType) []string {
	return slices.Concat(documentMeta, Fields(dt), []string{columnMore})
}

// seriesValues says what the value of a series is called at Oura, and which
// further fields its rows have.
var seriesValues = []struct {
	series oura.DataType
	value  string
	fields []string
}{
	{oura.HeartRate, "bpm", nil},
	{oura.RingBatteryLevel, "level", []string{"charging", "in_charger"}},
}
