import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

test.use({ viewport: sizes.wide });

/** The ring is in another place than the computer: there it is another day, whose night is in or not. */
async function ringDay(page: Page, today: string, lastDay: string): Promise<void> {
  await open(page, 'live', '#/sync');
  await page.evaluate(
    (at) => {
      if (!window.fake) return;
      const before = window.fake.health.night;
      window.fake.health.night = (_, asked) => ({ ...before(at.today, asked || at.lastDay), lastDay: at.lastDay });
    },
    { today, lastDay },
  );
  await page.evaluate(() => (location.hash = '#/night/2026-11-20'));
  await expect(page.getByRole('heading', { level: 1, name: 'Night to' })).toBeVisible();
}

async function goTo(page: Page, typed: string): Promise<void> {
  await page.getByRole('button', { name: 'Go to date', exact: true }).click();
  await page.getByRole('textbox', { name: 'Go to date' }).fill(typed);
  await page.keyboard.press('Enter');
}

test('“yesterday” is the one of the ring’s clock where it is tomorrow there', async ({ page }) => {
  await ringDay(page, '2026-11-23', '2026-11-22');
  await goTo(page, 'yesterday');
  await expect(title(page, 'Night to yesterday')).toBeVisible();
  expect(page.url()).toContain('#/night/2026-11-22');
});

test('“today” is the one of the ring’s clock where it is yesterday there', async ({ page }) => {
  await ringDay(page, '2026-11-21', '2026-11-21');
  await goTo(page, 'today');
  await expect(title(page, 'Last night')).toBeVisible();
  expect(page.url()).toContain('#/night/2026-11-21');
});
