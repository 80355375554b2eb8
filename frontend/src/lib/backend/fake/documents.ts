import type { Random } from './random';

/** A sample document and the line that sums it up, in the shapes of Oura's API. */
export interface Sample {
  dataType: string;
  json: string;
  summary: string;
}

type Maker = (r: Random, id: string, day: string) => { doc: Record<string, unknown>; summary: string };

const score = (r: Random): number => r.whole(62, 94);

function scores(r: Random, names: string[]): Record<string, number | null> {
  return Object.fromEntries(names.map((name) => [name, r.next() < 0.06 ? null : r.whole(48, 100)]));
}

function series(r: Random, low: number, high: number, length: number): (number | null)[] {
  return Array.from({ length }, () => (r.next() < 0.08 ? null : r.whole(low, high)));
}

const hm = (seconds: number): string => `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;

const sleepParts = ['deep_sleep', 'efficiency', 'latency', 'rem_sleep', 'restfulness', 'timing', 'total_sleep'];
const readinessParts = ['activity_balance', 'body_temperature', 'hrv_balance', 'previous_day_activity', 'previous_night', 'recovery_index', 'resting_heart_rate', 'sleep_balance', 'sleep_regularity'];
const activityParts = ['meet_daily_targets', 'move_every_hour', 'recovery_time', 'stay_active', 'training_frequency', 'training_volume'];

const makers: Record<string, Maker> = {
  daily_sleep: (r, id, day) => {
    const n = score(r);
    return { doc: { id, contributors: scores(r, sleepParts), day, score: n, timestamp: `${day}T00:00:00+00:00` }, summary: `Score ${n}` };
  },
  daily_readiness: (r, id, day) => {
    const n = score(r);
    const deviation = r.whole(-60, 60) / 100;
    return {
      doc: { id, contributors: scores(r, readinessParts), day, score: n, temperature_deviation: deviation, temperature_trend_deviation: 0.04, timestamp: `${day}T00:00:00+00:00` },
      summary: `Score ${n}, temperature ${deviation > 0 ? '+' : '−'}${Math.abs(deviation)} °C`,
    };
  },
  daily_activity: (r, id, day) => {
    const steps = r.whole(3200, 16_400);
    return {
      doc: {
        id, class_5_min: Array.from({ length: 144 }, () => r.whole(1, 4)).join(''), score: score(r), active_calories: r.whole(180, 820), contributors: scores(r, activityParts),
        equivalent_walking_distance: r.whole(3000, 14_000), steps, target_calories: 450, total_calories: r.whole(1900, 3100),
        met: { interval: 60.0, items: Array.from({ length: 360 }, () => r.whole(9, 42) / 10), timestamp: `${day}T04:00:00.000+01:00` }, day, timestamp: `${day}T04:00:00+01:00`,
      },
      summary: `${steps.toLocaleString('en-GB')} steps`,
    };
  },
  sleep: (r, id, day) => {
    const total = r.whole(19_000, 30_500);
    const hr = r.whole(48, 58);
    return {
      doc: {
        id, average_breath: 14.875, average_heart_rate: hr + 6.5, average_hrv: r.whole(28, 74), awake_time: 2190, bedtime_end: `${day}T06:54:10+01:00`, bedtime_start: `${day}T00:02:31+01:00`, day,
        deep_sleep_duration: 5130, efficiency: r.whole(78, 95), heart_rate: { interval: 300.0, items: series(r, hr, hr + 18, 84), timestamp: `${day}T00:02:31.000+01:00` },
        hrv: { interval: 300.0, items: series(r, 20, 90, 84), timestamp: `${day}T00:02:31.000+01:00` }, latency: 540, light_sleep_duration: 13_200, low_battery_alert: false, lowest_heart_rate: hr,
        period: 0, rem_sleep_duration: 6120, sleep_phase_5_min: Array.from({ length: 84 }, () => r.whole(1, 4)).join(''), time_in_bed: total + 2190, total_sleep_duration: total, type: 'long_sleep',
      },
      summary: `${hm(total)} asleep, lowest heart rate ${hr}`,
    };
  },
  daily_stress: (r, id, day) => {
    const word = r.pick(['normal', 'restored', 'stressful']);
    return { doc: { id, day, stress_high: r.whole(0, 8) * 900, recovery_high: r.whole(0, 8) * 900, day_summary: word }, summary: word };
  },
  daily_resilience: (r, id, day) => {
    const level = r.pick(['limited', 'adequate', 'solid', 'strong']);
    return { doc: { id, day, contributors: { sleep_recovery: 62.4, daytime_recovery: 51.8, stress: 70.1 }, level }, summary: level };
  },
  daily_spo2: (r, id, day) => {
    const average = r.whole(945, 985) / 10;
    return { doc: { id, day, spo2_percentage: { average }, breathing_disturbance_index: r.whole(0, 9) }, summary: `${average} %` };
  },
  workout: (r, id, day) => {
    const activity = r.pick(['walking', 'cycling', 'running', 'strength_training']);
    const minutes = r.whole(18, 75);
    return {
      doc: { id, activity, calories: r.whole(80, 620), day, distance: r.whole(900, 12_000), end_datetime: `${day}T18:55:00+01:00`, intensity: r.pick(['easy', 'moderate', 'hard']), label: null, source: 'autodetected', start_datetime: `${day}T18:10:00+01:00` },
      summary: `${activity.replace('_', ' ')}, ${minutes} min`,
    };
  },
  session: (r, id, day) => ({
    doc: { id, day, start_datetime: `${day}T12:30:00+01:00`, end_datetime: `${day}T12:42:00+01:00`, type: 'breathing', heart_rate: null, heart_rate_variability: null, mood: r.pick(['good', 'same', 'great']), motion_count: null },
    summary: 'breathing, 12 min',
  }),
  enhanced_tag: (_r, id, day) => ({
    doc: { id, tag_type_code: 'tag_generic_nocaffeine', start_time: `${day}T18:36:03+01:00`, end_time: null, start_day: day, end_day: null, comment: '', custom_name: null },
    summary: 'no caffeine',
  }),
  vo2_max: (r, id, day) => {
    const value = r.whole(36, 48);
    return { doc: { id, day, timestamp: `${day}T00:00:00+00:00`, vo2_max: value }, summary: String(value) };
  },
  daily_cardiovascular_age: (r, id, day) => {
    const age = r.whole(33, 41);
    return { doc: { id, day, vascular_age: age, pulse_wave_velocity: 7.1 }, summary: `vascular age ${age}` };
  },
  ring_configuration: (r, id) => ({
    doc: { id, color: 'brushed_silver', design: 'horizon', firmware_version: `3.4.${r.whole(1, 9)}`, hardware_type: 'gen4', set_up_at: '2025-02-11T09:12:00+00:00', size: 10 },
    summary: 'gen4, size 10',
  }),
};

/** A document of `dataType`; a type without an endpoint gets none. */
export function sample(r: Random, dataType: string, id: string, day: string): Sample {
  const made = Object.hasOwn(makers, dataType) ? makers[dataType]?.(r, id, day) : undefined;
  return { dataType, json: made ? JSON.stringify(made.doc) : '', summary: made?.summary ?? '' };
}

/** The next revision of a document: a few of its numbers have moved, one field has come. */
export function revise(r: Random, json: string): string {
  const doc = JSON.parse(json) as Record<string, unknown>;
  if (typeof doc['score'] === 'number') doc['score'] = doc['score'] + r.whole(1, 5);
  const parts = doc['contributors'];
  if (typeof parts === 'object' && parts !== null) {
    for (const [name, value] of Object.entries(parts).slice(0, 3)) Object.assign(parts, { [name]: typeof value === 'number' ? Math.min(100, value + r.whole(1, 9)) : 71 });
  }
  if (typeof doc['steps'] === 'number') doc['steps'] = doc['steps'] + r.whole(120, 900);
  if (typeof doc['label'] === 'object') doc['label'] = 'Evening round';
  doc['meta'] = { updated_at: doc['timestamp'] ?? doc['day'] ?? null, version: 2 };
  return JSON.stringify(doc);
}
