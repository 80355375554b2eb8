import { expect, test, type Page } from '@playwright/test';
import { violations } from '../fake/page';

/** The data part of Settings with nothing pretended: tokens that open the API, a backup that comes back. After program.spec.ts, on what it has stored. */
const api = process.env['OURA_E2E_API'] ?? 'http://127.0.0.1:24197';

test.describe.configure({ mode: 'serial' });

let page: Page;
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' });
  page = await context.newPage();
  await page.goto('/#/settings');
});
test.afterAll(async () => page.context().close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const inside = (name: string) => page.locator('dialog[open]').getByRole('button', { name, exact: true });
const ask = async (token: string, path: string, method = 'GET'): Promise<number> => (await page.request.fetch(`${api}${path}`, { method, headers: { Authorization: `Bearer ${token}` } })).status();

test('S-07 a token made here opens the API, and no longer once it is revoked', async () => {
  await button('Make a token').click();
  await page.getByLabel('Name', { exact: true }).fill('Notebook');
  await inside('Make a token').click();
  const line = page.getByText(/^curl -H/);
  await expect(line).toContainText(api);
  const token = /Bearer ([\w-]+)'/.exec((await line.textContent()) ?? '')?.[1] ?? '';
  expect(token.length).toBeGreaterThan(40);
  expect(await violations(page, 'dialog[open]')).toEqual([]);
  await inside('Done').click();
  expect([await ask(token, '/events'), await ask(token, '/events', 'DELETE'), await ask('wrong', '/events')]).toEqual([200, 403, 401]);
  await button('Revoke Notebook').click();
  await page.getByLabel('Type “revoke” to go on').fill('revoke');
  await inside('Revoke').click();
  await expect(button('Revoke Notebook')).toHaveCount(0);
  expect(await ask(token, '/events')).toBe(401);
});

test('S-42 the diagnostics tell how the program is, and not what it knows', async () => {
  await button('Look at it').click();
  const all = page.getByRole('region', { name: 'Text of the diagnostics' });
  for (const part of ['Oura Streaming diagnostics, 20', 'WebKitGTK 2.', 'SQLite 3.', 'Stored, by type', 'daily_sleep', 'Log']) await expect(all).toContainText(part);
  const said = (await all.textContent()) ?? '';
  for (const hidden of ['e2e-client', 'e2e-secret', process.env['OURA_E2E_TOKEN'] ?? 'e2e-token', '@']) expect(said).not.toContain(hidden);
  expect(await violations(page, 'dialog[open]')).toEqual([]);
  await inside('Close').click();
});

test('all events are deleted, and come back with one press', async () => {
  const list = page.getByRole('region', { name: 'Your data', exact: true });
  const before = (await list.getByText(/\d events?, /).textContent()) ?? '';
  await button('Delete all events').click();
  await page.getByLabel('Type “delete” to go on').fill('delete');
  await inside('Delete all events').click();
  await expect(button('Undo')).toBeVisible({ timeout: 20_000 });
  await expect(list.getByText(/^0 events, /)).toBeVisible();
  await button('Undo').click();
  await expect(page.getByText('Undone. Everything is back.')).toBeVisible({ timeout: 30_000 });
  await expect(list.getByText(before.split(', ')[0] ?? '', { exact: false })).toBeVisible();
  await expect(list.getByText(/^Set aside/)).toBeVisible();
});

test('a backup is made, looked into and brought back, and the program goes on', async () => {
  await button('Back up now').click();
  await expect(page.getByText('The backup is made and checked.')).toBeVisible({ timeout: 20_000 });
  await button(/^Look inside the backup of /).first().click();
  await expect(page.locator('dialog[open]').getByRole('row', { name: /^Documents/ })).toBeVisible();
  expect(await violations(page, 'dialog[open]')).toEqual([]);
  await inside('Restore this backup').click();
  await inside('Restore').click();
  await expect(page.getByText(/^Your data is as it was on /)).toBeVisible({ timeout: 30_000 });
  expect(await ask(process.env['OURA_E2E_TOKEN'] ?? '', '/status')).toBe(200);
  await page.getByRole('link', { name: 'Connection' }).click();
  await expect(page.getByText('Account id').first()).toBeVisible();
});
