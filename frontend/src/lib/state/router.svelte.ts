export type Screen = 'stream' | 'sync' | 'connection' | 'export' | 'settings' | 'setup';

export interface Route {
  screen: Screen;
  /** The event to show, on the stream only. */
  seq?: number;
}

const screens: readonly string[] = ['stream', 'sync', 'connection', 'export', 'settings', 'setup'];

/** Reads "#/stream/1234". Whatever it does not know leads to the stream. */
export function parseRoute(hash: string): Route {
  const [screen = '', rest = ''] = hash.replace(/^#\/?/, '').split('/');
  if (!screens.includes(screen)) return { screen: 'stream' };
  const seq = /^\d{1,15}$/.test(rest) ? Number(rest) : 0;
  return screen === 'stream' && seq > 0 ? { screen, seq } : { screen: screen as Screen };
}

/** Writes what parseRoute reads. */
export function routeHash(route: Route): string {
  return route.seq === undefined ? `#/${route.screen}` : `#/${route.screen}/${route.seq}`;
}

/** Where the window is; the address after "#" is the only truth. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  start(): () => void {
    const read = (): void => {
      this.route = parseRoute(location.hash);
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
