import type { Page } from '@playwright/test';
import { testLooks, type Look } from './looks';
import { expect, misfits, open, readsOn, shot, sizes, test } from './page';

const calls = (page: Page) => page.evaluate(() => window.fake?.calls.filter((c) => c.name === 'HealthAPI.Night').map((c) => c.args[0]) ?? []);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the night' });
const readout = (page: Page) => page.locator('.readout');

test.use({ viewport: sizes.wide });

const looks: Look[] = [
  { name: 'night', scenario: 'live' },
  { name: 'night-below', scenario: 'live', at: (page) => page.getByRole('heading', { name: 'Figures and your usual' }) },
  { name: 'night-naps', scenario: 'live', hash: '#/night/2026-11-14' },
  { name: 'night-moment', scenario: 'live', act: async (page) => {
    await slider(page).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
  } },
  { name: 'night-thirty', scenario: 'live', act: (page) => page.getByRole('radio', { name: '30 s' }).check({ force: true }) },
  { name: 'night-table', scenario: 'live', act: (page) => button(page, 'Table: Stages, heart rate, HRV and movement').click(), at: (page) => page.getByRole('table').first() },
  { name: 'night-beside', scenario: 'live', act: async (page) => {
    await button(page, 'Another night beside it').click();
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await expect(page.getByText('Beside it, thin and grey: night to yesterday')).toBeVisible();
  } },
  { name: 'night-date', scenario: 'live', act: (page) => button(page, 'Go to date').click() },
  { name: 'night-no-hrv', scenario: 'live', hash: '#/night/2026-11-19' },
  { name: 'night-tiny', scenario: 'live', hash: '#/night/2026-11-17', act: (page) => page.getByRole('radio', { name: /^Nap/ }).check({ force: true }) },
  { name: 'night-travel', scenario: 'live', hash: '#/night/2026-11-16' },
  { name: 'night-clock', scenario: 'live', hash: '#/night/2026-10-25' },
  { name: 'night-none', scenario: 'live', hash: '#/night/2026-11-13' },
  { name: 'night-young', scenario: 'night_young' },
  { name: 'night-one', scenario: 'night_one' },
  { name: 'night-not-asked', scenario: 'night_not_asked' },
  { name: 'night-troubles', scenario: 'troubles' },
  { name: 'night-empty', scenario: 'empty' },
  { name: 'night-disconnected', scenario: 'disconnected' },
  { name: 'night-loading', scenario: 'loading' },
  { name: 'night-failing', scenario: 'failing' },
];

testLooks(looks, '#/night');

test.describe('forced colours', () => {
  test.use({ forcedColors: 'active' });
  test('U-15 stages are told by their rows, not by colours', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(slider(page)).toBeVisible();
    await shot(page, 'night-forced');
    const fills = await page.evaluate(() => ['deep', 'light', 'rem', 'awake'].map((stage) => getComputedStyle(document.querySelector(`path.${stage}`) ?? document.body).fill));
    expect(new Set(fills).size).toBe(1);
    for (const stage of ['Awake', 'REM', 'Light', 'Deep']) await expect(page.locator('svg text', { hasText: new RegExp(`^${stage}$`) })).toBeVisible();
  });
});

test('a window written from right to left keeps time running to the right', async ({ page }) => {
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl')));
  await open(page, 'live', '#/night');
  await slider(page).focus();
  await page.keyboard.press('Home');
  const line = page.locator('svg .cursor');
  const start = await line.boundingBox();
  await page.keyboard.press('End');
  const end = await line.boundingBox();
  expect((end?.x ?? 0) - (start?.x ?? 0)).toBeGreaterThan(400);
  for (const said of [/^\d+ ms$/, /^[\d.]+ bpm$/]) expect(await readsOn(page.getByText(said).first())).toBe(true);
  await shot(page, 'night-rtl');
  expect(await misfits(page)).toEqual([]);
});

test.describe('from night to night', () => {
  test('U-7 arrow keys, Home and End lead along the nights, over days without sleep', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(title(page, 'Last night')).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(title(page, 'Night to yesterday')).toBeVisible();
    expect(page.url()).toContain('#/night/2026-11-21');
    await page.keyboard.press('ArrowRight');
    await expect(title(page, 'Last night')).toBeVisible();
    await page.goto('/#/night/2026-11-14');
    await expect(title(page, 'Night to Saturday 14 November')).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(title(page, 'Night to Wednesday 11 November')).toBeVisible();
    await page.keyboard.press('Home');
    await expect(title(page, 'Night to Tuesday 23 November 2021')).toBeVisible();
    await expect(button(page, 'Previous night')).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('End');
    await expect(title(page, 'Last night')).toBeVisible();
    await expect(button(page, 'Next night')).toHaveAttribute('aria-disabled', 'true');
  });

  test('buttons lead there too, and keep the focus', async ({ page }) => {
    await open(page, 'live', '#/night');
    await button(page, 'Previous night').click();
    await expect(title(page, 'Night to yesterday')).toBeVisible();
    await expect(button(page, 'Previous night')).toBeFocused();
    await button(page, 'First night').click();
    await expect(title(page, 'Night to Tuesday 23 November 2021')).toBeVisible();
    await button(page, 'Newest night').click();
    await expect(title(page, 'Last night')).toBeVisible();
  });

  test('a date leads to its night; what is none is said', async ({ page }) => {
    await open(page, 'live', '#/night');
    await button(page, 'Go to date').click();
    const field = page.getByRole('textbox', { name: 'Go to date' });
    await expect(field).toBeFocused();
    await field.fill('2026-13-40');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Write a day that has been, as 2026-01-31 or 31 Jan.')).toBeVisible();
    await field.fill('2019-01-01');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Nights are here from 2021-11-23 to 2026-11-22.')).toBeVisible();
    // In a field the arrows belong to the field.
    await page.keyboard.press('ArrowLeft');
    await expect(title(page, 'Last night')).toBeVisible();
    await field.fill('29 Feb 2024');
    await page.keyboard.press('Enter');
    await expect(title(page, 'Night to Thursday 29 February 2024')).toBeVisible();
    await expect(button(page, 'Go to date')).toBeFocused();
  });

  test('a day without sleep says why, and the way on stays', async ({ page }) => {
    await open(page, 'live', '#/night/2026-11-13');
    await expect(page.getByRole('heading', { name: 'No sleep on this day' })).toBeVisible();
    await expect(page.getByText('As far as it shows, the ring was not worn.')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(title(page, 'Night to Saturday 14 November')).toBeVisible();
  });

  test('naps of the day stand beside the night', async ({ page }) => {
    await open(page, 'live', '#/night/2026-11-14');
    const periods = page.getByRole('radiogroup', { name: 'Sleep of this day' });
    await expect(periods.getByRole('radio')).toHaveCount(3);
    await expect(periods.getByRole('radio').first()).toBeChecked();
    await page.getByRole('radio', { name: /^Late nap on the evening before 18:15/ }).check({ force: true });
    await expect(page.getByRole('heading', { name: /^Late nap on the evening before, 18:15 – 18:57$/ })).toBeVisible();
    await expect(page.getByText('Usual ranges are of main sleeps; there is none for this period.')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('radio', { name: /^Nap/ })).toBeChecked();
    await expect(title(page, 'Night to Saturday 14 November')).toBeVisible();
  });
});

test.describe('one moment', () => {
  test('U-16 the keys read all lines, step by step', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(readout(page)).toContainText('Point at the drawing');
    await slider(page).focus();
    await page.keyboard.press('Home');
    const first = (await slider(page).getAttribute('aria-valuetext')) ?? '';
    expect(first).toMatch(/^\d\d:\d\d: Stage Awake, Heart rate not known, HRV not known, Movement /);
    await page.keyboard.press('ArrowRight');
    await expect(slider(page)).toHaveAttribute('aria-valuenow', '1');
    const second = (await slider(page).getAttribute('aria-valuetext')) ?? '';
    expect(second).toMatch(/Heart rate \d\d bpm, HRV \d+ ms/);
    expect(minutes(second) - minutes(first)).toBe(5);
    await expect(readout(page)).toContainText(second.slice(0, 5));
    await page.keyboard.press('PageUp');
    await expect(slider(page)).toHaveAttribute('aria-valuenow', '13');
    await page.keyboard.press('End');
    expect(await slider(page).getAttribute('aria-valuenow')).toBe(await slider(page).getAttribute('aria-valuemax'));
    // The keys stayed with the drawing.
    await expect(title(page, 'Last night')).toBeVisible();
    await page.getByRole('radio', { name: '30 s' }).check({ force: true });
    await slider(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(slider(page)).toHaveAttribute('aria-valuetext', /^\d\d:\d\d:\d0: Stage/);
  });

  test('so does the pointer, and leaves nothing behind', async ({ page }) => {
    await open(page, 'live', '#/night');
    const box = await slider(page).boundingBox();
    if (!box) throw new Error('no drawing');
    await page.mouse.move(box.x + box.width / 2, box.y + 80);
    await expect(readout(page)).toContainText(/\d\d:\d\d.*Stage.*Heart rate \d\d bpm.*HRV \d+ ms.*Movement/);
    await expect(page.locator('svg .cursor')).toHaveCount(1);
    await page.mouse.move(5, 5);
    await expect(readout(page)).toContainText('Point at the drawing');
    await expect(page.locator('svg .cursor')).toHaveCount(0);
  });

  test('U-14 the cursor follows the pointer through a night by half minutes without a hitch', async ({ page }) => {
    await open(page, 'live', '#/night');
    await page.getByRole('radio', { name: '30 s' }).check({ force: true });
    const took = await slider(page).evaluate(async (drawing) => {
      const box = drawing.getBoundingClientRect();
      const moves: number[] = [];
      for (let i = 0; i < 240; i++) {
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        drawing.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + 60 + (i / 240) * (box.width - 80), clientY: box.top + 40, bubbles: true }));
        // What has changed is written before this, and laid out by the question after it.
        await Promise.resolve();
        drawing.getBoundingClientRect();
        moves.push(performance.now() - start);
      }
      moves.sort((a, b) => a - b);
      return { median: moves[120] ?? 0, most: moves[228] ?? 0 };
    });
    console.log(`night cursor by 30 s: median ${took.median.toFixed(1)} ms for a move, 95 in 100 below ${took.most.toFixed(1)} ms`);
    expect(took.median).toBeLessThan(8);
  });

  test('the table tells the same', async ({ page }) => {
    await open(page, 'live', '#/night');
    await slider(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const said = (await slider(page).getAttribute('aria-valuetext')) ?? '';
    await button(page, 'Table: Stages, heart rate, HRV and movement').click();
    const row = page.getByRole('group', { name: 'Stages, heart rate, HRV and movement' }).getByRole('row').nth(2);
    const cells = await row.locator('th, td').allTextContents();
    expect(said).toBe(`${cells[0]}: Stage ${cells[1]}, Heart rate ${cells[2]}, HRV ${cells[3]}, Movement ${cells[4]}`);
  });
});

const minutes = (said: string): number => Number(said.slice(0, 2)) * 60 + Number(said.slice(3, 5));

test.describe('what is said', () => {
  test('the total that Oura states beside the one counted from the strings', async ({ page }) => {
    await open(page, 'live', '#/night');
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Time by stage' }) });
    await expect(card).toContainText(/Oura states 6 h 36 min 30 s asleep; the 5-min string adds up to 6 h 40 min, 3 min 30 s more\./);
    await expect(card.getByRole('columnheader', { name: 'From 5-min string' })).toBeVisible();
    await page.getByRole('radio', { name: '30 s' }).check({ force: true });
    await expect(card).toContainText('The total that Oura states is the one counted from the 30-s string.');
    await expect(card.getByRole('row', { name: /^Asleep/ })).toContainText('equal');
  });

  test('figures stand beside the own usual range, and nothing is made up while it is not known', async ({ page }) => {
    await open(page, 'live', '#/night');
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Mean HRV: show the trend' }) });
    await expect(row).toContainText(/\d+ ms/);
    await expect(row).toContainText(/usual \d+ – \d+ ms/);
    await row.getByRole('link').click();
    expect(page.url()).toContain('#/trends/sleep.average_hrv');
  });

  test('until enough nights are known, the range says how many it needs', async ({ page }) => {
    await open(page, 'night_young', '#/night');
    await expect(page.getByText('usual range needs 6 more nights').first()).toBeVisible();
  });

  test('values that nobody measured are dashes, never zeros', async ({ page }) => {
    await open(page, 'live', '#/night/2026-11-17');
    await page.getByRole('radio', { name: /^Nap/ }).check({ force: true });
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Lowest heart rate: show the trend' }) });
    await expect(row).toContainText('–');
    await expect(row).not.toContainText('255');
    for (const said of ['Oura gave no readings for this period, so there is nothing to draw.', 'Oura gave no stages for this period.', 'No heart rate was measured.', 'No HRV was measured.', 'Oura gave no movement for this period.']) await expect(page.getByText(said)).toBeVisible();
    await page.goto('/#/night/2026-11-19');
    await expect(page.getByText('HRV: not measured')).toBeVisible();
    await page.goto('/#/night/2026-11-18');
    await expect(page.getByText('Oura gave no 30-second stages')).toBeVisible();
    await page.goto('/#/night/2026-11-20');
    await expect(page.getByText('1 period that you rejected or deleted in the Oura app is not shown.')).toBeVisible();
  });

  test('hours are those of the ring’s clock, which is named where it is another one', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(page.getByText('ring’s clock')).toHaveCount(0);
    await page.goto('/#/night/2026-11-16');
    await expect(page.getByText('Hours are those of your ring’s clock, UTC+9. This computer’s clock was at UTC+2.')).toBeVisible();
    const first = await page.locator('svg text').filter({ hasText: /^\d\d:\d\d$/ }).first().textContent();
    expect(['23:00', '00:00', '01:00', '02:00']).toContain(first);
  });

  test('a night in which the clock was changed says so', async ({ page }) => {
    await open(page, 'live', '#/night/2026-10-25');
    await expect(page.getByText(/^The clock was changed during this night, from UTC\+3 to UTC\+2\. Hours here go by the clock at its start: the end at (\d\d:\d\d) was (\d\d:\d\d) on the changed clock\.$/)).toBeVisible();
    await page.goto('/#/night/2026-03-29');
    await expect(page.getByText(/from UTC\+2 to UTC\+3/)).toBeVisible();
  });

  test('another night lies beside, stays while nights change, and goes again', async ({ page }) => {
    await open(page, 'live', '#/night');
    await button(page, 'Another night beside it').click();
    await page.getByRole('textbox', { name: 'Another night beside it' }).fill('2026-11-01');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Beside it, thin and grey: night to Sunday 1 November')).toBeVisible();
    await expect(page.locator('svg path.other')).not.toHaveCount(0);
    await slider(page).focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await expect(readout(page).locator('.other').first()).toBeVisible();
    await page.locator('body').press('ArrowLeft');
    await button(page, 'Previous night').click();
    await expect(title(page, 'Night to yesterday')).toBeVisible();
    await expect(page.getByText('Beside it, thin and grey: night to Sunday 1 November')).toBeVisible();
    await button(page, 'Take it away').click();
    await expect(page.locator('svg path.other')).toHaveCount(0);
  });
});

test.describe('what comes meanwhile', () => {
  test('a revision shows up in place; a newer night is told of and not jumped to', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(title(page, 'Last night')).toBeVisible();
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      const before = fake.health.night;
      fake.health.night = (today, day) => {
        const view = before(today, day || '2026-11-22');
        return day === '' ? { ...view, day: '2026-11-23', lastDay: '2026-11-23' } : { ...view, lastDay: '2026-11-23', nextDay: '2026-11-23' };
      };
      fake.arrive(3);
    });
    await expect(page.getByText('A newer night has come in.')).toBeVisible();
    await expect(title(page, 'Last night')).toBeVisible();
    await button(page, 'Show it').click();
    await expect(title(page, 'Night to Monday 23 November')).toBeVisible();
    expect(await calls(page)).toEqual(['', '2026-11-22', '']);
  });

  test('a failure keeps the night that is there, and says so', async ({ page }) => {
    await open(page, 'live', '#/night');
    await expect(slider(page)).toBeVisible();
    await page.evaluate(() => {
      window.fake?.failures.set('HealthAPI.Night', { code: 'storage', message: 'The disk is not there.' });
      window.fake?.arrive(1);
    });
    await expect(page.getByRole('alert')).toContainText('The disk is not there.');
    await expect(slider(page)).toBeVisible();
    await page.evaluate(() => window.fake?.failures.clear());
    await button(page, 'Try again').click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
});

test('S-47 names from outside are only ever text', async ({ page }) => {
  await open(page, 'hostile', '#/night');
  await expect(slider(page)).toBeVisible();
  await button(page, 'Table: Stages, heart rate, HRV and movement').click();
  expect(await page.evaluate(() => ['pwned' in window, document.querySelectorAll('main img, main script').length])).toEqual([false, 0]);
  expect(await misfits(page)).toEqual([]);
});
