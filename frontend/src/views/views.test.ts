import { describe, expect, it } from 'vitest';
import { text } from '../lib/text';
import { sampleConnection } from '../lib/backend/fake/views';
import { addressProblem } from './connection/address';
import { gridRows, tally } from './connection/cells';
import { troubled } from './connection/deliveries';
import { codeProblem, otherSlash, secretProblem } from './wizard/checks';

describe('the wizard checks a code', () => {
  const t = text.wizard.client;
  it.each([
    ['5TLW2HRDPQ7ZK3MN', ''],
    ['  5TLW2HRDPQ7ZK3MN\n', ''],
    ['', t.idMissing],
    ['   ', t.idMissing],
    ['5TLW 2HRD PQ7Z', t.space],
    ['https://cloud.ouraring.com', t.notCode],
    ['me@example.org', t.notCode],
    ['short', t.tooShort],
  ])('%j', (code, problem) => {
    expect(codeProblem(code, t.idMissing)).toBe(problem);
  });

  it('and tells the secret from the id', () => {
    expect(secretProblem('5TLW2HRDPQ7ZK3MN ', '5TLW2HRDPQ7ZK3MN', false)).toBe(t.same);
    expect(secretProblem('', 'x', true)).toBe('');
    expect(secretProblem('', 'x', false)).toBe(t.secretMissing);
  });

  it('and offers the other form of the redirect address', () => {
    expect(otherSlash('http://localhost:8000/auth/callback')).toBe('http://localhost:8000/auth/callback/');
    expect(otherSlash(otherSlash('http://localhost:8000/cb'))).toBe('http://localhost:8000/cb');
  });
});

describe('a public address', () => {
  it.each([
    ['', true],
    ['https://ring.example.net/hooks', true],
    [' https://ring.example.net ', true],
    ['http://ring.example.net', false],
    ['https://', false],
    ['https://user@host.net', false],
    ['ring.example.net', false],
    ['javascript:alert(1)', false],
  ])('%j is fine: %s', (url, fine) => {
    expect(addressProblem(url) === '').toBe(fine);
  });
});

describe('the connection screen', () => {
  const view = sampleConnection(Date.now(), []);
  it('lays out 17 types with three changes each', () => {
    const rows = gridRows(view.subscriptions);
    expect([rows.length, rows.every((r) => r.cells.size === 3)]).toEqual([17, true]);
  });

  it('counts the states', () => {
    expect(tally(view.subscriptions)).toEqual({ ours: 48, missing: 1, foreign: 1, failed: 1, pending: 1 });
  });

  it('knows a delivery with a problem', () => {
    const base = { verdict: 'accepted', fetch: 'done', tries: 1 } as Parameters<typeof troubled>[0];
    expect([troubled(base), troubled({ ...base, fetch: 'parked' }), troubled({ ...base, verdict: 'unparsable' }), troubled({ ...base, fetch: 'pending' }), troubled({ ...base, fetch: 'pending', tries: 4 })]).toEqual([
      false, true, true, false, true,
    ]);
  });
});
