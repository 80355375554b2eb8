import { plural } from './plural';

/** The screen Today: one day at a glance, and what it still waits for. */
export const today = {
  title: 'Today',
  failedTitle: 'The day could not be read',
  staleTitle: 'What you see may be out of date',
  emptyTitle: 'Nothing here yet',
  empty: 'Days show up here as soon as Oura has answered. The newest 30 days come first.',
  emptyAction: 'See how far it is',
  notConnectedTitle: 'No account connected',
  notConnected: 'Once your Oura account is connected, this shows your day: scores, last night, movement and heart rate.',
  connect: 'Connect an account',
  unknown: '–',
  unknownWord: 'not known',

  days: {
    label: 'Day',
    previous: 'Previous day',
    next: 'Next day',
    today: 'Today',
    keys: 'Arrow left and right, or [ and ], go from day to day.',
    reading: 'Reading the day',
  },

  fresh: {
    synced: (when: string) => `Synced ${when}`,
    never: 'Not synced yet',
    both: (synced: string, ring: string) => `${synced}; ${ring}.`,
    one: (said: string) => `${said}.`,
    ringUnknown: 'how far your ring’s data goes is not known',
    zone: (ring: string, computer: string) => `Hours are those of your ring’s clock, ${ring}. This computer’s clock is at ${computer}.`,
    zoneUnknown: 'Oura does not say which clock this day went by; hours are those of this computer.',
    clockChangedAt: (before: string, after: string, at: string, to: string) => `The clock was changed on this day, from ${before} to ${after}: ${at} became ${to}.`,
    clockChanged: (before: string, after: string, used: string) => `The clock was changed on this day, from ${before} to ${after}. Hours here go by ${used} all day.`,
  },

  /** Why something is not known, and what to do about it. Short ones stand in narrow places. */
  waits: {
    not_connected: 'Waits for an account: none is connected.',
    not_allowed: 'Not shared by your account. Sign in again and switch it on.',
    not_asked: 'Oura was not asked for this day yet.',
    not_synced: 'Waits for your phone: open the Oura app.',
    not_worn: 'As far as it shows, the ring was not worn.',
    no_data: 'Oura has nothing of this kind for the day.',
    not_scored: 'Oura has the day, but gave no score.',
    failed: 'The last request for this failed. It is tried again.',
  } as Record<string, string>,
  /** Where the next step is taken. */
  steps: { connection: 'Open Connection', sync: 'Open Sync' },

  scores: {
    title: 'Scores',
    show: 'Contributors',
    contributors: (score: string) => `Contributors of ${score}`,
    none: 'Oura names no contributors for this day.',
    yesterday: {
      since: (difference: string) => `${difference} since yesterday`,
      same: 'as yesterday',
      was: (value: string) => `${value} yesterday`,
      unknown: 'yesterday is not known',
    },
    dayBefore: {
      since: (difference: string) => `${difference} since the day before`,
      same: 'as on the day before',
      was: (value: string) => `${value} on the day before`,
      unknown: 'the day before is not known',
    },
    soFar: 'so far; the day still runs',
    received: (when: string) => `Came ${when}`,
    updated: (times: number) => (times <= 1 ? '' : times === 2 ? 'updated once' : times === 3 ? 'updated twice' : `updated ${times - 1} times`),
    of100: (n: string) => `${n} of 100`,
    trend: (name: string) => `${name}: show the trend`,
    names: { daily_sleep: 'Sleep', daily_readiness: 'Readiness', daily_activity: 'Activity' } as Record<string, string>,
  },

  usual: {
    within: (range: string) => `within your usual ${range}`,
    higher: (range: string) => `above your usual ${range}`,
    lower: (range: string) => `below your usual ${range}`,
    is: (range: string) => `your usual is ${range}`,
    needs: (days: number) => `your usual range needs ${days} more ${plural(days, 'day', 'days')}`,
    to: 'to',
  },

  night: {
    title: 'Last night',
    titleBefore: 'The night before',
    inBed: (span: string) => `${span} in bed`,
    open: 'Whole night',
    none: 'No night is known for this day.',
    body: 'Figures of the night',
  },

  week: {
    title: 'Week',
    label: 'Seven days, oldest first',
    day: (name: string, scores: string) => `${name}: ${scores}`,
    score: (name: string, value: string) => `${name} ${value}`,
    missing: 'nothing known',
  },

  changes: {
    title: 'Changes since the day before',
    titleToday: 'Changes since yesterday',
    up: 'higher',
    down: 'lower',
    same: 'the same',
    to: 'then',
    none: 'Nothing differs by much, or there is too little to compare.',
    more: (n: number) => `${n} more`,
  },

  stress: {
    title: 'Stress and recovery',
    high: 'High stress',
    recovery: 'High recovery',
    summary: 'Oura’s word for the day',
    summaries: { restored: 'Restored', normal: 'Normal', stressful: 'Stressful' } as Record<string, string>,
    noSummary: 'none yet',
    resilience: 'Resilience',
    levels: { limited: 'Limited', adequate: 'Adequate', solid: 'Solid', strong: 'Strong', exceptional: 'Exceptional' } as Record<string, string>,
  },

  movement: {
    title: 'Movement',
    steps: 'steps',
    soFar: 'so far',
    chart: 'Movement over the day',
    figures: 'Figures of the day’s movement',
    legend: 'Classes of movement',
    classes: ['Not worn', 'Rest', 'Inactive', 'Low', 'Medium', 'High'],
    unknown: 'No reading',
    met: 'MET, means of 5 min',
    columns: ['Hour', 'Classes', 'MET, mean'],
    part: (name: string, span: string) => `${name.toLowerCase()} ${span}`,
    noRuns: 'Oura sent no course of this day.',
  },

  heart: {
    title: 'Heart rate',
    chart: 'Heart rate through the day',
    columns: ['Hour', 'Lowest', 'Mean', 'Highest'],
    summary: (low: string, lowAt: string, high: string, highAt: string) => `Lowest ${low} at ${lowAt}, highest ${high} at ${highAt}.`,
    gaps: (n: number) => ` ${n} ${plural(n, 'gap', 'gaps')} without readings.`,
    band: 'Lowest to highest',
    mean: 'Mean of 5 min',
    unit: 'bpm',
  },

  now: 'now',
  reading: (time: string, what: string) => `${time}: ${what}`,

  events: {
    title: 'Newest events',
    all: 'All events',
    none: 'No events yet.',
    failed: 'The newest events could not be read.',
  },
};
