import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

test.use({ viewport: sizes.wide });

const since = '2026-11-22T12:20:00Z';
const lost = { code: 'no_network', title: 'No network', text: 'Stored data stays usable.', severity: 'warning', since, remedyLabel: '', remedyAction: '' } as const;
const others = [
  { code: 'tunnel_down', title: 'The public address is down', text: 'The program keeps trying.', severity: 'warning', since, remedyLabel: 'Open Connection', remedyAction: 'open_connection' },
  { code: 'oura_down', title: 'Oura does not answer', text: 'There is nothing to do.', severity: 'warning', since, remedyLabel: '', remedyAction: '' },
] as const;

/** What the registry tells: it alone knows what follows from what (TestU3_TheWindowIsNotToldWhatFollowsFromADeadNetwork). */
async function told(page: Page, troubles: unknown[]): Promise<void> {
  await page.evaluate((list) => {
    if (window.fake) window.fake.push('status:changed', { ...window.fake.status, troubles: list as typeof window.fake.status.troubles });
  }, troubles);
}

test('U-3 a dead network stands alone, open or not, and the rest comes back with it', async ({ page }) => {
  await open(page, 'live', '#/today');
  const bar = page.getByRole('region', { name: 'What needs attention' });
  await expect(bar).toHaveCount(0);
  await told(page, [...others]);
  await bar.getByRole('button', { name: 'Show all 2' }).click();
  await expect(bar.getByRole('article')).toHaveCount(2);
  await told(page, [lost]);
  await expect(bar.locator('p[role=status]')).toContainText('No network');
  await expect(bar.getByRole('article')).toHaveCount(1);
  for (const { title } of others) await expect(page.getByText(title)).toHaveCount(0);
  await expect(bar.getByRole('button', { name: 'Open Connection' })).toHaveCount(0);
  await told(page, [...others]);
  await expect(bar.getByRole('article')).toHaveCount(2);
  await expect(page.getByText('No network')).toHaveCount(0);
  await told(page, []);
  await expect(bar).toHaveCount(0);
});
