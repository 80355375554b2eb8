import { testLooks } from './looks';
import { expect, open, sizes, test } from './page';
import { button, card, dialog, go, inside } from './settingsLooks';

const look = async (page: import('@playwright/test').Page): Promise<void> => {
  await go(page, 'Diagnostics');
  await button(page, 'Look at it').click();
  await expect(dialog(page)).toContainText('Oura Streaming diagnostics, 2026-11-22 12:32:10Z');
};

testLooks(
  [
    { name: 'settings-diagnostics', scenario: 'live', act: (page) => go(page, 'Diagnostics'), at: (page) => card(page, 'Diagnostics') },
    { name: 'settings-diagnostics-all', scenario: 'live', act: look },
    { name: 'settings-diagnostics-saved', scenario: 'live', act: async (page) => {
      await look(page);
      await inside(page, 'Save…').click();
      await expect(dialog(page)).toContainText('Saved as oura-streaming-diagnostics.txt.');
    } },
    { name: 'settings-diagnostics-failing', scenario: 'live', act: async (page) => {
      await page.evaluate(() => window.fake?.failures.set('DiagnosticsAPI.Look', { code: 'internal', message: 'Something went wrong inside Oura Streaming. Try again.' }));
      await go(page, 'Diagnostics');
      await button(page, 'Look at it').click();
      await expect(dialog(page)).toContainText('Something went wrong');
    } },
  ],
  '#/settings',
);

test.describe('diagnostics', () => {
  test.use({ viewport: sizes.wide });
  const calls = (page: import('@playwright/test').Page) => page.evaluate(() => window.fake?.calls.filter((c) => c.name.startsWith('DiagnosticsAPI')).map((c) => c.name));

  test('U-12 are found, looked at whole, copied and saved by keyboard', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('bug report');
    await expect(page.getByRole('region', { name: 'Diagnostics', exact: true })).toBeVisible();
    const opener = button(page, 'Look at it');
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(inside(page, 'Close')).toBeFocused();
    const all = dialog(page).getByRole('region', { name: 'Text of the diagnostics' });
    await expect(all).toContainText('"round ended"');
    // The text is scrolled by keyboard to its end.
    await page.keyboard.press('Shift+Tab');
    await expect(all).toBeFocused();
    await page.keyboard.press('End');
    await expect.poll(() => all.evaluate((e) => Math.abs(e.scrollTop + e.clientHeight - e.scrollHeight) < 4 && e.scrollTop > 0)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(inside(page, 'Copy')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(inside(page, 'Copied')).toBeVisible();
    expect(await page.evaluate(() => window.fake?.clipboard)).toBe(await all.locator('pre').textContent());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toContainText('Saved as oura-streaming-diagnostics.txt.');
    expect(await calls(page)).toEqual(['DiagnosticsAPI.Look', 'DiagnosticsAPI.Save']);
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
    await expect(opener).toBeFocused();
  });

  test('say that they could not be saved, and are read anew each time', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await look(page);
    await page.evaluate(() => window.fake?.failures.set('DiagnosticsAPI.Save', { code: 'storage', message: 'The file cannot be written there.' }));
    await inside(page, 'Save…').click();
    await expect(dialog(page).getByRole('alert')).toContainText('The file cannot be written there.');
    await inside(page, 'Close').click();
    await button(page, 'Look at it').click();
    await expect(dialog(page)).toContainText('Oura Streaming diagnostics');
    await expect(dialog(page).getByRole('alert')).toHaveCount(0);
    expect(await calls(page)).toEqual(['DiagnosticsAPI.Look', 'DiagnosticsAPI.Save', 'DiagnosticsAPI.Look']);
  });

  test('U-7 are reached by the palette from any screen', async ({ page }) => {
    await open(page, 'live', '#/stream');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('bug');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toContainText('Oura Streaming diagnostics');
    await expect(page).toHaveURL(/#\/stream$/);
  });

  test('U-12 are there when the program could not start', async ({ page }) => {
    await open(page, 'not_started');
    await button(page, 'Diagnostics').click();
    await expect(dialog(page)).toContainText('Oura Streaming diagnostics');
    await page.keyboard.press('Escape');
    await expect(button(page, 'Diagnostics')).toBeFocused();
  });
});
