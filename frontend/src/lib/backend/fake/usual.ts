import type { UsualView } from '../healthTypes';

/** The windows of METRICS §1 and the least values in them, as internal/metrics/usual.go has them. */
const [longDays, longLeast, shortDays, shortLeast] = [60, 30, 28, 14];
const madScale = 1.4826;
/** Half the usual width of a night's HRV, in standard deviations of its logarithm. */
const swingHrv = 0.75;
/** The least half width of the logarithm of latency, which is never less than what sleep is sorted by. */
const [latencyFloor, latencyLeast] = [0.2, 30];

const mean = (list: readonly number[]): number => list.reduce((sum, v) => sum + v, 0) / list.length;

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

/** A person's own usual range of a metric by its values of the days before, `valueOf(1)` yesterday's. */
export function usualOf(metric: string, floor: number, valueOf: (ago: number) => number | undefined): UsualView {
  const [hrv, latency] = [metric === 'sleep.average_hrv', metric === 'sleep.latency'];
  const log = hrv || latency;
  const scaled = (v: number): number => (log ? Math.log(latency ? Math.max(v, latencyLeast) : v) : v);
  const back = (v: number): number => (log ? Math.exp(v) : v);
  const within = (days: number): number[] => Array.from({ length: days }, (_, i) => valueOf(i + 1)).filter((v) => v !== undefined).map(scaled);
  const [long, short] = [within(longDays), within(shortDays)];
  const unknown = (needs: number): UsualView => ({ known: false, low: 0, mid: 0, high: 0, days: long.length, needs });
  const enough = long.length >= longLeast;
  if (hrv && !enough) return unknown(longLeast - long.length);
  if (!enough && short.length < shortLeast) return unknown(Math.min(longLeast - long.length, shortLeast - short.length));
  const list = enough ? long : short;
  const mid = hrv ? mean(list) : median(list);
  const width = hrv ? swingHrv * Math.sqrt(list.reduce((sum, v) => sum + (v - mid) ** 2, 0) / (list.length - 1)) : madScale * median(list.map((v) => Math.abs(v - mid)));
  const half = Math.max(width, hrv ? 0 : latency ? latencyFloor : floor);
  return { known: true, low: back(mid - half), mid: back(mid), high: back(mid + half), days: list.length, needs: 0 };
}
