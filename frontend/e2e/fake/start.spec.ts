import { appearances, expect, misfits, open, sizes, test, threeSizes, violations } from './page';
import { button, card } from './settingsLooks';

for (const { name, viewport, colorScheme } of appearances(threeSizes)) {
  test(`start and close, with all that can be wrong, ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await open(page, 'live', '#/settings/start');
    const part = card(page, 'Start and close');
    await expect(part).toBeInViewport();
    await expect(part.getByText('Tray, notifications and keychain are all there.')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.evaluate(() => {
      const p = window.fake;
      if (!p) throw new Error('no pretended program');
      p.start = {
        login: true, hidden: true, moved: '/home/mira/Downloads/a folder with a long name/oura-streaming', fault: '', closing: 'quit',
        lacks: (['tray', 'notifications', 'keychain'] as const).map((what) => ({ what, hint: 'Install what is missing, and switch it on. It is used as soon as it is there.' })),
      };
      p.push('tray:changed', { tray: 'none', hint: 'Install the extension AppIndicator.' });
    });
    for (const what of ['tray', 'notifications', 'keychain']) await expect(part.getByText(`This desktop offers no ${what}`)).toBeVisible();
    await page.waitForTimeout(150);
    await part.screenshot({ path: `screens/start-${name}.png` });
    expect(await misfits(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });
}

test.describe('start and close', () => {
  test.use({ viewport: sizes.wide });

  test('U-5 each switch is the system’s, and a copy that has moved is repaired', async ({ page }) => {
    await open(page, 'live', '#/settings/start');
    const part = card(page, 'Start and close');
    const asked = () => page.evaluate(() => window.fake?.calls.filter(({ name }) => /\.Set(Login|Closing)$/.test(name)).map(({ args }) => args));
    const login = part.getByRole('checkbox', { name: 'Start when I sign in' });
    const hidden = part.getByRole('checkbox', { name: 'Start without the window' });
    await expect(hidden).toBeDisabled();
    await login.check({ force: true });
    await expect(hidden).toBeEnabled();
    await hidden.check({ force: true });
    await part.getByRole('radio', { name: 'Quit' }).check({ force: true });
    await expect.poll(asked).toEqual([[true, false], [true, true], ['quit']]);
    await page.evaluate(() => {
      if (window.fake) window.fake.start = { ...window.fake.start, moved: '/old/place' };
      window.dispatchEvent(new Event('focus'));
    });
    await expect(part.getByText('/old/place')).toBeVisible();
    await button(page, 'Start this one').click();
    await expect(part.getByText('/old/place')).toBeHidden();
    await expect(hidden).toBeChecked();
    await button(page, 'Reset: Start and close').click();
    await expect(login).not.toBeChecked();
    await expect(part.getByRole('radio', { name: 'Keep running in the tray' })).toBeChecked();
  });

  test('U-5 who closed the window is told once that the program went on', async ({ page }) => {
    await open(page, 'live', '#/today');
    await page.evaluate(() => window.fake?.push('window:kept', {}));
    await expect(page.getByText('kept running in the tray')).toBeVisible();
    await button(page, 'Change').click();
    await expect(card(page, 'Start and close')).toBeInViewport();
  });
});
