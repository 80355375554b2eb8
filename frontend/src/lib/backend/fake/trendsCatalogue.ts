import type { MetricView, Unit } from '../healthTypes';

/** How the values of a metric come about: around `mid`, mostly within `spread`, never below `least` or above `most`. */
export interface Recipe {
  metric: MetricView;
  mid: number;
  spread: number;
  least: number;
  most: number;
  /** Share of the days that have a value when the type has a document. */
  share: number;
}

const score = '||0|76|8|1|100';

/** One line a metric: type.field|name|unit|digits|middle|spread|least|most|share, and how several of a day become one. */
const lines = `
daily_sleep.score|Sleep score${score}
daily_sleep.contributors.deep_sleep|Deep sleep, contributor${score}
daily_sleep.contributors.efficiency|Efficiency, contributor${score}
daily_sleep.contributors.latency|Latency, contributor${score}
daily_sleep.contributors.rem_sleep|REM sleep, contributor${score}
daily_sleep.contributors.restfulness|Restfulness, contributor${score}
daily_sleep.contributors.timing|Timing, contributor${score}
daily_sleep.contributors.total_sleep|Total sleep, contributor${score}
sleep.average_hrv|Average HRV|ms|0|48|7|8|180|1|main
sleep.lowest_heart_rate|Lowest heart rate|bpm|0|49|2.5|34|110|1|main
sleep.average_heart_rate|Average heart rate|bpm|1|55|3|38|120|1|main
sleep.average_breath|Breathing|/min|1|14.2|0.5|8|25|1|main
sleep.total_sleep_duration|Total sleep|s|0|26400|3000|3600|43200|1|main
sleep.deep_sleep_duration|Deep sleep|s|0|5100|1100|0|14400|1|main
sleep.rem_sleep_duration|REM sleep|s|0|5700|1200|0|14400|1|main
sleep.light_sleep_duration|Light sleep|s|0|15300|2200|600|32400|1|main
sleep.awake_time|Awake|s|0|2700|900|60|14400|1|main
sleep.time_in_bed|Time in bed|s|0|29100|3000|3600|50400|1|main
sleep.latency|Latency|s|0|720|420|0|7200|1|main
sleep.efficiency|Efficiency|%|0|90|3|40|100|1|main
sleep.restless_periods|Restless periods||0|180|60|0|900|1|main
sleep.readiness.score|Readiness of the night${score}|0.98|main
sleep.readiness.temperature_deviation|Temperature deviation|°C|2|0|0.22|-3|3|0.96|main
sleep.readiness.temperature_trend_deviation|Temperature trend|°C|2|0|0.14|-3|3|0.9|main
sleep.readiness.contributors.activity_balance|Activity balance, of the night${score}|0.75|main
sleep.readiness.contributors.body_temperature|Body temperature, of the night${score}|0.9|main
sleep.readiness.contributors.hrv_balance|HRV balance, of the night${score}|0.75|main
sleep.readiness.contributors.previous_day_activity|Previous day, of the night${score}|0.9|main
sleep.readiness.contributors.previous_night|Previous night, of the night${score}|0.95|main
sleep.readiness.contributors.recovery_index|Recovery index, of the night${score}|0.95|main
sleep.readiness.contributors.resting_heart_rate|Resting heart rate, of the night${score}|0.95|main
sleep.readiness.contributors.sleep_balance|Sleep balance, of the night${score}|0.75|main
sleep.readiness.contributors.sleep_regularity|Sleep regularity, of the night${score}|0.4|main
sleep.readiness_score_delta|Readiness score, change by a nap||0|2|2|-10|15|0.1|main
sleep.sleep_score_delta|Sleep score, change by a nap||0|2|2|-10|15|0.1|main
sleep.heart_rate.mean|Heart rate, mean of the samples|bpm|1|55|3|38|120|1|main
sleep.heart_rate.min|Heart rate, least of the samples|bpm|0|48|3|34|110|1|main
sleep.heart_rate.max|Heart rate, greatest of the samples|bpm|0|78|6|50|160|1|main
sleep.hrv.mean|HRV, mean of the samples|ms|1|48|7|8|180|1|main
sleep.hrv.max|HRV, greatest of the samples|ms|0|96|15|20|260|1|main
sleep.period|Number of the period||0|0|0.4|0|4|1|main
sleep_time.optimal_bedtime.start_offset|Bedtime advised from|s|0|-5400|900|-18000|7200|0.7
sleep_time.optimal_bedtime.end_offset|Bedtime advised to|s|0|-1800|900|-14400|10800|0.7
daily_readiness.score|Readiness score${score}
daily_readiness.temperature_deviation|Temperature deviation|°C|2|0|0.22|-3|3|0.97
daily_readiness.temperature_trend_deviation|Temperature trend|°C|2|0|0.14|-3|3|0.92
daily_readiness.contributors.activity_balance|Activity balance, contributor${score}|0.75
daily_readiness.contributors.body_temperature|Body temperature, contributor${score}|0.9
daily_readiness.contributors.hrv_balance|HRV balance, contributor${score}|0.75
daily_readiness.contributors.previous_day_activity|Previous day, contributor${score}|0.9
daily_readiness.contributors.previous_night|Previous night, contributor${score}|0.97
daily_readiness.contributors.recovery_index|Recovery index, contributor${score}|0.97
daily_readiness.contributors.resting_heart_rate|Resting heart rate, contributor${score}|0.97
daily_readiness.contributors.sleep_balance|Sleep balance, contributor${score}|0.75
daily_readiness.contributors.sleep_regularity|Sleep regularity, contributor${score}|0.4
daily_activity.score|Activity score${score}
daily_activity.steps|Steps|steps|0|8900|3100|200|38000
daily_activity.active_calories|Active energy|kcal|0|420|160|10|2400
daily_activity.total_calories|Total energy|kcal|0|2480|210|1500|5200
daily_activity.target_calories|Energy target|kcal|0|450|40|200|900
daily_activity.equivalent_walking_distance|Walking distance|m|0|8200|3200|200|42000
daily_activity.target_meters|Distance target|m|0|8500|700|2000|20000
daily_activity.meters_to_target|Distance to target|m|0|400|3000|-20000|12000
daily_activity.average_met_minutes|Average MET|MET|2|1.55|0.12|1|3.5
daily_activity.high_activity_time|High activity|s|0|420|600|0|10800
daily_activity.medium_activity_time|Medium activity|s|0|2700|1500|0|18000
daily_activity.low_activity_time|Low activity|s|0|15000|3600|600|36000
daily_activity.sedentary_time|Sedentary|s|0|30000|4200|7200|57600
daily_activity.resting_time|Resting|s|0|30600|3300|10800|60000
daily_activity.non_wear_time|Not worn|s|0|1500|1800|0|60000
daily_activity.high_activity_met_minutes|High activity, load|MET·min|0|60|90|0|1400
daily_activity.medium_activity_met_minutes|Medium activity, load|MET·min|0|180|100|0|1500
daily_activity.low_activity_met_minutes|Low activity, load|MET·min|0|190|50|5|700
daily_activity.sedentary_met_minutes|Sedentary, load|MET·min|0|9|3|0|60
daily_activity.inactivity_alerts|Inactivity alerts||0|1|1|0|9
daily_activity.contributors.meet_daily_targets|Daily targets, contributor${score}
daily_activity.contributors.move_every_hour|Move every hour, contributor${score}
daily_activity.contributors.recovery_time|Recovery time, contributor${score}
daily_activity.contributors.stay_active|Stay active, contributor${score}
daily_activity.contributors.training_frequency|Training frequency, contributor${score}
daily_activity.contributors.training_volume|Training volume, contributor${score}
daily_activity.met.mean|MET, mean of the day|MET|2|1.5|0.12|0.9|3.5
daily_activity.met.max|MET, greatest of the day|MET|1|7|1.6|2|16
workout.calories|Workout energy|kcal|0|310|140|20|2200|0.35|sum
workout.distance|Workout distance|m|0|5200|2600|0|42000|0.3|sum
workout.duration|Workout time|s|0|2700|1200|300|18000|0.35|sum
heartrate.mean|Heart rate, mean of the day|bpm|0|68|4|45|120|1|mean
heartrate.min|Heart rate, least of the day|bpm|0|48|3|34|90|1|mean
heartrate.max|Heart rate, greatest of the day|bpm|0|132|16|80|205|1|mean
daily_spo2.spo2_percentage.average|Blood oxygen|%|1|97.1|0.6|88|100|0.85
daily_spo2.breathing_disturbance_index|Breathing disturbance index||0|6|3|0|60|0.85
daily_cardiovascular_age.vascular_age|Vascular age|years|0|34|1.2|18|90|0.4
daily_cardiovascular_age.pulse_wave_velocity|Pulse wave velocity|m/s|2|6.6|0.2|4|15|0.3
vo2_max.vo2_max|VO₂ max|ml/kg/min|1|44|1.1|15|80|0.03
daily_stress.stress_high|High stress|s|0|5400|3000|0|43200|0.9
daily_stress.recovery_high|High recovery|s|0|6300|3600|0|43200|0.9
daily_resilience.contributors.sleep_recovery|Sleep recovery, contributor||1|72|9|0|100|0.8
daily_resilience.contributors.daytime_recovery|Daytime recovery, contributor||1|52|14|0|100|0.8
daily_resilience.contributors.stress|Stress, contributor||1|63|12|0|100|0.8
session.duration|Session time|s|0|720|240|60|7200|0.12|sum
session.heart_rate.mean|Heart rate in sessions|bpm|1|61|4|40|120|0.12|mean
session.heart_rate_variability.mean|HRV in sessions|ms|1|55|11|8|200|0.12|mean
session.motion_count.mean|Motion in sessions||1|2|1.5|0|60|0.12|mean
tag.count|Tags||0|1|1|1|9|0.2|sum
enhanced_tag.count|Enhanced tags||0|2|1|1|9|0.3|sum
meal.count|Meals||0|3|1|1|8|0.2|sum
rest_mode_period.episodes|Rest mode episodes||0|1|0.3|1|4|0.01|sum
ring_battery_level.level|Ring battery|%|0|58|22|1|100|0.95|last
ring_configuration.size|Ring size||0|10|0.1|6|15|0.001|last
personal_info.weight|Weight|kg|1|71.5|0.6|40|160|0.02|last
personal_info.height|Height|m|2|1.74|0.001|1.2|2.2|0.005|last
personal_info.age|Age|years|0|37|1|18|99|0.02|last
`;

/** What nobody has named yet: numbers found in documents. */
const others = `
sleep.meta.version|||0|2|0.4|1|4
sleep.ring_id|||0|1|0.1|1|2
sleep.app_sleep_phase_5_min|||0|21|9|1|44
daily_sleep.meta.version|||0|2|0.4|1|4
daily_activity.meta.version|||0|2|0.4|1|4
daily_activity.met.interval|||0|60|0.001|60|60
daily_readiness.meta.version|||0|2|0.4|1|4
heartrate.timestamp_unix|||0|1763000000|40000000|1500000000|1900000000
session.heart_rate.interval|||0|5|0.001|5|5|0.12
workout.meta.version|||0|1|0.2|1|2|0.35
`;

/** Types that Oura may add, with numbers in them. */
const newTypes = ['blood_glucose', 'body_composition', 'hydration', 'cumulative_load', 'menstrual_cycle'].flatMap((type) =>
  ['level', 'average', 'highest', 'lowest', 'samples.count', 'confidence'].map((field, i) => `${type}.${field}|||${i % 3}|${20 + 17 * i}|${3 + i}|0|${200 + 100 * i}|0.6`),
);

function recipe(line: string, known: boolean): Recipe {
  const [id = '', name = '', unit = '', digits = '0', mid = '0', spread = '1', least = '0', most = '100', share = '1', perDay = 'only'] = line.split('|');
  const [dataType = ''] = id.split('.');
  const field = id.slice(dataType.length + 1);
  const metric: MetricView = { id, dataType, field, name: name || field, unit: unit as Unit, perDay: perDay as MetricView['perDay'], digits: Number(digits), days: 0, firstDay: '', lastDay: '', known };
  return { metric, mid: Number(mid), spread: Number(spread), least: Number(least), most: Number(most), share: Number(share) };
}

const split = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Every metric of the sample person. */
export const recipes: readonly Recipe[] = [...split(lines).map((line) => recipe(line, true)), ...[...split(others), ...newTypes].map((line) => recipe(line, false))];
