import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import type { AddressChoice, AddressState, AddressView, ReachRow } from '../backend';
import { text } from '../text';
import type { IconType, Tone } from '../ui/icon';

export const addressLooks: Record<AddressState, { icon: IconType; tone: Tone }> = {
  off: { icon: CircleDashed, tone: 'muted' },
  starting: { icon: LoaderCircle, tone: 'info' },
  online: { icon: CircleCheck, tone: 'ok' },
  reconnecting: { icon: RefreshCw, tone: 'warn' },
  refused: { icon: CircleX, tone: 'error' },
};

/** Which of the fields belong to a choice. */
export const usesNgrok = (choice: AddressChoice): boolean => choice === 'ngrok' || choice === 'auto';
export const usesOwnUrl = (choice: AddressChoice): boolean => choice === 'own_url' || choice === 'auto';

/** What is wrong with a public address typed in; "" when nothing is. The program checks it again. */
export function addressProblem(typed: string, needed = false): string {
  const url = typed.trim();
  if (url === '') return needed ? text.address.ownUrlMissing : '';
  return /^https:\/\/[^\s/?#@]+\.[^\s/?#@]+/i.test(url) ? '' : text.address.ownUrlBad;
}

/** What is wrong with a domain of ngrok; "" when nothing is, or when there is none. */
export function domainProblem(typed: string): string {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const domain = typed.trim();
  return domain === '' || (domain.length <= 253 && new RegExp(`^${label}(\\.${label})+$`, 'i').test(domain)) ? '' : text.address.domainBad;
}

/** What is wrong with an authtoken; an empty one will do where one is `stored` or none is `needed`. */
export function tokenProblem(typed: string, stored: boolean, needed: boolean): string {
  const token = typed.trim();
  if (token === '') return stored || !needed ? '' : text.address.tokenMissing;
  return /[\s"']/.test(token) ? text.address.tokenWord : '';
}

/** How near the month's requests are to what the plan allows. */
export function limitTone(address: Pick<AddressView, 'requests' | 'requestsLimit'>): 'info' | 'warn' | 'error' {
  if (address.requestsLimit <= 0 || address.requests < address.requestsLimit * 0.8) return 'info';
  return address.requests < address.requestsLimit ? 'warn' : 'error';
}

/** Why what was seen from outside is of before: the address is down or being checked; undefined while it is reachable. */
export function outdated(address: Pick<AddressView, 'state' | 'reason'>): 'down' | 'checking' | undefined {
  if (address.state === 'online') return undefined;
  return address.state === 'starting' && address.reason === '' ? 'checking' : 'down';
}

/** What one answer to the outside means. */
export type ReachSense = 'open' | 'shut' | 'silent' | 'wrong';

export function reachSense(row: ReachRow): ReachSense {
  if (!row.expected) return 'wrong';
  if (row.status === 0) return 'silent';
  return row.open ? 'open' : 'shut';
}

const variables: Record<string, string> = {
  ownUrl: 'OURA_PUBLIC_URL',
  ngrokDomain: 'NGROK_DOMAIN',
  ngrokToken: 'NGROK_AUTHTOKEN',
  mode: 'OURA_MODE',
  types: 'OURA_WEBHOOK_TYPES',
  ingressPort: 'OURA_INGRESS_PORT',
};

/** Why `field` cannot be changed here; "" when it can. */
export function fixedBy(fixed: string[], field: string): string {
  return fixed.includes(field) ? text.address.fixed(variables[field] ?? field) : '';
}
