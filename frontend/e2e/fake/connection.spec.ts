import type { Page } from '@playwright/test';
import { expect, open, sizes, test } from './page';

const calls = (page: Page, name: string) => page.evaluate((n) => window.fake?.calls.filter((c) => c.name === `ConnectionAPI.${n}`).map((c) => c.args) ?? [], name);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const fail = (page: Page, call: string, message: string) => page.evaluate(([name, text]) => window.fake?.failures.set(`ConnectionAPI.${name}`, { code: 'unavailable', message: text ?? '' }), [call, message]);
const changed = (page: Page) => page.evaluate(() => window.fake?.push('connection:changed', {}));

test.use({ viewport: sizes.wide });

test.describe('the public address', () => {
  test('U-11 who has none is told what it is for and gets one by ngrok', async ({ page }) => {
    await open(page, 'disconnected', '#/connection');
    await expect(page.getByText('With a public address, Oura can tell this program')).toBeVisible();
    await page.getByRole('radio', { name: 'ngrok' }).check({ force: true });
    await expect(page.getByText(/learns this computer’s name and this program’s path and process id/)).toBeVisible();
    await button(page, 'Copy ngrok’s site').click();
    expect(await page.evaluate(() => window.fake?.clipboard)).toBe('dashboard.ngrok.com');
    await button(page, 'Save').click();
    await expect(page.getByText('Paste the authtoken of your ngrok account.')).toBeVisible();
    const token = page.getByLabel('ngrok authtoken', { exact: true });
    await token.fill('ngrok config add-authtoken 2abcDEF');
    await expect(page.getByText('An authtoken is one word.')).toBeVisible();
    await token.fill(' 2abcDEF_3ghi ');
    await expect(token).toHaveAttribute('type', 'password');
    await page.getByLabel('ngrok domain').fill('https://name.ngrok.app');
    await button(page, 'Save').click();
    await expect(page.getByText('Only the host name')).toBeVisible();
    expect(await calls(page, 'SaveAddress')).toEqual([]);
    await page.getByLabel('ngrok domain').fill('name.ngrok.app');
    await token.press('Enter');
    await expect(page.getByText('Being checked')).toBeVisible();
    expect(await calls(page, 'SaveAddress')).toEqual([['ngrok', '', '2abcDEF_3ghi', 'name.ngrok.app']]);
    await expect(button(page, 'Change')).toBeFocused();
    // What was typed is kept nowhere in the page.
    await button(page, 'Change').click();
    await expect(token).toHaveValue('');
    await expect(token).toHaveAttribute('placeholder', 'Saved. Leave empty to keep it.');
    expect(await page.content()).not.toContain('2abcDEF');
  });

  test('is changed in place, keeps the token, and tells what went wrong', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await button(page, 'Change').click();
    await page.getByRole('radio', { name: 'Your own address' }).check({ force: true });
    await expect(page.getByLabel('ngrok authtoken', { exact: true })).toBeHidden();
    await button(page, 'Save').click();
    await expect(page.getByText('Enter the address that forwards to this computer.')).toBeVisible();
    const url = page.getByRole('textbox', { name: 'Your own address' });
    await url.fill('http://ring.example.net');
    await expect(page.getByText('The address must begin with https://')).toBeVisible();
    await url.fill(' https://other.example.net/x ');
    await fail(page, 'SaveAddress', 'The settings could not be stored: the disk is full.');
    await button(page, 'Save').click();
    await expect(page.getByRole('alert')).toContainText('the disk is full');
    await page.evaluate(() => window.fake?.failures.clear());
    await button(page, 'Save').click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(button(page, 'Change')).toBeFocused();
    expect((await calls(page, 'SaveAddress')).at(-1)).toEqual(['own_url', 'https://other.example.net/x', '', '']);
    // The way of receiving is chosen at once, and goes back when it cannot be kept.
    await button(page, 'Change').click();
    await expect(page.getByText('Takes effect as soon as you choose it, without Save.')).toBeVisible();
    await page.getByRole('radio', { name: 'Polling' }).check({ force: true });
    await expect(page.getByText('Saved, and in effect.')).toBeVisible();
    await expect.poll(() => calls(page, 'SaveMode')).toEqual([['polling']]);
    await fail(page, 'SaveMode', 'No.');
    await page.getByRole('radio', { name: 'Live' }).click({ force: true });
    await expect(page.getByRole('radio', { name: 'Polling' })).toBeChecked();
    await expect(page.getByText('Saved, and in effect.')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(button(page, 'Change')).toBeFocused();
  });

  test('who chose to have none is not asked again', async ({ page }) => {
    await open(page, 'no_address', '#/connection');
    await expect(page.getByText('With a public address, Oura can tell this program')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'ngrok' })).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'What the internet can reach' })).toHaveCount(0);
    await button(page, 'Change').click();
    await expect(page.getByRole('radio', { name: 'None' })).toBeChecked();
  });

  test('forgets the token only after a question', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await button(page, 'Forget').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await expect(button(page, 'Forget')).toBeFocused();
    expect(await calls(page, 'ForgetNgrokToken')).toEqual([]);
    await button(page, 'Forget').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
    await expect(button(page, 'Forget')).toHaveCount(0);
    await button(page, 'Undo').click();
    await expect(button(page, 'Forget')).toBeVisible();
    await button(page, 'Forget').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
    expect(await calls(page, 'ForgetNgrokToken')).toEqual([]);
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => calls(page, 'ForgetNgrokToken')).toHaveLength(1);
    await expect(button(page, 'Forget')).toHaveCount(0);
  });

  test('U-8 a new token is not forgotten with the old one', async ({ page }) => {
    await open(page, 'live', '#/settings');
    await button(page, 'Forget').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
    await page.getByLabel('ngrok authtoken', { exact: true }).fill('2fTokenNewAndLongEnough_4x');
    await page.getByRole('region', { name: 'Public address' }).getByRole('button', { name: 'Save', exact: true }).click();
    await expect(button(page, 'Forget')).toBeVisible();
    await expect(button(page, 'Undo')).toHaveCount(0);
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide')));
    expect(await calls(page, 'ForgetNgrokToken')).toEqual([]);
  });

  test('is looked at from outside, and says in words what is open', async ({ page }) => {
    await open(page, 'refused', '#/connection');
    const reach = page.getByRole('region', { name: 'What the internet can reach' });
    await expect(reach.getByText('An answer is not as it should be.')).toBeVisible();
    await expect(reach.getByRole('row', { name: /\/status/ })).toContainText(/local API answers here.*Not as it should be/);
    await expect(reach.getByRole('row', { name: /\/auth\/callback/ })).toContainText('No answer');
    await page.evaluate(() => {
      const api = window.fake?.go.ConnectionAPI;
      const look = api?.CheckAddress;
      if (api && look) api.CheckAddress = () => Promise.resolve(void Object.assign(window, { answer: look }));
    });
    await button(page, 'Check now').click();
    await expect(button(page, 'Check now')).toHaveAttribute('aria-busy', 'true');
    await page.evaluate(() => (window as unknown as { answer: () => Promise<void> }).answer());
    await expect(button(page, 'Check now')).not.toHaveAttribute('aria-busy');
    await expect(reach.getByRole('row', { name: /GET \/webhooks\/9f2c41 / })).toContainText('Open');
    await expect(reach.getByText('Not as it should be')).toHaveCount(0);
  });

  test('what was seen before it went down does not look fresh', async ({ page }) => {
    await open(page, 'reconnecting', '#/connection');
    const card = page.getByRole('region', { name: 'Public address' });
    const reach = page.getByRole('region', { name: 'What the internet can reach' });
    await expect(card.getByText('3 min ago, before it went down')).toBeVisible();
    await expect(card.getByText('in 84 ms')).toHaveCount(0);
    await expect(reach.getByText('Asked from outside 3 min ago, before it went down')).toBeVisible();
    await expect(reach.getByRole('row', { name: /GET \/webhooks\/9f2c41 / })).toContainText(/does not now.*Was open/);
    await page.evaluate(() => {
      if (window.fake) Object.assign(window.fake.connection.address, { state: 'online', reason: '' });
    });
    await changed(page);
    await expect(card.getByText('in 84 ms')).toBeVisible();
    await expect(page.getByText('before it went down')).toHaveCount(0);
    await expect(reach.getByText('Was open')).toHaveCount(0);
  });

  test('U-10 each state says what happened, in word and icon', async ({ page }) => {
    await open(page, 'reconnecting', '#/connection');
    const card = page.getByRole('region', { name: 'Public address' });
    for (const said of ['Reconnecting', 'The connection to ngrok was lost.', 'Update this program before then.', 'ngrok passes everything on', '19,204 of 20,000', 'counted by this program', 'Close to the limit']) {
      await expect(card.getByText(said).first()).toBeVisible();
    }
    await expect(card.getByRole('meter', { name: 'Requests' })).toHaveAttribute('aria-valuenow', '19204');
    await expect(page.getByText('The last check did not get to the end')).toBeVisible();
    await page.evaluate(() => {
      if (window.fake) Object.assign(window.fake.connection.address, { state: 'refused', url: '', account: '', plan: '', region: '', reason: 'ngrok does not accept the authtoken.', notice: '', unfiltered: false, reach: [], reachAt: '' });
    });
    await changed(page);
    for (const said of ['Not reachable', 'ngrok does not accept the authtoken.', 'Known once the connection stands', 'Told once the connection stands']) await expect(card.getByText(said)).toBeVisible();
    await expect(page.getByText('Not asked yet.')).toBeVisible();
  });

  test('what the environment decides is shown and cannot be changed', async ({ page }) => {
    await open(page, 'fixed', '#/settings');
    for (const name of ['OURA_PUBLIC_URL', 'NGROK_AUTHTOKEN', 'NGROK_DOMAIN', 'OURA_MODE', 'OURA_WEBHOOK_TYPES']) await expect(page.getByText(name)).toBeVisible();
    for (const name of ['Your own address', 'ngrok authtoken', 'ngrok domain (optional)']) await expect(page.getByRole('textbox', { name })).not.toBeEditable();
    await expect(page.getByRole('textbox', { name: 'ngrok authtoken' })).toHaveAttribute('placeholder', 'Given by the environment');
    await expect(page.getByRole('radio', { name: 'Polling' })).toBeDisabled();
    await expect(page.getByText('Takes effect as soon as you choose it')).toHaveCount(0);
    await expect(page.getByRole('checkbox', { name: 'Workout' })).toBeDisabled();
    await expect(button(page, 'Use this choice')).toHaveCount(0);
    await expect(button(page, 'Forget')).toHaveCount(0);
  });

  test('sample data offer nothing to set up', async ({ page }) => {
    await open(page, 'demo', '#/connection');
    await expect(page.getByText('Sample data need no public address.')).toBeVisible();
    await expect(page.getByText('Forward it to')).toHaveCount(0);
    for (const name of ['Change', 'Check now', 'Choose types', 'Delete all of ours']) await expect(button(page, name)).toHaveCount(0);
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByText('Sample data bring types of their own.')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'ngrok' })).toHaveCount(0);
  });
});

test.describe('the subscriptions', () => {
  test('U-7 one is renewed and deleted by keyboard alone', async ({ page }) => {
    await open(page, 'live', '#/connection');
    const cell = button(page, /Blood oxygen, Created/);
    await cell.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: /Blood oxygen, Created/ });
    await expect(panel).toBeVisible();
    await fail(page, 'Renew', 'Oura does not answer. Try again in a minute.');
    await panel.getByRole('button', { name: 'Renew' }).focus();
    await page.keyboard.press('Enter');
    await expect(panel.getByRole('alert')).toContainText('Oura does not answer');
    await page.evaluate(() => window.fake?.failures.clear());
    await page.keyboard.press('Enter');
    await expect(panel.getByText('Renewed: 90 days left.')).toBeVisible();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Delete the subscription “Blood oxygen, Created”?' });
    await expect(question).toContainText('while the type stays chosen, the next check sets the subscription up again.');
    await page.keyboard.press('Escape');
    await expect(cell).toBeFocused();
    expect(await calls(page, 'Delete')).toEqual([]);
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Delete' }).press('Enter');
    await question.getByRole('button', { name: 'Delete' }).press('Enter');
    await expect(page.getByText('1 subscription deleted.')).toBeVisible();
    await expect(button(page, /Blood oxygen, Created: Missing/)).toBeFocused();
    await button(page, /VO₂ max, Updated: Another program/).press('Enter');
    const foreign = page.getByRole('dialog');
    await expect(foreign).toContainText('never changed or deleted from here');
    await expect(foreign.getByRole('button', { name: /Renew|Delete/ })).toHaveCount(0);
  });

  test('U-8 all of ours are deleted only after a question', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await button(page, 'Delete all of ours').click();
    const question = page.getByRole('dialog', { name: 'Delete all 45 subscriptions of this program?' });
    await fail(page, 'DeleteOurs', 'Oura does not answer.');
    await question.getByRole('button', { name: 'Delete' }).click();
    await expect(question.getByRole('alert')).toContainText('Oura does not answer.');
    await page.evaluate(() => window.fake?.failures.clear());
    await question.getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('45 subscriptions deleted.')).toBeVisible();
    // Undone by a check, which sets up what the chosen types lack.
    const before = (await calls(page, 'Reconcile')).length;
    await page.keyboard.press('Control+z');
    await expect(page.getByText('Undone: Oura was asked to deliver them again.')).toBeVisible();
    expect((await calls(page, 'Reconcile')).length).toBe(before + 1);
    await expect(button(page, 'Delete all of ours')).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByText('1 another program’s')).toBeVisible();
  });

  test('types are chosen, never none', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await expect(page.getByRole('row', { name: /^Tag/ })).toContainText('Not chosen');
    await button(page, 'Choose types').click();
    const dialog = page.getByRole('dialog', { name: 'Choose types' });
    await expect(dialog.getByText('16 of 17 chosen')).toBeVisible();
    for (const box of await dialog.getByRole('checkbox').all()) await box.uncheck({ force: true });
    await dialog.getByRole('button', { name: 'Use this choice' }).click();
    await expect(dialog.getByText('Choose at least one type.')).toBeVisible();
    expect(await calls(page, 'SaveTypes')).toEqual([]);
    await dialog.getByRole('checkbox', { name: 'Tag', exact: true }).check({ force: true });
    await dialog.getByRole('button', { name: 'Use this choice' }).click();
    await expect(dialog).toBeHidden();
    expect(await calls(page, 'SaveTypes')).toEqual([[['tag']]]);
  });

  test('U-9 a round shows how far it is, and moves nothing below it', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await expect(page.getByText('Checked 47 min ago: 2 set up, 3 renewed, 1 refused.')).toBeVisible();
    await expect(page.getByText('Next check in 5 h.')).toBeVisible();
    const table = page.getByRole('table', { name: 'Subscriptions' });
    const before = await table.boundingBox();
    await page.evaluate(() => {
      if (window.fake) window.fake.connection.progress = { running: true, done: 18, total: 51, message: 'Subscribing Daily sleep' };
    });
    await changed(page);
    await expect(page.getByRole('progressbar', { name: 'Checking' })).toHaveAttribute('value', '18');
    await expect(button(page, 'Check with Oura now')).toHaveAttribute('aria-busy', 'true');
    expect(await table.boundingBox()).toEqual(before);
  });
});

test.describe('the deliveries', () => {
  test('one opens with what arrived, copies it, and is fetched again', async ({ page }) => {
    await open(page, 'live', '#/connection');
    const list = page.getByRole('list', { name: 'Deliveries' });
    await button(page, /Accepted Set aside/).press('Enter');
    await expect(list.getByText(/Genuine\. The signature fits .* after Oura stamped it\./)).toBeVisible();
    await expect(list.getByText('“Heart health”')).toBeVisible();
    await expect(list.getByText('event_time')).toBeVisible();
    await list.getByRole('button', { name: 'Copy as JSON' }).click();
    expect(JSON.parse((await page.evaluate(() => window.fake?.clipboard)) ?? '')).toMatchObject({ event_type: 'update' });
    await fail(page, 'Refetch', 'This delivery is about another Oura account.');
    await list.getByRole('button', { name: 'Fetch again' }).click();
    await expect(list.getByRole('alert')).toContainText('another Oura account');
    await page.evaluate(() => window.fake?.failures.clear());
    await list.getByRole('button', { name: 'Fetch again' }).click();
    await expect(list.getByText(/next try in/)).toBeVisible();
    expect(await calls(page, 'Refetch')).toEqual([[894], [894]]);
    await button(page, /Not readable/).click();
    await expect(list.getByText('This is not valid JSON.')).toBeVisible();
    await button(page, /Session.*Accepted Changed/).first().click();
    await list.getByRole('link', { name: /^Event \d+/ }).click();
    await expect(page).toHaveURL(/#\/stream\/\d+$/);
    await expect(page.getByRole('region', { name: 'Event', exact: true })).toBeVisible();
  });

  test('the list narrows, and pages to the first one', async ({ page }) => {
    await open(page, 'live', '#/connection');
    const rows = page.getByRole('list', { name: 'Deliveries' }).locator('> li');
    await expect(rows).toHaveCount(20);
    await button(page, 'Load older').click();
    await expect(rows).toHaveCount(40);
    await button(page, 'Load older').click();
    await expect(page.getByText('That is the first delivery stored here.')).toBeVisible();
    await expect(rows).toHaveCount(50);
    const which = page.getByRole('radiogroup', { name: 'Which deliveries' });
    await which.getByText('Waiting').click();
    await expect(rows).toHaveCount(1);
    expect((await calls(page, 'Deliveries')).at(-1)).toEqual([0, 'pending']);
    await page.evaluate(() => window.fake?.deliveries.forEach((d) => (d.fetch = 'done')));
    await changed(page);
    await expect(page.getByText('No delivery is in this state.')).toBeVisible();
    await fail(page, 'Deliveries', 'The data folder cannot be read.');
    await which.getByText('Fetched', { exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('The data folder cannot be read.');
  });

  test('a new one does not close or move what a person reads', async ({ page }) => {
    await open(page, 'live', '#/connection');
    await button(page, /Accepted Waiting/).click();
    const body = page.getByRole('region', { name: 'What arrived' });
    await body.scrollIntoViewIfNeeded();
    const before = await page.locator('.page').evaluate((e) => [e.scrollTop, e.scrollHeight]);
    for (let i = 0; i < 3; i++) await changed(page);
    await expect(body).toBeVisible();
    expect(await page.locator('.page').evaluate((e) => [e.scrollTop, e.scrollHeight])).toEqual(before);
    const at = await body.boundingBox();
    await page.evaluate(() => {
      const newest = window.fake?.deliveries[0];
      if (newest) window.fake?.deliveries.unshift({ ...newest, id: newest.id + 1 });
    });
    await changed(page);
    await expect(page.getByRole('list', { name: 'Deliveries' }).locator('> li')).toHaveCount(21);
    await expect(body).toBeVisible();
    expect(Math.abs(((await body.boundingBox())?.y ?? 0) - (at?.y ?? 0))).toBeLessThan(2);
  });
});
