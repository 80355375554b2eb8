import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

const list = (page: Page) => page.getByRole('listbox', { name: 'Events, newest first' });
const options = (page: Page) => list(page).getByRole('option');
const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === n).map((c) => c.args) ?? [], name);

test.use({ viewport: sizes.wide });

test.describe('U-1 the wizard', () => {
  test('leads from the first choice to Today', async ({ page }) => {
    await open(page, 'welcome');
    await page.getByRole('button', { name: /Connect my Oura account/ }).click();
    await expect(page.getByRole('heading', { name: 'Create your own Oura app' })).toBeFocused();
    await page.getByRole('button', { name: 'Use the form with a slash' }).click();
    await expect(page.getByText('http://localhost:8000/auth/callback/', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Copy redirect address' }).click();
    expect(await page.evaluate(() => window.fake?.clipboard)).toBe('http://localhost:8000/auth/callback/');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('Paste the client ID from the portal.')).toBeVisible();
    await page.getByLabel('Client ID').fill(' 5TLW2HRDPQ7ZK3MN ');
    await page.getByLabel('Client secret').fill('Q2hhbmdlTWVQbGVhc2U');
    await expect(page.getByLabel('Client secret')).toHaveAttribute('type', 'password');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await calls(page, 'SetupAPI.SaveClient')).toEqual([['5TLW2HRDPQ7ZK3MN', 'Q2hhbmdlTWVQbGVhc2U']]);
    await page.getByRole('button', { name: 'Sign in with Oura' }).click();
    await expect(page.getByText('Waiting for you to finish in the browser')).toBeVisible();
    await page.evaluate(() => window.fake?.signedIn());
    await expect(page.getByRole('heading', { name: 'You are connected' })).toBeFocused();
    await page.evaluate(() => window.fake?.arrive(1));
    await page.getByRole('button', { name: 'Open Today' }).click();
    await expect(page).toHaveURL(/#\/today$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible();
    expect(await calls(page, 'SetupAPI.Finish')).toHaveLength(1);
  });

  test('is not for who has an account, even one that needs a new sign-in', async ({ page }) => {
    const rail = page.getByRole('navigation', { name: 'Sections' });
    for (const scenario of ['half_way', 'half_way_signed_out']) {
      await open(page, scenario);
      await expect(rail, scenario).toBeVisible();
      await expect(page.getByRole('navigation', { name: 'Set up Oura Streaming' })).toHaveCount(0);
    }
    // Signed in from elsewhere while the window waits at its first page.
    await page.goto('about:blank');
    await open(page, 'welcome');
    await expect(rail).toHaveCount(0);
    await page.evaluate(() => window.fake?.signedIn());
    await expect(rail).toBeVisible();
  });

  test('tells on its last page how data comes without a public address', async ({ page }) => {
    await open(page, 'data');
    await expect(page.getByText('The program asks Oura for it every few minutes.')).toBeVisible();
  });

  test('gives up a sign-in on request, and calls that no failure', async ({ page }) => {
    await open(page, 'sign_in_pending');
    await page.getByRole('button', { name: 'Cancel sign-in' }).click();
    await expect(page.getByRole('button', { name: 'Sign in with Oura' })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });

  test('without a browser gives out the address of the portal, until the person goes on', async ({ page }) => {
    await open(page, 'client');
    await page.evaluate(() => window.fake?.failures.set('SetupAPI.OpenPortal', { code: 'no_browser', message: 'No browser could be opened.' }));
    await page.getByRole('button', { name: 'Open the portal' }).click();
    await expect(page.getByRole('alert')).toHaveCount(1);
    await page.getByRole('button', { name: 'Copy address of the portal' }).click();
    expect(await page.evaluate(() => window.fake?.clipboard)).toMatch(/^https:.*applications$/);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('No browser could be opened')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Status' })).toHaveText('Not set up yet');
  });

  test('tells what leaves this computer from its beginning', async ({ page }) => {
    await open(page, 'welcome');
    await page.getByRole('button', { name: 'See what leaves this computer' }).click();
    await expect(page.getByRole('dialog').getByRole('heading', { level: 2 })).toBeFocused();
    await expect(page.getByRole('dialog').getByText('api.ouraring.com').first()).toBeInViewport();
  });

  test('can be put off', async ({ page }) => {
    await open(page, 'client');
    await page.getByRole('button', { name: 'Set up later' }).click();
    await expect(page.getByRole('navigation', { name: 'Sections' })).toBeVisible();
  });

  test('asks again for what was not shared, in place', async ({ page }) => {
    await open(page, 'data');
    await page.getByRole('button', { name: 'Sign in again to add them' }).click();
    await expect(page.getByText('Waiting for you to finish in the browser')).toBeVisible();
  });

  test('leads from a wrong redirect address back to where it stands', async ({ page }) => {
    await open(page, 'sign_in_redirect');
    await page.getByRole('button', { name: 'Check the redirect address' }).click();
    await expect(page.getByRole('heading', { name: 'Create your own Oura app' })).toBeVisible();
  });

  test('shows sample data and leaves them again', async ({ page }) => {
    await open(page, 'welcome');
    await page.getByRole('button', { name: /Look around with sample data/ }).click();
    await expect(page.getByRole('complementary', { name: 'Sample data' })).toBeVisible();
    await page.getByRole('button', { name: 'Leave sample data' }).click();
    await expect(page.getByRole('heading', { name: /Your ring’s data/ })).toBeVisible();
  });
});

test.describe('the connection', () => {
  test('asks before signing out, and gives the focus back', async ({ page }) => {
    await open(page, 'live', '#/connection');
    const button = page.getByRole('button', { name: 'Sign out' });
    await button.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(button).toBeFocused();
    expect(await calls(page, 'ConnectionAPI.SignOut')).toHaveLength(0);
    await button.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByText('No account connected')).toBeVisible();
  });

  test('shows a failure of the check with its sentence', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await page.evaluate(() => window.fake?.failures.set('ConnectionAPI.Reconcile', { code: 'unavailable', message: 'Oura does not answer. Try again in a minute.' }));
    await page.getByRole('button', { name: 'Check with Oura now' }).click();
    await expect(page.getByRole('alert')).toHaveText(/Oura does not answer/);
  });
});

test.describe('a program that is not there yet', () => {
  test('fills every screen once it has started', async ({ page }) => {
    await open(page, 'starting');
    await expect(page.getByRole('region', { name: 'Status' })).toContainText('Starting');
    await page.evaluate(() => {
      window.fake?.failures.clear();
      if (window.fake) window.fake.push('setup:changed', window.fake.setup);
    });
    await expect(options(page).first()).toBeVisible();
    await page.getByRole('link', { name: 'Connection' }).click();
    await expect(page.getByText('mira@example.org')).toBeVisible();
  });

  test('is started again on request', async ({ page }) => {
    await open(page, 'not_started');
    await expect(page.getByRole('heading', { name: 'Oura Streaming could not start' })).toBeVisible();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(options(page).first()).toBeVisible();
    expect(await calls(page, 'StatusAPI.Retry')).toHaveLength(1);
  });
});

test.describe('U-2, U-3, U-10 status and troubles', () => {
  test('offers the one remedy', async ({ page }) => {
    await open(page, 'troubles');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page).toHaveURL(/#\/connection$/);
    expect(await calls(page, 'SetupAPI.BeginSignIn')).toHaveLength(1);
  });

  test('leads to Connection, but not from there', async ({ page }) => {
    await open(page, 'troubles');
    await page.getByRole('button', { name: 'Show all 3' }).click();
    await page.getByRole('button', { name: 'Open connection' }).click();
    await expect(page).toHaveURL(/#\/connection$/);
    await expect(page.getByRole('article')).toHaveCount(3);
    await expect(page.getByRole('button', { name: 'Open connection' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  });

  test('copies a code and puts it away', async ({ page }) => {
    await open(page, 'troubles');
    await page.getByRole('button', { name: 'Show all 3' }).click();
    await page.getByRole('button', { name: 'Copy code sign_in_needed' }).click();
    expect(await page.evaluate(() => window.fake?.clipboard)).toBe('sign_in_needed');
    await page.getByRole('button', { name: 'Hide' }).click();
    await expect(page.getByRole('article')).toHaveCount(0);
  });

  test('announces a change politely', async ({ page }) => {
    await open(page, 'live');
    await page.evaluate(() => window.fake?.push('status:changed', { ...window.fake.status, state: 'offline', word: 'Offline' }));
    await expect(page.getByRole('region', { name: 'Status' }).locator('[aria-live=polite]')).toContainText('Offline');
  });
});

test.describe('U-15 colours', () => {
  test('are chosen at once, kept, and there before the first paint', async ({ page }) => {
    await open(page, 'live', '#/settings');
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('light');
    await page.getByText('Dark', { exact: true }).click();
    expect(await theme()).toBe('dark');
    expect(await calls(page, 'SettingsAPI.SetTheme')).toEqual([['dark']]);
    await page.addInitScript(() => {
      new MutationObserver(() => {
        if (document.body && !('themeAtBody' in window)) Object.assign(window, { themeAtBody: document.documentElement.dataset['theme'] });
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    expect(await page.evaluate(() => (window as unknown as { themeAtBody: string }).themeAtBody)).toBe('dark');
  });

  test('follow the desktop while it changes', async ({ page }) => {
    await open(page, 'live');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  });
});
