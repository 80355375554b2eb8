import type { FakeProgram } from './program';

/** Remote text that tries to be more than text: markup, script, bidi overrides, sheer length. */
export const attacks = [
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>',
  '\u202Egnp.exe\u202C \u2066hidden\u2069 \u200Bzero\u0007bell',
  '"><svg/onload=window.pwned=1>{@html x}${1+1}{{7*7}}',
  `long ${'x'.repeat(1_000_000)}`,
  '__proto__',
];

/** Replaces every text inside `value`, however deep, by attacks in turn. Enumerations keep their words. */
function poison(value: unknown, keep: Set<string>, next: () => string): unknown {
  if (typeof value === 'string') return next();
  if (Array.isArray(value)) return value.map((v) => poison(v, keep, next));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, keep.has(k) ? v : poison(v, keep, next)]));
}

/** Every text that can come from outside becomes an attack, in every view. */
export function makeHostile(p: FakeProgram): void {
  let n = 0;
  const next = (): string => attacks[n++ % attacks.length] ?? '';
  const ours = new Set(['state', 'severity', 'remedyAction', 'kind', 'step', 'keyWhere', 'since', 'receivedAt', 'connectedAt', 'expiresAt', 'provenAt', 'reachAt', 'at', 'nextAt', 'choice', 'mode', 'fixed', 'lastEventAt', 'lastDeliveryAt', 'fetch', 'demo']);
  const trouble = { code: '', title: '', text: '', severity: 'error' as const, since: p.status.since, remedyLabel: '', remedyAction: 'retry' as const };
  p.status.troubles = [trouble, trouble, trouble];
  p.status = poison(p.status, ours, next) as typeof p.status;
  // A program would not send one code twice.
  p.status.troubles.forEach((t, i) => (t.code = `${i} ${t.code}`));
  p.setup = poison(p.setup, ours, next) as typeof p.setup;
  Object.assign(p.setup.signIn, { error: '', errorCode: '' });
  const unlike = (list: string[]): string[] => list.map((s, i) => `${i} ${s}`);
  p.setup.signIn.scopes = unlike(p.setup.signIn.scopes);
  p.setup.signIn.missingScopes = unlike(p.setup.signIn.missingScopes);
  const grid = p.connection.subscriptions.map(({ dataType, eventType }) => ({ dataType, eventType }));
  p.connection = poison(p.connection, ours, next) as typeof p.connection;
  p.connection.account.scopes = unlike(p.connection.account.scopes);
  p.connection.account.missingScopes = unlike(p.connection.account.missingScopes);
  p.connection.subscriptions = p.connection.subscriptions.slice(0, 9).map((cell, i) => ({ ...cell, dataType: `${i % 3} ${attacks[i % 3] ?? ''}`, eventType: grid[i]?.eventType ?? '' }));
  p.connection.types = p.connection.types.map((type, i) => ({ ...type, dataType: `${i} ${type.dataType.slice(0, 300)}` }));
  p.deliveries = poison(p.deliveries.slice(0, 8), ours, next) as typeof p.deliveries;
  for (const event of p.events.all.splice(0, p.events.all.length - 12)) void event;
  for (const event of p.events.all) {
    const doc = JSON.stringify({ [next()]: next(), text: next(), list: [next(), next()], '__proto__': { polluted: true }, deep: { constructor: next() } });
    Object.assign(event, { dataType: next(), eventType: next(), objectId: next(), day: next(), timestamp: next(), source: next(), summary: next(), userId: next(), dataJson: doc, previousJson: doc.replace('text', 'was') });
  }
}
