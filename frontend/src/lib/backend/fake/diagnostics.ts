import type { GoDiagnostics } from '../diagnosticsTypes';

const line = (name: string, value: string): string => `  ${name.padEnd(22)}${value}`;

/** What a program says of itself that has worked for a while. */
export function sampleDiagnostics(now: number): string {
  const at = (ago: number): string => new Date(now - ago * 1000).toISOString().slice(0, 19).replace('T', ' ') + 'Z';
  const log = Array.from({ length: 60 }, (_, i) => `  ${new Date(now - (60 - i) * 300_000).toISOString()} INFO "round ended" part=poll kind=poll new=${i % 3} revised=0 deleted=0 samples=${i % 7} missed=0 failed=0`);
  return [
    `Oura Streaming diagnostics, ${at(0)}`,
    'Without tokens, secrets, health values, addresses, e-mail and names.',
    'Sent to nobody: it goes where you put it.',
    'Times are in UTC. What was taken out stands in brackets.',
    '', 'Program',
    line('version', '1.2.0'), line('system', 'linux/amd64, 8 processors'), line('built with', 'go1.26.10, SQLite 3.54.1'), line('libraries', 'Wails v2.13.0, ngrok v2.4.0'),
    '', 'Desktop',
    line('system', 'Debian GNU/Linux 13 (trixie)'), line('desktop', 'GNOME'), line('session', 'wayland'), line('draws the window', 'WebKitGTK 2.48.1, GTK 3.24.49'), line('tray', 'shown'), line('notifications', 'shown'),
    '', 'Status',
    line('state', `Live, since ${at(17_000)}, 4 h 43 min ago`),
    line('key_in_file', `info, since ${at(17_000)}, 4 h 43 min ago`),
    '    The key is kept in a file. This computer offers no keychain, so the key to your secrets lies in a file only you can read. The file is [key folder]/8f21.key.',
    '', 'Public address',
    line('kind', 'ngrok'), line('state', `online, since ${at(17_000)}, 4 h 43 min ago`), line('form', 'https, a name at ngrok-free.app'),
    '', 'Log', ...log, '',
  ].join('\n');
}

type Answer = <T>(name: string, args: unknown[], work: () => T) => Promise<T>;

/** DiagnosticsAPI; a file goes to the place of `p`. */
export function diagnosticsCalls(p: { place: string }, answer: Answer): GoDiagnostics['DiagnosticsAPI'] {
  return {
    Look: () => answer('DiagnosticsAPI.Look', [], () => ({ text: sampleDiagnostics(Date.now()) })),
    Save: () => answer('DiagnosticsAPI.Save', [], () => (p.place === '' ? '' : 'oura-streaming-diagnostics.txt')),
  };
}
