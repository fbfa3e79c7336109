/** Pictures for the documentation, each on a phone and at a desk. */
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';

export const root = resolve(import.meta.dirname, '../..');
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];

/** How wide a phone of 390 px shows a picture that is to be named; the pictures of the task hold it to that. */
export const SHOWN_PX = 312;

const pathOf = (name: string, width: number): string => join(root, `docs/screenshots/${name}-${width}.png`);

interface Options {
  /** The whole page, or what is seen of it at once. */
  isWhole?: boolean;
  /** Waited for anew in each size: what is there for a moment only. */
  ready?: () => Promise<unknown>;
}

export async function picture(page: Page, name: string, { isWhole = true, ready }: Options = {}): Promise<void> {
  await page.mouse.move(0, 0); // so that nothing looks as if it were pointed at
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await (ready ? ready() : page.waitForTimeout(400));
    await page.screenshot({ path: pathOf(name, size.width), fullPage: isWhole, animations: 'disabled' });
  }
}

/** One part of a page. */
export async function pictureOf(part: Locator, name: string): Promise<void> {
  for (const size of SIZES) {
    await part.page().setViewportSize(size);
    await part.page().waitForTimeout(400);
    await part.screenshot({ path: pathOf(name, size.width), animations: 'disabled' });
  }
}
