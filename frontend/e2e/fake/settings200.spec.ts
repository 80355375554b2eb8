import { launch } from '../launch';
import { expect, misfits, open, sizes, test } from './page';
import { looks } from './settingsLooks';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

const large = ['settings-backup-inside', 'settings-keep-preview', 'settings-token-made', 'settings-erase', 'settings-undo', 'settings-trouble'];

for (const [size, viewport] of Object.entries(sizes)) {
  for (const look of looks.filter(({ name }) => large.includes(name))) {
    test(`U-15 text at 200 %: ${look.name} ${size}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await open(page, look.scenario, '#/settings');
      await look.act?.(page);
      await page.waitForTimeout(150);
      await page.screenshot({ path: `screens/text200-${look.name}-${size}.png` });
      expect(await misfits(page)).toEqual([]);
    });
  }
}
