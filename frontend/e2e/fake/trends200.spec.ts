import { launch } from '../launch';
import { expect, misfits, open, sizes, test } from './page';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

for (const [size, viewport] of Object.entries(sizes)) {
  test(`U-15 Trends with text at 200 %: ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await open(page, 'live', '#/trends');
    await expect(page.getByRole('slider')).toBeVisible();
    await page.screenshot({ path: `screens/text200-trends-${size}.png` });
    expect(await misfits(page)).toEqual([]);
    await page.getByRole('slider').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `screens/text200-trends-line-${size}.png` });
    await page.getByRole('button', { name: /^Metric: / }).click();
    await page.screenshot({ path: `screens/text200-trends-pick-${size}.png` });
    expect(await misfits(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: 'Calendar' }).check({ force: true });
    await page.getByRole('grid').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `screens/text200-trends-calendar-${size}.png` });
    expect(await misfits(page)).toEqual([]);
  });
}
