import { launch } from '../launch';
import { expect, misfits, open, test, threeSizes } from './page';

// The reader's own text size, twice the usual, as the desktop hands it to the page.
test.use({ launchOptions: { ...launch, args: [...launch.args, '--blink-settings=defaultFontSize=32'] } });

for (const [size, viewport] of Object.entries(threeSizes)) {
  test(`U-15 a night with text at 200 %: ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await open(page, 'live', '#/night/2026-11-14');
    const drawing = page.getByRole('slider', { name: 'Moment of the night' });
    await drawing.focus();
    await page.keyboard.press('PageUp');
    await page.screenshot({ path: `screens/text200-night-${size}.png` });
    expect(await misfits(page)).toEqual([]);
    // The names of the rows stand within the drawing.
    const cut = await drawing.evaluate((box) => {
      const left = box.getBoundingClientRect().left;
      return [...box.querySelectorAll('text')].filter((name) => name.getBoundingClientRect().left < left - 1).map((name) => name.textContent);
    });
    expect(cut).toEqual([]);
    await page.getByRole('heading', { name: 'Time by stage' }).evaluate((e) => e.scrollIntoView());
    await page.screenshot({ path: `screens/text200-night-below-${size}.png` });
  });
}
