import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '../../src/lib/backend/fake/install';

const fakeScript = fileURLToPath(new URL('../../test-results/.fake/fake.js', import.meta.url));
const axeSource = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');

export const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 400, height: 500 } };
export const threeSizes = { ...sizes, middle: { width: 800, height: 600 } };
type Size = keyof typeof threeSizes;

/**
 * Every size with a theme, for what is shown in all of them. Layout depends on the size and contrast on the theme: each
 * theme is held to every rule at one size, and the third size to those of layout. OURA_E2E_ALL asks for everything.
 */
export function appearances(of: Partial<typeof threeSizes> = threeSizes): { name: string; viewport: { width: number; height: number }; colorScheme: 'light' | 'dark'; rules: Rules }[] {
  const all = Object.entries(of).flatMap(([size, viewport]) => (['light', 'dark'] as const).map((colorScheme) => ({ size: size as Size, viewport, colorScheme })));
  const usual = { wide: 'light', middle: 'dark', narrow: 'dark' };
  const everything = Boolean(process.env['OURA_E2E_ALL']);
  return all
    .filter(({ size, colorScheme }) => everything || usual[size] === colorScheme)
    .map(({ size, viewport, colorScheme }) => ({ name: `${size}-${colorScheme}`, viewport, colorScheme, rules: everything || size !== 'middle' ? 'all' : 'layout' }));
}

/** Which rules of axe: all, or those that another size alone can break. */
type Rules = 'all' | 'layout';
const rulesOf = {
  all: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  layout: { type: 'rule', values: ['target-size', 'scrollable-region-focusable', 'button-name', 'link-name', 'heading-order', 'color-contrast'] },
};

/** A Sunday afternoon, so that pictures and ages do not change from run to run. */
const now = new Date('2026-11-22T14:32:10+02:00');

/** Whether what an element begins with stands left of its end: a number before its unit, also in a window from right to left. */
export const readsOn = (of: Locator): Promise<boolean> =>
  of.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts: Node[] = [];
    while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) texts.push(walker.currentNode);
    const left = (node: Node | undefined, at: (length: number) => number): number => {
      if (!node) return NaN;
      const range = document.createRange();
      range.setStart(node, at(node.textContent?.length ?? 0));
      range.setEnd(node, at(node.textContent?.length ?? 0) + 1);
      return range.getBoundingClientRect().left;
    };
    return left(texts[0], () => 0) < left(texts.at(-1), (length) => length - 1);
  });

/** Opens the shipped page with a pretended program in the named situation behind it. */
export async function open(page: Page, scenario: string, hash = '#/stream'): Promise<void> {
  await page.clock.setFixedTime(now);
  await page.addInitScript((name) => (window.scenario = name), scenario);
  await page.addInitScript({ path: fakeScript });
  await page.goto(`/${hash}`);
  await page.evaluate(() => document.fonts.ready);
}

/** Opens it once more, as it was before anything was done in it. */
export async function reopen(page: Page, hash = '#/stream'): Promise<void> {
  await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(`/${hash}`);
}

/**
 * Waits until the page has let two frames and a moment pass without changing itself, a second at most: what was
 * asked for has come, and what depends on the size has been laid out.
 */
export const still = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    let changes = 0;
    const watch = new MutationObserver(() => changes++);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    for (let seen = -1, round = 0; seen !== changes && round < 20; round++) {
      seen = changes;
      await frame();
      await frame();
      await new Promise((done) => setTimeout(done, 50));
    }
    watch.disconnect();
  });

/** A picture to look at, when OURA_E2E_SHOTS asks for them: they take their time. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env['OURA_E2E_SHOTS']) await page.screenshot({ path: `screens/${name}.png` });
}

/** Lists what axe finds against WCAG 2.2 AA and good practice, in the page or in one part of it. */
export async function violations(page: Page, within = 'html', rules: Rules = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async ({ root, runOnly }) => {
    const axe = (window as unknown as { axe: { run(root: string, o: object): Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary: string; target: string[] }[] }[] }> } }).axe;
    // What has been scrolled half behind a bar that stays, or half out of its box, is no small target: it comes out again.
    const scrolledAway = (selector: string): boolean => {
      const e = document.querySelector(selector);
      if (!e) return false;
      const { left, right, top, bottom, height } = e.getBoundingClientRect();
      for (let box = e.parentElement; box; box = box.parentElement) {
        const edge = box.getBoundingClientRect();
        if (box.scrollHeight > box.clientHeight && (top < edge.top || bottom > edge.bottom)) return true;
      }
      const stays = (at: Element | null): boolean => at !== null && (['sticky', 'fixed'].includes(getComputedStyle(at).position) || stays(at.parentElement));
      const hits = [0.02, 0.2, 0.4, 0.6, 0.8, 0.98].map((part) => document.elementFromPoint((left + right) / 2, top + height * part));
      return hits.some((hit) => hit !== null && !e.contains(hit) && stays(hit));
    };
    const found = await axe.run(root, { runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap((v) =>
      v.nodes
        .filter((n) => !(v.id === 'target-size' && n.failureSummary.includes('partially obscured') && scrolledAway(n.target[0] ?? '')))
        .map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 200)} ${n.failureSummary.slice(0, 300)}`),
    );
  }, { root: within, runOnly: rulesOf[rules] });
}

/** Lists what sticks out of the window sideways and targets smaller than 24 px. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const seen = (e: Element): boolean => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.unseen, [inert], .wide table') && !e.matches('.map .strip');
    for (const e of document.querySelectorAll('body *')) {
      const r = e.getBoundingClientRect();
      if (r.width === 0 || !seen(e)) continue;
      if (r.right > innerWidth + 0.5 || r.left < -0.5) out.push(`sticks out: ${e.outerHTML.slice(0, 120)}`);
      const small = r.width < 23.5 || r.height < 23.5;
      if (small && e.matches('button, a[href], [role=option], summary')) out.push(`small (${r.width.toFixed(0)}×${r.height.toFixed(0)}): ${e.outerHTML.slice(0, 120)}`);
    }
    return out;
  });
}

/** A page on which every script error and every breach of the policy fails the test. */
export const test = base.extend<{ faults: string[] }>({
  faults: async ({}, use) => use([]),
  page: async ({ page, faults }, use) => {
    page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('http://127.0.0.1:')) faults.push(`foreign request: ${request.url()}`);
    });
    await use(page);
    expect(faults).toEqual([]);
  },
});

export { expect };
