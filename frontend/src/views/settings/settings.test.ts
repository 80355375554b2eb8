import { describe, expect, it } from 'vitest';
import type { BackupReason } from '../../lib/backend';
import { text } from '../../lib/text';
import { matching, sections } from '../../lib/commands/sections';
import { curlLine, nameProblem } from './programs';
import { ruleNumber, sameRules, keepAll, whatGoes } from './rules';

const found = (query: string): string[] => matching(query).map((section) => section.id);

describe('the search over settings', () => {
  it('finds a section by any of its words, however they are written', () => {
    expect(found('')).toEqual(sections.map((section) => section.id));
    expect(found('dark')).toEqual(['look']);
    expect(found('  TOKEN curl ')).toEqual(['programs']);
    expect(found('grafána')).toEqual(['programs']);
    expect(found('ngrok')).toEqual(['address']);
    expect(found('heart rate')).toEqual(['types', 'keep']);
    expect(found('restore')).toEqual(['backups']);
    expect(found('weather')).toEqual([]);
    expect(found('%.*[')).toEqual(sections.map((section) => section.id));
  });
});

it('every reason for a backup has words', () => {
  const reasons: Record<BackupReason, string> = { daily: 'Daily', weekly: 'Weekly', by_hand: 'By you', before_deletion: 'Before a deletion', before_update: 'Before an update' };
  expect(text.data.backups.reasons).toEqual(reasons);
});

describe('a rule', () => {
  it.each([
    ['45', 'eventsDays', 45],
    [' 12,480 ', 'eventsCount', 12_480],
    ['12 480', 'eventsCount', 12_480],
    ['99', 'eventsCount', NaN],
    ['6', 'deliveriesDays', NaN],
    ['44', 'samplesDays', NaN],
    ['0', 'eventsDays', NaN],
    ['-3', 'eventsDays', NaN],
    ['1.5', 'eventsDays', NaN],
    ['', 'eventsDays', NaN],
    ['9999999999999', 'eventsCount', NaN],
  ] as const)('takes %j for %s as %d', (typed, rule, n) => {
    expect(ruleNumber(typed, rule)).toBe(n);
  });

  it('says what goes', () => {
    expect(whatGoes({ events: 1, deliveries: 0, samples: 0 })).toBe('1 event');
    expect(whatGoes({ events: 32_966, deliveries: 2, samples: 9204 })).toBe('32,966 events, 2 deliveries and 9,204 measurements');
    expect(whatGoes({ events: 0, deliveries: 0, samples: 0 })).toBe('');
    expect([sameRules(keepAll, { ...keepAll }), sameRules(keepAll, { ...keepAll, samplesDays: 90 })]).toEqual([true, false]);
  });
});

describe('a token', () => {
  it('has a name of one to sixty characters', () => {
    expect(['', '  ', 'Grafana', 'x'.repeat(60), '💤'.repeat(60), 'x'.repeat(61)].map((name) => nameProblem(name) === '')).toEqual([false, false, true, true, true, false]);
  });

  it('comes with a line for a terminal', () => {
    expect(curlLine('http://127.0.0.1:8000', 'abc_-1')).toBe("curl -H 'Authorization: Bearer abc_-1' 'http://127.0.0.1:8000/events?limit=5'");
  });
});
