import { cpus, loadavg } from 'node:os';
import { expect, test } from '@playwright/test';

/**
 * Figures with nothing pretended but Oura's cloud, in an ordinary browser. The goals of DESIGN §12 and U-17 are for a quiet
 * desktop; here program, cloud, window and browser share two cores, often with other work. A figure is always printed and
 * fails only beyond its goal times the slack: four, times how many wait for each core. OURA_E2E_SLACK=1 holds it to the goal itself.
 */
const control = process.env['OURA_E2E_CONTROL'] ?? 'http://127.0.0.1:24191';
const slack = Number(process.env['OURA_E2E_SLACK'] ?? 4 * Math.max(1, (loadavg()[0] ?? 0) / cpus().length));

function figure(what: string, value: number, limit: number): void {
  console.log(`figure: ${what}: ${value.toFixed(1)} ms (goal ${limit} ms)`);
  expect(value, `${what}, in ms`).toBeLessThanOrEqual(limit * slack);
}

const middle = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
const worst = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1] ?? NaN;

test.use({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });

test('a change at Oura stands in its row within 50 ms of its receipt', async ({ page, request }) => {
  test.setTimeout(240_000);
  await page.goto('/#/stream');
  await expect(page.getByRole('option').first()).toBeVisible();
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const at = Date.now();
      for (const line of document.querySelectorAll<HTMLElement>('[data-order]')) seen[String(line.dataset['order'])] ??= at;
    }).observe(document.body, { childList: true, subtree: true });
  });
  const name = `speed-${test.info().retry}-`; // documents that nobody has sent before
  for (let i = 0; i < 60; i++) {
    const json = { id: `${name}${i}`, day: '2026-11-20', score: i, timestamp: '2026-11-20T00:00:00+00:00', contributors: {} };
    await request.post(`${control}/control/put`, { data: { type: i % 2 ? 'daily_sleep' : 'daily_readiness', id: json.id, json } });
    await expect(page.locator('[data-order]').first()).toContainText(String(i), { timeout: 30_000 }); // from its receipt on it is measured
  }
  const lags = await page.evaluate(async (query) => {
    const { seen } = window as unknown as { seen: Record<string, number> };
    const page = await window.go?.app?.EventsAPI.List({ dataTypes: [], eventTypes: [], sources: [], query, before: 0, after: 0, limit: 200 });
    return (page?.rows ?? []).flatMap(({ seq, receivedAt }) => (seen[String(seq)] === undefined ? [] : [seen[String(seq)]! - Date.parse(receivedAt)]));
  }, name);
  expect(lags.length).toBeGreaterThanOrEqual(60);
  figure('receipt of a delivery, its document fetched, to its row: median', middle(lags), 50);
  figure('receipt of a delivery, its document fetched, to its row: p99', worst(lags), 50);
});

test('U-17 five years of sample data: Today, Night and Trends are painted at once', async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto('/#/settings');
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Type a command' })).toBeFocused();
  await page.keyboard.type('sample data');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Sample data' })).toBeVisible({ timeout: 30_000 });
  // The five years come in a while; what is measured is measured over all of them.
  await expect.poll(() => page.evaluate(async () => (await window.go?.app?.HealthAPI.Metrics())?.find(({ id }) => id === 'daily_sleep.score')?.days ?? 0), { timeout: 240_000, intervals: [1000] }).toBeGreaterThan(1500);
  for (const [name, hash, ready] of [['Today', '#/today', 'main figure'], ['Night', '#/night', 'main figure'], ['Trends', '#/trends/daily_sleep.score', 'main canvas']] as const) {
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      await page.goto('/#/export');
      await expect(page.locator(ready)).toHaveCount(0);
      times.push(
        await page.evaluate(
          async ([to, selector]) => {
            const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
            const from = performance.now();
            location.hash = to;
            while (!document.querySelector(selector)) {
              if (performance.now() - from > 20_000) throw new Error(`${selector} never comes`);
              await frame();
            }
            await frame();
            return performance.now() - from;
          },
          [hash, ready] as const,
        ),
      );
    }
    figure(`first paint of ${name}, first time`, times[0] ?? NaN, 1000);
    console.log(`figure: first paint of ${name}, each time: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms, median ${middle(times).toFixed(0)} ms`);
    // The others on this computer only ever make it slower.
    figure(`first paint of ${name}, best`, Math.min(...times), 100);
  }
  await page.getByRole('button', { name: 'Leave sample data' }).click();
  await expect(page.getByRole('complementary', { name: 'Sample data' })).toHaveCount(0, { timeout: 30_000 });
});
