const storageKey = 'commands';
const most = 8;

/** Which commands were used last, newest first. The window keeps it: names of commands, nothing of the data. */
export class Recent {
  ids = $state.raw<string[]>(read());

  use(id: string): void {
    this.ids = [id, ...this.ids.filter((one) => one !== id)].slice(0, most);
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.ids));
    } catch {
      // Without storage the order lasts as long as the window.
    }
  }

  forget(): void {
    this.ids = [];
    try {
      localStorage.removeItem(storageKey);
    } catch {
      // Nothing was stored either.
    }
  }
}

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string').slice(0, most) : [];
  } catch {
    return [];
  }
}
