import type { Page } from '@playwright/test';
import type { Look } from './looks';
import { expect } from './page';

export const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === `DataAPI.${n}`).map((c) => c.args) ?? [], name);
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
export const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
export const dialog = (page: Page) => page.locator('dialog[open]');
export const inside = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
export const choose = (page: Page, rule: string, option: string) => page.getByRole('radiogroup', { name: rule, exact: true }).getByRole('radio', { name: option, exact: true }).check({ force: true });
export const go = async (page: Page, section: string): Promise<void> => {
  const sections = button(page, 'Sections');
  if (await sections.isVisible()) await sections.click();
  await page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('button', { name: section, exact: true }).filter({ visible: true }).click();
};
export const firstBackup = /^Look inside the backup of 22 Nov/;
const preview = (page: Page) => page.getByText(/^This deletes 32,966 events and/);
const uncounted = (page: Page) => page.getByText('The data could not be counted', { exact: false });
const message = (page: Page) => page.locator('.toast');
const undo = (page: Page) => button(page, 'Undo');

/** Every situation of the data part of Settings. */
export const looks: Look[] = [
  { name: 'settings-data', scenario: 'live', act: (page) => go(page, 'Your data') },
  { name: 'settings-backups-all', scenario: 'live', act: async (page) => {
    await button(page, 'Show all 11').click();
    await go(page, 'Backups');
  } },
  { name: 'settings-backup-inside', scenario: 'live', seen: (page) => inside(page, 'Restore this backup'), act: (page) => button(page, firstBackup).click() },
  { name: 'settings-backup-restore', scenario: 'live', seen: (page) => inside(page, 'Restore'), act: async (page) => {
    await button(page, firstBackup).click();
    await inside(page, 'Restore this backup').click();
  } },
  { name: 'settings-backup-remove', scenario: 'live', anew: true, seen: undo, act: async (page) => {
    await button(page, firstBackup).click();
    await inside(page, 'Remove').click();
    await message(page).hover(); // so it stays
  } },
  { name: 'settings-backing-up', scenario: 'data_backing_up', act: (page) => go(page, 'Backups') },
  { name: 'settings-keep-preview', scenario: 'live', seen: preview, act: async (page) => {
    await choose(page, 'Events', '1 year');
    await choose(page, 'Deliveries', 'Other');
    await page.getByLabel('Days to keep').fill('45');
    await expect(preview(page)).toBeVisible();
    await go(page, 'How long data is kept');
  } },
  { name: 'settings-keep-number', scenario: 'live', seen: (page) => page.getByText('A whole number from 100 on.'), act: async (page) => {
    await choose(page, 'Number of events', 'Other');
    await page.getByLabel('Events to keep').fill('12');
    await page.getByLabel('Events to keep').blur();
    await go(page, 'How long data is kept');
  } },
  { name: 'settings-pruning', scenario: 'data_pruning', act: (page) => go(page, 'How long data is kept') },
  { name: 'settings-undo', scenario: 'live', anew: true, seen: undo, act: async (page) => {
    await choose(page, 'Measurements', '90 days');
    await button(page, 'Save and delete').click();
    await message(page).hover();
  } },
  { name: 'settings-token-make', scenario: 'live', seen: (page) => inside(page, 'Make a token'), act: (page) => button(page, 'Make a token').click() },
  { name: 'settings-token-made', scenario: 'live', seen: (page) => page.getByText(/^curl -H/), act: async (page) => {
    await button(page, 'Make a token').click();
    await page.getByLabel('Name').fill('Scale');
    await inside(page, 'Make a token').click();
  } },
  { name: 'settings-token-revoke', scenario: 'live', seen: (page) => page.getByLabel('Type “revoke” to go on'), act: (page) => button(page, 'Revoke Grafana').click() },
  { name: 'settings-clear', scenario: 'live', seen: (page) => page.getByText('That is not “delete”.'), act: async (page) => {
    await button(page, 'Delete all events').click();
    await page.getByLabel('Type “delete” to go on').fill('delet');
    await page.keyboard.press('Enter');
  } },
  { name: 'settings-erase', scenario: 'data_trouble', seen: (page) => page.getByLabel('Type “erase” to go on'), act: (page) => button(page, 'Delete all my data').click() },
  { name: 'settings-empty', scenario: 'data_empty', act: (page) => go(page, 'Backups') },
  { name: 'settings-trouble', scenario: 'data_trouble', seen: uncounted, act: async (page) => {
    await button(page, 'Back up now').click();
    await button(page, 'Open folder').click();
    await choose(page, 'Events', '90 days');
    await expect(uncounted(page)).toBeVisible();
    await go(page, 'Backups');
  } },
  { name: 'settings-backup-damaged', scenario: 'data_trouble', seen: (page) => page.getByText('This backup cannot be restored'), act: (page) => button(page, firstBackup).click() },
  { name: 'settings-demo', scenario: 'demo', act: (page) => go(page, 'Delete') },
  { name: 'settings-loading', scenario: 'data_loading', act: (page) => go(page, 'Your data') },
  { name: 'settings-failing', scenario: 'data_failing', act: (page) => go(page, 'Your data') },
  { name: 'settings-search', scenario: 'live', act: (page) => page.getByRole('searchbox').fill('token') },
  { name: 'settings-search-none', scenario: 'live', act: (page) => page.getByRole('searchbox').fill('weather') },
];
