import type { Page } from '@playwright/test';
import { testLooks, type Look } from './looks';
import { expect, misfits, open, readsOn, shot, sizes, test } from './page';

const asked = (page: Page) => page.evaluate(() => window.fake?.calls.filter((c) => c.name === 'HealthAPI.Day').map((c) => c.args[0]) ?? []);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const title = (page: Page) => page.getByRole('heading', { level: 1 });
const week = (page: Page) => page.getByRole('list', { name: 'Seven days, oldest first' });

test.use({ viewport: sizes.wide });

const looks: Look[] = [
  { name: 'today', scenario: 'live', shows: 'Last night' },
  { name: 'today-contributors', scenario: 'live', shows: 'Last night', act: (page) => button(page, 'Contributors').click() },
  { name: 'today-movement', scenario: 'live', shows: 'Last night', at: (page) => page.getByRole('heading', { name: 'Movement', exact: true }) },
  { name: 'today-heart', scenario: 'live', shows: 'Last night', at: (page) => page.getByRole('heading', { name: 'Heart rate', exact: true }) },
  { name: 'today-tables', scenario: 'live', shows: 'Last night', act: async (page) => {
    await button(page, 'Table: Movement over the day').click();
    await button(page, 'Table: Heart rate through the day').click();
  } },
  { name: 'today-late', scenario: 'today_late', shows: 'Waits for your phone: open the Oura app.' },
  { name: 'today-not-worn', scenario: 'today_not_worn', shows: 'As far as it shows, the ring was not worn.' },
  { name: 'today-mixed', scenario: 'today_mixed', shows: 'Oura was not asked for this day yet.' },
  { name: 'today-young', scenario: 'today_young', shows: 'your usual range needs 11 more days' },
  { name: 'today-abroad', scenario: 'live', hash: '#/today/2026-11-16', shows: 'Hours are those of your ring’s clock, UTC+9.', act: (page) =>
    expect(page.getByText('Synced 4 min ago; ring data up to 21:05 (ring’s time, UTC+9).', { exact: true })).toBeVisible() },
  { name: 'today-clock-changed', scenario: 'live', hash: '#/today/2026-10-25', shows: 'The clock was changed on this day, from UTC+3 to UTC+2: 04:00 became 03:00.' },
  { name: 'today-gap', scenario: 'live', hash: '#/today/2026-11-13', shows: 'No night is known for this day.' },
  { name: 'today-old', scenario: 'live', hash: '#/today/2021-12-01', shows: 'Wednesday 1 December 2021' },
  { name: 'today-troubles', scenario: 'troubles', shows: 'Last night' },
  { name: 'today-empty', scenario: 'empty', shows: 'Nothing here yet' },
  { name: 'today-disconnected', scenario: 'disconnected', shows: 'No account connected' },
  { name: 'today-loading', scenario: 'loading', shows: 'Loading' },
  { name: 'today-failing', scenario: 'failing', shows: 'The day could not be read' },
];

testLooks(looks, '#/today');

test('a number stands before its unit in a window from right to left', async ({ page }) => {
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl')));
  await open(page, 'live', '#/today');
  for (const said of [/^\d+ ms$/, /^[\d.]+ bpm$/, /^[\d,]+ steps, so far$/, /^Synced 4 min ago/]) expect(await readsOn(page.getByText(said).first())).toBe(true);
});

test('what still runs is held against nothing; the fixed line is there once', async ({ page }) => {
  await open(page, 'live', '#/today');
  await expect(card(page, 'Scores').getByText('so far; the day still runs')).toHaveCount(1);
  for (const [hash, name] of [['#/today', 'Today'], ['#/night', 'Last night'], ['#/trends', 'Trends']] as const) {
    await page.evaluate((to) => (location.hash = to), hash);
    await expect(title(page)).toHaveText(name);
    await expect(page.getByText('Not a medical device; talk to a professional about health concerns.')).toHaveCount(1);
  }
});

test('a look at the start shows scores, the night and the week without scrolling', async ({ page }) => {
  await open(page, 'live', '#/today');
  await expect(title(page)).toHaveText('Today');
  for (const name of ['Scores', 'Week', 'Last night']) await expect(card(page, name).getByRole('heading').first()).toBeInViewport();
  await expect(page.getByRole('figure').first()).toBeInViewport({ ratio: 0.95 });
  await expect(week(page)).toBeInViewport({ ratio: 1 });
  await expect(page.getByText(/^Synced 4 min ago; ring data up to 14:05\.$/)).toBeVisible();
});

for (const forced of ['forced', 'contrast'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`U-15 every drawing is told without colour: ${forced}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, ...(forced === 'forced' ? { forcedColors: 'active' as const } : { contrast: 'more' as const }) });
      await page.setViewportSize({ width: 1280, height: 1500 });
      await open(page, 'live', '#/today');
      await expect(page.getByText('Last night')).toBeVisible();
      await shot(page, `today-${forced}-${colorScheme}`);
      expect(await misfits(page)).toEqual([]);
    });
  }
}

test.describe('days', () => {
  test('U-7 go by keys, by buttons and by the address', async ({ page }) => {
    await open(page, 'live', '#/today');
    await expect(card(page, 'Last night')).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(title(page)).toHaveText('Yesterday');
    expect(new URL(page.url()).hash).toBe('#/today/2026-11-21');
    await page.keyboard.press('[');
    await expect(title(page)).toHaveText('Friday 20 November');
    await page.keyboard.press(']');
    await expect(title(page)).toHaveText('Yesterday');
    await page.keyboard.press('ArrowRight');
    await expect(title(page)).toHaveText('Today');
    expect(new URL(page.url()).hash).toBe('#/today');
    await page.keyboard.press('ArrowRight');
    await expect(button(page, 'Next day')).toHaveAttribute('aria-disabled', 'true');
    await button(page, 'Previous day').click();
    await button(page, 'Previous day').click();
    await expect(title(page)).toHaveText('Friday 20 November');
    await button(page, 'Next day').click();
    await expect(title(page)).toHaveText('Yesterday');
    await page.goBack();
    await expect(title(page)).toHaveText('Friday 20 November');
    await page.locator('main').getByRole('button', { name: 'Today', exact: true }).click();
    await expect(title(page)).toHaveText('Today');
  });

  test('quick steps add up, though no day was waited for', async ({ page }) => {
    await open(page, 'live', '#/today');
    await expect(card(page, 'Last night')).toBeVisible();
    await page.evaluate(() => {
      for (let i = 0; i < 5; i++) window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    });
    await expect(title(page)).toHaveText('Tuesday 17 November');
  });

  test('a table that scrolls and a field keep their arrow keys', async ({ page }) => {
    await open(page, 'live', '#/today');
    await button(page, 'Table: Heart rate through the day').click();
    await page.evaluate(() => {
      const field = document.createElement('input');
      document.querySelector('main')?.append(field);
      field.focus();
    });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(title(page)).toHaveText('Today');
  });

  test('stop at the first day there is', async ({ page }) => {
    await open(page, 'live', '#/today/2021-11-23');
    await expect(title(page)).toHaveText('Tuesday 23 November 2021');
    await expect(button(page, 'Previous day')).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('ArrowLeft');
    await expect(title(page)).toHaveText('Tuesday 23 November 2021');
  });

  test('the week leads to each of its days, and draws a missing one as missing', async ({ page }) => {
    await open(page, 'live', '#/today/2026-11-15');
    await expect(week(page).getByRole('link')).toHaveCount(7);
    await expect(week(page).getByRole('link', { name: 'Friday 13 November: nothing known' })).toContainText(/–\s*–\s*–/);
    await expect(week(page).getByRole('link', { name: /^Sunday 15 November: / })).toHaveAttribute('aria-current', 'date');
    await week(page).getByRole('link', { name: /^Saturday 14 November: Sleep \d\d, Readiness \d\d, Activity \d\d$/ }).click();
    await expect(title(page)).toHaveText('Saturday 14 November');
    await expect(week(page).getByRole('link').last()).toHaveAttribute('aria-current', 'date');
  });

  test('a day that takes long is said to be read, and the old one stays until it is there', async ({ page }) => {
    await open(page, 'live', '#/today');
    await expect(card(page, 'Last night')).toBeVisible();
    await page.evaluate(() => window.fake?.stuck.add('HealthAPI.Day'));
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByRole('status').filter({ hasText: 'Reading the day' })).toBeAttached();
    await expect(title(page)).toHaveText('Today');
    await expect(card(page, 'Last night')).toBeVisible();
  });
});

test.describe('what is not known', () => {
  test('is never a number, and each score says what it waits for', async ({ page }) => {
    await open(page, 'today_late', '#/today');
    const scores = card(page, 'Scores');
    await expect(scores.getByText('Waits for your phone: open the Oura app.')).toHaveCount(3);
    // The activity of a day that still runs is held against nothing.
    await expect(scores.getByText(/^\d+ yesterday$/)).toHaveCount(2);
    await expect(scores.getByText('not known', { exact: true })).toHaveCount(3);
    await expect(card(page, 'Last night')).toContainText('No night is known for this day. Waits for your phone');
    await expect(page.getByText(/ring data up to yesterday 22:32/)).toBeVisible();
    await expect(week(page).getByRole('link', { name: 'Sunday 22 November: nothing known' })).toBeVisible();
  });

  test('leads to where it can be got', async ({ page }) => {
    await open(page, 'today_mixed', '#/today');
    const scores = card(page, 'Scores');
    await expect(scores.getByText('Oura has the day, but gave no score.')).toBeVisible();
    await scores.getByRole('link', { name: 'Open Connection' }).click();
    await expect(title(page)).toHaveText('Connection');
    await page.goBack();
    await scores.getByRole('link', { name: 'Open Sync' }).click();
    await expect(title(page)).toHaveText('Sync');
  });

  test('of a contributor is said and drawn otherwise', async ({ page }) => {
    await open(page, 'today_mixed', '#/today');
    await button(page, 'Contributors').click();
    const list = page.getByRole('list', { name: 'Contributors of Readiness' });
    await expect(list.getByRole('listitem')).toHaveCount(9);
    await expect(list.getByRole('listitem').first()).toContainText('not known');
    await expect(list.getByRole('listitem').first()).not.toContainText(/\d/);
    await expect(list.getByRole('listitem').last()).toContainText(/\d\d/);
    await expect(card(page, 'Scores').getByText('Oura names no contributors for this day.')).toHaveCount(2);
  });

  test('of the day’s movement is hatched where the ring was off, and said', async ({ page }) => {
    await open(page, 'live', '#/today');
    await expect(card(page, 'Movement')).toContainText(/not worn \d+ min\./);
    await expect(card(page, 'Movement')).toContainText('so far');
    await button(page, 'Table: Movement over the day').click();
    const rows = card(page, 'Movement').getByRole('row');
    await expect(rows).toHaveCount(25);
    await expect(rows.last()).toContainText('No reading');
    await page.keyboard.press('ArrowLeft');
    await expect(title(page)).toHaveText('Yesterday');
    await expect(card(page, 'Movement')).not.toContainText('so far');
  });

  test('and nothing at all leads to one next step', async ({ page }) => {
    await open(page, 'empty', '#/today');
    await button(page, 'See how far it is').click();
    await expect(title(page)).toHaveText('Sync');
  });

  test('U-11 before an account is connected there is one way on', async ({ page }) => {
    await open(page, 'disconnected', '#/today');
    await button(page, 'Connect an account').click();
    await expect(page.getByRole('heading', { name: 'Create your own Oura app' })).toBeVisible();
  });

  test('a day that could not be read is tried again', async ({ page }) => {
    await open(page, 'failing', '#/today');
    await expect(page.getByText('the disk is not there', { exact: false })).toBeVisible();
    await expect(page.getByText('storage', { exact: true })).toBeVisible();
    await page.evaluate(() => window.fake?.failures.clear());
    await button(page, 'Try again').click();
    await expect(card(page, 'Last night')).toBeVisible();
    await page.evaluate(() => window.fake?.failures.set('HealthAPI.Day', { code: 'storage', message: 'The disk is gone.' }));
    await page.evaluate(() => window.fake?.push('event:new', { lastSeq: 1 }));
    await expect(page.getByRole('alert')).toContainText('The disk is gone.');
    await expect(card(page, 'Last night')).toBeVisible();
  });
});

test.describe('what comes by itself', () => {
  test('is there at once, and moves nothing a person looks at', async ({ page }) => {
    await open(page, 'today_late', '#/today');
    await expect(card(page, 'Scores').getByText('Waits for your phone', { exact: false })).toHaveCount(3);
    const heading = page.getByRole('heading', { name: 'Newest events' });
    await page.setViewportSize({ width: 800, height: 420 });
    await heading.evaluate((h) => h.scrollIntoView());
    await expect(heading).toBeInViewport();
    const top = () => heading.evaluate((h) => h.getBoundingClientRect().top);
    const before = await top();
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      // The phone has synced: now the day is there.
      const { day } = fake.health;
      fake.health.day = (today) => ({ ...day(today, '2026-11-21'), day: today, today, nextDay: '' });
      fake.arrive(1);
    });
    await expect(card(page, 'Last night').getByRole('figure')).toBeAttached();
    expect(Math.abs((await top()) - before)).toBeLessThan(2);
  });

  test('new events appear first, and lead into the stream', async ({ page }) => {
    await open(page, 'live', '#/today');
    const list = page.getByRole('list', { name: 'Newest events' });
    await expect(list.getByRole('listitem')).toHaveCount(6);
    await page.evaluate(() => window.fake?.arrive(1));
    await expect(list.getByRole('link').first()).toHaveAttribute('href', '#/stream/401');
    await expect(list.getByRole('listitem')).toHaveCount(6);
    await list.getByRole('link').first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Stream' })).toBeAttached();
    expect(new URL(page.url()).hash).toBe('#/stream/401');
  });

  test('contributors stay open from day to day', async ({ page }) => {
    await open(page, 'live', '#/today');
    await button(page, 'Contributors').click();
    await page.keyboard.press('ArrowLeft');
    await expect(title(page)).toHaveText('Yesterday');
    await expect(page.getByRole('list', { name: 'Contributors of Sleep' })).toBeVisible();
    await expect(button(page, 'Contributors')).toBeFocused();
  });

  test('a burst of events asks for the day a few times only', async ({ page }) => {
    await open(page, 'live', '#/today');
    await expect(card(page, 'Last night')).toBeVisible();
    const before = (await asked(page)).length;
    await page.evaluate(() => {
      for (let i = 0; i < 200; i++) window.fake?.arrive(1);
    });
    await expect(page.getByRole('list', { name: 'Newest events' }).getByRole('link').first()).toHaveAttribute('href', '#/stream/600');
    expect((await asked(page)).length - before).toBeLessThanOrEqual(3);
  });
});

test('figures lead to their trend, the night to itself', async ({ page }) => {
  await open(page, 'live', '#/today/2026-11-20');
  await expect(card(page, 'The night before').getByRole('link', { name: 'Whole night' })).toHaveAttribute('href', '#/night/2026-11-20');
  await expect(card(page, 'Scores').getByRole('link', { name: 'Sleep' })).toHaveAttribute('href', '#/trends/daily_sleep.score');
  const changes = page.getByRole('list', { name: 'Changes since the day before' });
  await expect(changes.getByRole('listitem').first()).toContainText(/(higher|lower)/);
  await expect(changes.getByRole('link').first()).toHaveAttribute('href', /^#\/trends\/sleep\./);
});

test('times are those of the ring’s clock, and the zone is said where it is another one', async ({ page }) => {
  await open(page, 'live', '#/today/2026-11-16');
  await expect(page.getByText('Hours are those of your ring’s clock, UTC+9. This computer’s clock is at UTC+2.')).toBeVisible();
  await expect(card(page, 'The night before')).toContainText(/\d\d:\d\d – \d\d:\d\d \(ring’s time, UTC\+9\)/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Hours are those', { exact: false })).toHaveCount(0);
});

test('S-47 text from outside is only ever text', async ({ page }) => {
  await open(page, 'hostile', '#/today');
  await button(page, 'Contributors').click();
  await expect(page.getByText('<img src=x', { exact: false }).first()).toBeVisible();
  expect(await page.evaluate(() => ['pwned' in window, document.querySelectorAll('#app img, #app script').length, /[\u202a-\u202e\u2066-\u2069\u200b]/.test(document.body.innerText)])).toEqual([false, 0, false]);
  for (const link of await page.locator('main a[href]').all()) expect(await link.getAttribute('href')).toMatch(/^#\/[a-z]+(\/[\w.-]{1,120})?$/);
  expect(await misfits(page)).toEqual([]);
});
