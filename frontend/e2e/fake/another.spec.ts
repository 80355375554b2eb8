import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

test.use({ viewport: sizes.wide });

/** Another person signs in, of whom nothing is here yet. */
async function anotherSignsIn(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { fake } = window;
    if (!fake) return;
    fake.calls.length = 0;
    window.rearrange?.('empty');
    fake.setup.signIn = { ...fake.setup.signIn, userId: 'another-person' };
    fake.push('setup:changed', fake.setup);
  });
}

const asked = (page: Page) => page.evaluate(() => [...new Set(window.fake?.calls.map((call) => call.name))]);

/** What each screen shows of the person who was there, where that person has gone, and what it asks then. */
const screens = [
  { name: 'today', hash: '#/today', former: (page: Page) => page.getByRole('link', { name: /^Sleep/ }).first(), after: 'Nothing here yet', call: 'HealthAPI.Day' },
  { name: 'stream', hash: '#/stream', former: (page: Page) => page.getByRole('option').first(), after: 'Waiting for the first event', call: 'EventsAPI.List' },
  { name: 'night', hash: '#/night', former: (page: Page) => page.getByRole('slider', { name: 'Moment of the night' }), after: 'No night is here yet', call: 'HealthAPI.Night' },
  { name: 'trends', hash: '#/trends', former: (page: Page) => page.getByRole('slider').first(), after: 'No numbers yet', call: 'HealthAPI.Metrics' },
  { name: 'export', hash: '#/export', former: (page: Page) => page.getByRole('heading', { name: 'The file' }), after: 'Nothing to export yet', call: 'ExportAPI.Contents' },
];

for (const { name, hash, former, after, call } of screens) {
  test(`another person’s ${name} shows nothing of the one before`, async ({ page }) => {
    await open(page, 'live', hash);
    await expect(former(page)).toBeVisible();
    await anotherSignsIn(page);
    await expect(page.getByText(after).first()).toBeVisible();
    await expect(former(page)).toHaveCount(0);
    expect(await asked(page)).toContain(call);
  });
}

test('a document that lies open is put away, and what was used last is forgotten', async ({ page }) => {
  await open(page, 'live', '#/stream');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Go to Stream');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().click();
  await expect(page.getByRole('heading', { name: 'Document', exact: true })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem('commands'))).toContain('go.stream');
  await anotherSignsIn(page);
  await expect(page.getByRole('heading', { name: 'Document', exact: true })).toHaveCount(0);
  expect(page.url()).toMatch(/#\/stream$/);
  expect(await page.evaluate(() => localStorage.getItem('commands'))).toBeNull();
});

test('the same person, signed in once more, loses nothing', async ({ page }) => {
  await open(page, 'live', '#/night/2026-11-18');
  await expect(page.getByRole('slider', { name: 'Moment of the night' })).toBeVisible();
  await page.evaluate(() => {
    if (!window.fake) return;
    window.fake.calls.length = 0;
    window.fake.setup.signIn = { ...window.fake.setup.signIn, connected: false, error: 'Oura asks you to sign in again.' };
    window.fake.push('setup:changed', window.fake.setup);
  });
  await page.waitForTimeout(200);
  await expect(page.getByRole('slider', { name: 'Moment of the night' })).toBeVisible();
  expect(await asked(page)).not.toContain('HealthAPI.Night');
});
