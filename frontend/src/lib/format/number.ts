import { locale } from '../text';

const grouped = new Intl.NumberFormat(locale);

/** A count with groups of three: 12,480. */
export function count(n: number): string {
  return grouped.format(n);
}
