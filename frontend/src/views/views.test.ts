import { describe, expect, it } from 'vitest';
import { text } from '../lib/text';
import type { DeliveryRow, RoundView, TroubleView } from '../lib/backend';
import { ngrokAddress, sampleConnection } from '../lib/backend/fake/connection';
import { addressProblem, domainProblem, fixedBy, limitTone, outdated, reachSense, tokenProblem } from '../lib/parts/address';
import { gridRows, roundOutcome, tally } from './connection/cells';
import { refetchable, verdictWords } from './connection/deliveries';
import { byUrgency, hindersSetup, offers } from './shell/states';
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

  it('must be there when it was chosen', () => {
    expect([addressProblem(' '), addressProblem(' ', true)]).toEqual(['', text.address.ownUrlMissing]);
  });
});

describe('an ngrok domain', () => {
  it.each([
    ['', true],
    ['name.ngrok.app', true],
    [' calm-otter.ngrok-free.app ', true],
    ['https://name.ngrok.app', false],
    ['name.ngrok.app/', false],
    ['name.ngrok.app:443', false],
    ['localhost', false],
    ['-name.ngrok.app', false],
    ['name..app', false],
    [`${'a'.repeat(64)}.app`, false],
  ])('%j is fine: %s', (domain, fine) => {
    expect(domainProblem(domain) === '').toBe(fine);
  });
});

describe('an ngrok authtoken', () => {
  const t = text.address;
  it.each([
    ['2abcDEF_3ghi', false, true, ''],
    ['', true, true, ''],
    ['', false, false, ''],
    ['  ', false, true, t.tokenMissing],
    ['ngrok config add-authtoken 2abc', false, true, t.tokenWord],
    ['"2abc"', true, false, t.tokenWord],
  ])('%j, stored %s, needed %s', (token, stored, needed, problem) => {
    expect(tokenProblem(token, stored, needed)).toBe(problem);
  });
});

describe('what an address tells', () => {
  it('warns before the month is used up', () => {
    const at = (requests: number, requestsLimit = 20_000): string => limitTone({ requests, requestsLimit });
    expect([at(15_999), at(16_000), at(19_999), at(20_000), at(5, 0)]).toEqual(['info', 'warn', 'warn', 'error', 'info']);
  });

  it('never calls an unexpected answer fine', () => {
    const senses = [true, false].flatMap((expected) => [true, false].map((open) => reachSense({ expected, open, method: '', path: '', status: 200, by: '', what: '' })));
    expect(senses).toEqual(['open', 'shut', 'wrong', 'wrong']);
    expect(reachSense({ expected: true, open: false, method: '', path: '', status: 0, by: '', what: '' })).toBe('silent');
    expect(ngrokAddress(0).reach.map(reachSense).filter((sense) => sense !== 'shut')).toEqual(['open']);
  });

  it('knows what was seen before it went down, and before it was checked', () => {
    const of = (state: Parameters<typeof outdated>[0]['state'], reason = ''): string | undefined => outdated({ state, reason });
    expect([of('online'), of('starting'), of('starting', 'No answer.'), of('reconnecting'), of('refused', 'No.')]).toEqual([undefined, 'checking', 'down', 'down', 'down']);
  });

  it('names the variable that decides a field', () => {
    expect([fixedBy(['mode'], 'mode').includes('OURA_MODE'), fixedBy(['mode'], 'types')]).toEqual([true, '']);
  });
});

describe('troubles', () => {
  const trouble = (code: string, severity: TroubleView['severity'], remedyAction: TroubleView['remedyAction'], remedyLabel = remedyAction && 'Do it'): TroubleView => ({ code, severity, remedyAction, remedyLabel, title: '', text: '', since: '' });
  it('come the worst first, and those with a button before those without', () => {
    const unsorted = [trouble('key', 'info', ''), trouble('address', 'info', 'open_connection'), trouble('round', 'warning', ''), trouble('quota', 'warning', 'open_connection'), trouble('sign_in', 'error', 'sign_in')];
    expect(byUrgency(unsorted).map((t) => t.code)).toEqual(['sign_in', 'quota', 'round', 'address', 'key']);
  });

  it('are shown beside the setup when no step of it asks for them', () => {
    const all = [trouble('port', 'error', 'retry'), trouble('client', 'error', 'open_setup'), trouble('sign_in', 'error', 'sign_in'), trouble('key', 'warning', 'retry')];
    expect(all.filter(hindersSetup).map((t) => t.code)).toEqual(['port']);
  });

  it('offer no way to where one is', () => {
    const address = trouble('address', 'info', 'open_connection');
    expect([offers(address, 'stream'), offers(address, 'connection'), offers(trouble('x', 'error', 'sign_in'), 'connection'), offers(trouble('x', 'error', 'retry', ''), 'stream')]).toEqual([true, false, true, false]);
  });
});

describe('the connection screen', () => {
  const view = sampleConnection(Date.now());
  it('lays out 17 types with three changes each, those not chosen last', () => {
    const rows = gridRows(view.subscriptions, view.types);
    expect([rows.length, rows.filter((r) => r.cells.size === 3).length, rows.at(-1)?.dataType]).toEqual([17, 16, 'tag']);
  });

  it('keeps a type that nobody can choose', () => {
    const stray = view.subscriptions.slice(0, 1).map((cell) => ({ ...cell, dataType: 'glucose' }));
    expect(gridRows(stray, []).map((row) => [row.dataType, row.choice])).toEqual([['glucose', undefined]]);
  });

  it('counts the states', () => {
    expect(tally(view.subscriptions)).toEqual({ ours: 45, missing: 1, foreign: 1, failed: 1, pending: 1 });
  });

  it('tells what a round did', () => {
    const idle: RoundView = { at: '', nextAt: '', error: '', created: 0, moved: 0, renewed: 0, deleted: 0, failed: 0 };
    expect(roundOutcome(idle)).toBe('nothing had to change');
    expect(roundOutcome({ ...idle, created: 2, failed: 1 })).toBe('2 set up, 1 refused');
    expect(roundOutcome({ ...idle, error: 'Oura does not answer.' })).toBe('it did not get to the end');
  });

  const row: DeliveryRow = {
    id: 1, receivedAt: '', dataType: 'sleep', eventType: 'create', objectId: '', verdict: 'accepted', late: false, lagMs: 420, form: 'compact', fetch: 'parked', tries: 1, reason: '', outcome: '', seq: 0,
  };
  it('says which text the signature covers and how late it came', () => {
    expect(verdictWords(row)).toMatch(/^Genuine\. .*compactly.* Received 0\.4 s after Oura stamped it\.$/);
    expect(verdictWords({ ...row, verdict: '__proto__', form: '', lagMs: 0 })).toBe('');
  });

  it('offers to fetch again only what can be fetched', () => {
    expect([refetchable(row), refetchable({ ...row, verdict: 'set_aside' }), refetchable({ ...row, fetch: 'none' }), refetchable({ ...row, eventType: 'delete' })]).toEqual([true, false, false, false]);
  });
});
