import { expect, test, type APIRequestContext, type Page } from '@playwright/test';

/** F-75, after program.spec.ts: an account is connected, its subscriptions are set up. */
const control = process.env['OURA_E2E_CONTROL'] ?? 'http://127.0.0.1:24191';
const api = process.env['OURA_E2E_API'] ?? 'http://127.0.0.1:24197';
const token = process.env['OURA_E2E_TOKEN'] ?? 'e2e-token-0123456789abcdef';
const events = 1000;
const reloads = 50;
const names: Record<string, string> = { create: 'Created', update: 'Updated', delete: 'Deleted' };

interface Stored {
  seq: number;
  data_type: string;
  event_type: string;
  object_id: string;
  source: string;
}

/** What the list shows unless asked for more: all but the past, newest first. */
async function stored(request: APIRequestContext): Promise<Stored[]> {
  const all: Stored[] = [];
  for (let before = ''; ; before = `&before=${all.at(-1)?.seq ?? 0}`) {
    const page = await request.get(`${api}/events?limit=1000${before}`, { headers: { Authorization: `Bearer ${token}` } });
    expect(page.status()).toBe(200);
    const rows = (await page.json()) as Stored[];
    all.push(...rows);
    if (rows.length < 1000) return all.filter(({ source }) => source !== 'backfill');
  }
}

/** Every event of the list, by its number: what its line says. Scrolls from top to bottom and opens what is put together. */
async function listed(page: Page): Promise<Map<number, string>> {
  const rows = await page.getByRole('listbox').evaluate(async (list) => {
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    const seen: Record<string, string> = {};
    const shut = new Set<string>();
    list.scrollTo({ top: 0 });
    for (let still = 0; still < 60; still++) {
      await frame();
      const lines = [...list.querySelectorAll<HTMLElement>('[data-order]')];
      // A burst that is opened pushes down what stands below it: read again from here.
      const burst = lines.find(({ dataset }) => String(dataset['order']).endsWith('.25') && !shut.has(String(dataset['order'])));
      if (burst) {
        shut.add(String(burst.dataset['order']));
        burst.click();
        continue;
      }
      const before = Object.keys(seen).length;
      for (const line of lines) if (Number.isInteger(Number(line.dataset['order']))) seen[String(line.dataset['order'])] = line.textContent ?? '';
      const top = list.scrollTop;
      list.scrollTop += list.clientHeight / 2;
      if (list.scrollTop !== top || Object.keys(seen).length !== before) still = 0;
    }
    return seen;
  });
  return new Map(Object.entries(rows).map(([seq, said]) => [Number(seq), said]));
}

test('F-75 a window loaded anew 50 times during 1,000 events shows what is stored', async ({ page, request }) => {
  test.setTimeout(420_000);
  await page.goto('/#/stream');
  await expect(page.getByRole('option').first()).toBeVisible();
  const before = (await stored(request)).length;

  let sent = 0;
  const write = async (): Promise<void> => {
    for (let i = sent++; i < events; i = sent++) {
      const json = { id: `f75-${i}`, day: '2026-11-21', score: i % 100, timestamp: '2026-11-21T00:00:00+00:00', contributors: {} };
      const answer = await request.post(`${control}/control/put`, { data: { type: 'daily_readiness', id: json.id, json } });
      expect(answer.ok()).toBe(true);
    }
  };
  let loaded = 0;
  const reload = async (): Promise<void> => {
    for (; loaded < reloads; loaded++) {
      await expect.poll(() => sent, { timeout: 120_000, intervals: [20] }).toBeGreaterThanOrEqual((loaded * events) / reloads);
      // Now and then before anything of the last load is there.
      await expect(async () => {
        // The browser may still be exchanging pages from the last time; it then says so at once.
        await page.reload({ waitUntil: (['commit', 'domcontentloaded', 'load'] as const)[loaded % 3] });
      }).toPass({ timeout: 30_000, intervals: [50] });
    }
  };
  await Promise.all([write(), write(), write(), reload()]);
  expect([loaded, sent >= events]).toEqual([reloads, true]);

  await expect.poll(async () => (await stored(request)).length, { timeout: 180_000 }).toBeGreaterThanOrEqual(before + events);
  const store = await stored(request);
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-setsize', /./);
  await expect.poll(() => page.locator('[data-order]').first().getAttribute('data-order'), { timeout: 30_000 }).toContain(String(store[0]?.seq));
  const list = await listed(page);

  const differences: string[] = [];
  for (const { seq, event_type, data_type } of store) {
    const said = list.get(seq);
    if (said === undefined) differences.push(`${seq} ${data_type} is not listed`);
    else if (!said.includes(names[event_type] ?? '?') || (data_type === 'daily_readiness' && !said.includes('Daily readiness'))) differences.push(`${seq}: ${said}`);
  }
  for (const seq of list.keys()) if (!store.some((row) => row.seq === seq)) differences.push(`${seq} is listed and not stored`);
  console.log(`figure: F-75: ${reloads} loads, ${store.length - before} new events, ${list.size} listed, ${differences.length} differences (goal 0)`);
  expect(differences).toEqual([]);
  expect(store.filter(({ object_id }) => object_id.startsWith('f75-')).length).toBeGreaterThanOrEqual(events);
});
