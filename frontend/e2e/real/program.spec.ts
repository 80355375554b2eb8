import { expect, test, type Page } from '@playwright/test';
import { violations } from '../fake/page';

/**
 * The whole way with nothing pretended but Oura's cloud: the page of a
 * development build, the Go program behind it, its database, its ingress.
 * The tests follow one another as a person's first hour would.
 */
const control = process.env['OURA_E2E_CONTROL'] ?? 'http://127.0.0.1:24191';

test.describe.configure({ mode: 'serial' });

let page: Page;
test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto('/');
});
test.afterAll(async () => page.context().close());

const rows = () => page.getByRole('listbox').getByRole('option');

async function tell(path: string, body: object): Promise<unknown> {
  const answer = await page.request.post(`${control}/control/${path}`, { data: body });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

/** What axe finds once no colour is on its way to another any more. */
async function faults(): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)));
  return violations(page);
}

function night(score: number): object {
  const contributors = { deep_sleep: 80, efficiency: 90, latency: 70, rem_sleep: 75, restfulness: 60, timing: 100, total_sleep: 85 };
  return { id: 'night-1', day: '2026-11-22', score, timestamp: '2026-11-22T00:00:00+00:00', contributors };
}

test('sample data: one click, and events arrive', async () => {
  await page.getByRole('button', { name: /look around with sample data/i }).click();
  await expect(page.getByText('Sample data').first()).toBeVisible();
  await expect(page).toHaveTitle(/^Today/);
  await page.getByRole('link', { name: 'Stream' }).click();
  await expect(rows().first()).toBeVisible({ timeout: 15_000 });
  await expect.poll(() => rows().count(), { timeout: 20_000 }).toBeGreaterThan(5);
  expect(await faults()).toEqual([]);
});

test('filter, detail and difference', async () => {
  await page.getByRole('button', { name: 'Updated' }).click();
  await expect(rows().first()).toContainText('Updated', { timeout: 30_000 });
  for (const row of await rows().all()) await expect(row).not.toContainText('Created');
  await rows().filter({ hasText: 'Daily sleep' }).first().click();
  await expect(page.getByRole('heading', { name: 'What changed' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Document' })).toBeVisible();
  expect(await faults()).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'What changed' })).toBeHidden();
  await page.getByRole('button', { name: 'Updated' }).click();
});

test('dark mode without leaving the screen', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await faults()).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('leaving the sample data leads back to the wizard', async () => {
  await page.getByRole('button', { name: 'Leave sample data' }).click();
  await expect(page.getByRole('button', { name: /connect my oura account/i })).toBeVisible({ timeout: 15_000 });
});

test('client id, secret and the exact redirect text', async () => {
  await page.getByRole('button', { name: /connect my oura account/i }).click();
  await expect(page.getByText('http://localhost:24197/auth/callback', { exact: true })).toBeVisible();
  await page.getByLabel('Client ID').fill('e2e-client');
  await page.getByLabel('Client secret').fill('e2e-secret');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in with Oura' })).toBeVisible();
});

test('a denied consent says so and can be tried again', async () => {
  await page.getByRole('button', { name: 'Sign in with Oura' }).click();
  await consent('Deny');
  await expect(page.getByText(/did not allow/).first()).toBeVisible({ timeout: 15_000 });
});

test('sign-in round trip in the browser', async () => {
  await page.getByRole('button', { name: /sign in|try again/i }).first().click();
  await consent('Allow');
  await expect(page.getByRole('heading', { name: 'You are connected' })).toBeVisible({ timeout: 15_000 });
});

/** Opens the address that the wizard shows, since no browser opens by itself here. */
async function consent(choice: 'Allow' | 'Deny'): Promise<void> {
  const address = page.getByRole('textbox', { name: 'Sign-in address' });
  await expect(address).toContainText('http://127.0.0.1:24190/oauth/authorize?', { timeout: 15_000 });
  const oura = await page.context().newPage();
  await oura.goto((await address.textContent()) ?? '');
  await oura.getByRole('button', { name: choice }).click();
  await oura.waitForURL(/localhost:24197\/auth\/callback/);
  await expect(oura.locator('body')).toContainText(/Oura Streaming/);
  await oura.close();
}

test('a change at Oura stands in the window a moment later', async () => {
  await expect
    .poll(async () => ((await (await page.request.get(`${control}/control/subscriptions`)).json()) as unknown[]).length, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(48);
  await page.getByRole('button', { name: /finish|open today/i }).click();
  await expect(page).toHaveTitle(/^Today/);
  await page.getByRole('link', { name: 'Stream' }).click();
  await tell('put', { type: 'daily_sleep', id: 'night-1', json: night(71) });
  await expect(rows().first()).toContainText('71', { timeout: 5_000 });
  await tell('put', { type: 'daily_sleep', id: 'night-1', json: night(84) });
  await expect(rows().first()).toContainText('84', { timeout: 5_000 });
  await rows().first().click();
  await expect(page.getByRole('heading', { name: 'What changed' })).toBeVisible();
  await expect(page.getByText('score').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await tell('delete', { type: 'daily_sleep', id: 'night-1' });
  await expect(rows().first()).toContainText('Deleted', { timeout: 5_000 });
});

test('Connection shows account, address, subscriptions and deliveries', async () => {
  await page.getByRole('link', { name: 'Connection' }).click();
  await expect(page.getByText('Account id').first()).toBeVisible();
  await expect(page.getByText('Reachable')).toBeVisible();
  await expect(page.getByText(/night-1|Daily sleep/).first()).toBeVisible();
  expect(await faults()).toEqual([]);
});

test('the internet reaches one path and nothing else', async () => {
  await page.getByRole('button', { name: 'Check now' }).click();
  const reach = page.getByRole('region', { name: 'What the internet can reach' });
  await expect(reach.getByRole('row')).not.toHaveCount(0);
  await expect(reach.getByText('Open', { exact: true })).toHaveCount(1);
  await expect(reach.getByText('Not as it should be')).toHaveCount(0);
});

test('a subscription is renewed, a delivery shows what arrived', async () => {
  await page.getByRole('button', { name: /^Daily sleep, Created: Subscribed/ }).click();
  await page.getByRole('button', { name: 'Renew' }).click();
  await expect(page.getByText(/^Renewed: \d+ days left\.$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('list', { name: 'Deliveries' }).getByRole('button').first().click();
  await expect(page.getByText(/^Genuine\./)).toBeVisible();
  await expect(page.getByRole('region', { name: 'What arrived' })).toContainText('night-1');
  expect(await faults()).toEqual([]);
});

test('types are chosen in Settings, and the address of the environment is left alone', async () => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText(/OURA_PUBLIC_URL/)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Tag', exact: true }).click({ force: true });
  await page.getByRole('button', { name: 'Use this choice' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('link', { name: 'Connection' }).click();
  await expect(page.getByRole('row', { name: /^Tag/ })).toContainText('Not chosen', { timeout: 30_000 });
});

test('the theme is kept over a reload', async () => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await faults()).toEqual([]);
});
