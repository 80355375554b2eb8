import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, sizes, test } from './page';

/**
 * Figures of DESIGN §12 and U-17 that belong to the page alone, without the program behind it. They are meant for a
 * quiet desktop; here several browsers may share two cores with other work. A figure is always printed, and fails only beyond
 * its goal times the slack: four, times how many wait for each core. OURA_E2E_SLACK=1 holds it to the goal itself.
 */
const slack = Number(process.env['OURA_E2E_SLACK'] ?? 4 * Math.max(1, (loadavg()[0] ?? 0) / cpus().length));
const fakeScript = fileURLToPath(new URL('../../test-results/.fake/fake.js', import.meta.url));
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

function figure(what: string, value: number, limit: number, unit: string, times = slack): void {
  console.log(`figure: ${what}: ${value.toFixed(1)} ${unit} (goal ${limit} ${unit})`);
  expect(value, `${what}, in ${unit}`).toBeLessThanOrEqual(limit * times);
}

/** With a clock that runs: times are measured. */
async function openTimed(page: Page, scenario: string, hash: string): Promise<void> {
  await page.addInitScript((name) => (window.scenario = name), scenario);
  await page.addInitScript({ path: fakeScript });
  await page.goto(`/${hash}`);
  await page.evaluate(() => document.fonts.ready);
}

const middle = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
const worst = (all: number[], part: number): number => [...all].sort((a, b) => a - b)[Math.ceil(all.length * part) - 1] ?? NaN;

/** Goes to a screen and waits until what `ready` names is painted. Resolves to milliseconds from the press on. */
function painted(page: Page, hash: string, ready: string): Promise<number> {
  return page.evaluate(
    async ([to, selector]) => {
      const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
      const from = performance.now();
      location.hash = to;
      while (!document.querySelector(selector)) {
        if (performance.now() - from > 20_000) throw new Error(`${selector} never comes`);
        await frame();
      }
      // The frame that paints it, and the beginning of the next one.
      await frame();
      return performance.now() - from;
    },
    [hash, ready] as const,
  );
}

test.use({ viewport: sizes.wide, reuseContext: false });

test('U-17 Today and Trends with five years are painted at once', async ({ page }) => {
  await openTimed(page, 'live', '#/sync');
  for (const [name, hash, ready] of [['Today', '#/today', 'main figure'], ['Trends', '#/trends', 'main canvas'], ['Night', '#/night', 'main figure']] as const) {
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      times.push(await painted(page, hash, ready));
      await painted(page, '#/export', '#main h1');
      await expect(page.locator(ready)).toHaveCount(0);
    }
    console.log(`figure: first paint of ${name} with five years, each time: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms, median ${middle(times).toFixed(0)} ms`);
    figure(`first paint of ${name} with five years, first time`, times[0] ?? NaN, 1000, 'ms');
    // The others on this computer only ever make it slower.
    figure(`first paint of ${name} with five years, best`, Math.min(...times), 100, 'ms');
  }
});

test('U-17 a delivery stands in its row within 50 ms', async ({ page }) => {
  await openTimed(page, 'live', '#/stream');
  await expect(page.getByRole('option').first()).toBeVisible();
  const times = await page.evaluate(async () => {
    const out: number[] = [];
    for (let i = 0; i < 100; i++) {
      const said = `measured ${i}`;
      window.fake?.events.add(Date.now(), { dataType: i % 2 ? 'workout' : 'sleep', eventType: 'create', source: 'webhook', objectId: `m-${i}`, summary: said });
      const from = performance.now();
      const there = new Promise<void>((done) => {
        const look = new MutationObserver(() => {
          if (!document.querySelector('[role=listbox]')?.textContent?.includes(said)) return;
          look.disconnect();
          done();
        });
        look.observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      window.fake?.arrive(0);
      await there;
      out.push(performance.now() - from);
      await new Promise((done) => requestAnimationFrame(done));
    }
    return out;
  });
  figure('delivery to row, median', middle(times), 50, 'ms');
  figure('delivery to row, p99', worst(times, 0.99), 50, 'ms');
});

test('U-17 the palette answers a key within 100 ms', async ({ page }) => {
  await openTimed(page, 'live', '#/stream');
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  const times = await page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('[role=combobox]');
    const out: number[] = [];
    for (const typed of ['s', 'sl', 'sle', 'slee', 'sleep', 'sleep h', 'sleep hr', 'sleep hrv', '2', '20', '20 n', '20 nov', 'd', 'da', 'dark']) {
      const from = performance.now();
      if (box) box.value = typed;
      box?.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      out.push(performance.now() - from);
    }
    return out;
  });
  figure('a key in the palette, worst', Math.max(...times), 100, 'ms');
});

test('the page weighs at most 250 KB', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((name) => ({ name, size: /\.\w+$/.test(name) ? readFileSync(dist + name) : Buffer.alloc(0) }));
  const sum = (ends: RegExp, of: (b: Buffer) => number): number => files.filter(({ name }) => ends.test(name)).reduce((all, { size }) => all + of(size), 0) / 1024;
  const packed = (b: Buffer): number => gzipSync(b, { level: 9 }).length;
  for (const [name, ends] of [['scripts', /\.js$/], ['styles', /\.css$/], ['pages', /\.html$/]] as const) console.log(`figure: ${name}, gzip: ${sum(ends, packed).toFixed(1)} KB`);
  console.log(`figure: fonts, told apart: ${sum(/\.woff2$/, (b) => b.length).toFixed(1)} KB`);
  figure('page, gzip, without fonts', sum(/\.(js|css|html|svg)$/, packed), 250, 'KB', 1);
});
