/** The kinds of data a person tells apart at a glance. Each has one colour and one icon. */
export type Family = 'sleep' | 'readiness' | 'activity' | 'heart' | 'mind' | 'notes' | 'ring' | 'other';

const families: Record<string, Family> = {
  daily_sleep: 'sleep',
  sleep: 'sleep',
  sleep_time: 'sleep',
  daily_readiness: 'readiness',
  rest_mode_period: 'readiness',
  daily_activity: 'activity',
  workout: 'activity',
  heartrate: 'heart',
  daily_cardiovascular_age: 'heart',
  daily_spo2: 'heart',
  vo2_max: 'heart',
  daily_stress: 'mind',
  daily_resilience: 'mind',
  session: 'mind',
  tag: 'notes',
  enhanced_tag: 'notes',
  meal: 'notes',
  ring_configuration: 'ring',
  ring_battery_level: 'ring',
  personal_info: 'ring',
};

/** The family of a data type; types we do not know are `other`. */
export function familyOf(dataType: string): Family {
  return Object.hasOwn(families, dataType) ? (families[dataType] ?? 'other') : 'other';
}
