import { describe, expect, it } from 'vitest';

/** All that is shipped: neither tests nor what only pretends. */
const files = Object.entries(
  import.meta.glob<string>(['../../**/*.{ts,svelte,css}', '!../../**/*.test.ts', '!../backend/fake/**', '!./eyes.ts', '!./tokens.ts'], { query: '?raw', import: 'default', eager: true }),
).map(([path, text]) => ({ name: path.replace(/^\.\.\/\.\.\//, '').replace(/^\.\.\//, 'lib/').replace(/^\.\//, 'lib/ui/'), text }));

/** What CSS a file holds. */
const styles = ({ name, text }: { name: string; text: string }): string =>
  name.endsWith('.css') ? text : [...text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map((found) => found[1]).join('\n');

/** Lists lines that match, file by file. */
function lines(of: { name: string; text: string }[], pattern: RegExp, read = (file: { name: string; text: string }): string => file.text): string[] {
  return of.flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file.name}: ${line.trim()}`),
  );
}

describe('every source file', () => {
  it('is among those looked at', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
  });

  it('S-47 writes text and never markup', () => {
    expect(lines(files, /\{@html|innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|srcdoc|DOMParser|console\.log/)).toEqual([]);
  });

  it('takes its colours from tokens.css', () => {
    const others = files.filter(({ name }) => name !== 'lib/ui/tokens.css');
    expect(lines(others, /#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch|oklab|color-mix)\((?!in srgb, (var|currentColor))/i, styles)).toEqual([]);
  });

  it('lays out for either direction of writing', () => {
    const physical = /(^|[\s;{])((margin|padding|border)-(left|right)|border-(top|bottom)-(left|right)-radius|text-align:\s*(left|right)|float:\s*(left|right)|(left|right):)/;
    // What scrolls or is drawn sideways by script is placed from the left in any direction.
    const drawn = /direction: ltr/;
    expect(lines(files.filter((file) => !drawn.test(styles(file))), physical, styles)).toEqual([]);
  });

  it('writes numbers and times as the window does, not as the desktop would', () => {
    expect(lines(files, /toLocale(Time|Date|Lower|Upper)?(String|Case)?\(|new Intl\.\w+\((?!locale\b|language\b)/)).toEqual([]);
  });
});
