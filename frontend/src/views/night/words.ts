import type { SleepView, StageTotal } from '../../lib/backend';
import { exact } from '../../lib/charts/figure';
import { besides, courseOf, type Strings } from '../../lib/charts/night';
import { nightOffset } from '../../lib/charts/nightWords';
import { clockAt, computerOffset, dayOn, hours, offsetOf, zoneWord } from '../../lib/format/clock';
import { dayNumber } from '../../lib/format/days';
import { dayTitle } from '../../lib/format/time';
import { words } from '../../lib/format/words';
import { text } from '../../lib/text';

const t = text.night;
const dayMs = 86_400_000;

/** "Last night", "Night to yesterday", "Night to Saturday 14 November". `today` is the ring's; "" leaves it to `now`. */
export function nightTitle(day: string, today: string, now: Date): string {
  const said = dayTitle(day, today === '' ? now : new Date(`${today}T12:00:00`));
  return said === text.time.today ? t.last : t.titleOf(said === text.time.yesterday ? said.toLowerCase() : said);
}

/** What kind of sleep a period is. */
export function typeWord(sleep: SleepView): string {
  const kind = kindWord(sleep);
  return sleep.type === 'late_nap' && dayOn(sleep.toMs, nightOffset(sleep)) < sleep.day ? t.eveningBefore(kind) : kind;
}

function kindWord(sleep: Pick<SleepView, 'type' | 'main'>): string {
  if (sleep.type === 'long_sleep') return sleep.main ? t.types.long_sleep : t.types.other_long;
  const known: Record<string, string> = t.types;
  return (Object.hasOwn(known, sleep.type) ? known[sleep.type] : undefined) ?? (words(sleep.type) || t.types.unknown);
}

/** From when to when by the ring's clock, which names its zones where it was changed in between. */
export function spanWord(sleep: SleepView): string {
  const start = nightOffset(sleep);
  const end = offsetOf(sleep.end) ?? start;
  const [from, to] = [clockAt(sleep.fromMs, start), clockAt(sleep.toMs, end)];
  return start === end ? t.span(from, to) : t.changedSpan(from, zoneWord(start), to, zoneWord(end));
}

/** The seconds that Oura states for a part of the period; undefined where it states none. */
export function stated(sleep: SleepView, stage: StageTotal['stage']): number | undefined {
  const found = sleep.totals.find((total) => total.stage === stage)?.stated ?? -1;
  return found < 0 ? undefined : found;
}

/** "7 h 2 min asleep, 7 h 43 min in bed". */
export function lengthWord(sleep: SleepView): string {
  const bed = hours(stated(sleep, 'in_bed') ?? (sleep.toMs - sleep.fromMs) / 1000);
  const asleep = stated(sleep, 'asleep');
  return asleep === undefined ? t.inBed(bed) : t.asleep(hours(asleep), bed);
}

/** What must be said about the clock of a period: another zone, a changed clock, or none at all. */
export function clockNotes(sleep: SleepView): string[] {
  const [start, end] = [offsetOf(sleep.start), offsetOf(sleep.end)];
  if (start === undefined) return [t.zoneUnknown];
  const here = computerOffset(sleep.fromMs);
  const changed = end !== undefined && end !== start;
  return [
    ...(start === here ? [] : [t.zone(zoneWord(start), zoneWord(here))]),
    ...(changed ? [t.clockChanged(zoneWord(start), zoneWord(end), clockAt(sleep.toMs, end), clockAt(sleep.toMs, start))] : []),
  ];
}

/** What Oura gave nothing of. */
export function lacks(sleep: SleepView, wanted: Strings): string[] {
  const l = t.lacks;
  const drawn = courseOf(sleep, wanted).from;
  return [
    drawn === undefined ? l.stages : drawn === wanted ? '' : wanted === 'thirty' ? l.fine : l.coarse,
    drawn === 'five' && wanted === 'five' && sleep.stages30.length === 0 ? l.fine : '',
    sleep.heartRate.values.length === 0 ? l.heart : '',
    sleep.hrv.values.length === 0 ? l.hrv : '',
    sleep.movement.length === 0 ? l.movement : '',
    sleep.main && !sleep.hasRecovery ? l.recovery : '',
  ].filter((said) => said !== '');
}

/** The count from the wanted string; undefined where there is none. */
export function counted(total: StageTotal, from: Strings): number | undefined {
  const found = from === 'five' ? total.counted5 : total.counted30;
  return found < 0 ? undefined : found;
}

/** "3 min more", "30 s less", "equal": what is counted against what is stated. */
export function differenceWord(total: StageTotal, from: Strings): string {
  const found = counted(total, from);
  if (found === undefined || total.stated < 0) return '';
  const by = Math.round(found - total.stated);
  return by === 0 ? t.totals.same : by > 0 ? t.totals.more(exact(by)) : t.totals.less(exact(-by));
}

/** Says plainly how the stated total asleep and the counted one differ. */
export function totalsWord(sleep: SleepView, from: Strings): string {
  const total = sleep.totals.find((row) => row.stage === 'asleep');
  const found = total && counted(total, from);
  if (!total || found === undefined) return t.totals.uncounted[from];
  if (total.stated < 0) return '';
  return Math.round(found - total.stated) === 0 ? t.totals.agrees[from] : t.totals.differs[from](exact(total.stated), exact(found), differenceWord(total, from));
}

/** The other night moved below this one, so that the hours of both clocks stand above each other. */
export function alignedTo(sleep: SleepView, other: SleepView): SleepView {
  const clockZero = (of: SleepView): number => dayNumber(of.day) * dayMs - nightOffset(of) * 60_000;
  const by = clockZero(sleep) - clockZero(other);
  return Number.isNaN(by) ? other : besides(other, by);
}
