import type { Page } from '@playwright/test';
import { appearances, expect, misfits, open, sizes, test, threeSizes, violations } from './page';
import { button, card, go } from './settingsLooks';

const bell = (page: Page) => page.getByRole('region', { name: 'Status', exact: true }).getByRole('button', { name: /^Notifications/ });
const panel = (page: Page) => page.getByRole('dialog', { name: 'Notifications' });
const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === `NoticesAPI.${n}`).map((c) => c.args) ?? [], name);

for (const { name, viewport, colorScheme } of appearances(threeSizes)) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme });

    test('U-6 the list, empty and full, and its part of Settings', async ({ page }) => {
      const look = async (what: string): Promise<void> => {
        await page.waitForTimeout(150);
        await page.screenshot({ path: `screens/notices-${what}-${name}.png` });
        expect(await misfits(page)).toEqual([]);
        expect(await violations(page)).toEqual([]);
      };
      await open(page, 'live', '#/settings');
      await bell(page).click();
      await expect(panel(page).getByRole('link')).toHaveCount(4);
      await look('list');
      await page.keyboard.press('Escape');
      await go(page, 'Notifications');
      await page.getByRole('checkbox', { name: 'Show health values in notifications' }).check({ force: true });
      await button(page, /^New data/).click();
      await look('settings');
      await page.evaluate(() => {
        const p = window.fake;
        if (!p) return;
        p.notices = { ...p.notices, notices: [], system: 'none', why: 'Your desktop runs no notification service. Most bring one; for others there are dunst and mako.' };
        p.push('notices:changed', {});
      });
      await expect(card(page, 'Notifications').getByText('Your system shows no notifications')).toBeVisible();
      await look('none');
      await bell(page).click();
      await expect(panel(page).getByText('Nothing since the program started')).toBeVisible();
      await look('empty');
    });
  });
}

test.describe('notifications', () => {
  test.use({ viewport: sizes.wide });

  test('U-6 the list by keyboard leads to the very thing and counts what is unread', async ({ page }) => {
    await open(page, 'live', '#/sync');
    await expect(bell(page)).toHaveAccessibleName('Notifications, 2 unread');
    await bell(page).focus();
    await page.keyboard.press('Enter');
    await expect(panel(page).getByRole('button', { name: 'Mark all as read' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(panel(page).getByRole('link', { name: /Last night is in/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/night\/2026-11-22$/);
    await expect(panel(page)).toHaveCount(0);
    expect(await calls(page, 'Read')).toEqual([['a-3']]);
    await expect(bell(page)).toHaveAccessibleName('Notifications, 1 unread');
    await bell(page).click();
    await button(page, 'Mark all as read').click();
    await expect(panel(page).getByText('All read')).toBeVisible();
    await expect(bell(page)).toHaveAccessibleName('Notifications');
    await page.keyboard.press('Escape');
    await expect(bell(page)).toBeFocused();
    // What is clicked outside the window leads here too, with nothing on top of it.
    await page.keyboard.press('Control+k');
    await page.evaluate(() => window.fake?.push('navigate', { route: '#/connection' }));
    await expect(page).toHaveURL(/#\/connection$/);
    await expect(page.locator('dialog[open]')).toHaveCount(0);
  });

  test('U-6 what is told is chosen, tried and put back', async ({ page }) => {
    await open(page, 'live', '#/settings/notices');
    const part = card(page, 'Notifications');
    await expect(part.getByText('Your system shows notifications.', { exact: false })).toBeVisible();
    await expect(button(page, 'Reset: Notifications')).toHaveCount(0);
    await part.getByRole('checkbox', { name: 'Last night is in, once a day' }).uncheck({ force: true });
    await button(page, 'New data: None').click();
    await part.getByRole('checkbox', { name: 'Workout' }).check({ force: true });
    await expect(button(page, 'New data: 1 type')).toBeVisible();
    expect(await calls(page, 'SaveTypes')).toEqual([[['workout']]]);
    await part.getByRole('checkbox', { name: 'Show health values in notifications' }).check({ force: true });
    await expect(part.getByText('also while it is locked', { exact: false })).toBeVisible();
    await button(page, 'Reset: Notifications').click();
    await expect(part.getByRole('checkbox', { name: 'Last night is in, once a day' })).toBeChecked();
    await expect(button(page, 'New data: None')).toBeVisible();
    await expect(part.getByText('also while it is locked', { exact: false })).toHaveCount(0);
    await button(page, 'Send a test notification').click();
    await expect(page.getByText('Sent. Your system decides', { exact: false })).toBeVisible();
    await page.evaluate(() => window.fake?.failures.set('NoticesAPI.Test', { code: 'unavailable', message: 'Your desktop runs no notification service.' }));
    await button(page, 'Send a test notification').click();
    await expect(part.getByRole('alert')).toContainText('Your desktop runs no notification service.');
  });
});
