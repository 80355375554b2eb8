import type uPlot from 'uplot';

export type { default as uPlot } from 'uplot';

/** The maker of line charts. */
export type Plotter = typeof uPlot;

/** A language that every engine knows. */
const spare = 'en-GB';

/** Whether numbers can be formatted in a language. A desktop without one names "C" or nothing, which is none. */
function formats(language: string | undefined): boolean {
  try {
    new Intl.NumberFormat(language);
    return language !== undefined && language !== '';
  } catch {
    return false;
  }
}

/**
 * Runs `work` with a `navigator.language` that numbers can be formatted in. uPlot
 * makes a formatter of it while it loads and does not load where that throws.
 */
export async function withLanguage<T>(browser: { readonly language?: string | undefined }, work: () => Promise<T>): Promise<T> {
  if (formats(browser.language)) return work();
  Object.defineProperty(browser, 'language', { value: spare, configurable: true });
  try {
    return await work();
  } finally {
    // What was put in front goes; the browser's own answer is behind it.
    delete (browser as { language?: string }).language;
  }
}

let loading: Promise<Plotter> | undefined;

/** Loads uPlot once, when the first chart needs it. After a failure the next call tries again. */
export function loadPlotter(): Promise<Plotter> {
  loading ??= withLanguage(navigator, async () => (await import('uplot')).default).catch((thrown: unknown) => {
    loading = undefined;
    throw thrown;
  });
  return loading;
}
