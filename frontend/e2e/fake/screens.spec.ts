import type { Page } from '@playwright/test';
import { appearances, expect, misfits, open, sizes, test, violations } from './page';

interface Screen {
  name: string;
  scenario: string;
  hash?: string;
  /** The part that differs from other situations: only that is held to the rules. */
  within?: string;
  /** What a person does first. */
  act?: (page: Page) => Promise<void>;
  /** More situations of the same page, one after another: each is looked at in the part that changed. */
  steps?: Step[];
}

interface Step {
  name: string;
  within: string;
  act: (page: Page) => Promise<unknown>;
  undo?: (page: Page) => Promise<unknown>;
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name, exact: typeof name === 'string' }).first().click();
const escape = (page: Page): Promise<void> => page.keyboard.press('Escape');

const connectionSteps: Step[] = [
  { name: 'cell', within: '[role=dialog]', act: press(/Blood oxygen, Created/), undo: escape },
  { name: 'foreign', within: '[role=dialog]', act: press(/Another program/), undo: escape },
  { name: 'change', within: 'dialog[open]', act: press('Change'), undo: escape },
  { name: 'types', within: 'dialog[open]', act: press('Choose types'), undo: escape },
  { name: 'delete-all', within: 'dialog[open]', act: press('Delete all of ours'), undo: escape },
  {
    name: 'delivery',
    within: 'main [aria-label=Deliveries]',
    act: async (page) => {
      await page.getByText('Set aside', { exact: true }).first().click();
      await press(/Set aside/)(page);
      await page.getByRole('button', { name: 'Fetch again' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'signing-in', within: 'div.pair', act: press('Sign in again') },
];

const screens: Screen[] = [
  { name: 'wizard-1-welcome', scenario: 'welcome' },
  { name: 'wizard-2-client', scenario: 'client' },
  {
    name: 'wizard-2-client-checked',
    scenario: 'client',
    act: async (page) => {
      await page.getByLabel('Client ID').fill('5TLW2HRDPQ7ZK3MN');
      await page.getByLabel('Client secret').fill('short');
      await page.getByRole('button', { name: 'Continue' }).click();
    },
  },
  { name: 'wizard-2-client-environment', scenario: 'client_environment' },
  { name: 'wizard-3-sign-in', scenario: 'sign_in' },
  { name: 'wizard-3-waiting', scenario: 'sign_in_pending' },
  { name: 'wizard-3-no-browser', scenario: 'sign_in_no_browser' },
  { name: 'wizard-3-denied', scenario: 'sign_in_denied' },
  { name: 'wizard-3-redirect', scenario: 'sign_in_redirect' },
  { name: 'wizard-4-data', scenario: 'data' },
  { name: 'wizard-4-arrived', scenario: 'data_arrived' },
  { name: 'not-started', scenario: 'not_started' },
  { name: 'starting', scenario: 'starting' },
  { name: 'status-polling', scenario: 'polling', within: 'header' },
  { name: 'status-catching-up', scenario: 'catching_up', within: 'header' },
  { name: 'status-offline', scenario: 'offline', within: 'header' },
  { name: 'status-paused', scenario: 'paused', within: 'header' },
  { name: 'troubles', scenario: 'troubles', within: 'header' },
  { name: 'troubles-open', scenario: 'troubles', within: 'header', act: (page) => page.getByRole('button', { name: 'Show all 3' }).click() },
  { name: 'connection', scenario: 'live', hash: '#/connection', steps: connectionSteps },
  { name: 'connection-reconnecting', scenario: 'reconnecting', hash: '#/connection' },
  { name: 'connection-demo', scenario: 'demo', hash: '#/connection' },
  { name: 'connection-needs-sign-in', scenario: 'troubles', hash: '#/connection' },
  { name: 'connection-refused', scenario: 'refused', hash: '#/connection' },
  { name: 'connection-disconnected', scenario: 'disconnected', hash: '#/connection' },
  { name: 'connection-failing', scenario: 'failing', hash: '#/connection' },
  { name: 'settings-fixed', scenario: 'fixed', hash: '#/settings' },
  { name: 'settings', scenario: 'live', hash: '#/settings' },
];

for (const { name, viewport, colorScheme } of appearances(sizes)) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme });
    for (const screen of screens) {
      test(screen.name, async ({ page }) => {
        await open(page, screen.scenario, screen.hash);
        await screen.act?.(page);
        await page.waitForTimeout(150);
        await page.screenshot({ path: `screens/${screen.name}-${name}.png` });
        expect(await misfits(page)).toEqual([]);
        expect(await violations(page, screen.within)).toEqual([]);
        for (const step of screen.steps ?? []) {
          await step.act(page);
          await expect(page.locator(step.within)).toBeVisible();
          await page.screenshot({ path: `screens/${screen.name}-${step.name}-${name}.png` });
          expect(await misfits(page), step.name).toEqual([]);
          expect(await violations(page, step.within), step.name).toEqual([]);
          await step.undo?.(page);
        }
      });
    }
  });
}
