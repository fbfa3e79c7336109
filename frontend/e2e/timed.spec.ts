/** A participant takes the timed tasks by finger, on a phone: what is tapped is scored, and two misses end a direction. */
import { type Page, expect, test } from '@playwright/test';
import { arrive, expectAccessible, invite, signIn } from './people';

interface Question {
  item_id: string;
  block: string;
  is_practice: boolean;
  parameters: { sequence: number[]; direction: string };
}

interface Plan {
  parts: { instrument: string; questions: Question[] }[];
}

const A_MOVE_MS = 180; // a hand's: the rule takes no way of less than 100 ms for one
const PHONE = { hasTouch: true, viewport: { width: 360, height: 640 }, permissions: ['microphone'] };

test('circles and blocks by finger on a small phone, to their result', async ({ browser }, { retry }) => {
  const label = `P-04${retry + 1}`;
  test.setTimeout(4 * 60_000);
  const desk = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const staff = await desk.newPage();
  await signIn(staff);
  const link = await invite(staff, label, 'timed');
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await arrive(page, link, false);
  const plan = await planOf(page);
  for (const selector of ['.press', '.press', '.press-stage']) await leaveOut(page, selector);
  await trail(page);
  await leaveOut(page, '.trail');
  await blocks(page, plan);
  await expect(page.getByRole('heading', { name: 'Thank you. You have done it all' })).toBeVisible({ timeout: 60_000 });

  await staff.goto(new URL('/clinic', link).href);
  await staff.getByRole('link', { name: label }).first().click();
  const measure = (title: string) => staff.getByRole('row', { name: new RegExp(title) });
  await expect(measure('Numbers, circles reached')).toContainText('25', { timeout: 90_000 });
  await expect(measure('Numbers, wrong circles')).toContainText('1');
  await expect(measure('Longest span forward')).toContainText('2');
  await expect(measure('Trials right backward')).toContainText('0');
  await expectAccessible(staff);
});

async function planOf(page: Page): Promise<Plan> {
  return page.evaluate(async () => {
    const { session_id } = (await (await fetch('/api/me')).json()) as { session_id: string };
    const session = (await (await fetch(`/api/sessions/${session_id}`)).json()) as { plan: Plan };
    return session.plan;
  });
}

/** Look at a task and leave it out in its practice. */
async function leaveOut(page: Page, selector: string): Promise<void> {
  await page.getByRole('button', { name: 'I am ready' }).tap();
  await page.locator(selector).first().waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Leave this task out' }).tap();
}

/** All circles of the first part, with one wrong one on the way; every one lies within the screen. */
async function trail(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I am ready' }).tap();
  const circle = (place: number) => page.locator(`[data-press="${place}"]`);
  for (let place = 0; place < 8; place += 1) await circle(place).tap();
  await page.getByRole('button', { name: 'Start' }).tap();
  await circle(24).waitFor();
  const board = await page.locator('.trail-board').boundingBox();
  expect(board && board.x >= 0 && board.x + board.width <= 360 && board.y >= 0 && board.y + board.height <= 640).toBe(
    true,
  );
  for (let place = 0; place < 25; place += 1) {
    for (const pressed of place === 12 ? [20, 12] : [place]) {
      await circle(pressed).tap();
      await page.waitForTimeout(A_MOVE_MS);
    }
  }
}

/** Forward the first length right, then two misses; backward two misses at once. */
async function blocks(page: Page, plan: Plan): Promise<void> {
  const questions = plan.parts.find((part) => part.instrument === 'spatial_span')?.questions ?? [];
  const given = (item_id: string) => questions.find((one) => one.item_id === item_id)?.parameters ?? { sequence: [] };
  for (const block of ['forward', 'backward']) {
    await page.getByRole('button', { name: 'I am ready' }).tap({ timeout: 30_000 });
    await repeat(page, given(`${block}_practice`).sequence, block === 'backward');
    await page.getByRole('button', { name: 'Begin' }).tap();
    const right = block === 'forward' ? [`${block}_2_1`, `${block}_2_2`] : [];
    for (const item_id of right) await repeat(page, given(item_id).sequence, false);
    const length = block === 'forward' ? 3 : 2;
    for (const trial of [1, 2]) await repeat(page, given(`${block}_${length}_${trial}`).sequence, block === 'forward');
  }
}

async function repeat(page: Page, sequence: number[], isTurned: boolean): Promise<void> {
  await page.locator('.span-open').waitFor({ timeout: 30_000 });
  const order = isTurned ? [...sequence].reverse() : sequence;
  for (const place of order) await page.locator(`.span-open [data-press="${place}"]`).tap();
  await page.locator('.span-open').waitFor({ state: 'detached' });
}
