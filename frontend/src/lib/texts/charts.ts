import { plural } from './plural';

/** Words that charts and figures share. */
export const charts = {
  table: 'Table',
  /** Once on each page that tells of a person's body. */
  notMedical: 'Not a medical device; talk to a professional about health concerns.',
  tableOf: (title: string) => `Table: ${title}`,
  usual: {
    higher: 'higher than your usual',
    lower: 'lower than your usual',
    within: 'usual',
    range: (low: string, high: string) => `${low} – ${high}`,
    needs: (n: number) => `usual range needs ${n} more ${plural(n, 'night', 'nights')}`,
  },
};
