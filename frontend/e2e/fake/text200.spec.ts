import type { Page } from '@playwright/test';
import { launch } from '../launch';
import { begin, stands } from './looks';
import { expect, misfits, open, reopen, shot, still, test, threeSizes } from './page';
import { looks } from './settingsLooks';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

/** Gives the window each size in turn, and holds each picture that `show` names to the rules. */
async function everySize(page: Page, show: (fits: (name: string) => Promise<void>, size: string) => Promise<unknown>): Promise<void> {
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px');
  for (const [size, viewport] of Object.entries(threeSizes)) {
    await test.step(size, async () => {
      await page.setViewportSize(viewport);
      await still(page);
      await show(async (name) => {
        await shot(page, `text200-${name.replace(/\W+/g, '-')}-${size}`);
        expect.soft(await misfits(page), `${name}, ${size}`).toEqual([]);
      }, size);
    });
  }
}

for (const [scenario, hash] of [['troubles', '#/stream'], ['live', '#/stream/400'], ['sync_filling', '#/sync'], ['live', '#/connection'], ['export_done', '#/export'], ['live', '#/settings'], ['client', '#/setup']] as const) {
  test(`U-15 text at 200 %: ${hash}`, async ({ page }) => {
    await open(page, scenario, hash);
    await everySize(page, async (fits) => {
      await fits(hash.slice(2));
      for (const name of hash === '#/connection' ? ['Change', 'Choose types', 'Delete all of ours'] : []) {
        await page.getByRole('button', { name, exact: true }).click();
        await still(page);
        await fits(name);
        await page.keyboard.press('Escape');
      }
    });
  });
}

for (const name of ['settings-backup-inside', 'settings-keep-preview', 'settings-token-made', 'settings-erase', 'settings-undo', 'settings-trouble']) {
  test(`U-15 text at 200 %: ${name}`, async ({ page }) => {
    const look = looks.find((one) => one.name === name);
    if (!look) throw new Error(`no look is called ${name}`);
    await open(page, look.scenario, '#/settings');
    let over = look.anew ? [] : await begin(page, look);
    await everySize(page, async (fits) => {
      if (look.anew) {
        await reopen(page, '#/settings');
        over = await begin(page, look);
      }
      await stands(page, look, over);
      await fits(name);
    });
  });
}

for (const scenario of ['live', 'today_late', 'today_mixed']) {
  test(`U-15 text at 200 %: today, ${scenario}`, async ({ page }) => {
    await open(page, scenario, '#/today');
    await page.getByRole('button', { name: 'Contributors' }).click();
    await everySize(page, async (fits, size) => {
      for (const card of ['Scores', 'Week', 'Movement', 'Newest events']) {
        await page.getByRole('heading', { level: 2, name: card, exact: true }).evaluate((h) => h.scrollIntoView());
        await shot(page, `text200-${scenario}-${card.replace(' ', '-')}-${size}`);
      }
      await fits(scenario);
    });
  });
}

test('U-15 a night with text at 200 %', async ({ page }) => {
  await open(page, 'live', '#/night/2026-11-14');
  const drawing = page.getByRole('slider', { name: 'Moment of the night' });
  await drawing.focus();
  await page.keyboard.press('PageUp');
  await everySize(page, async (fits, size) => {
    await fits('night');
    // The names of the rows stand within the drawing.
    const cut = await drawing.evaluate((box) => {
      const left = box.getBoundingClientRect().left;
      return [...box.querySelectorAll('text')].filter((name) => name.getBoundingClientRect().left < left - 1).map((name) => name.textContent);
    });
    expect.soft(cut, size).toEqual([]);
    await page.getByRole('heading', { name: 'Time by stage' }).evaluate((e) => e.scrollIntoView());
    await fits('night-below');
  });
});

test('U-15 Trends with text at 200 %', async ({ page }) => {
  await open(page, 'live', '#/trends');
  await everySize(page, async (fits, size) => {
    await page.getByRole('radio', { name: 'Line' }).check({ force: true });
    await expect(page.getByRole('slider')).toBeVisible();
    await fits('trends');
    await page.getByRole('slider').scrollIntoViewIfNeeded();
    await shot(page, `text200-trends-line-${size}`);
    await page.getByRole('button', { name: /^Metric: / }).click();
    await fits('trends-pick');
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: 'Calendar' }).check({ force: true });
    await page.getByRole('grid').scrollIntoViewIfNeeded();
    await fits('trends-calendar');
  });
});
