/** The hands of a simulated person on the real tasks: what they have in mind is pressed, drawn and chosen, at their pace. */
import { type CDPSession, type ElementHandle, type Locator, type Page, expect } from '@playwright/test';
import type { Trial } from './mind';
import type { PlannedQuestion } from './plan';

/** Presses like a finger on a phone, or a mouse at a desk. */
export interface Finger {
  page: Page;
  hasTouch: boolean;
}

type Hand = (finger: Finger, trials: Trial[], question: PlannedQuestion) => Promise<void>;

export const press = (finger: Finger, target: Locator): Promise<void> =>
  finger.hasTouch ? target.tap() : target.click();

const button = (finger: Finger, name: string) => finger.page.getByRole('button', { name, exact: true });

/** Where a finger has found its target once, it goes down at once; what is gone by then is missed. */
async function tap({ page, hasTouch }: Finger, target: Locator): Promise<void> {
  const box = await target.boundingBox({ timeout: 1000 }).catch(() => null);
  if (!box) return;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await (hasTouch ? page.touchscreen.tap(x, y) : page.mouse.click(x, y));
}

/** What is pressed while one practice or block runs, whose field is told: a late press may have begun the next one. */
type Run = (some: Trial[], field: Field, isPractice: boolean) => Promise<void>;
type Field = ElementHandle<Element>;

/** Practice as often as it is asked for, then the block that counts, whose field is there while it runs. */
async function practised(finger: Finger, trials: Trial[], selector: string, run: Run): Promise<void> {
  const { page } = finger;
  const field = page.locator(selector);
  const ways = button(finger, 'Practise again').or(button(finger, 'Start'));
  for (;;) {
    await expect(ways.or(field)).toBeVisible({ timeout: 60_000 });
    if (await ways.isVisible()) {
      await press(finger, ways);
      continue;
    }
    const isPractice = await page.getByRole('heading', { name: 'Practice' }).isVisible();
    const running = await field.elementHandle();
    const ofBlock = trials.filter((trial) => Boolean(trial.is_practice) === isPractice);
    await run(ofBlock, running, isPractice);
    await page.waitForFunction((one) => !one.isConnected, running, { timeout: 240_000 });
    if (!isPractice) return;
  }
}

/** Whether something is seen in a field before that is gone. */
async function sees({ page }: Finger, field: Field, seen: string): Promise<boolean> {
  const found = await page.waitForFunction(
    ([field, seen]) => (!field.isConnected ? 'gone' : field.querySelector(seen) ? 'seen' : null),
    [field, seen] as const,
    { timeout: 60_000 },
  );
  return (await found.jsonValue()) === 'seen';
}

const symbols: Hand = (finger, trials) =>
  practised(finger, trials, '.sd', async (some, field, isPractice) => {
    for (const trial of some) {
      if (!(await sees(finger, field, '.sd-symbol svg'))) return;
      await finger.page.waitForTimeout(Number(trial.reaction_time_ms));
      await tap(finger, finger.page.locator(`.sd-key[data-press="${String(trial.response)}"]`));
      if (isPractice) await finger.page.waitForTimeout(500);
    }
  });

const trail: Hand = (finger, trials) =>
  practised(finger, trials, '.trail', async (some, field) => {
    const { page } = finger;
    const circle = (place: number) => page.locator(`.trail [data-press="${place}"]`);
    let before_ms = 0;
    for (const trial of some) {
      await page.waitForTimeout(Number(trial.at_ms) - before_ms);
      before_ms = Number(trial.at_ms);
      await tap(finger, circle(Number(trial.place)));
    }
    await page.waitForTimeout(3000);
    if (!(await field.evaluate((one) => one.isConnected))) return;
    const count = await page.locator('.trail-circle').count(); // one was missed: on from there
    for (let at = await page.locator('.trail-reached').count(); at < count; at += 1) await tap(finger, circle(at));
  });

/** Wait until something is seen, react to it, or leave it alone until it goes. */
const react =
  (seen: string, target: (trial: Trial) => string): Hand =>
  (finger, trials) =>
    practised(finger, trials, '.press', async (some, field) => {
      const { page } = finger;
      for (const trial of some) {
        if (!(await sees(finger, field, seen))) return;
        if (trial.response !== null) {
          await page.waitForTimeout(Number(trial.reaction_time_ms));
          await tap(finger, page.locator(target(trial)));
        }
        await page.locator(seen).waitFor({ state: 'detached', timeout: 15_000 });
      }
    });

const blocks: Hand = async (finger, trials, question) => {
  const { page } = finger;
  const open = page.locator('.span-open');
  await open.waitFor({ timeout: 60_000 });
  let before_ms: number | null = null;
  for (const trial of trials) {
    await page.waitForTimeout(before_ms === null ? 900 : Number(trial.at_ms) - before_ms);
    before_ms = Number(trial.at_ms);
    await tap(finger, open.locator(`[data-press="${String(trial.place)}"]`));
  }
  // whoever has left one out says so
  await open
    .waitFor({ state: 'detached', timeout: 3000 })
    .catch(() => press(finger, button(finger, 'I do not remember more')));
  await open.waitFor({ state: 'detached' });
  if (!question.is_practice) return;
  const again = button(finger, 'Practise again');
  const begin = button(finger, 'Begin');
  await expect(again.or(begin)).toBeVisible();
  if (await begin.isVisible()) return press(finger, begin);
  await press(finger, again);
  await blocks(finger, trials, question);
};

const words: Hand = async (finger, trials) => {
  await press(finger, button(finger, 'Start'));
  for (const [position, trial] of trials.entries()) {
    await expect(finger.page.getByText(`${position + 1} of ${trials.length}`, { exact: true })).toBeVisible();
    await finger.page.waitForTimeout(Math.max(500, Number(trial.reaction_time_ms))); // a word is deaf at first
    await press(finger, button(finger, trial.response ? 'Yes' : 'No'));
  }
};

const form: Hand = async (finger, trials, question) => {
  const { items, scales } = question.parameters as {
    items: { id: string; text: string; scale: string }[];
    scales: Record<string, { options: { id: string; text: string }[] }>;
  };
  for (const trial of trials) {
    const item = items.find((one) => one.id === trial.item);
    const option = scales[item?.scale ?? '']?.options.find((one) => one.id === trial.option);
    if (!item || !option) throw new Error(`There is no ${String(trial.item)}.`);
    await expect(finger.page.getByRole('heading', { name: item.text, exact: true })).toBeVisible();
    await finger.page.waitForTimeout(Number(trial.reaction_time_ms));
    await press(finger, finger.page.getByText(option.text, { exact: true }));
    await press(finger, button(finger, 'Next').or(button(finger, 'Done')));
  }
};

export type Point = [x: number, y: number, at_ms: number];

const clock: Hand = async (finger, trials) => {
  const pen = await penOf(finger);
  const canvas = finger.page.locator('.cd-canvas');
  await pen(
    canvas,
    [...Array(20).keys()].map((at): Point => [0.2 + 0.03 * at, 0.5, 16 * at]),
  );
  await press(finger, button(finger, 'That works, go on'));
  let before_ms = 0;
  for (const { points } of trials as unknown as { points: Point[] }[]) {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) continue;
    await finger.page.waitForTimeout(Math.max(0, first[2] - before_ms));
    before_ms = last[2];
    await pen(canvas, points);
  }
  await press(finger, button(finger, 'I have finished'));
};

type Pen = (canvas: Locator, points: Point[]) => Promise<void>;

export async function penOf({ page, hasTouch }: Finger): Promise<Pen> {
  const cdp = hasTouch ? await page.context().newCDPSession(page) : null;
  const [down, move, up] = cdp ? byTouch(cdp) : byMouse(page);
  return async (canvas, points) => {
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (!box) throw new Error('There is nothing to draw on.');
    const at = ([x, y]: Point): [number, number] => [box.x + x * box.width, box.y + y * box.height];
    for (const [index, point] of points.entries()) await (index === 0 ? down : move)(...at(point));
    await up();
  };
}

type Move = (x: number, y: number) => Promise<void>;

const byTouch = (cdp: CDPSession): [Move, Move, () => Promise<void>] => {
  const send = async (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) => {
    await cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
  return [
    (x, y) => send('touchStart', [{ x, y }]),
    (x, y) => send('touchMove', [{ x, y }]),
    () => send('touchEnd', []),
  ];
};

const byMouse = ({ mouse }: Page): [Move, Move, () => Promise<void>] => [
  async (x, y) => {
    await mouse.move(x, y);
    await mouse.down();
  },
  (x, y) => mouse.move(x, y),
  () => mouse.up(),
];

export const HANDS: Readonly<Record<string, Hand>> = {
  clock_drawing: clock,
  form,
  go_no_go: react('.press-stage[data-stimulus]', () => '.press-stage'),
  reaction_time: react('.press-lit', (trial) => `[data-press="${String(trial.response)}"]`),
  spatial_span: blocks,
  symbol_digit: symbols,
  trail_making: trail,
  word_recognition: words,
};
