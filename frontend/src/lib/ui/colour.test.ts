import { describe, expect, it } from 'vitest';
import { apart, contrast, distance, kinds, type Eyes } from './eyes';
import { appearances, forced, tokens, type Appearance } from './tokens';

const sources = import.meta.glob<string>(['./tokens.css', './README.md'], { query: '?raw', import: 'default', eager: true });
const css = sources['./tokens.css'] ?? '';

const grounds = ['bg', 'surface', 'surface-2', 'surface-3', 'select', 'fresh'];
const tones = ['ok', 'info', 'warn', 'error'];
const pale = [...tones.map((tone) => `${tone}-bg`), 'muted-bg'];
const families = ['sleep', 'readiness', 'activity', 'heart', 'mind', 'notes', 'ring', 'other'].map((name) => `family-${name}`);
const stages = ['deep', 'light', 'rem', 'awake'].map((name) => `stage-${name}`);
const json = ['json-key', 'json-string', 'json-number', 'json-word'];

/** What is read, on what it is read. */
const read: [string[], string[]][] = [
  [['text', 'text-2'], [...grounds, ...pale]],
  [['text-3'], ['bg', 'surface', 'surface-2', 'surface-3', 'select', 'muted-bg']],
  [['link'], ['bg', 'surface', 'surface-2', 'select', 'info-bg']],
  [['on-ink'], ['ink', 'ink-hover']],
  [json, ['bg', 'surface', 'surface-2']],
  [families, ['bg', 'surface', 'surface-2']],
  ...tones.map((tone): [string[], string[]] => [[tone], ['bg', 'surface', `${tone}-bg`]]),
];

/** What is looked at. */
const seen: [string[], string[]][] = [
  [['focus'], [...grounds, ...pale]],
  [['select-line'], ['select', 'surface', 'bg']],
  [['line-strong'], ['bg', 'surface', 'surface-2']],
  [[...stages, ...families], ['bg', 'surface', 'surface-2']],
  [['map-complete'], ['surface']],
  ...['partial', 'empty', 'not-worn', 'not-allowed', 'failed'].map((state): [string[], string[]] => [[`map-${state}`], [`map-${state}-bg`]]),
];

const tables = Object.fromEntries(appearances.map((name) => [name, tokens(css, name)])) as Record<Appearance, Map<string, string>>;
const colour = (name: Appearance, token: string): string => tables[name].get(`--${token}`) ?? `no --${token}`;

/** Lists the pairs whose contrast is below `least`. */
function tooFaint(name: Appearance, pairs: [string[], string[]][], least: number): string[] {
  return pairs.flatMap(([fronts, backs]) =>
    fronts.flatMap((front) =>
      backs.flatMap((back) => {
        const ratio = contrast(colour(name, front), colour(name, back));
        return ratio < least ? [`${front} on ${back}: ${ratio.toFixed(2)}`] : [];
      }),
    ),
  );
}

const pairsOf = <T>(list: T[]): [T, T][] => list.flatMap((a, i) => list.slice(i + 1).map((b): [T, T] => [a, b]));

/** Lists the pairs closer to each other than `least` for some eyes. */
function tooClose(name: Appearance, list: string[], least: Record<Eyes, number>): string[] {
  return kinds.flatMap((eyes) =>
    pairsOf(list).flatMap(([a, b]) => {
      const far = apart(eyes, colour(name, a), colour(name, b));
      return far < least[eyes] ? [`${eyes}: ${a}, ${b}: ${far.toFixed(1)}`] : [];
    }),
  );
}

describe('the measures', () => {
  it('know contrast from the ends of the scale', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  // Sharma, Wu, Dalal 2005, The CIEDE2000 color-difference formula, table 1.
  it.each([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
    [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
  ] as const)('measure %j from %j', (a, b, far) => {
    expect(distance(a, b)).toBeCloseTo(far, 3);
  });

  it('know that red and green come close for some eyes and not for others', () => {
    const far = kinds.map((eyes) => apart(eyes, '#b5402f', '#5b7a1f'));
    expect(far[0]).toBeGreaterThan(40);
    expect(Math.min(far[1] ?? 0, far[2] ?? 0)).toBeLessThan(15);
  });
});

describe.each(appearances)('colours, %s', (name) => {
  const more = name.endsWith('more contrast');

  it('what is read stands out from its ground', () => {
    expect(tooFaint(name, read, 4.5)).toEqual([]);
    expect(tooFaint(name, [[['text', 'text-2', 'text-3'], ['bg', 'surface', 'surface-2']]], more ? 7 : 4.5)).toEqual([]);
  });

  it('what is looked at stands out from its ground', () => {
    expect(tooFaint(name, seen, 3)).toEqual([]);
    expect(tooFaint(name, [[['line-strong'], ['bg', 'surface', 'surface-2']]], more ? 7 : 3)).toEqual([]);
  });

  it('families can be told apart by everybody, but for the two greys', () => {
    const grey = /family-(ring|other)/;
    const close = tooClose(name, families, { usual: 15, protanopia: 8, deuteranopia: 8, tritanopia: 8 });
    expect(close.filter((pair) => !grey.test(pair))).toEqual([]);
  });

  it('stages of sleep can be told apart by everybody', () => {
    expect(tooClose(name, stages, { usual: 20, protanopia: 10, deuteranopia: 10, tritanopia: 10 })).toEqual([]);
  });
});

describe('all appearances', () => {
  it('are written down as they are', () => {
    const page = sources['./README.md'] ?? '';
    const rows = [...families.map((token) => [token.slice(7), token]), ...stages.map((token) => [token === 'stage-rem' ? 'REM' : token.slice(6), token])] as [string, string][];
    for (const [word, token] of rows) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${word} |`)) ?? '';
      expect([row.includes(colour('light', token)), row.includes(colour('dark', token))], row || word).toEqual([true, true]);
    }
  });

  it('know the same tokens', () => {
    const names = (name: Appearance): string[] => [...tables[name].keys()].sort();
    for (const name of appearances) expect(names(name)).toEqual(names('light'));
  });

  it('say every colour of data in the system’s own where that is asked for', () => {
    const words = new Set(['Canvas', 'CanvasText', 'GrayText', 'Highlight', 'HighlightText', 'LinkText', 'ButtonText', 'ButtonFace']);
    const given = forced(css);
    expect([...given.values()].filter((value) => !words.has(value))).toEqual([]);
    expect([...tables.light.keys()].filter((token) => /^--(family|stage|map)-/.test(token) && !given.has(token))).toEqual([]);
  });
});
