import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

/** U-7 and U-16: the whole program without a pointer. No test here moves or presses one. */

const screens = ['Today', 'Stream', 'Trends', 'Night', 'Sync', 'Connection', 'Export', 'Settings'];
const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === n).length ?? 0, name);
const palette = (page: Page) => page.getByRole('combobox', { name: 'Type a command' });
const layer = (page: Page) => page.locator('dialog[open]');

interface Stop {
  name: string;
  /** The focus can be seen. */
  ring: boolean;
  /** It is in sight, and nothing lies over it. */
  clear: boolean;
}

/** What has the focus now; undefined when nothing has. */
function stop(page: Page): Promise<Stop | undefined> {
  return page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return undefined;
    // A map or a list shows its cursor inside.
    const near = [e, e.parentElement, e.parentElement?.parentElement, e.nextElementSibling, e.querySelector('.cursor')];
    // The map of days paints its cursor.
    const ring = e.matches('.map') || near.some((x) => {
      if (!x) return false;
      const style = getComputedStyle(x);
      return style.outlineStyle !== 'none' || (x !== e && style.boxShadow.includes('inset'));
    });
    const shown = e.matches('.unseen, input[type=radio], input[type=checkbox]') ? (e.closest('label') ?? e) : e;
    const r = shown.getBoundingClientRect();
    const [left, right, top, bottom] = [Math.max(r.left, 0), Math.min(r.right, innerWidth), Math.max(r.top, 0), Math.min(r.bottom, innerHeight)];
    const over = [0.1, 0.5, 0.9].map((part) => document.elementFromPoint(left + (right - left) * part, (top + bottom) / 2));
    const clear = right > left && bottom > top && over.some((x) => x && (shown.contains(x) || x.contains(shown)));
    const name = `${e.tagName.toLowerCase()} ${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 60)}`;
    return { name, ring, clear };
  });
}

/** Presses Tab until the focus has been everywhere once. Fails where it stays or never ends. */
async function walk(page: Page, most: number): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const at = await stop(page);
    if (!at) return stops;
    const seen = await page.evaluate(() => {
      const e = document.activeElement as (Element & { walked?: boolean }) | null;
      const before = e?.walked ?? false;
      if (e) e.walked = true;
      return before;
    });
    if (seen) return stops;
    stops.push(at);
  }
  throw new Error(`the focus never comes round: ${stops.slice(-5).map((s) => s.name).join(' | ')}`);
}

for (const [size, most] of [['wide', 420], ['narrow', 420]] as const) {
  test(`U-7 all eight screens are reached and left by keyboard, ${size}`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.setViewportSize(sizes[size]);
    await open(page, 'live');
    for (const [i, screen] of screens.entries()) {
      await test.step(screen, async () => {
        await page.keyboard.press(`Alt+${i + 1}`);
        await expect(page).toHaveTitle(new RegExp(`^${screen} `));
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(screen === 'Today' || screen === 'Night' ? /./ : new RegExp(screen));
        await expect(page.locator('main')).toBeFocused();
        await page.waitForTimeout(100);
        const stops = await walk(page, most);
        expect(stops.length).toBeGreaterThan(screens.length / 2);
        expect(stops.filter((s) => !s.ring).map((s) => `${screen}: no focus to be seen: ${s.name}`)).toEqual([]);
        expect(stops.filter((s) => !s.clear).map((s) => `${screen}: covered or out of sight: ${s.name}`)).toEqual([]);
      });
    }
  });
}

test.describe('U-7 layers', () => {
  test.use({ viewport: sizes.wide });

  const dialogs: [screen: string, button: string][] = [
    ['#/connection', 'Change'],
    ['#/connection', 'Choose types'],
    ['#/connection', 'Delete all of ours'],
    ['#/settings', 'Make a token'],
    ['#/settings', 'Revoke Grafana'],
    ['#/settings', 'Delete all events'],
    ['#/settings', 'Delete all my data'],
    ['#/settings', 'Forget'],
    ['#/settings', 'Look at it'],
    ['#/settings', 'Show all shortcuts'],
  ];

  test('every dialog takes the focus, keeps it, closes by Escape and gives it back', async ({ page }) => {
    test.setTimeout(240_000);
    await open(page, 'live', '#/connection');
    for (const [hash, name] of dialogs) {
      await test.step(name, async () => {
        await page.evaluate((to) => (location.hash = to), hash);
        const button = page.getByRole('button', { name, exact: true });
        await button.focus();
        await page.keyboard.press('Enter');
        await expect(layer(page)).toBeVisible();
        const inside = (): Promise<boolean> => layer(page).evaluate((e) => e.contains(document.activeElement) || document.activeElement === document.body);
        for (let i = 0; i < 14; i++) {
          expect(await inside(), `after ${i} times Tab`).toBe(true);
          await page.keyboard.press(i < 10 ? 'Tab' : 'Shift+Tab');
        }
        await page.keyboard.press('Escape');
        await expect(layer(page)).toHaveCount(0);
        await expect(button).toBeFocused();
      });
    }
  });

  test('every popover opens, closes by Escape and gives the focus back', async ({ page }) => {
    await open(page, 'live', '#/connection');
    for (const [hash, name] of [['#/connection', /^Blood oxygen, Created/], ['#/sync', 'Pause'], ['#/stream', 'All types']] as const) {
      await page.evaluate((to) => (location.hash = to), hash);
      const button = page.getByRole('button', { name, exact: typeof name === 'string' }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      await expect(button).toHaveAttribute('aria-expanded', 'true');
      await expect(button).not.toBeFocused();
      await page.keyboard.press('Escape');
      await expect(button).toHaveAttribute('aria-expanded', 'false');
      await expect(button).toBeFocused();
    }
  });

  test('Escape closes one layer at a time', async ({ page }) => {
    await open(page, 'live', '#/stream/400');
    const detail = page.getByRole('region', { name: 'Event', exact: true });
    await expect(detail).toBeVisible();
    await page.keyboard.press('Control+k');
    await expect(palette(page)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(layer(page)).toHaveCount(0);
    await expect(detail).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    // Keys of the screen below do nothing meanwhile.
    await page.keyboard.press('j');
    await page.keyboard.press('Control+k');
    await expect(page).toHaveURL(/#\/stream\/400$/);
    await expect(palette(page)).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(layer(page)).toHaveCount(0);
    await expect(detail).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(detail).toBeHidden();
  });
});

test.describe('U-7 shortcuts', () => {
  test.use({ viewport: sizes.wide });

  test('F5 and Ctrl-R ask Oura and load no page anew', async ({ page }) => {
    await open(page, 'live', '#/export');
    await page.evaluate(() => Object.assign(window, { here: true }));
    for (const key of ['F5', 'Control+r', 'Shift+F5', 'Control+F5', 'Control+Shift+r']) await page.keyboard.press(key);
    await expect(page.getByRole('region', { name: 'Messages' })).toContainText('Oura is being asked');
    expect(await calls(page, 'SyncAPI.SyncNow')).toBe(2);
    // Under a dialog, too, and there it asks nothing.
    await page.keyboard.press('?');
    await page.keyboard.press('F5');
    expect([await page.evaluate(() => 'here' in window), await calls(page, 'SyncAPI.SyncNow')]).toEqual([true, 2]);
  });

  test('Ctrl-comma leads to the settings, Ctrl-F to the search of the screen', async ({ page }) => {
    await open(page, 'live');
    await page.keyboard.press('Control+f');
    await expect(page.getByRole('searchbox')).toBeFocused();
    await page.keyboard.press('Control+,');
    await expect(page).toHaveURL(/#\/settings$/);
    await page.keyboard.press('Control+f');
    await expect(page.getByRole('searchbox', { name: 'Search settings' })).toBeFocused();
    // Where a person types, letters are letters; with Ctrl they are not.
    await page.keyboard.type('?jg1');
    await page.keyboard.press('Alt+1');
    await expect(page.getByRole('searchbox', { name: 'Search settings' })).toHaveValue('?jg1');
    await expect(page).toHaveURL(/#\/settings$/);
    await page.keyboard.press('Control+k');
    await expect(palette(page)).toBeFocused();
  });

  test('the sheet tells all keys, and can turn the single ones off', async ({ page }) => {
    await open(page, 'live');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const [does, keys] of [['Open the commands', 'CtrlK'], ['Sync now', 'F5orCtrlR'], ['Go to Settings', 'Alt8orCtrl,'], ['Search on this screen', 'CtrlF'], ['Undo what was done last', 'CtrlZ'], ['Go to the messages', 'F6'], ['Show all shortcuts', '?'], ['Close what is on top', 'Esc']] as const)
      await expect(sheet.locator('dl > div').filter({ hasText: does }).locator('dd')).toHaveText(keys);
    await sheet.getByRole('checkbox', { name: /Letters and signs alone/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(sheet).toBeHidden();
    await page.reload();
    await expect(page.getByRole('option').first()).toBeVisible();
    await page.keyboard.press('?');
    await expect(sheet).toBeHidden();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('shortcuts');
    await page.keyboard.press('Enter');
    await expect(sheet).toBeVisible();
  });

  test('a Mac sees and uses ⌘', async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' }));
    await open(page, 'live');
    await expect(page.getByRole('button', { name: 'Commands' })).toContainText('⌘K');
    await page.keyboard.press('Control+k');
    await expect(palette(page)).toHaveCount(0);
    await page.keyboard.press('Meta+k');
    await expect(palette(page)).toBeFocused();
    await expect(page.getByRole('option', { name: /^Go to Today/ })).toContainText('⌥1');
  });

  test('messages are reached, closed and undone', async ({ page }) => {
    await open(page, 'sync_filling', '#/sync');
    const cancel = page.getByRole('button', { name: 'Cancel 18 Aug – 1 Sept' });
    await cancel.focus();
    await page.keyboard.press('Enter');
    const corner = page.getByRole('region', { name: 'Messages' });
    await expect(corner.getByRole('button', { name: 'Undo' })).toBeVisible();
    await page.getByRole('link', { name: 'Export' }).focus();
    await page.keyboard.press('F6');
    expect(await corner.evaluate((e) => e.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await expect(corner).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Export' })).toBeFocused();
    const resume = page.getByRole('button', { name: 'Resume 18 Aug – 1 Sept' });
    await resume.focus();
    await page.keyboard.press('Enter');
    await cancel.focus();
    await page.keyboard.press('Enter');
    await expect(corner).toBeVisible();
    await page.keyboard.press('Control+z');
    await expect(cancel).toBeVisible();
    await expect(corner).toHaveCount(0);
  });
});
