import type { ExportChoice, ExportJobView } from '../../lib/backend';
import { bytes } from '../../lib/format/bytes';
import { count } from '../../lib/format/number';
import { plain } from '../../lib/format/plain';
import { dayWord, span } from '../../lib/format/time';
import { typeName } from '../../lib/format/words';
import { text } from '../../lib/text';

const t = text.exports;

/** A number that is only about right, with as many digits as it is good for: 29,412 becomes "29,400". */
export function roughly(n: number): string {
  const step = n < 100 ? 1 : 10 ** Math.max(0, Math.floor(Math.log10(n)) - 2);
  return count(Math.round(n / step) * step);
}

/** What the file will be, in one sentence. */
export function sentence(choice: ExportChoice, zipped: boolean, now: Date): string {
  const s = t.sentence;
  const file = zipped ? s.files.zip : s.files[choice.format];
  const what = [ofTypes(s.what[choice.kind], choice.dataTypes), rangeWords(choice, now), choice.includeDeleted ? s.deleted : ''].filter((part) => part !== '');
  return s.holds(file, what.join(', '));
}

function ofTypes(what: string, types: string[]): string {
  if (types.length === 0) return what;
  const [one = '', two = ''] = types.map(typeName);
  return t.sentence.of(what, types.length === 1 ? one : types.length === 2 ? t.sentence.and(one, two) : t.sentence.types(types.length));
}

function rangeWords({ from, to }: ExportChoice, now: Date): string {
  const s = t.sentence;
  if (from !== '' && to !== '') return s.between(dayWord(from, now), dayWord(to, now));
  return from !== '' ? s.since(dayWord(from, now)) : to !== '' ? s.until(dayWord(to, now)) : s.always;
}

/** How far an export is: "184,000 of about 455,000 rows, about 6 s left". */
export function jobReached(job: Pick<ExportJobView, 'done' | 'total' | 'secondsLeft'>): string {
  if (job.total > 0 && job.done >= job.total) return t.job.finishing;
  const rows = job.total > 0 ? t.job.reached(count(job.done), roughly(job.total)) : t.job.counted(job.done, count(job.done));
  return [rows, job.secondsLeft > 0 ? t.job.left(span(job.secondsLeft * 1000).replace('.0', '')) : ''].filter((part) => part !== '').join(', ');
}

/** What came of it: "455,014 rows, 61 MB, in /home/mira/Documents". */
export function jobOutcome(job: ExportJobView): string {
  return t.job.doneText(job.done, count(job.done), bytes(job.bytes), plain(job.folder, 200));
}
