import type { Page } from '@playwright/test';
import { testLooks, type Look } from './looks';
import { expect, misfits, open, sizes, test } from './page';
import { card } from './settingsLooks';

const title = 'What leaves this computer';
const host = (page: Page, name: string) => card(page, title).getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });

const opener = (page: Page) => page.getByRole('button', { name: 'See what leaves this computer' });
const end = (page: Page) => page.getByText('Exports and backups stay where you put them.');

const looks: Look[] = [
  { name: 'privacy-live', scenario: 'live', shows: 'api.ouraring.com' },
  { name: 'privacy-live-end', scenario: 'live', shows: 'api.ouraring.com', at: end },
  { name: 'privacy-demo', scenario: 'demo', shows: '127.0.0.1:8000' },
  { name: 'privacy-wizard', scenario: 'welcome', hash: '#/setup', act: async (page) => {
    await opener(page).press('Enter');
    await expect(page.locator('dialog[open]').getByText('api.ouraring.com')).toBeVisible();
  } },
];

testLooks(looks, '#/settings/leaves');

test.describe('what leaves this computer', () => {
  test.use({ viewport: sizes.wide });

  test('U-18 each host says why, what is sent, whether it is on and when it was last talked to', async ({ page }) => {
    await open(page, 'live', '#/settings/leaves');
    const oura = host(page, 'api.ouraring.com');
    await expect(oura).toContainText('Last talked to 2 min ago');
    await expect(oura).toContainText('The access token of your sign-in');
    await expect(host(page, 'connect.ngrok-agent.com')).toContainText('On');
    await expect(host(page, 'calm-otter-driven.ngrok-free.app')).toContainText('from outside');
    await expect(host(page, 'moi.ouraring.com')).toContainText('Not talked to since 11:20');
    await expect(host(page, 'cloud.ouraring.com')).toContainText('If you ask');
    await expect(host(page, '127.0.0.1:8001')).toContainText('ngrok is used');
    const named = await card(page, title).locator('.host strong').allTextContents();
    expect(named).toEqual(['api.ouraring.com', 'moi.ouraring.com', 'connect.ngrok-agent.com', 'calm-otter-driven.ngrok-free.app', 'cloud.ouraring.com', 'developer.ouraring.com', '127.0.0.1:8000', '127.0.0.1:8001', '127.0.0.1']);

    // Another setting, another list: nothing has to be opened again.
    await page.evaluate(() => {
      const at = window.fake?.connection;
      if (at) Object.assign(at.settings, { mode: 'polling' }) && Object.assign(at.address, { kind: 'none', url: '' });
      window.fake?.push('connection:changed', {});
    });
    await expect(host(page, 'connect.ngrok-agent.com')).toContainText('polling is chosen');
    await expect(host(page, 'Your public address')).toContainText('Off');
  });

  test('U-18 the palette leads there by keyboard, and so does the search', async ({ page }) => {
    await open(page, 'own_url', '#/today');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('privacy');
    await expect(page.getByRole('option', { name: `Settings: ${title}` })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(card(page, title)).toBeInViewport();
    await expect(page.locator('[data-section=leaves]')).toBeFocused();
    await expect(host(page, 'ring.example.net')).toBeVisible();
    await expect(host(page, 'connect.ngrok-agent.com')).toContainText('an address of your own is used');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('tracking');
    await expect(page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('button')).toHaveText([title]);
  });

  test('U-18 what cannot be read says so, and can be tried again', async ({ page }) => {
    await open(page, 'data_failing', '#/settings/leaves');
    await expect(card(page, title)).toContainText('the disk is not there');
    await page.evaluate(() => window.fake?.failures.clear());
    await card(page, title).getByRole('button', { name: 'Try again' }).press('Enter');
    await expect(host(page, 'api.ouraring.com')).toBeVisible();
  });

  test('U-18 hosts that others named stay text', async ({ page }) => {
    await open(page, 'hostile', '#/settings/leaves');
    await expect(card(page, title).getByText('<img', { exact: false }).first()).toBeVisible();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await misfits(page)).toEqual([]);
  });
});

test('U-18 the first run shows it before anything is connected', async ({ page }) => {
  await open(page, 'welcome', '#/setup');
  for (const viewport of Object.values(sizes)) {
    await page.setViewportSize(viewport);
    await opener(page).press('Enter');
    const dialog = page.locator('dialog[open]');
    await expect(dialog.getByText('api.ouraring.com')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(opener(page)).toBeFocused();
  }
});
