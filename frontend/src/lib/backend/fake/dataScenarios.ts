import { keepAll, sampleBackup } from './data';
import { attacks } from './hostile';
import type { FakeProgram } from './program';

type Arrange = (p: FakeProgram) => void;

const mega = 1_048_576;

/** Situations of the data part of Settings. */
export const dataScenarios: Record<string, Arrange> = {
  data_empty: (p) => {
    Object.assign(p.data, { events: 0, documents: 0, samples: 0, databaseBytes: 212_992, backupsBytes: 0, backups: [], tokens: [], rules: keepAll() });
  },
  data_backing_up: (p) => {
    p.data.work = { kind: 'backup', done: 74 * mega, total: 182 * mega, error: '' };
  },
  data_pruning: (p) => {
    p.data.rules = { eventsDays: 365, eventsCount: 0, deliveriesDays: 45, samplesDays: 0 };
    p.data.work = { kind: 'prune', done: 12_500, total: 32_966, error: '' };
    p.data.backups = [sampleBackup(Date.now() - 20_000, 'before_deletion'), ...p.data.backups];
  },
  data_trouble: (p) => {
    Object.assign(p.data, { backupsOn: false, undoable: false, setAsideBytes: 174 * mega, environmentToken: true, exportFolder: '/home/mira/Documents/ring', othersFiles: ['notes.txt', 'old/ring.csv'] });
    p.data.rules = { ...keepAll(), eventsCount: 250_000 };
    p.data.work = { kind: '', done: 0, total: 0, error: 'There is not enough room on the disk for the backup that is made first: 190 MB are needed, 41 MB are free. Make room; the rules are tried again tomorrow.' };
    for (const b of p.data.backups.slice(0, 1)) b.verified = false;
    const fail = (name: string, code: string, message: string): void => void p.failures.set(`DataAPI.${name}`, { code, message });
    fail('OpenFolder', 'internal', 'No file manager could be opened. The folder’s path can be copied above.');
    fail('BackUp', 'storage', 'There is not enough room on the disk for a backup: 190 MB are needed, 41 MB are free. Make room, then try again.');
    fail('InspectBackup', 'storage', 'This backup is damaged and cannot be read. Choose another one.');
    fail('PreviewRetention', 'storage', 'The data could not be counted: the disk does not answer.');
    fail('MakeToken', 'secrets_locked', 'The keychain of this computer is locked. Unlock it, then try again.');
    fail('RevokeToken', 'storage', 'The disk cannot be written. The token is refused until the program ends, and would be back after the next start.');
    fail('ClearEvents', 'storage', 'There is not enough room on the disk for the backup that is made first. Nothing was deleted.');
    fail('DeleteAll', 'storage', 'The data folder cannot be written, so nothing was deleted. Check its permissions, then try again.');
  },
  data_loading: (p) => void p.stuck.add('DataAPI.Get').add('DataAPI.Contacts'),
  data_failing: (p) => {
    const error = { code: 'storage', message: 'The data folder cannot be read: the disk is not there. Connect it again, then try again.' };
    p.failures.set('DataAPI.Get', error).set('DataAPI.Contacts', error);
  },
};

/** Text of others that tries to be more than text. */
export function hostileData(p: FakeProgram): void {
  const attack = (i: number): string => `${i} ${attacks[i % attacks.length] ?? ''}`;
  p.data.tokens.forEach((token, i) => Object.assign(token, { name: attack(i), scope: i === 0 ? '__proto__' : token.scope }));
  p.data.backups.forEach((b, i) => Object.assign(b, { name: attack(i), reason: i === 0 ? '__proto__' : b.reason }));
  Object.assign(p.data, { dataDir: attack(3), exportFolder: attack(1), othersFiles: [attack(0), attack(1)], apiUrl: attack(2) });
  p.data.work.error = attack(0);
  const own = p.contacts();
  own.contacts.forEach((c, i) => Object.assign(c, { host: attack(i), uses: c.uses.map((use, j) => ({ ...use, name: j === 0 ? attack(i) : use.name, why: attack(i + 1) })) }));
  p.contacts = () => own;
}
