import type { AddressChoice, ConnectionView, DeliveryRow, GoApp, Mode } from '../types';
import { deliveryDetail, ngrokAddress, noAddress, ownAddress, pageSize } from './connection';

/** What the pretended screen Connection works on. */
export interface Connected {
  connection: ConnectionView;
  /** All deliveries, newest first; the view holds the first page of them. */
  deliveries: DeliveryRow[];
  signedOut(): void;
}

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;
type Act = (name: string, args: unknown[], work: () => unknown) => Promise<void>;

/** ConnectionAPI over `p`: `act` also tells the window that something changed. */
export function connectionCalls(p: Connected, answer: Answer, act: Act, missing: () => unknown): GoApp['ConnectionAPI'] {
  const cell = (id: string): object => p.connection.subscriptions.find((c) => c.id === id) ?? {};
  const page = (before: number, fetch: string): { rows: DeliveryRow[]; more: boolean } => {
    const fit = p.deliveries.filter((d) => (before === 0 || d.id < before) && (fetch === '' || d.fetch === fetch));
    return { rows: fit.slice(0, pageSize), more: fit.length > pageSize };
  };
  const gone = { state: 'missing', id: '', callbackUrl: '', expiresAt: '', daysLeft: 0 };
  return {
    Get: () =>
      answer('ConnectionAPI.Get', [], () => {
        const first = page(0, '');
        return { ...p.connection, deliveries: first.rows, moreDeliveries: first.more };
      }),
    Reconcile: () =>
      act('ConnectionAPI.Reconcile', [], () =>
        Object.assign(p.connection.round, { at: new Date().toISOString(), error: '', created: 0, moved: 0, renewed: 0, deleted: 0, failed: 0 }),
      ),
    SignOut: () => act('ConnectionAPI.SignOut', [], () => p.signedOut()),
    Refetch: (id) => act('ConnectionAPI.Refetch', [id], () => Object.assign(p.deliveries.find((d) => d.id === id) ?? {}, { fetch: 'pending', tries: 0, reason: '' })),
    SaveAddress: (choice, ownUrl, token, domain) => act('ConnectionAPI.SaveAddress', [choice, ownUrl, token, domain], () => saveAddress(p.connection, choice, ownUrl, token, domain)),
    ForgetNgrokToken: () =>
      act('ConnectionAPI.ForgetNgrokToken', [], () => {
        p.connection.settings.ngrokTokenSet = false;
        if (p.connection.address.kind === 'ngrok') p.connection.address = noAddress();
      }),
    SaveTypes: (types) => act('ConnectionAPI.SaveTypes', [types], () => p.connection.types.forEach((type) => (type.wanted = types.includes(type.dataType)))),
    SaveMode: (mode: Mode) => act('ConnectionAPI.SaveMode', [mode], () => (p.connection.settings.mode = mode)),
    CheckAddress: () =>
      act('ConnectionAPI.CheckAddress', [], () => {
        const at = new Date().toISOString();
        Object.assign(p.connection.address, { state: 'online', reason: '', provenAt: at, reachAt: at, reach: ngrokAddress(Date.now()).reach });
      }),
    Renew: (id) => act('ConnectionAPI.Renew', [id], () => Object.assign(cell(id), { daysLeft: 90, expiresAt: new Date(Date.now() + 90 * 86_400_000).toISOString() })),
    Delete: (id) => act('ConnectionAPI.Delete', [id], () => Object.assign(cell(id), gone)),
    DeleteOurs: async () => {
      const ours = p.connection.subscriptions.filter((c) => c.state === 'ours');
      await act('ConnectionAPI.DeleteOurs', [], () => ours.forEach((c) => Object.assign(c, gone)));
      return ours.length;
    },
    Delivery: (id) =>
      answer('ConnectionAPI.Delivery', [id], () => {
        const row = p.deliveries.find((d) => d.id === id);
        if (!row) throw missing();
        return deliveryDetail(row, Date.now());
      }),
    Deliveries: (before, fetch) => answer('ConnectionAPI.Deliveries', [before, fetch], () => page(before, fetch)),
  };
}

function saveAddress(view: ConnectionView, choice: AddressChoice, ownUrl: string, token: string, domain: string): void {
  const set = view.settings;
  Object.assign(set, { choice, ownUrl, ngrokDomain: domain, ngrokTokenSet: set.ngrokTokenSet || token !== '' });
  const kind = choice !== 'auto' ? choice : ownUrl ? 'own_url' : set.ngrokTokenSet ? 'ngrok' : 'none';
  const starting = { state: 'starting' as const, provenAt: '', latencyMs: 0, reach: [], reachAt: '' };
  if (kind === 'none') view.address = noAddress();
  else if (kind === 'own_url') view.address = { ...ownAddress(Date.now()), ...starting, url: ownUrl };
  else view.address = { ...ngrokAddress(Date.now()), ...starting, url: '', account: '', plan: '', region: '' };
}
