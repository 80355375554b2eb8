import { launch } from '../launch';
import { expect, misfits, open, test, threeSizes } from './page';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

for (const [size, viewport] of Object.entries(threeSizes)) {
  for (const [scenario, hash] of [['troubles', '#/stream'], ['live', '#/stream/400'], ['sync_filling', '#/sync'], ['live', '#/connection'], ['export_done', '#/export'], ['live', '#/settings'], ['client', '#/setup']] as const) {
    test(`U-15 text at 200 %: ${hash} ${size}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await open(page, scenario, hash);
      await page.waitForTimeout(150);
      await page.screenshot({ path: `screens/text200${hash.replace(/\W+/g, '-')}-${size}.png` });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('32px');
      expect(await misfits(page)).toEqual([]);
      for (const name of hash === '#/connection' ? ['Change', 'Choose types', 'Delete all of ours'] : []) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.screenshot({ path: `screens/text200-${name.replace(/\W+/g, '-')}-${size}.png` });
        expect(await misfits(page), name).toEqual([]);
        await page.keyboard.press('Escape');
      }
    });
  }
}
