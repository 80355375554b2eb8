import { expect, test } from '@playwright/test';
import { violations } from '../fake/page';

/** S-11: the page about the local API, as the program serves it. */
const api = process.env['OURA_E2E_API'] ?? 'http://127.0.0.1:24197';
const token = process.env['OURA_E2E_TOKEN'] ?? 'e2e-token-0123456789abcdef';

test('S-11 the page asks no other host, breaks no rule of its own, and tries calls', async ({ page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${api}/`) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', (event) => seen.push(`${event.effectiveDirective} ${event.blockedURI}`));
  });

  const answer = await page.goto(`${api}/docs`);
  expect(answer?.status()).toBe(200);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  expect(await violations(page)).toEqual([]);

  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Show the calls' }).click();
  await expect(page.getByRole('alert')).toContainText('Send the token of the local API');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Show the calls' }).click();

  for (const [call, status] of [['getStatus', '200'], ['listEvents', '200'], ['resume', '200'], ['getJob', '404']] as const) {
    const block = page.locator(`[id$="-${call}"]`);
    await block.locator('.opblock-summary-control').click();
    if (call === 'getJob') await block.getByPlaceholder('id').fill('4711');
    await block.getByRole('button', { name: 'Execute' }).click();
    await expect(block.locator('.live-responses-table tbody .response-col_status').first()).toContainText(status);
  }
  expect(foreign).toEqual([]);
  expect(faults).toEqual([]);
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
  await page.reload();
  await expect(page.getByLabel('Token')).toHaveValue('');
});
