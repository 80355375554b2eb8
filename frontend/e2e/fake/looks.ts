import type { Locator, Page } from '@playwright/test';
import { appearances, expect, misfits, open, reopen, shot, still, test, violations } from './page';

/** A situation of a screen. It is loaded once, and looked at in every size and theme. */
export interface Look {
  name: string;
  scenario: string;
  hash?: string;
  /** What has to stand there first. */
  shows?: string;
  /** What a person does first. */
  act?: (page: Page) => Promise<unknown>;
  /** What is brought into sight at each size. */
  at?: (page: Page) => Locator;
  /** The part that differs from other situations: only that is held to the rules. */
  within?: string;
  /** The size decides what is shown or a new one closes it: loaded anew for each. */
  anew?: true;
  /** More situations of the same page, one after another: each is looked at in the part that changed. */
  steps?: Step[];
}

interface Step {
  name: string;
  within: string;
  act: (page: Page) => Promise<unknown>;
  undo?: (page: Page) => Promise<unknown>;
}

type Appearance = ReturnType<typeof appearances>[number];

/** Holds what is shown now to the rules, in one appearance. A fault is kept as a picture, and the others are still looked for. */
export async function look(page: Page, name: string, { name: way, rules }: Appearance, within?: string): Promise<void> {
  await shot(page, `${name}-${way}`);
  const faults = [...(await misfits(page)), ...(await violations(page, within, rules))];
  if (faults.length > 0) await page.screenshot({ path: test.info().outputPath(`${name}-${way}.png`) });
  expect.soft(faults, `${name}, ${way}`).toEqual([]);
}

/** Gives the window another size and theme, and waits until it has taken them. */
export async function dress(page: Page, { viewport, colorScheme }: Appearance): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport);
  await still(page);
}

/** Looks at what is shown now in every size and theme. */
export async function lookEveryWay(page: Page, name: string, within?: string, before?: () => Promise<unknown>): Promise<void> {
  for (const way of appearances()) {
    await test.step(way.name, async () => {
      await dress(page, way);
      await before?.();
      await look(page, name, way, within);
    });
  }
}

/** One test for each look. */
export function testLooks(looks: Look[], place?: string): void {
  for (const it of looks) {
    test(it.name, async ({ page }) => {
      test.setTimeout(it.steps ? 300_000 : 120_000);
      const hash = it.hash ?? place;
      const begin = async (): Promise<void> => {
        if (it.shows) await expect(page.getByText(it.shows, { exact: false }).first()).toBeVisible();
        await it.act?.(page);
      };
      const [first] = appearances();
      if (first) await dress(page, first);
      await open(page, it.scenario, hash);
      await begin();
      await lookEveryWay(page, it.name, it.within, async () => {
        if (it.anew) {
          await reopen(page, hash);
          await begin();
          await still(page);
        }
        await it.at?.(page).evaluate((e) => e.scrollIntoView({ block: 'center' }));
      });
      for (const step of it.steps ?? []) {
        await test.step(step.name, async () => {
          await step.act(page);
          await expect(page.locator(step.within)).toBeVisible();
          await lookEveryWay(page, `${it.name}-${step.name}`, step.within);
          await step.undo?.(page);
        });
      }
    });
  }
}
