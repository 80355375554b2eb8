import { describe, expect, it } from 'vitest';
import { withLanguage } from './uplot';

/** A browser whose language is an accessor of its prototype, as in every engine. */
const browserOf = (language: string | undefined): { readonly language?: string | undefined } =>
  Object.create({
    get language() {
      return language;
    },
  }) as { language?: string };

describe('a language for uPlot', () => {
  it.each(['c', 'C', 'POSIX.', '', undefined])('%j is exchanged while it loads, and is back afterwards', async (language) => {
    const browser = browserOf(language);
    let seen: unknown;
    await withLanguage(browser, async () => {
      seen = new Intl.NumberFormat(browser.language).format(1234);
    });
    expect([seen, browser.language, Object.hasOwn(browser, 'language')]).toEqual(['1,234', language, false]);
  });

  it('is back after a failure too', async () => {
    const browser = browserOf('c');
    await expect(withLanguage(browser, () => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
    expect(browser.language).toBe('c');
  });

  it('stays where numbers can be formatted in it', async () => {
    const browser = browserOf('fi');
    await withLanguage(browser, async () => expect([browser.language, Object.hasOwn(browser, 'language')]).toEqual(['fi', false]));
  });
});
