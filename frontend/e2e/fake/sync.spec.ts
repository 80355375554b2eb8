import type { Page } from '@playwright/test';
import { attacks } from '../../src/lib/backend/fake/hostile';
import { testLooks, type Look } from './looks';
import { expect, open, sizes, test } from './page';

const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === `SyncAPI.${n}`).map((c) => c.args) ?? [], name);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const grid = (page: Page) => page.getByRole('grid');
const cell = (page: Page) => page.getByRole('gridcell');
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Where a day of a row is on the page: rows are 24 px, days 14 px, the axis 36 px high, the newest day at the right. */
const spot = async (page: Page, row: number, daysAgo: number): Promise<{ x: number; y: number }> => {
  const frame = await page.locator('canvas[style*="width"]').boundingBox();
  if (!frame) throw new Error('no map');
  return { x: frame.x + frame.width - 14 * daysAgo - 7, y: frame.y + 36 + 24 * row + 12 };
};

test.use({ viewport: sizes.wide });

const looks: Look[] = [
  { name: 'sync', scenario: 'live' },
  { name: 'sync-selection', scenario: 'live', act: async (page) => {
    await grid(page).focus();
    await press(page, 'ArrowDown', 'ArrowDown', 'PageUp', 'Shift+PageDown', 'Shift+ArrowDown');
  } },
  { name: 'sync-counts', scenario: 'live', act: (page) => button(page, 'Counts by type').click() },
  { name: 'sync-pause', scenario: 'live', act: (page) => button(page, 'Pause').click() },
  { name: 'sync-filling', scenario: 'sync_filling', act: (page) => button(page, '17 types, 2 types refused, 92 days not read').click(), at: (page) => page.getByText('Done, 2 types refused, 92 days not read') },
  { name: 'sync-history', scenario: 'sync_history' },
  { name: 'sync-waiting', scenario: 'sync_waiting' },
  { name: 'sync-paused', scenario: 'paused' },
  { name: 'sync-empty', scenario: 'empty' },
  { name: 'sync-disconnected', scenario: 'disconnected' },
  { name: 'sync-loading', scenario: 'loading' },
  { name: 'sync-failing', scenario: 'failing' },
  { name: 'wizard-4-first', scenario: 'sync_wizard', hash: '#/stream' },
  { name: 'wizard-4-history', scenario: 'sync_wizard_history', hash: '#/stream' },
  { name: 'wizard-4-all', scenario: 'sync_wizard_done', hash: '#/stream', at: (page) => page.getByRole('heading', { name: 'What has come so far' }) },
];

testLooks(looks, '#/sync');

test.describe('the map', () => {
  test('U-16 is walked by keyboard, and says of each day what is known', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await grid(page).focus();
    await expect(cell(page)).toHaveAttribute('aria-label', 'Bedtime advice, Today: Partial');
    await press(page, 'ArrowDown', 'ArrowDown', 'PageUp');
    for (let i = 0; i < 8; i++) await press(page, 'ArrowRight');
    await expect(cell(page)).toHaveAttribute('aria-label', 'Sleep period, Saturday 31 October: Failed');
    await expect(grid(page)).toHaveAttribute('aria-activedescendant', (await cell(page).getAttribute('id')) ?? '');
    await expect(page.getByText('Oura answered 502 and did not answer later tries either. Asked 14 min ago.')).toBeVisible();
    // Resting asks, passing does not.
    expect((await calls(page, 'Cell')).length).toBeLessThan(8);
    await press(page, 'Home');
    await expect(cell(page)).toHaveAttribute('aria-label', 'Sleep period, Tuesday 23 November 2021: Not asked yet');
    await expect(cell(page)).toBeInViewport();
    await press(page, 'End');
    await expect(cell(page)).toHaveAttribute('aria-label', 'Sleep period, Today: Partial');
    await expect(cell(page)).toBeInViewport();
  });

  test('fills what is selected by keyboard, gaps only', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await grid(page).focus();
    await press(page, 'ArrowDown', 'ArrowDown', 'PageUp', 'Shift+PageDown');
    await expect(page.getByText('Sleep period, 23 Oct – 22 Nov')).toBeVisible();
    await expect(page.getByText('31 days: 24 complete, 3 partial, 1 empty at Oura, 3 failed.')).toBeVisible();
    await press(page, 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter');
    await expect(button(page, 'Fill these gaps')).toBeFocused();
    await press(page, 'Enter');
    await expect.poll(() => calls(page, 'Fill')).toEqual([['2026-10-30', '2026-11-01', ['sleep']]]);
    await expect(page.getByText('Asked for: Sleep period, 23 Oct – 19 Nov.')).toBeVisible();
    await expect(page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').first()).toContainText('Next in line');
    await expect(button(page, 'Fill these gaps')).toBeFocused();
  });

  test('selects by press, drag and the name of a row', async ({ page }) => {
    await open(page, 'live', '#/sync');
    const [from, to] = [await spot(page, 7, 40), await spot(page, 7, 33)];
    await page.mouse.click(from.x, from.y);
    await expect(page.getByText('Blood oxygen, Tuesday 13 October: Not worn').last()).toBeVisible();
    await expect(button(page, 'Ask again')).toBeVisible();
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await button(page, 'Fill these gaps').click();
    await expect.poll(() => calls(page, 'Fill')).toEqual([['2026-10-14', '2026-10-20', ['daily_spo2']]]);
    await page.getByText('VO₂ max').first().click();
    await expect(page.getByText(/not shared, 120 not asked yet\./)).toBeVisible();
    await expect(grid(page)).toBeFocused();
  });

  test('shows the reason beside the pointer, and hides it again', async ({ page }) => {
    await open(page, 'live', '#/sync');
    const at = await spot(page, 2, 22);
    await page.mouse.move(at.x, at.y);
    const hint = page.locator('.hint');
    await expect(hint).toContainText('Sleep period, Saturday 31 October: Failed');
    await expect(hint).toContainText('Oura answered 502');
    await page.mouse.move(20, 700);
    await expect(hint).toHaveCount(0);
  });

  test('does not ask for what is not shared, and says what to do', async ({ page }) => {
    await open(page, 'live', '#/sync');
    const at = await spot(page, 8, 10);
    await page.mouse.click(at.x, at.y);
    await expect(page.getByText('This kind of data is not shared.', { exact: false })).toBeVisible();
    await expect(button(page, 'Fill this gap')).toHaveAttribute('title', /is not shared/);
    await button(page, 'Fill this gap').click({ force: true });
    expect(await calls(page, 'Fill')).toEqual([]);
    // Switched on meanwhile: what was not shared then can be filled.
    await page.evaluate(() => {
      for (const type of window.fake?.sync.types ?? []) type.allowed = true;
      window.fake?.push('sync:changed', {});
    });
    await expect(page.getByText('It does now, so the gap can be filled.', { exact: false })).toBeVisible();
    await button(page, 'Fill this gap').click();
    await expect.poll(async () => (await calls(page, 'Fill')).length).toBe(1);
  });

  test('shows what a round changed that brought nothing', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await grid(page).focus();
    await expect(cell(page)).toHaveAttribute('aria-label', 'Bedtime advice, Today: Partial');
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      fake.coverage.set('sleep_time', fake.sync.today, fake.sync.today, 'c');
      for (const type of fake.sync.types) type.lastSync = new Date().toISOString();
      fake.push('sync:changed', {});
    });
    await expect(cell(page)).toHaveAttribute('aria-label', 'Bedtime advice, Today: Complete');
    expect((await calls(page, 'Coverage')).at(-1)).toEqual(['2026-10-23', '2026-11-22']);
  });

  test('keeps the days in view when it is zoomed, and the newest when new ones come', async ({ page }) => {
    await open(page, 'live', '#/sync');
    const right = () => grid(page).evaluate((e) => e.scrollWidth - e.clientWidth - e.scrollLeft);
    expect(await right()).toBeLessThan(1);
    for (const zoom of ['Months', 'Years', 'Days']) {
      await page.getByRole('radio', { name: zoom }).check({ force: true });
      await expect.poll(right).toBeLessThan(1);
    }
    await button(page, 'A year earlier').click();
    await expect.poll(right).toBeGreaterThan(365 * 14 - 20);
    await page.getByRole('radio', { name: 'Years' }).check({ force: true });
    await page.getByRole('radio', { name: 'Days' }).check({ force: true });
    await expect.poll(async () => Math.abs((await right()) - 365 * 14)).toBeLessThan(30);
  });

  test('says when what was asked for failed', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await page.evaluate(() => window.fake?.failures.set('SyncAPI.Fill', { code: 'invalid', message: 'Such a job is there already.' }));
    await grid(page).focus();
    await button(page, 'Fill this gap').click();
    await expect(page.getByRole('alert')).toContainText('Such a job is there already.');
  });

  test('grows while a job reads, and reads no more of it than changed', async ({ page }) => {
    await open(page, 'sync_filling', '#/sync');
    await grid(page).focus();
    await expect(cell(page)).toBeVisible();
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      fake.coverage.set('daily_spo2', '2026-08-18', '2026-09-01', 'c');
      Object.assign(fake.sync.jobs[1] ?? {}, { state: 'done', daysDone: 15, endedAt: new Date().toISOString() });
      fake.push('sync:changed', {});
    });
    await expect.poll(async () => (await calls(page, 'Coverage')).length).toBe(2);
    expect((await calls(page, 'Coverage'))[1]).toEqual(['2026-08-18', '2026-09-01']);
  });

  test('U-14 scrolls over five years without a hitch', async ({ page }) => {
    await open(page, 'live', '#/sync');
    for (const zoom of ['Days', 'Months', 'Years']) {
      await page.getByRole('radio', { name: zoom }).check({ force: true });
      const took = await grid(page).evaluate(async (map) => {
        const frames: number[] = [];
        map.scrollLeft = map.scrollWidth;
        const step = map.scrollWidth / 240;
        await new Promise<void>((done) => {
          let last = 0;
          const frame = (at: number): void => {
            if (last > 0) frames.push(at - last);
            last = at;
            map.scrollLeft -= step;
            if (frames.length < 240) requestAnimationFrame(frame);
            else done();
          };
          requestAnimationFrame(frame);
        });
        frames.sort((a, b) => a - b);
        return { slow: frames.filter((ms) => ms > 50).length, median: frames[120] ?? 0, worst: frames.at(-1) ?? 0 };
      });
      console.log(`map, ${zoom}: ${took.slow} of 240 frames over 50 ms, median ${took.median.toFixed(1)} ms, worst ${took.worst.toFixed(1)} ms`);
      expect(took.median).toBeLessThan(34);
      // The rest is for machines that do something else meanwhile.
      expect(took.slow).toBeLessThan(24);
    }
  });
});

test.describe('sync now, pause, jobs', () => {
  test('a round is asked for and shown under way', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await button(page, 'Sync now').click();
    await expect(page.getByText('Syncing, 3 of 19 types')).toBeVisible();
    await expect(button(page, 'Sync now')).toHaveAttribute('aria-busy', 'true');
    expect(await calls(page, 'SyncNow')).toEqual([[]]);
  });

  for (const [label, minutes, said] of [['For 1 hour', 60, /^Paused until 15:32$/], ['Until tomorrow', -1, /^Paused until 23 Nov, 04:00$/], ['Until I resume', 0, /^Paused until you resume$/]] as const) {
    test(`pauses ${label}, and resumes`, async ({ page }) => {
      await open(page, 'live', '#/sync');
      await button(page, 'Pause').click();
      await button(page, label).click();
      await expect(page.getByText(said)).toBeVisible();
      expect(await calls(page, 'Pause')).toEqual([[minutes]]);
      await expect(button(page, 'Resume').first()).toBeFocused();
      await button(page, 'Resume').first().click();
      await expect(page.getByText(said)).toHaveCount(0);
      expect(await calls(page, 'Resume')).toEqual([[]]);
    });
  }

  test('U-9 a job tells how far it is, is cancelled, and goes on when that is undone', async ({ page }) => {
    await open(page, 'sync_filling', '#/sync');
    const job = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: 'Reading' }).first();
    await expect(job).toContainText('9 of 15 days · 18 documents · 4.2 a second, about 7 s left');
    await expect(job.getByRole('progressbar')).toHaveJSProperty('position', 0.6);
    await button(page, 'Cancel 18 Aug – 1 Sept').click();
    await expect.poll(() => calls(page, 'CancelJob')).toEqual([[8]]);
    await expect(button(page, 'Resume 18 Aug – 1 Sept')).toBeVisible();
    await button(page, 'Undo').click();
    await expect.poll(() => calls(page, 'ResumeJob')).toEqual([[8]]);
  });

  test('a job that waits says why and until when; one that is refused a type says that', async ({ page }) => {
    await open(page, 'sync_waiting', '#/sync');
    await expect(page.getByText('Oura allows no more requests for now. Goes on in 4 min.')).toHaveCount(2);
    await button(page, '17 types, 2 types refused').click();
    await expect(page.getByText('Oura did not share “Heart health”').first()).toBeVisible();
  });

  test('a job that is done says what it could not read, with counts and reasons', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await expect(page.getByText('Done, 2 types refused, 92 days not read')).toBeVisible();
    await button(page, '17 types, 2 types refused, 92 days not read').click();
    const heart = page.getByRole('listitem').filter({ hasText: 'Heart rate' }).filter({ hasText: 'not read' }).last();
    await expect(heart).toContainText('214,300 measurements, 92 days not read');
    await expect(heart).toContainText('Oura answered 502');
  });
});

test('U-11 before an account is connected there is one way on', async ({ page }) => {
  await open(page, 'disconnected', '#/sync');
  await expect(page.getByRole('heading', { name: 'No account connected' })).toBeVisible();
  await button(page, 'Connect an account').click();
  await expect(page.getByRole('heading', { name: 'Create your own Oura app' })).toBeVisible();
});

test('the wizard tells what the first connection has brought', async ({ page }) => {
  await open(page, 'sync_wizard', '#/stream');
  await expect(page.getByText('The last 30 days come first')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'The last 30 days come first' })).toHaveAttribute('value', '7');
  await page.evaluate(() => {
    const fake = window.fake;
    if (!fake) return;
    const none = { reason: '', waitUntil: '', from: '', dataTypes: ['daily_sleep'], revised: 0, daysTotal: 0, secondsLeft: 0, endedAt: '', types: [] };
    fake.sync.round = { running: false, kind: '', done: 0, total: 0 };
    fake.sync.jobs = [{ ...none, id: 9, kind: 'history', state: 'running', to: '2026-10-23', day: '2026-07-26', dataType: 'daily_sleep', documents: 1804, samples: 0, daysDone: 90, rate: 31, createdAt: fake.sync.types[0]?.lastSync ?? '' }];
    fake.push('sync:changed', {});
  });
  await expect(page.getByText('The last 30 days are here')).toBeVisible();
  await expect(page.getByText(/back to July 2026, 31 a second/)).toBeVisible();
  expect(await calls(page, 'Coverage')).toEqual([]);
});

test('the wizard does not call a history whole that is not', async ({ page }) => {
  await open(page, 'sync_wizard_done', '#/stream');
  await expect(page.getByText('Your history is here, except for 2 types that Oura did not share, and 92 days that could not be read')).toBeVisible();
  await expect(page.getByText('Cardiovascular age, VO₂ max: Oura did not share “Heart health”', { exact: false })).toBeVisible();
  await expect(page.getByText('Heart rate: Oura answered 502', { exact: false })).toBeVisible();
});

test('S-47 reasons from outside are only ever text', async ({ page }) => {
  await open(page, 'hostile', '#/sync');
  await grid(page).focus();
  await press(page, 'ArrowUp', 'ArrowLeft');
  await expect(page.getByRole('status').filter({ hasText: attacks[0]?.slice(0, 12) }).first()).toBeVisible();
  expect(await page.evaluate(() => ['pwned' in window, document.querySelectorAll('#app img, #app script').length])).toEqual([false, 0]);
});
