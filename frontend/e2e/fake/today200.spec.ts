import { launch } from '../launch';
import { expect, misfits, open, test, threeSizes } from './page';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

for (const [size, viewport] of Object.entries(threeSizes)) {
  for (const scenario of ['live', 'today_late', 'today_mixed']) {
    test(`U-15 text at 200 %: ${scenario} ${size}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await open(page, scenario, '#/today');
      await page.getByRole('button', { name: 'Contributors' }).click();
      for (const card of ['Scores', 'Week', 'Movement', 'Newest events']) {
        await page.getByRole('heading', { level: 2, name: card, exact: true }).evaluate((h) => h.scrollIntoView());
        await page.waitForTimeout(100);
        await page.screenshot({ path: `screens/text200-${scenario}-${card.replace(' ', '-')}-${size}.png` });
      }
      expect(await misfits(page)).toEqual([]);
    });
  }
}
