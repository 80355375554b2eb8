import type { Page } from '@playwright/test';
import { testLooks, type Look } from './looks';

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name, exact: typeof name === 'string' }).first().click();
const escape = (page: Page): Promise<void> => page.keyboard.press('Escape');

const connectionSteps: Look['steps'] = [
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

const screens: Look[] = [
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
  // Until the program has spoken, the colours of the last time stay.
  { name: 'not-started', scenario: 'not_started', anew: true },
  { name: 'starting', scenario: 'starting', anew: true },
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

testLooks(screens);
