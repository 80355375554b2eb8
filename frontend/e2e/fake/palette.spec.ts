import type { Page } from '@playwright/test';
import { dress, look } from './looks';
import { appearances, expect, open, sizes, still, test } from './page';

const palette = (page: Page) => page.getByRole('dialog', { name: 'Commands' });
const box = (page: Page) => page.getByRole('combobox');
const entries = (page: Page) => palette(page).getByRole('option');
const entry = (page: Page, name: string | RegExp) => palette(page).getByRole('option', { name });
const chosen = (page: Page) => palette(page).getByRole('option', { selected: true });
const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === n).map((c) => c.args) ?? [], name);
const toast = (page: Page) => page.getByRole('region', { name: 'Messages' });

async function ask(page: Page, query: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type(query);
}

async function give(page: Page, query: string, title: string | RegExp): Promise<void> {
  await ask(page, query);
  await expect(chosen(page)).toContainText(title);
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
}

for (const way of appearances()) {
  test(`U-7 the palette and the shortcut sheet, ${way.name}`, async ({ page }) => {
    test.setTimeout(90_000);
    await dress(page, way);
    await open(page, 'live', '#/settings');
    const shown = async (name: string): Promise<void> => {
      await still(page);
      await look(page, `palette-${name}`, way, 'dialog[open]');
    };
    await page.keyboard.press('Control+k');
    await expect(entry(page, /^Sync now/)).toBeVisible();
    await shown('all');
    await page.keyboard.type('sync');
    await shown('sync');
    await box(page).fill('20 nov');
    await expect(entry(page, 'Night of Friday 20 November')).toBeVisible();
    await shown('day');
    await box(page).fill('no such thing at all');
    await expect(palette(page).getByText('No command matches')).toBeVisible();
    await shown('none');
    await box(page).fill('metric');
    await page.keyboard.press('Enter');
    await expect(box(page)).toHaveAttribute('placeholder', 'Which metric?');
    await shown('metrics');
    await page.keyboard.press('Escape');
    await expect(box(page)).toHaveAccessibleName('Type a command');
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await shown('sheet');
  });
}

test.describe('U-7 the palette', () => {
  test.use({ viewport: sizes.wide });

  test('is a combobox over a listbox, and gives the focus back', async ({ page }) => {
    await open(page, 'live', '#/connection');
    const button = page.getByRole('button', { name: 'Sign out' });
    await button.focus();
    await page.keyboard.press('Control+k');
    await expect(box(page)).toBeFocused();
    const first = await chosen(page).getAttribute('id');
    expect(await box(page).getAttribute('aria-activedescendant')).toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await chosen(page).getAttribute('id')).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    // Round the end, and in sight there.
    await expect(entries(page).last()).toHaveAttribute('aria-selected', 'true');
    await expect(entries(page).last()).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(button).toBeFocused();
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+k');
    await expect(palette(page)).toBeHidden();
    await expect(button).toBeFocused();
    await page.getByRole('button', { name: 'Commands' }).click();
    await expect(box(page)).toBeFocused();
    await page.mouse.click(5, 790);
    await expect(palette(page)).toBeHidden();
  });

  test('lists all that the window can do, with its keys', async ({ page }) => {
    await open(page, 'live');
    await page.keyboard.press('Control+k');
    for (const name of ['Today', 'Stream', 'Trends', 'Night', 'Sync', 'Connection', 'Export', 'Settings']) await expect(entry(page, new RegExp(`^Go to ${name}`))).toBeVisible();
    for (const name of ['Pause for 1 hour', 'Pause until tomorrow', 'Check the subscriptions with Oura', 'Check the public address', 'Copy the webhook address', 'Sign in to Oura again', 'Back up now', 'Open the data folder', 'Light colours', 'Dark colours', 'Colours as the desktop', 'Search settings', 'Look around with sample data', 'Show all shortcuts'])
      await expect(entry(page, new RegExp(`^${name}`))).toHaveCount(1);
    await expect(entry(page, /^Sync now/)).toContainText('F5');
    await expect(entry(page, /^Go to Stream/)).toContainText('Alt2');
    await expect(entry(page, 'Resume')).toHaveCount(0);
  });

  test('goes to a screen, a day, a night, a metric and a section of the settings', async ({ page }) => {
    await open(page, 'live');
    await give(page, 'go conn', 'Go to Connection');
    await expect(page).toHaveURL(/#\/connection$/);
    await expect(page.locator('main')).toBeFocused();
    await give(page, '2026-11-18', 'Today screen of Wednesday 18 November');
    await expect(page).toHaveURL(/#\/today\/2026-11-18$/);
    await ask(page, 'yesterday');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/night\/2026-11-21$/);
    await give(page, 'settings backups', 'Settings: Backups');
    await expect(page).toHaveURL(/#\/settings\/backups$/);
    await expect(page.getByRole('region', { name: 'Backups', exact: true })).toBeInViewport();
    await expect(page.locator('[data-section=backups]')).toBeFocused();
    // Once more for the same section, from further down.
    await page.locator('.page').evaluate((e) => e.scrollTo({ top: e.scrollHeight }));
    await expect(page.getByRole('region', { name: 'Backups', exact: true })).not.toBeInViewport();
    await give(page, 'settings backups', 'Settings: Backups');
    await expect(page.getByRole('region', { name: 'Backups', exact: true })).toBeInViewport();
    await ask(page, 'open a metric');
    await page.keyboard.press('Enter');
    const metric = await page.evaluate(async () => (await window.go?.app?.HealthAPI.Metrics())?.find((m) => m.days > 0));
    await page.keyboard.type(metric?.name ?? '');
    await expect(chosen(page)).toContainText(metric?.name ?? '');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/trends\/[\w.]+$/);
  });

  test('asks for a day, and steps back before it closes', async ({ page }) => {
    await open(page, 'live');
    await ask(page, 'go to a night');
    await page.keyboard.press('Enter');
    await expect(box(page)).toHaveAccessibleName('Go to a night');
    await expect(palette(page).getByText('No such day.', { exact: false })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeVisible();
    await expect(box(page)).toBeFocused();
    await ask2(page);
    await page.keyboard.press('Backspace');
    await expect(box(page)).toHaveAccessibleName('Type a command');
    await page.keyboard.press('Escape');
    await expect(palette(page)).toBeHidden();

    async function ask2(p: Page): Promise<void> {
      await p.keyboard.type('go to a day');
      await p.keyboard.press('Enter');
      await expect(box(p)).toHaveAccessibleName('Go to a day');
    }
  });

  test('does what it is told, and says how it went', async ({ page }) => {
    await open(page, 'live', '#/export');
    await give(page, 'sync now', 'Sync now');
    await expect(toast(page)).toContainText('Oura is being asked for the newest data.');
    expect(await calls(page, 'SyncAPI.SyncNow')).toHaveLength(1);
    await give(page, 'webhook url', 'Copy the webhook address');
    await expect(toast(page)).toContainText('copied');
    expect(await page.evaluate(() => window.fake?.clipboard)).toBe(await page.evaluate(() => window.fake?.connection.address.url));
    await give(page, 'dark', 'Dark colours');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await give(page, 'pause hour', 'Pause for 1 hour');
    expect(await calls(page, 'SyncAPI.Pause')).toEqual([[60]]);
    await give(page, 'reconcile', 'Check the subscriptions with Oura');
    await expect(toast(page)).toContainText('The subscriptions are checked.');
    await page.evaluate(() => window.fake?.failures.set('DataAPI.BackUp', { code: 'storage', message: 'The disk is full.' }));
    await give(page, 'backup', 'Back up now');
    await expect(page.getByRole('alert')).toContainText('The disk is full.');
    await give(page, 'data folder', 'Open the data folder');
    await expect.poll(() => calls(page, 'DataAPI.OpenFolder')).toHaveLength(1);
    await page.keyboard.press('Control+k');
    await expect(palette(page).getByRole('group', { name: 'Used last' }).getByRole('option').first()).toContainText('Open the data folder');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.keyboard.press('Control+k');
    await expect(chosen(page)).toContainText('Open the data folder');
  });

  test('says why a command cannot be given, and does not give it', async ({ page }) => {
    await open(page, 'disconnected');
    await ask(page, 'sync now');
    await expect(chosen(page)).toContainText('No account is connected.');
    await expect(chosen(page)).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Enter');
    await expect(palette(page)).toBeVisible();
    await box(page).fill('webhook');
    await expect(entry(page, /^Copy the webhook address/)).toContainText('There is no public address.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F5');
    await expect(toast(page)).toContainText('No account is connected.');
    expect(await calls(page, 'SyncAPI.SyncNow')).toEqual([]);
    await page.goto('about:blank');
    await open(page, 'paused');
    await ask(page, 'resume');
    await expect(chosen(page)).toContainText('Resume');
    await box(page).fill('pause');
    await expect(entry(page, /^Pause for/)).toHaveCount(0);
  });

  test('enters and leaves the sample data', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await give(page, 'sample', 'Look around with sample data');
    await expect(page.getByRole('complementary', { name: 'Sample data' })).toBeVisible();
    await expect(page).toHaveURL(/#\/today$/);
    await give(page, 'sample', 'Leave the sample data');
    await expect(page.getByRole('complementary', { name: 'Sample data' })).toHaveCount(0);
  });
});
