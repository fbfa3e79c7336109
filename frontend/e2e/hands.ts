/** The hands of a simulated person on the real tasks: what they have in mind is pressed, drawn and chosen, at their pace. */
import { type CDPSession, type Locator, type Page, expect } from '@playwright/test';
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

/** Practice as often as it is asked for, then the block that counts. */
async function practised(
  finger: Finger,
  trials: Trial[],
  run: (some: Trial[], isPractice: boolean) => Promise<void>,
): Promise<void> {
  const practice = trials.filter((trial) => trial.is_practice);
  await run(practice, true);
  const again = button(finger, 'Practise again');
  await expect(again.or(button(finger, 'Start'))).toBeVisible({ timeout: 30_000 });
  if (await again.isVisible()) {
    await press(finger, again);
    await run(practice, true);
  }
  await press(finger, button(finger, 'Start'));
  await run(
    trials.filter((trial) => !trial.is_practice),
    false,
  );
}

const symbols: Hand = (finger, trials) =>
  practised(finger, trials, async (some, isPractice) => {
    const { page } = finger;
    const field = page.locator('.sd-symbol');
    const shown = field.locator('svg');
    for (const trial of some) {
      const isThere = await shown
        .waitFor({ timeout: 10_000 })
        .then(() => true)
        .catch(() => false);
      if (!isThere && !isPractice) return; // the two minutes are over
      await page.waitForTimeout(Number(trial.reaction_time_ms));
      if (!(await field.isVisible())) return;
      await press(finger, page.locator(`.sd-key[data-press="${String(trial.response)}"]`)).catch(() => undefined);
      if (isPractice) await page.waitForTimeout(500);
    }
    if (!isPractice) await field.waitFor({ state: 'detached', timeout: 130_000 });
  });

const trail: Hand = (finger, trials) =>
  practised(finger, trials, async (some) => {
    let before_ms = 0;
    for (const trial of some) {
      await finger.page.waitForTimeout(Number(trial.at_ms) - before_ms);
      before_ms = Number(trial.at_ms);
      await press(finger, finger.page.locator(`[data-press="${String(trial.place)}"]`));
    }
  });

/** Wait until something is seen, react to it, or leave it alone until it goes. */
const react =
  (seen: string, target: (trial: Trial) => string): Hand =>
  (finger, trials) =>
    practised(finger, trials, async (some) => {
      const { page } = finger;
      for (const trial of some) {
        await page.locator(seen).waitFor({ timeout: 15_000 });
        if (trial.response !== null) {
          await page.waitForTimeout(Number(trial.reaction_time_ms));
          await press(finger, page.locator(target(trial))).catch(() => undefined);
        }
        await page.locator(seen).waitFor({ state: 'detached', timeout: 15_000 });
      }
    });

const blocks: Hand = async (finger, trials, question) => {
  const { page } = finger;
  const open = page.locator('.span-open');
  await open.waitFor({ timeout: 45_000 });
  let before_ms: number | null = null;
  for (const trial of trials) {
    await page.waitForTimeout(before_ms === null ? 900 : Number(trial.at_ms) - before_ms);
    before_ms = Number(trial.at_ms);
    await press(finger, open.locator(`[data-press="${String(trial.place)}"]`));
  }
  // whoever has left one out says so
  const sequence = question.parameters['sequence'] as number[];
  if (trials.length < sequence.length) await press(finger, button(finger, 'I do not remember more'));
  await open.waitFor({ state: 'detached' });
  if (question.is_practice) await press(finger, button(finger, 'Begin'));
};

const words: Hand = async (finger, trials) => {
  await press(finger, button(finger, 'Start'));
  for (const [position, trial] of trials.entries()) {
    await expect(finger.page.getByText(`${position + 1} of ${trials.length}`, { exact: true })).toBeVisible();
    await finger.page.waitForTimeout(Number(trial.reaction_time_ms));
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
