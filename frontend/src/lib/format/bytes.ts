const units = ['kB', 'MB', 'GB', 'TB'];

/** A size as file managers write it, in powers of 1000: "812 bytes", "96 kB", "1.8 MB", "187 MB". */
export function bytes(n: number): string {
  if (n < 1000) return `${Math.round(n)} ${n === 1 ? 'byte' : 'bytes'}`;
  let [size, unit] = [n / 1000, 0];
  while (Math.round(size) >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit] ?? ''}`;
}
