/** What crosses for Today, Night and Trends. As in types.ts; lists of one line belong together by place. */

/** "" for scores and counts. */
export type Unit = '' | 'bpm' | 'ms' | '/min' | '°C' | '%' | 's' | 'kcal' | 'm' | 'm/s' | 'steps' | 'years' | 'ml/kg/min' | 'MET' | 'MET·min' | 'kg' | 'min';

/** Why something is not known; "" when it is. */
export type Waits = '' | 'not_connected' | 'not_allowed' | 'not_asked' | 'not_synced' | 'not_worn' | 'no_data' | 'not_scored' | 'failed';

/** One number with its name. What is not known has Known false; its Value means nothing then. */
export interface FigureView {
  /** Of the metric: sleep.average_hrv. */
  id: string;
  name: string;
  /** "" for scores and counts; see metrics.Unit. */
  unit: Unit;
  known: boolean;
  value: number;
  /** Decimals worth showing. */
  digits: number;
}

/** A person's own usual range of a figure: middle and limits over the days before it. */
export interface UsualView {
  /** False with less than the least data. */
  known: boolean;
  low: number;
  mid: number;
  high: number;
  /** Days with a value in the window. */
  days: number;
  /** Days more until there is a range; 0 when Known. */
  needs: number;
}

/** A course of readings. Neighbours further apart than StepMs are a gap. */
export interface LineView {
  unit: Unit;
  stepMs: number;
  /** Rising. */
  atMs: number[];
  /** One for each of AtMs. */
  values: number[];
}

/** A stretch of time in one class. */
export interface RunView {
  class: number;
  fromMs: number;
  toMs: number;
}

/** One of the three scores of a day. */
export interface ScoreView {
  dataType: string;
  /** "" without a document. */
  objectId: string;
  score: FigureView;
  /** Of the day before. */
  before: FigureView;
  usual: UsualView;
  contributors: FigureView[];
  /** When this revision came in. */
  receivedAt: string;
  revisions: number;
  /** Why Score is not known: see metrics.Waits; "" when it is. */
  waits: Waits;
  /** Its day still runs: Score rises yet, Before and Usual are not held against it. */
  running: boolean;
}

/** The screen Today, of any day. */
export interface DayView {
  day: string;
  /** By the ring's own clock. */
  today: string;
  previousDay: string;
  /** "" at today. */
  nextDay: string;
  /** Of the ring's clock on that day, like +02:00; "" unknown. */
  offset: string;
  /** False: nothing at all is stored. */
  hasData: boolean;
  /** Sleep, readiness, activity. */
  scores: ScoreView[];
  hasNight: boolean;
  /** The main sleep. */
  night: SleepView;
  /** Of the night: temperature deviation, breathing, blood oxygen, ... */
  body: FigureView[];
  stress: StressView;
  movement: MovementView;
  heart: HeartView;
  /** The seven days up to Day, oldest first. */
  week: WeekDayView[];
  /** Against the day before, the most notable first. */
  changes: ChangeView[];
  syncedAt: string;
  /** Instant of the newest reading of the ring; "" unknown. */
  ringAt: string;
}

/** Daily stress and resilience. */
export interface StressView {
  known: boolean;
  /** Seconds. */
  high: FigureView;
  /** Seconds. */
  recovery: FigureView;
  /** Restored | normal | stressful | "". */
  summary: '' | 'restored' | 'normal' | 'stressful';
  resilience: string;
  waits: Waits;
}

/** The day's activity. Classes are those of class_5_min: 0 not worn, 1 rest, 2 inactive, 3 low, 4 medium, 5 high. */
export interface MovementView {
  known: boolean;
  /** 04:00 by the ring's clock. */
  fromMs: number;
  toMs: number;
  steps: FigureView;
  /** Energy, distance, times by class, non-wear. */
  figures: FigureView[];
  runs: RunView[];
  /** Means over five minutes. */
  met: LineView;
  waits: Waits;
}

/** The heart rate through a day: means over five minutes, with the least and the greatest reading beside them. */
export interface HeartView {
  known: boolean;
  fromMs: number;
  toMs: number;
  line: LineView;
  /** One for each of Line.AtMs. */
  low: number[];
  /** One for each of Line.AtMs. */
  high: number[];
  lowest: number;
  highest: number;
  waits: Waits;
}

/** One day of the week strip. */
export interface WeekDayView {
  day: string;
  /** Sleep, readiness, activity. */
  scores: FigureView[];
}

/** A figure that differs from the day before. */
export interface ChangeView {
  figure: FigureView;
  before: number;
  usual: UsualView;
}

/** One sleep period. Stages are 1 deep, 2 light, 3 REM, 4 awake. */
export interface SleepView {
  objectId: string;
  day: string;
  /** Long_sleep | sleep | late_nap | "". */
  type: string;
  main: boolean;
  /** With the offset of that moment. */
  start: string;
  end: string;
  fromMs: number;
  toMs: number;
  stages5: RunView[];
  stages30: RunView[];
  /** 1 none ... 4 active. */
  movement: RunView[];
  heartRate: LineView;
  hrv: LineView;
  totals: StageTotal[];
  figures: NightFigure[];
  receivedAt: string;
  revisions: number;
  hasRecovery: boolean;
  /** Contributors of the readiness inside. */
  recovery: FigureView[];
}

/** The time in one stage, in seconds: as Oura states it, and as counted from the two strings. Negative where there is none. */
export interface StageTotal {
  /** Deep | light | rem | awake | asleep | in_bed. */
  stage: 'deep' | 'light' | 'rem' | 'awake' | 'asleep' | 'in_bed';
  stated: number;
  counted5: number;
  counted30: number;
}

/** One figure of a night beside the person's usual range. */
export interface NightFigure {
  figure: FigureView;
  usual: UsualView;
}

/** The screen Night: all sleep of a day. */
export interface NightView {
  day: string;
  /** By the ring's own clock. */
  today: string;
  /** Nearest with sleep, "" without. */
  previousDay: string;
  nextDay: string;
  firstDay: string;
  lastDay: string;
  /** The main sleep first, then by time. */
  periods: SleepView[];
  /** Why Periods is empty. */
  waits: Waits;
  /** Periods that the user rejected or deleted, not shown. */
  excluded: number;
}

/** One numeric field of a type. */
export interface MetricView {
  id: string;
  dataType: string;
  /** Contributors.deep_sleep. */
  field: string;
  name: string;
  unit: Unit;
  /** How several of a day become one: only | main | sum | mean. */
  perDay: 'only' | 'main' | 'sum' | 'mean';
  /** Decimals worth showing. */
  digits: number;
  /** Days of the type that are stored. */
  days: number;
  firstDay: string;
  lastDay: string;
  /** Named here; false: a number found in the documents. */
  known: boolean;
}

/** A metric over a range of days. Days without a value are left out. */
export interface TrendView {
  metric: MetricView;
  from: string;
  to: string;
  /** By the ring's own clock. */
  today: string;
  /** Rising. */
  days: string[];
  values: number[];
  /** Days that have a usual range, rising. */
  bandDays: string[];
  low: number[];
  mid: number[];
  high: number[];
  /** Days with a value that no usual range takes in: rest mode, sick, travel. Also those before the range that could be in its first. */
  apart: string[];
  /** Days known to be without wear. */
  notWorn: string[];
  summary: SpanView;
  /** The same number of days before. */
  previous: SpanView;
  change: ChangeSpan;
}

/** Sums up the values of some days. */
export interface SpanView {
  from: string;
  to: string;
  /** Days with a value. */
  count: number;
  /** Days of the range. */
  days: number;
  median: number;
  /** 10th percentile. */
  low: number;
  /** 90th percentile. */
  high: number;
  min: number;
  minDay: string;
  max: number;
  maxDay: string;
}

/** Compares two periods. */
export interface ChangeSpan {
  /** 14 values on each side. */
  known: boolean;
  /** Hodges-Lehmann, of Summary against Previous. */
  shift: number;
  /** 95 % interval. */
  low: number;
  high: number;
  /** Cliff's delta, -1 to 1. */
  delta: number;
  /** Days more that the poorer side needs. */
  needs: number;
}

/** One stored revision of a document. */
export interface RevisionView {
  seq: number;
  eventType: string;
  source: string;
  receivedAt: string;
}

/** A filter of the stream with a name. */
export interface SavedFilter {
  name: string;
  dataTypes: string[];
  eventTypes: string[];
  sources: string[];
  query: string;
}

/** The bound struct. */
export interface GoHealth {
  HealthAPI: {
    Day(day: string): Promise<DayView>;
    Night(day: string): Promise<NightView>;
    Metrics(): Promise<MetricView[]>;
    Trend(metric: string, from: string, to: string): Promise<TrendView>;
    SaveTrend(metric: string, from: string, to: string): Promise<string>;
    SavePicture(name: string, png: string): Promise<string>;
  };
}
