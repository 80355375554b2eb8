import { describe, expect, it } from 'vitest';
import type { ChangeSpan, MetricView, TrendView, Unit } from '../../lib/backend';
import { attacks } from '../../lib/backend/fake/hostile';
import { sampleMetrics, sampleTrend } from '../../lib/backend/fake/trends';
import { dayAt, dayNumber } from '../../lib/format/days';
import { levelOf, limitsOf, gridOf, placeOf, dayUnder } from './calendar';
import { groupsOf } from './catalogue';
import { placeAfter } from './cursor.svelte';
import { fifthsWord, legendOf } from './legend';
import { bare, gapOf, measure, stretch } from './measure';
import { dayTicks, domainOf, valueTicks } from './ticks';
import { changeWords, dayLink, daysOf, dayWords, metricKind, metricName, summaryOf, tableOf, type DayFacts } from './words';

const today = '2026-11-22';
const now = new Date('2026-11-22T12:00:00');
const written = (unit: Unit, digits = 0): { unit: Unit; digits: number } => ({ unit, digits });
const view = (id: string, from: string, to = today): TrendView => sampleTrend(today, id, from, to);
const metricOf = (over: Partial<MetricView>): MetricView => ({ id: 'sleep.average_hrv', dataType: 'sleep', field: 'average_hrv', name: 'Average HRV', unit: 'ms', perDay: 'main', digits: 0, days: 9, firstDay: '', lastDay: '', known: true, ...over });

describe('a value is written with its unit', () => {
  it.each([
    [48.4, written('ms'), '48 ms'],
    [97.12, written('%', 1), '97.1%'],
    [27120, written('s'), '7 h 32 min'],
    [-5400, written('s'), '−1 h 30 min'],
    [0.31, written('°C', 2), '+0.31 °C'],
    [-0.2, written('°C', 1), '−0.2 °C'],
    [0.04, written('°C', 1), '0.0 °C'],
    [-0.04, written('°C', 1), '0.0 °C'],
    [12480, written('steps'), '12,480 steps'],
    [83, written(''), '83'],
    [1, written('ms', 99), '1.000000 ms'],
    [-4500, { ...written('s'), id: 'sleep.bedtime_start' }, '22:45'],
    [27_030, { ...written('s'), id: 'sleep.bedtime_end' }, '07:31'],
    [86_399, { ...written('s'), id: 'sleep.bedtime_end' }, '00:00'],
    [60, { ...written('', 2), known: false }, '60'],
    [0.126, { ...written('', 2), known: false }, '0.13'],
  ])('%f %j: %s', (value, of, said) => {
    expect(measure(value, of)).toBe(said);
  });

  it('two limits have it once', () => {
    expect(stretch(42, 55, written('ms'), (a, b) => `${a} to ${b}`)).toBe('42 to 55 ms');
    expect([bare(3600, written('s')), gapOf(-3, written('ms')), gapOf(-0.2, written('°C', 1))]).toEqual(['1 h', '3 ms', '0.2 °C']);
  });
});

describe('days of a view', () => {
  it('are all there, the missing ones too, also over leap days and turns of years', () => {
    const facts = daysOf(view('sleep.average_hrv', '2023-12-25', '2024-03-05'));
    expect(facts.map(({ day }) => day)).toEqual(Array.from({ length: 72 }, (_, i) => dayAt(dayNumber('2023-12-25') + i)));
  });

  it('have value, usual range and wear where those are known', () => {
    const of = view('sleep.average_hrv', '2026-08-25');
    const facts = daysOf(of);
    expect(facts.filter((d) => d.value !== undefined).length).toBe(of.days.length);
    expect(facts.filter((d) => d.notWorn).length).toBe(of.notWorn.length);
    expect(of.notWorn.length).toBeGreaterThan(0);
    const [day] = facts.filter((d) => d.low !== undefined);
    expect(day && day.low !== undefined && day.mid !== undefined && day.high !== undefined && day.low < day.mid && day.mid < day.high).toBe(true);
  });

  it('of nothing are none', () => {
    expect(daysOf({ ...view('sleep.average_hrv', today), from: '', to: '', days: [], values: [] })).toEqual([]);
  });
});

describe('words', () => {
  const span = { from: '2026-08-25', to: today, count: 84, days: 90, median: 48, low: 41, high: 57, min: 35, minDay: '2026-09-03', max: 66, maxDay: '2026-11-21' };
  const course = (change: Partial<ChangeSpan>, over: Partial<TrendView> = {}): TrendView => ({
    ...view('sleep.average_hrv', '2026-11-20'), metric: metricOf({}), summary: span, previous: { ...span, from: '2026-05-27', to: '2026-08-24', days: 90 },
    change: { known: true, shift: 0, low: 0, high: 0, delta: 0, needs: 0, ...change }, ...over,
  });

  it.each([
    [{ shift: 3, low: 1, high: 5 }, 'Higher by 3 ms than in the 90 days before (95 % interval 1 to 5).'],
    [{ shift: -3, low: -5, high: -1 }, 'Lower by 3 ms than in the 90 days before (95 % interval 1 to 5).'],
    [{ shift: 1, low: -1, high: 3 }, 'No clear difference to the 90 days before: +1 ms (95 % interval −1 to 3).'],
    [{ shift: -0.5, low: -2, high: 1 }, 'No clear difference to the 90 days before: −0.5 ms (95 % interval −2.0 to 1.0).'],
    [{ shift: 0, low: 0, high: 0 }, 'No clear difference to the 90 days before: 0 ms (95 % interval 0 to 0).'],
    [{ known: false, needs: 5 }, 'Needs 5 more days with a value to compare.'],
    [{ known: false, needs: 1 }, 'Needs 1 more day with a value to compare.'],
  ])('%j: %s', (change, said) => {
    expect(changeWords(course(change))).toBe(said);
  });

  it('of everything there is nothing to compare with', () => {
    const none = { ...span, from: '', to: '', count: 0, days: 0 };
    const nothing = 'Nothing lies before the first day. Choose a shorter range to compare.';
    expect(changeWords(course({ known: false, needs: 14 }, { previous: none }))).toBe(nothing);
    const before = { ...span, from: '2021-08-25', to: '2026-08-24', count: 0 };
    expect(changeWords(course({ known: false, needs: 14 }, { previous: before, from: '2026-08-25', metric: metricOf({ firstDay: '2026-08-25' }) }))).toBe(nothing);
    expect(changeWords(course({ known: false, needs: 14 }, { previous: before, from: '2026-08-25', metric: metricOf({ firstDay: '2020-08-25' }) }))).toContain('Needs 14 days');
  });

  it('name no cause, no judgement and no illness', () => {
    const said = [...sampleMetrics(today).flatMap((metric) => { const of = view(metric.id, '2026-08-25'); return [changeWords(of), summaryOf(of, now)]; })].join(' ').toLowerCase();
    for (const word of ['diagnos', 'detect', 'fever', 'infect', 'apnoea', 'arrhythm', 'healthy', 'risk', 'fertil', 'safe', 'because', 'caus', 'good', 'bad']) expect(said).not.toContain(word);
  }, 20_000);

  it('sum a chart up', () => {
    expect(summaryOf(course({}, { bandDays: [today], low: [42], mid: [48], high: [55], notWorn: ['2026-09-01'] }), now)).toBe(
      '84 of 90 days have a value. Median 48 ms, 8 of 10 days from 41 ms to 57 ms. Lowest 35 ms (3 Sept), highest 66 ms (yesterday). On 1 day the ring was not worn. Usual range at the end: 42 to 55 ms.',
    );
    expect(summaryOf(course({}, { bandDays: [], notWorn: [], summary: { ...span, count: 1, min: 48, max: 48 } }), now)).toContain('One value: 48 ms (3 Sept).');
    expect(summaryOf(course({}, { notWorn: [], summary: { ...span, count: 0 } }), now)).toBe('No values.');
  });

  it('of a day tell why there is no value, never a zero', () => {
    const none = { day: '2026-11-20', value: undefined, low: 42, mid: 48, high: 55, notWorn: true };
    expect(dayWords(none, metricOf({}), undefined, now)).toBe('Friday 20 November: ring not worn, usual 42 to 55 ms');
    expect(dayWords({ ...none, notWorn: false }, metricOf({}), undefined, now)).toContain('no value');
    expect(dayWords({ ...none, value: 0, notWorn: false }, metricOf({}), { before: 3 }, now)).toBe('Friday 20 November: 0 ms, usual 42 to 55 ms, lower than your usual, just revised, was 3 ms');
    // What reads like the limit is within it, and no limit is beyond what can be.
    expect(dayWords({ ...none, value: 55.4, notWorn: false, high: 55.1 }, metricOf({}), undefined, now)).toContain('55 ms, usual 42 to 55 ms, in your usual range');
    expect(daysOf(course({}, { metric: metricOf({ unit: '%' }), bandDays: [today], low: [94], mid: [98], high: [101] })).at(-1)?.high).toBe(100);
    expect(tableOf([none], metricOf({}), new Map())).toEqual([['2026-11-20', '–', '42 to 55 ms', '48 ms', 'ring not worn']]);
  });

  it('hold a day that still runs against nothing', () => {
    const last = (id: string): string => { const of = view(id, '2026-11-20'); return dayWords(daysOf(of).at(-1) as DayFacts, of.metric, undefined, now); };
    expect(last('daily_activity.steps')).toMatch(/^Today: [\d,]+ steps, .*so far; the day still runs$/);
    expect(last('sleep.average_hrv')).not.toContain('so far');
    expect(daysOf(view('daily_activity.steps', '2026-11-20')).filter((d) => d.running).map((d) => d.day)).toEqual([today]);
  });

  it('lead to the night of what is of sleep, else to the day', () => {
    expect(dayLink(metricOf({}), '2026-11-20').hash).toBe('#/night/2026-11-20');
    expect(dayLink(metricOf({ dataType: 'daily_activity' }), '2026-11-20').hash).toBe('#/today/2026-11-20');
  });

  it('from outside are cut and written out', () => {
    for (const name of attacks) expect(metricName(metricOf({ name })).length).toBeLessThan(500);
    expect(metricName(metricOf({ name: '\u202Egnp' }))).toBe('\\u202egnp');
    expect(metricKind(metricOf({ known: false, field: 'deep.new_field' }))).toBe('Sleep period · ms · main sleep of the day · deep.new_field');
  });
});

describe('the axis of days', () => {
  const ticks = (from: string, to: string, most: number): string[] => dayTicks(dayNumber(from), dayNumber(to), most).map(({ label }) => label);
  it.each([
    ['a week has every day', '2026-11-16', '2026-11-22', 8, ['16 Nov\n2026', '17 Nov', '18 Nov', '19 Nov', '20 Nov', '21 Nov', '22 Nov']],
    ['a week in a narrow window every second', '2026-11-16', '2026-11-22', 4, ['16 Nov\n2026', '18 Nov', '20 Nov', '22 Nov']],
    ['a month has Mondays', '2026-10-24', '2026-11-22', 6, ['26 Oct\n2026', '2 Nov', '9 Nov', '16 Nov']],
    ['a year has months, with the year where it begins', '2025-11-23', '2026-11-22', 6, ['Jan\n2026', 'Mar', 'May', 'Jul', 'Sept', 'Nov']],
    ['five years have years', '2021-11-23', '2026-11-22', 8, ['2022', '2023', '2024', '2025', '2026']],
    ['one day is one label', '2026-11-22', '2026-11-22', 6, ['22 Nov\n2026']],
  ])('%s', (_what, from, to, most, labels) => {
    expect(ticks(from, to, most)).toEqual(labels);
  });

  it('never has more labels than there is room for', () => {
    for (const days of [1, 6, 29, 89, 364, 1825, 3652, 12000]) {
      for (const most of [2, 4, 7, 20]) expect(ticks(dayAt(20779 - days), dayAt(20779), most).length).toBeLessThanOrEqual(most + 1);
    }
  });
});

describe('the axis of values', () => {
  it('has round values, and round durations', () => {
    expect(valueTicks(38, 61, 5, written('ms')).map(({ label }) => label)).toEqual(['40', '45', '50', '55', '60']);
    expect(valueTicks(5 * 3600, 9 * 3600, 5, written('s')).map(({ label }) => label)).toEqual(['5 h', '6 h', '7 h', '8 h', '9 h']);
    expect(valueTicks(-0.4, 0.4, 5, written('°C', 2)).map(({ label }) => label)).toEqual(['−0.4', '−0.2', '0.0', '+0.2', '+0.4']);
  });

  it('is not exchanged while everything fits into it', () => {
    const before = domainOf([40, 60]);
    expect(domainOf([41, 60.5], before)).toBe(before);
    expect(domainOf([41, 75], before)).not.toBe(before);
    expect(domainOf([50, 51], before)).not.toBe(before);
  });

  it('does not go below zero for what never does, and is there for one value and for none', () => {
    expect(domainOf([1, 100])[0]).toBe(0);
    expect(domainOf([-1, 1])[0]).toBeLessThan(-1);
    const [low, high] = domainOf([7]);
    expect(low < 7 && high > 7).toBe(true);
    expect(domainOf([])).toEqual([0, 1]);
  });
});

describe('the calendar', () => {
  const year = gridOf('2025-01-23', today, 1000, 11);
  it('has a row of days for each weekday, Mondays on top, and finds each day where it is', () => {
    expect(year.blocks.map(({ title }) => title)).toEqual(['2026', '2025']);
    for (let day = year.first; day <= year.last; day++) {
      const at = placeOf(year, day);
      expect(at && dayUnder(year, at.x + 1, at.y + 1)).toBe(day);
    }
    const [monday, sunday] = [placeOf(year, dayNumber('2026-11-16')), placeOf(year, dayNumber('2026-11-22'))];
    expect(monday?.x).toBe(sunday?.x);
    expect((sunday?.y ?? 0) - (monday?.y ?? 0)).toBeCloseTo(6 * year.cell);
  });

  it('finds none outside', () => {
    expect([dayUnder(year, 0, 50), dayUnder(year, 500, 0), placeOf(year, year.first - 400), dayUnder(year, 999, 60)]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('of a year at most is one stretch, whatever year that is', () => {
    expect(gridOf('2025-11-23', today, 1000, 11).blocks.map(({ title }) => title)).toEqual(['2025 – 2026']);
    for (let day = 20000; day < 20400; day++) {
      const grid = gridOf(dayAt(day - 364), dayAt(day), 1000, 11);
      expect([grid.blocks.length, (placeOf(grid, day)?.x ?? 0) + grid.cell <= grid.width]).toEqual([1, true]);
    }
  });

  it('has two rows a year where there is little room', () => {
    const rolled = gridOf('2025-11-23', '2026-11-22', 340, 11);
    expect(rolled.blocks.map(({ first, last }) => last - first + 1).reduce((a, b) => a + b)).toBe(365);
    const narrow = gridOf('2025-01-01', '2026-11-22', 340, 11);
    expect([rolled.blocks.length, narrow.blocks.length, narrow.cell > 10]).toEqual([2, 4, true]);
    expect(placeOf(narrow, dayNumber('2026-07-01'))?.y ?? 0).toBeLessThan(placeOf(narrow, dayNumber('2026-06-30'))?.y ?? 0);
  });

  it('is coloured by fifths of the last 365 days', () => {
    const facts = Array.from({ length: 800 }, (_, i) => ({ day: dayAt(i), value: i < 435 ? 9999 : i - 434, low: undefined, mid: undefined, high: undefined, notWorn: false }));
    const limits = limitsOf(facts);
    expect(limits.map(Math.round)).toEqual([74, 147, 219, 292]);
    expect([levelOf(1, limits), levelOf(100, limits), levelOf(200, limits), levelOf(366, limits)]).toEqual([0, 1, 2, 4]);
    expect([limitsOf([]), levelOf(7, [7, 7, 7, 7]), levelOf(8, [7, 7, 7, 7])]).toEqual([[], 2, 4]);
  });
});

describe('keys', () => {
  const press = (key: string, layout: 'line' | 'calendar', ctrlKey = false): number | undefined => placeAfter({ key, ctrlKey, metaKey: false }, layout, 50, 100);
  it.each([
    ['ArrowLeft', 'line', false, 49],
    ['ArrowRight', 'line', true, 57],
    ['PageUp', 'line', false, 20],
    ['PageDown', 'line', false, 80],
    ['Home', 'line', false, 0],
    ['End', 'calendar', false, 99],
    ['ArrowLeft', 'calendar', false, 43],
    ['ArrowDown', 'calendar', false, 51],
    ['PageUp', 'calendar', false, 0],
    ['x', 'line', false, undefined],
    ['Enter', 'calendar', false, undefined],
  ] as const)('%s in the %s', (key, layout, ctrl, to) => {
    expect(press(key, layout, ctrl)).toBe(to);
  });
});

describe('the list of metrics', () => {
  const metrics = sampleMetrics(today);
  it('has about 150, grouped by type, families in their order, the nameless ones last', () => {
    expect(metrics.length).toBeGreaterThan(140);
    const groups = groupsOf(metrics, [], '');
    expect(groups[0]?.title).toBe('Daily sleep');
    expect([groups[1]?.title, groups.at(-1)?.key]).toEqual(['Sleep period', 'other']);
    expect(groups.flatMap((group) => group.metrics).length).toBe(metrics.length);
  });

  it('begins with those used last, and leaves out what is not there', () => {
    const [used] = groupsOf(metrics, ['daily_activity.steps', 'gone.metric'], '');
    expect([used?.key, used?.metrics.map(({ id }) => id)]).toEqual(['recent', ['daily_activity.steps']]);
  });

  it.each([
    ['hrv', 'sleep.average_hrv'],
    ['deep SLEEP', 'sleep.deep_sleep_duration'],
    ['average_hrv', 'sleep.average_hrv'],
    ['ms', 'sleep.average_hrv'],
    ['glucose', 'blood_glucose.level'],
    ['  steps ', 'daily_activity.steps'],
  ])('%j finds %s', (query, id) => {
    expect(groupsOf(metrics, ['daily_activity.score'], query).flatMap((group) => group.metrics.map((metric) => metric.id))).toContain(id);
  });

  it('finds nothing for what is nowhere', () => {
    expect(groupsOf(metrics, [], 'zzz')).toEqual([]);
  });
});

describe('the legend', () => {
  it('says which values the colours divide', () => {
    const of = (from: string, to = today): string => fifthsWord(daysOf(view('sleep.average_hrv', from, to)), today, now);
    expect([of('2025-11-23'), of('2024-01-01')]).toEqual(Array(2).fill('Colours: fifths of your own values of the last 365 days.'));
    expect([of('2026-11-16'), of('2026-01-01', '2026-11-20')]).toEqual(['Colours: fifths of your own values from 16 Nov to 22 Nov.', 'Colours: fifths of your own values from 1 Jan to 20 Nov.']);
    expect(fifthsWord([], today, now)).toBe('');
  });


  it('names only what is drawn', () => {
    const of = view('sleep.average_hrv', '2026-08-25');
    expect(legendOf(of, 'line', [], true).map(({ mark }) => mark)).toEqual(['line', 'band', 'dash', 'dots']);
    const said = (apart: string[]): string | undefined => legendOf({ ...of, apart }, 'line', [], true).find(({ mark }) => mark === 'band')?.label;
    expect([said([]), said(['2026-11-15']), said(['2026-11-15', '2026-11-16'])]).toEqual(['Usual range', 'Usual range, without 1 day of rest mode, illness or travel', 'Usual range, without 2 days of rest mode, illness or travel']);
    expect(legendOf({ ...of, apart: ['2026-11-15'], bandDays: [] }, 'line', [], true).map(({ mark }) => mark)).not.toContain('band');
    expect(legendOf({ ...of, bandDays: [], notWorn: [] }, 'line', [], true).map(({ mark }) => mark)).toEqual(['line']);
    expect(legendOf({ ...of, metric: metricOf({}) }, 'calendar', [44, 47, 52, 55], true).map(({ label }) => label)).toEqual(['up to 44 ms', '44 to 47 ms', '47 to 52 ms', '52 to 55 ms', 'above 55 ms', 'No value', 'Not worn']);
    expect(legendOf({ ...of, metric: metricOf({}), notWorn: [] }, 'calendar', [7, 7, 7, 7], false).map(({ label }) => label)).toEqual(['7 ms']);
  });
});
