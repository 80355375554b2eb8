import type { Locator, Page } from '@playwright/test';
import { appearances, expect, misfits, open, reopen, shot, still, test, violations } from './page';

/** A situation of a screen. It is loaded once, and looked at in every size and theme. */
export interface Look {
  name: string;
  scenario: string;
  hash?: string;
  /** What has to stand there, before anything is done and in every size; without it, the heading of the screen. */
  shows?: string;
  /** What a person does first. */
  act?: (page: Page) => Promise<unknown>;
  /** What is to be seen after that, in every size. */
  seen?: (page: Page) => Locator;
  /** What is brought into sight at each size. */
  at?: (page: Page) => Locator;
  /** The part that differs from other situations: only that is held to the rules. */
  within?: string;
  /** The size decides what is shown, a new one closes it, or it goes by itself: loaded anew for each. */
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

/** Names what lies over the page now: dialogs, lists of choices, menus and messages. */
const layers = (page: Page): Promise<string[]> =>
  page.locator('dialog[open], [role=dialog], [role=menu], .toast').evaluateAll((all) =>
    all.filter((e) => e.checkVisibility()).map((e) => `${e.matches('.toast') ? 'message' : (e.getAttribute('role') ?? e.localName)} ${e.getAttribute('aria-label') ?? e.querySelector('h2, .remote')?.textContent ?? ''}`),
  );

/** Waits for the situation, and does what a person does first. Returns what lies over the page then. */
export async function begin(page: Page, it: Look): Promise<string[]> {
  await expect(heading(page, it)).toBeVisible();
  await it.act?.(page);
  if (it.seen) await expect(it.seen(page)).toBeVisible();
  await still(page);
  const over = await layers(page);
  // A message that leaves after ten seconds, and does then what it told of, would be another situation in the next size.
  if (!it.anew) expect(over.filter((name) => name.startsWith('message')), 'messages in a look that is not loaded anew').toEqual([]);
  return over;
}

/** Wants the situation to be still there: another size may have closed a part of it. */
export async function stands(page: Page, it: Look, over: string[]): Promise<void> {
  await expect(heading(page, it)).toBeVisible();
  for (const part of [it.seen?.(page), it.at?.(page), it.within ? page.locator(it.within) : undefined]) if (part) await expect(part.first()).toBeVisible();
  expect(await layers(page)).toEqual(over);
}

const heading = (page: Page, { shows }: Look): Locator => (shows ? page.getByText(shows, { exact: false }) : page.locator('h1')).first();

/** One test for each look. */
export function testLooks(looks: Look[], place?: string): void {
  for (const it of looks) {
    test(it.name, async ({ page }) => {
      test.setTimeout(it.steps ? 300_000 : 120_000);
      const hash = it.hash ?? place;
      const [first] = appearances();
      if (first) await dress(page, first);
      await open(page, it.scenario, hash);
      let over = it.anew ? [] : await begin(page, it);
      await lookEveryWay(page, it.name, it.within, async () => {
        if (it.anew) {
          await reopen(page, hash);
          over = await begin(page, it);
        }
        await it.at?.(page).evaluate((e) => e.scrollIntoView({ block: 'center' }));
        await stands(page, it, over);
      });
      for (const step of it.steps ?? []) {
        await test.step(step.name, async () => {
          await step.act(page);
          await lookEveryWay(page, `${it.name}-${step.name}`, step.within, () => expect(page.locator(step.within)).toBeVisible());
          await step.undo?.(page);
        });
      }
    });
  }
}
