import { attacks } from '../../src/lib/backend/fake/hostile';
import { testLooks } from './looks';
import { expect, misfits, open, sizes, test } from './page';
import { button, calls, card, choose, dialog, firstBackup, go, inside, looks } from './settingsLooks';

testLooks(looks, '#/settings');

test.describe('finding a setting', () => {
  test.use({ viewport: sizes.wide });

  test('U-12 the search shows what matches and keeps what was begun', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await choose(page, 'Number of events', 'Other');
    await page.getByLabel('Events to keep').fill('5000');
    await page.keyboard.press('Control+f');
    await expect(page.getByRole('searchbox')).toBeFocused();
    await page.keyboard.type('dark');
    await expect(card(page, 'Appearance')).toBeVisible();
    await expect(card(page, 'Backups')).toBeHidden();
    await expect(page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('button')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(card(page, 'Backups')).toBeVisible();
    await expect(page.getByLabel('Events to keep')).toHaveValue('5000');
    await page.getByRole('searchbox').fill('no such setting');
    await expect(page.getByText('No setting matches')).toBeVisible();
    await button(page, 'Clear search').last().click();
    await expect(card(page, 'Public address')).toBeVisible();
  });

  test('the navigation leads to a section and follows the reader', async ({ page }) => {
    await open(page, 'live', '#/settings');
    const entry = (name: string) => page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('button', { name });
    await go(page, 'Backups');
    await expect(card(page, 'Backups')).toBeInViewport();
    await expect(entry('Backups')).toHaveAttribute('aria-current', 'true');
    await page.locator('.page').evaluate((box) => box.scrollTo({ top: 0 }));
    await expect(entry('Public address')).toHaveAttribute('aria-current', 'true');
    await page.locator('.page').evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await expect(entry('Delete')).toHaveAttribute('aria-current', 'true');
  });

  test('U-12 a group goes back to how it came', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await button(page, 'Reset: Appearance').click();
    await expect(page.getByRole('radio', { name: 'As the desktop' })).toBeChecked();
    await expect(button(page, 'Reset: Appearance')).toHaveCount(0);
    await button(page, 'Reset: Data types').click();
    await expect(page.getByRole('checkbox', { name: 'Tag', exact: true })).toBeChecked();
    await expect(page.getByRole('checkbox', { name: /^Meal/ })).not.toBeChecked();
    await choose(page, 'Events', '90 days');
    await button(page, 'Save and delete').click();
    await button(page, 'Reset: How long data is kept').click();
    await expect.poll(async () => (await calls(page, 'SaveRetention')).at(-1)).toEqual([{ eventsDays: 0, eventsCount: 0, deliveriesDays: 0, samplesDays: 0 }]);
  });
});

test.describe('the data', () => {
  test.use({ viewport: sizes.wide });

  test('a backup is made, looked into, restored and removed by keyboard', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await button(page, 'Back up now').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText('The backup is made and checked.')).toBeVisible();
    await expect(button(page, 'Show all 12')).toBeVisible();
    await button(page, firstBackup).nth(1).focus();
    await page.keyboard.press('Enter');
    await expect(inside(page, 'Close')).toBeFocused();
    await expect(dialog(page).getByRole('row', { name: 'Events 40,995 41,207' })).toBeVisible();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toContainText('set aside in the data folder, not deleted');
    expect(await calls(page, 'Restore')).toEqual([]);
    await inside(page, 'Restore').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Your data is as it was on 22 Nov 2026, 03:15\.$/)).toBeVisible();
    await expect(dialog(page)).toHaveCount(0);
    await expect(button(page, firstBackup).nth(1)).toBeFocused();
    expect((await calls(page, 'Restore'))[0]?.[0]).toMatch(/^oura_streaming-2026-11-22T0115/);
    await button(page, firstBackup).nth(1).click();
    await inside(page, 'Remove').click();
    await expect(button(page, 'Show all 11')).toBeVisible();
  });

  test('U-8 a backup is removed once nobody can undo it any more', async ({ page }) => {
    await open(page, 'live', '#/settings');
    const rows = page.getByRole('list', { name: 'Backups, newest first' }).getByRole('listitem');
    const remove = async (): Promise<void> => {
      await rows.first().getByRole('button').click();
      await inside(page, 'Remove').click();
    };
    await expect(rows.first()).toContainText('03:15');
    const first = (await rows.first().textContent()) ?? '';
    await remove();
    await expect(rows.first()).not.toHaveText(first);
    // Looked at, it stays; let go, it has its whole time again.
    await page.getByRole('region', { name: 'Messages' }).getByText(/^The backup of 22 Nov 2026, \d\d:\d\d is being removed, also if you quit now\.$/).hover();
    await page.clock.runFor(60_000);
    await button(page, 'Undo').click();
    await expect(rows.first()).toHaveText(first);
    await page.clock.runFor(60_000);
    expect(await calls(page, 'RemoveBackup')).toEqual([]);
    await remove();
    await page.mouse.move(5, 5);
    await page.clock.runFor(9_000);
    expect(await calls(page, 'RemoveBackup')).toEqual([]);
    await page.clock.runFor(2_000);
    expect((await calls(page, 'RemoveBackup')).length).toBe(1);
    await remove();
    await page.evaluate(() => window.fake?.failures.set('DataAPI.RemoveBackup', { code: 'storage', message: 'The disk is read-only.' }));
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Close' }).click();
    await expect(page.getByRole('alert')).toContainText('The disk is read-only.');
    await expect(button(page, 'Show all 10')).toBeVisible();
  });

  test('S-58 a backup that cannot be read cannot be restored', async ({ page }) => {
    await open(page, 'data_trouble', '#/settings');
    await button(page, firstBackup).click();
    await expect(page.getByText('This backup is damaged', { exact: false })).toBeVisible();
    await inside(page, 'Restore this backup').click({ force: true });
    await expect(inside(page, 'Close')).toBeVisible();
    expect(await calls(page, 'Restore')).toEqual([]);
  });

  test('U-9 a backup under way tells how far it is', async ({ page }) => {
    await open(page, 'data_backing_up', '#/settings');
    const bar = page.getByRole('progressbar', { name: 'Making a backup' });
    await expect(bar).toHaveAttribute('value', String(74 * 1_048_576));
    await expect(card(page, 'Backups').getByText('78 MB of about 191 MB')).toBeVisible();
    await page.evaluate(() => {
      if (window.fake) window.fake.data.work = { kind: '', done: 0, total: 0, error: '' };
      window.fake?.push('data:changed', {});
    });
    await expect(bar).toHaveCount(0);
  });

  test('U-8 nothing is deleted by a rule before it was counted and confirmed, and it can be undone', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await choose(page, 'Events', '1 year');
    await expect(page.getByText('This deletes 32,966 events.')).toBeVisible();
    await expect(page.getByText('Documents stay. A backup is made first', { exact: false })).toBeVisible();
    await choose(page, 'Events', '90 days');
    await expect(page.getByText('This deletes 39,175 events.')).toBeVisible();
    expect(await calls(page, 'SaveRetention')).toEqual([]);
    await button(page, 'Discard').click();
    await expect(page.getByRole('radiogroup', { name: 'Events', exact: true }).getByRole('radio', { name: 'Everything' })).toBeChecked();
    await choose(page, 'Events', '1 year');
    await button(page, 'Save and delete').click();
    await expect(page.getByText('Saved. 32,966 events are being deleted.')).toBeVisible();
    await button(page, 'Undo').click();
    await expect(page.getByText('Undone. Everything is back.')).toBeVisible();
    const saved = await calls(page, 'SaveRetention');
    expect(saved.map(([rules]) => (rules as { eventsDays: number }).eventsDays)).toEqual([365, 0]);
    expect((await calls(page, 'Restore')).length).toBe(1);
    await expect(card(page, 'Your data').getByText(/^41,207 events/)).toBeVisible();
  });

  test('U-8 without a backup a rule deletes only by a word', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await page.getByRole('checkbox', { name: 'Back up every day' }).click({ force: true });
    await expect(page.getByText('No copies are made by themselves', { exact: false })).toBeVisible();
    await choose(page, 'Events', '1 year');
    await expect(page.getByText('Backups are off, so this cannot be undone.', { exact: false })).toBeVisible();
    await button(page, 'Save and delete').click();
    expect(await calls(page, 'SaveRetention')).toEqual([]);
    await page.getByLabel('Type “delete” to go on').fill('delete');
    await inside(page, 'Save and delete').click();
    await expect(page.getByText('Saved. 32,966 events are being deleted.')).toBeVisible();
    await expect(button(page, 'Undo')).toHaveCount(0);
  });

  test('S-07 a token is shown once, and revoked by a word', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await button(page, 'Make a token').click();
    await page.keyboard.press('Enter');
    await expect(page.getByText('Give it a name.')).toBeVisible();
    await page.getByLabel('Name').fill('Scale');
    await dialog(page).getByRole('radio', { name: 'Write' }).check({ force: true });
    await inside(page, 'Make a token').click();
    await button(page, 'Copy command').click();
    const line = await page.evaluate(() => window.fake?.clipboard ?? '');
    expect(line).toMatch(/^curl -H 'Authorization: Bearer [\w-]{43}' 'http:\/\/127\.0\.0\.1:8000\/events\?limit=5'$/);
    await button(page, 'Copy token').click();
    const token = await page.evaluate(() => window.fake?.clipboard ?? '');
    await inside(page, 'Done').click();
    const row = page.getByRole('list', { name: 'Tokens, newest first' }).getByRole('listitem').first();
    await expect(row).toContainText('Scale');
    await expect(row).toContainText('Write');
    expect(await page.content()).not.toContain(token);
    await button(page, 'Revoke Scale').click();
    expect(await calls(page, 'RevokeToken')).toEqual([]);
    await expect(dialog(page)).toContainText('This cannot be undone');
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toContainText('That is not “revoke”.');
    await page.keyboard.type('revoke');
    await page.keyboard.press('Enter');
    await expect(page.getByText('The token of Scale is revoked.')).toBeVisible();
    expect(await calls(page, 'RevokeToken')).toEqual([[4]]);
  });

  test('U-10 what is refused says so where it was asked for', async ({ page }) => {
    await open(page, 'data_trouble', '#/settings');
    await button(page, 'Make a token').click();
    await page.getByLabel('Name').fill('x');
    await inside(page, 'Make a token').click();
    await expect(dialog(page).getByRole('alert')).toContainText('keychain of this computer is locked');
    await page.keyboard.press('Escape');
    await button(page, 'Delete all events').click();
    await page.getByLabel('Type “delete” to go on').fill('delete');
    await page.keyboard.press('Enter');
    await expect(dialog(page).getByRole('alert')).toContainText('Nothing was deleted.');
  });

  test('U-8 all events go by a word, and come back', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await button(page, 'Delete all events').click();
    await expect(inside(page, 'Delete all events')).toHaveAttribute('aria-disabled', 'true');
    await page.getByLabel('Type “delete” to go on').fill('Delete');
    await inside(page, 'Delete all events').click();
    await expect(page.getByText('41,207 events deleted.')).toBeVisible();
    await expect(card(page, 'Delete').getByText('There are no events.')).toBeVisible();
    await button(page, 'Undo').click();
    await expect(page.getByText('Undone. Everything is back.')).toBeVisible();
    await expect(card(page, 'Your data').getByText(/^41,207 events/)).toBeVisible();
  });

  test('S-59 all data go by a word, and the wizard comes', async ({ page }) => {
    await open(page, 'data_trouble', '#/settings');
    await page.evaluate(() => window.fake?.failures.clear());
    await button(page, 'Delete all my data').click();
    await expect(dialog(page)).toContainText('The scheduled exports in /home/mira/Documents/ring.');
    await expect(dialog(page)).toContainText('notes.txt, old/ring.csv');
    await page.getByLabel('Type “erase” to go on').fill('delete');
    await page.keyboard.press('Enter');
    expect(await calls(page, 'DeleteAll')).toEqual([]);
    await page.getByLabel('Type “erase” to go on').fill('erase');
    await page.keyboard.press('Enter');
    await expect(button(page, /connect my oura account/i)).toBeVisible();
    await expect(page.getByText('All your data is deleted.')).toBeVisible();
  });

  test('sample data cannot be erased, only left', async ({ page }) => {
    await open(page, 'demo', '#/settings');
    await button(page, 'Delete all my data').click({ force: true });
    await expect(dialog(page)).toHaveCount(0);
  });

  test('S-47 text of others stays text', async ({ page }) => {
    await open(page, 'hostile', '#/settings');
    await expect(card(page, 'Other programs').getByText(attacks[0]?.slice(0, 30) ?? '', { exact: false }).first()).toBeVisible();
    await button(page, /^Revoke 0 </).click();
    await expect(dialog(page)).toContainText('<img');
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await misfits(page)).toEqual([]);
  });
});
