import type { Page } from '@playwright/test';
import { testLooks, type Look } from './looks';
import { expect, misfits, open, sizes, test } from './page';

const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === `ExportAPI.${n}`).map((c) => c.args) ?? [], name);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const pick = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const everything = { format: 'sqlite', kind: 'everything', from: '', to: '', gzip: false, includeDeleted: false, dataTypes: [], operations: [], sources: [] };

test.use({ viewport: sizes.wide });

/** Waits until the rows of what is chosen have been counted. */
const counted = (page: Page, choice: object) => expect.poll(async () => (await calls(page, 'Estimate')).at(-1)).toMatchObject([choice]);
const down = (page: Page) => card(page, 'By itself');
const looks: Look[] = [
  { name: 'export', scenario: 'live' },
  { name: 'export-csv', scenario: 'live', act: async (page) => {
    await pick(page, 'CSV table');
    await counted(page, { format: 'csv' });
  } },
  { name: 'export-jsonl-events', scenario: 'live', act: async (page) => {
    await pick(page, 'JSON lines');
    await pick(page, 'Events');
    await button(page, 'More options').click();
    await button(page, 'Updated').click();
    await counted(page, { format: 'jsonl', kind: 'events' });
  } },
  { name: 'export-own-days', scenario: 'live', act: async (page) => {
    await pick(page, 'From, to');
    await page.getByLabel('First day').fill('2026-02-30');
  } },
  { name: 'export-no-types', scenario: 'live', act: (page) => button(page, 'None').click() },
  { name: 'export-running', scenario: 'export_running' },
  { name: 'export-finishing', scenario: 'export_finishing' },
  { name: 'export-done', scenario: 'export_done' },
  { name: 'export-cancelled', scenario: 'export_cancelled' },
  { name: 'export-failed', scenario: 'export_failed' },
  { name: 'export-preview', scenario: 'live', at: (page) => page.getByRole('region', { name: 'First rows of the file' }) },
  { name: 'export-schedule', scenario: 'export_done', at: down },
  { name: 'export-schedule-running', scenario: 'export_scheduled', at: down },
  { name: 'export-trouble', scenario: 'export_trouble', at: down },
  { name: 'export-empty', scenario: 'empty' },
  { name: 'export-loading', scenario: 'loading' },
  { name: 'export-failing', scenario: 'failing' },
];

testLooks(looks, '#/export');

test.describe('U-13 what to export', () => {
  test('everything, told in a sentence with rows and size', async ({ page }) => {
    await open(page, 'live', '#/export');
    const file = card(page, 'The file');
    await expect(file).toContainText('A SQLite database: all documents, events, measurements, and what is known of each day, of all time.');
    await expect(file).toContainText('oura-everything-2026-11-22.db');
    await expect(file.getByRole('status')).toHaveText(/about 6\d MB\s*4\d\d,000 rows/);
    await expect(file).toContainText('not encrypted');
    expect(await calls(page, 'Estimate')).toEqual([[everything]]);
    await expect(page.getByRole('table', { name: 'First rows of the file' }).getByRole('row')).toHaveCount(6);
  });

  test('a table of one type, an archive of several', async ({ page }) => {
    await open(page, 'live', '#/export');
    await pick(page, 'CSV table');
    const file = card(page, 'The file');
    await expect(file).toContainText('A table: the newest state of each document, of Daily sleep, of all time.');
    await expect(file).toContainText('oura-daily_sleep-2026-11-22.csv');
    await page.getByRole('checkbox', { name: /Workout/ }).check();
    await expect(file).toContainText('A zip of tables, one for each type: the newest state of each document, of Daily sleep and Workout, of all time.');
    await expect(file).toContainText('.zip');
    await button(page, 'More options').click();
    await expect(page.getByRole('checkbox', { name: /Pack with gzip/ })).toBeDisabled();
    await expect.poll(async () => (await calls(page, 'Estimate')).at(-1)).toEqual([{ ...everything, format: 'csv', kind: 'documents', dataTypes: ['daily_sleep', 'workout'] }]);
  });

  test('days, and what is wrong with them', async ({ page }) => {
    await open(page, 'live', '#/export');
    await pick(page, '30 days');
    await expect(card(page, 'The file')).toContainText('since 24 Oct');
    await expect.poll(async () => (await calls(page, 'Preview')).at(-1)).toEqual([{ ...everything, from: '2026-10-24' }]);
    await pick(page, 'From, to');
    await page.getByLabel('First day').fill('2026-11-20');
    await page.getByLabel('Last day').fill('2026-11-2');
    await expect(page.getByText('Write a day like 2026-11-22.')).toBeVisible();
    await expect(button(page, 'Export…')).toHaveAttribute('aria-disabled', 'true');
    await page.getByLabel('Last day').fill('2026-11-19');
    await expect(page.getByText('The first day must not lie behind the last one.')).toBeVisible();
    await page.getByLabel('Last day').fill('2026-11-21');
    await expect(card(page, 'The file')).toContainText('from 20 Nov to yesterday');
    await expect(button(page, 'Export…')).not.toHaveAttribute('aria-disabled', 'true');
  });

  test('asks once a person rests, not with each press', async ({ page }) => {
    await open(page, 'live', '#/export');
    await expect.poll(async () => (await calls(page, 'Estimate')).length).toBe(1);
    await page.evaluate(() => {
      for (const box of [...document.querySelectorAll<HTMLInputElement>('fieldset input[type=checkbox]')].slice(0, 6)) box.click();
    });
    await expect(page.getByText('10 of 16')).toBeVisible();
    await expect.poll(async () => (await calls(page, 'Estimate')).length).toBe(2);
    await page.waitForTimeout(400);
    expect((await calls(page, 'Estimate')).length).toBe(2);
    expect((await calls(page, 'Estimate'))[1]).toMatchObject([{ dataTypes: { length: 10 } }]);
  });

  test('a choice that cannot be counted says why', async ({ page }) => {
    await open(page, 'live', '#/export');
    await page.evaluate(() => window.fake?.failures.set('ExportAPI.Estimate', { code: 'storage', message: 'The database is busy. Try again.' }));
    await pick(page, 'Documents');
    await expect(card(page, 'The file').getByRole('alert')).toContainText('The database is busy.');
  });

  test('nothing that fits cannot be exported', async ({ page }) => {
    await open(page, 'live', '#/export');
    await button(page, 'None').click();
    await expect(page.getByText('Choose at least one type.').first()).toBeVisible();
    await expect(button(page, 'Export…')).toHaveAttribute('aria-disabled', 'true');
    await button(page, 'All').click();
    await expect(button(page, 'Export…')).not.toHaveAttribute('aria-disabled', 'true');
  });
});

test.describe('U-9 the export', () => {
  test('is asked for, tells how far it is, and is shown in its folder', async ({ page }) => {
    await open(page, 'live', '#/export');
    await button(page, 'Export…').click();
    const file = card(page, 'The file');
    await expect(file.getByRole('progressbar', { name: 'Exporting' })).toBeVisible();
    expect(await calls(page, 'Start')).toEqual([[everything]]);
    await expect(button(page, 'Export…')).toHaveCount(0);
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      Object.assign(fake.exports.job, { done: 100_000, total: 400_000, secondsLeft: 12 });
      fake.push('export:changed', fake.exports);
    });
    await expect(file).toContainText('100,000 of about 400,000 rows, about 12 s left');
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      Object.assign(fake.exports.job, { state: 'done', done: 400_012, total: 400_012, bytes: 61_380_000, secondsLeft: 0, endedAt: new Date().toISOString() });
      fake.push('export:changed', fake.exports);
    });
    await expect(file).toContainText('oura-everything-2026-11-22.db is ready');
    await expect(file).toContainText('400,012 rows, 61 MB, in /home/mira/Documents');
    await button(page, 'Show in folder').click();
    await expect.poll(() => calls(page, 'Reveal')).toEqual([['job']]);
    await page.evaluate(() => window.fake?.failures.set('ExportAPI.Reveal', { code: 'not_found', message: 'The file is not there any more.' }));
    await button(page, 'Show in folder').click();
    await expect(page.getByRole('alert')).toContainText('The file is not there any more.');
  });

  test('does not begin without a place', async ({ page }) => {
    await open(page, 'live', '#/export');
    await page.evaluate(() => window.fake && (window.fake.place = ''));
    await button(page, 'Export…').click();
    await expect.poll(async () => (await calls(page, 'Start')).length).toBe(1);
    await expect(page.getByRole('progressbar')).toHaveCount(0);
    await expect(button(page, 'Export…')).toBeVisible();
  });

  test('is cancelled', async ({ page }) => {
    await open(page, 'export_running', '#/export');
    await expect(card(page, 'The file')).toContainText('184,000 of about 455,000 rows, about 6 s left');
    await button(page, 'Cancel').click();
    await expect(page.getByText('The export was cancelled. Nothing was written.')).toBeVisible();
    await expect(button(page, 'Export…')).toBeVisible();
  });

  test('goes on while other screens are shown, and says when it has ended', async ({ page }) => {
    await open(page, 'export_running', '#/export');
    await expect(button(page, 'Cancel')).toBeVisible();
    await page.getByRole('link', { name: 'Stream' }).click();
    await page.evaluate(() => {
      const fake = window.fake;
      if (!fake) return;
      Object.assign(fake.exports.job, { state: 'done', done: 455_014, total: 455_014, bytes: 61_380_000 });
      fake.push('export:changed', fake.exports);
    });
    await expect(page.getByText('oura-everything-2026-11-22.db is exported.')).toBeVisible();
    await button(page, 'Show in folder').click();
    await expect.poll(() => calls(page, 'Reveal')).toEqual([['job']]);
  });

  test('U-10 one that failed says why, and can be tried again', async ({ page }) => {
    await open(page, 'export_failed', '#/export');
    await expect(page.getByRole('alert')).toContainText('The disk is full: the export needs about 62 MB.');
    await button(page, 'Try again').click();
    await expect.poll(async () => (await calls(page, 'Start')).length).toBe(1);
  });
});

test.describe('the scheduled export', () => {
  test('is switched on with a folder, or not at all', async ({ page }) => {
    await open(page, 'live', '#/export');
    await page.evaluate(() => window.fake && (window.fake.place = ''));
    await page.getByRole('radio', { name: 'Every day', exact: true }).click({ force: true });
    await expect.poll(async () => (await calls(page, 'ChooseFolder')).length).toBe(1);
    await expect(page.getByRole('radio', { name: 'Off' })).toBeChecked();
    expect(await calls(page, 'SaveSchedule')).toEqual([]);
    await page.evaluate(() => window.fake && (window.fake.place = '/home/mira/Backups'));
    await pick(page, 'Every day');
    await expect.poll(() => calls(page, 'SaveSchedule')).toEqual([['daily', 'sqlite', 'everything', false, 7]]);
    const schedule = card(page, 'By itself');
    await expect(schedule).toContainText('/home/mira/Backups');
    await expect(page.getByRole('radio', { name: 'Every day' })).toBeChecked();
    await pick(page, 'Documents as CSV');
    await button(page, 'Keep one less').click();
    await expect.poll(() => calls(page, 'SaveSchedule')).toEqual([
      ['daily', 'sqlite', 'everything', false, 7], ['daily', 'csv', 'documents', false, 7], ['daily', 'csv', 'documents', false, 6],
    ]);
    await expect(schedule).toContainText('newest files; older ones of its own are removed');
  });

  test('shows the last one in its folder', async ({ page }) => {
    await open(page, 'export_done', '#/export');
    const schedule = card(page, 'By itself');
    await expect(schedule).toContainText('9 h ago, 61 MB');
    await expect(schedule).toContainText('7 files there');
    await schedule.getByRole('button', { name: 'Show in folder' }).click();
    await expect.poll(() => calls(page, 'Reveal')).toEqual([['schedule']]);
  });

  test('U-10 a failure leads here from everywhere', async ({ page }) => {
    await open(page, 'export_trouble', '#/stream');
    await button(page, 'Open Export').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Export');
    await expect(card(page, 'By itself')).toContainText('The last try failed');
    await expect(button(page, 'Open Export')).toHaveCount(0);
  });
});

test('U-16 the whole screen by keyboard', async ({ page }) => {
  await open(page, 'live', '#/export');
  await expect(page.getByText('16 of 16')).toBeVisible();
  const seen: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return '';
      const ring = [e, e.parentElement, e.nextElementSibling, e.closest('label')].some((x) => x && getComputedStyle(x).outlineStyle !== 'none');
      const name = e.getAttribute('aria-label') ?? (e as HTMLInputElement).labels?.[0]?.textContent ?? e.textContent ?? '';
      return `${name.trim().slice(0, 40)}${ring ? '' : ' WITHOUT FOCUS RING'}`;
    });
    if (at === '') break;
    seen.push(at);
  }
  expect(seen.filter((name) => name.includes('WITHOUT'))).toEqual([]);
  for (const name of ['More options', 'Export…', 'First rows of the file', 'Choose folder…', 'Keep one more']) expect(seen).toContain(name);
  await page.getByRole('radio', { name: 'SQLite database' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'CSV table' })).toBeChecked();
});

test('U-11 nothing to export yet', async ({ page }) => {
  await open(page, 'empty', '#/export');
  await expect(page.getByRole('heading', { name: 'Nothing to export yet' })).toBeVisible();
  expect(await calls(page, 'Estimate')).toEqual([]);
});

test('S-47 what the store holds is only ever text', async ({ page }) => {
  await open(page, 'hostile', '#/export');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Export');
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => ['pwned' in window, document.querySelectorAll('#app img, #app script').length])).toEqual([false, 0]);
  expect(await misfits(page)).toEqual([]);
});
