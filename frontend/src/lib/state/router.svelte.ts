export type Screen = 'today' | 'stream' | 'trends' | 'night' | 'sync' | 'connection' | 'export' | 'settings' | 'setup';

export interface Route {
  screen: Screen;
  /** The event to show, on the stream only. */
  seq?: number;
  /** The day to show, on today and night; the newest without it. */
  day?: string;
  /** The metric to show, on trends. */
  metric?: string;
  /** The section to show, on settings. */
  section?: string;
}

const screens: readonly string[] = ['today', 'stream', 'trends', 'night', 'sync', 'connection', 'export', 'settings', 'setup'];

/** Reads "#/stream/1234", "#/night/2026-11-22", "#/trends/sleep.average_hrv". Whatever it does not know leads to today. */
export function parseRoute(hash: string): Route {
  const [word = '', rest = ''] = hash.replace(/^#\/?/, '').split('/');
  if (!screens.includes(word)) return { screen: 'today' };
  const screen = word as Screen;
  if (screen === 'stream' && /^\d{1,15}$/.test(rest) && Number(rest) > 0) return { screen, seq: Number(rest) };
  if ((screen === 'today' || screen === 'night') && /^\d{4}-\d\d-\d\d$/.test(rest)) return { screen, day: rest };
  if (screen === 'trends' && /^[\w.]{1,120}$/.test(rest)) return { screen, metric: rest };
  if (screen === 'settings' && /^[a-z]{1,20}$/.test(rest)) return { screen, section: rest };
  return { screen };
}

/** Writes what parseRoute reads. */
export function routeHash(route: Route): string {
  const rest = route.seq ?? route.day ?? route.metric ?? route.section;
  return rest === undefined ? `#/${route.screen}` : `#/${route.screen}/${rest}`;
}

/** Where the window is; the address after "#" is the only truth. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  start(): () => void {
    const read = (): void => {
      const now = parseRoute(location.hash);
      // What go() has set already is not set again: screens would go there twice.
      if (routeHash(now) !== routeHash(this.route)) this.route = now;
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }

  /** Goes to a screen; `replace` leaves no step in the history. */
  go(route: Route, replace = false): void {
    const hash = routeHash(route);
    if (replace) history.replaceState(null, '', hash);
    else location.hash = hash;
    this.route = route;
  }
}
