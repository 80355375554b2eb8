import { expect, it } from 'vitest';
import { bytes } from './bytes';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [96_400, '96 kB'],
  [999_700, '1.0 MB'],
  [1_840_000, '1.8 MB'],
  [187_400_000, '187 MB'],
  [3_200_000_000_000_000, '3200 TB'],
])('%d is %s', (n, said) => {
  expect(bytes(n)).toBe(said);
});
