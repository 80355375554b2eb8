import type { ContactPlace, ContactUse, ContactsView, ContactView } from '../dataTypes';
import type { FakeProgram } from './program';

const iso = (ms: number): string => new Date(ms).toISOString();
const minute = 60_000;
const host = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

function use(name: string, state: ContactUse['state'] = 'on', why = ''): ContactUse {
  return { name, state, why };
}

/** What internal/engine/contacts.go would list for the address and the account of `p`. */
export function sampleContacts(p: FakeProgram, now: number): ContactsView {
  const { account, address, settings } = p.connection;
  const demo = p.setup.demo;
  const [oura, place]: [string, ContactPlace] = demo ? ['127.0.0.1:40131', 'here'] : ['api.ouraring.com', 'outside'];
  const at = (name: string, where: ContactPlace, ago: number | undefined, ...uses: ContactUse[]): ContactView => ({ host: name, place: where, lastAt: ago === undefined ? '' : iso(now - ago), uses });
  const lost = account.connected ? '' : 'no_account';
  const kind = demo ? 'own_url' : address.kind;
  const none = settings.mode === 'polling' ? 'polling' : 'no_address';
  const unless = (name: string, why: string): ContactUse => use(name, why ? 'off' : 'on', why);
  const subscriptions = lost ? use('subscriptions', 'off', lost) : kind === 'none' ? use('subscriptions', 'asked', none) : use('subscriptions');
  const tunnel = unless('tunnel', kind === 'ngrok' ? '' : kind === 'none' ? none : 'own_url');
  const classic = [unless('data', lost || (p.sync.paused ? 'paused' : '')), subscriptions, use('check', 'needed'), use('tokens', lost ? 'asked' : 'on')];
  const spare = use('tokens_spare', 'needed');
  return {
    startedAt: iso(now - 192 * minute),
    demo,
    contacts: [
      ...(demo ? [] : [at(oura, place, lost ? undefined : 2 * minute, ...classic), at('moi.ouraring.com', 'outside', undefined, spare)]),
      at('connect.ngrok-agent.com', 'outside', kind === 'ngrok' ? 4_000 : undefined, tunnel),
      ...(demo ? [] : [kind === 'none' ? at('', 'outside', undefined, use('look', 'off', none)) : at(host(address.url), 'outside', 3 * minute, use('look'))]),
      ...(demo ? [] : [at('cloud.ouraring.com', 'browser', lost ? undefined : 190 * minute, use('sign_in_page', 'asked'))]),
      at('developer.ouraring.com', 'browser', undefined, use('portal', 'asked')),
      ...(demo ? [at(oura, 'here', minute / 2, ...classic, spare, use('sign_in_page', 'asked')), at('127.0.0.1:40129', 'here', minute, use('look'), use('ingress'))] : []),
      at('127.0.0.1:8000', 'here', undefined, use('local_api')),
      ...(demo ? [] : [at('127.0.0.1:8001', 'here', undefined, unless('ingress', kind === 'own_url' ? '' : kind === 'ngrok' ? 'ngrok' : none))]),
      at('127.0.0.1', 'here', undefined, use('second_start')),
    ],
  };
}
