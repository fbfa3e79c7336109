/** Pictures of every task, the breaks, the examiner's mode and the views of a result: `npm run screenshots`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, type Locator, type Page, expect, test } from '@playwright/test';
import { penOf } from './hands';
import { Mind } from './mind';
import { arrive, checkDevice, invite, signIn } from './people';
import { SHOWN_PX, picture, pictureOf, root } from './pictures';
import { type Planned, planOf } from './plan';
import { VOICE, folder, system } from './system';
import { lay } from './voice';

const MINUTE = 60_000;
const PHONE = { width: 390, height: 844 };

test('pictures of the tasks by hand @screenshots', async ({ browser, page: staff }) => {
  test.setTimeout(20 * MINUTE);
  const { page, way } = await begin(browser, staff, 'P-018');
  await way.to('symbol_digit', 'block');
  await page.locator('.sd-symbol svg').waitFor();
  await picture(page, 'task-symbol-digit');
  for (const part of ['part_a', 'part_b']) {
    await way.to('trail_making', part);
    for (const place of [0, 1, 2, 3]) await page.locator(`[data-press="${place}"]`).click();
    await picture(page, `task-trail-making-${part.slice(-1)}`);
  }
  await way.to('reaction_time', 'choice');
  await picture(page, 'task-reaction-time', { ready: () => page.locator('.press-lit').waitFor({ timeout: 15_000 }) });
  await way.to('go_no_go', 'block');
  for (const [name, shape] of [
    ['circle', 1],
    ['diamond', 0],
  ] as const) {
    const shown = page.locator(`.press-stage[data-stimulus="${shape}"]`);
    await picture(page, `task-go-no-go-${name}`, { ready: () => shown.waitFor({ timeout: 30_000 }) });
  }
  await way.to('spatial_span', 'forward_practice');
  await page.locator('.span-open').waitFor({ timeout: 15_000 });
  await picture(page, 'task-spatial-span');
  await clock(page, way);
});

/** A person on their way through the whole battery. */
async function begin(browser: Browser, staff: Page, label: string): Promise<{ page: Page; way: Way }> {
  await signIn(staff);
  const link = await invite(staff, label, 'full');
  const page = await (await browser.newContext({ permissions: ['microphone'], viewport: PHONE })).newPage();
  lay([{ at_s: 0.8, words: ['monday', 'november'], gap_s: 0.1 }]);
  await arrive(page, link);
  return { page, way: new Way(page, await planOf(page)) };
}

async function clock(page: Page, way: Way): Promise<void> {
  await way.to('clock_drawing', 'ten_past_eleven');
  const part = way.part('clock_drawing');
  const question = part.questions[0];
  if (!question) throw new Error('No clock is to be drawn.');
  const mind = new Mind(2, join(folder(), VOICE));
  const { response } = await mind.answer(part, question, 1, 'UTC');
  mind.end();
  const pen = await penOf({ page, hasTouch: false });
  const canvas = page.locator('.cd-canvas');
  await pen(canvas, [
    [0.2, 0.5, 0],
    ...[...Array(9).keys()].map((at): [number, number, number] => [0.25 + 0.06 * at, 0.5, 16 * at]),
  ]);
  await press(page, 'That works, go on');
  await picture(page, 'task-clock-drawing-empty');
  await page.setViewportSize(PHONE);
  for (const { points } of (response?.trials ?? []) as unknown as { points: [number, number, number][] }[]) {
    await pen(
      canvas,
      points.filter((_, at) => at % 3 === 0 || at === points.length - 1),
    );
  }
  await picture(page, 'task-clock-drawing');
}

test('pictures of the tasks by voice @screenshots', async ({ browser, page: staff }) => {
  test.setTimeout(20 * MINUTE);
  const { page, way } = await begin(browser, staff, 'P-020');
  await way.to('orientation');
  await page.getByText('Now: please speak').waitFor({ timeout: 30_000 });
  await picture(page, 'task-orientation');
  await way.to('word_list', 'learning_1');
  await page.getByText('Please listen').waitFor();
  await picture(page, 'task-word-list');
  const now = () => page.getByText('Now: please speak').waitFor({ timeout: 45_000 });
  await way.to('digit_span', 'forward_practice');
  await page.getByText('Please listen').waitFor();
  await picture(page, 'task-digit-span');
  await way.to('serial_subtraction', 'sevens');
  await now();
  await picture(page, 'task-serial-subtraction');
  await way.to('sentence_repetition');
  await now();
  await picture(page, 'task-sentence-repetition');
  await way.to('naming');
  await now();
  expect((await page.getByRole('img', { name: 'What to speak about' }).boundingBox())?.width).toBeCloseTo(SHOWN_PX, 0);
  await picture(page, 'task-naming');
  await way.to('picture_description');
  await now();
  await picture(page, 'task-picture-description');
  await way.to('category_fluency');
  await now();
  await picture(page, 'task-category-fluency');
  await press(page, 'Stop before the time is over');
  await picture(page, 'task-stop-early');
  await press(page, 'Go on speaking');
  await way.to('letter_fluency');
  await now();
  await picture(page, 'task-letter-fluency');
  await press(page, 'Stop before the time is over');
  await press(page, 'Stop now');
  await page.getByRole('heading', { name: 'Time for a break' }).waitFor({ timeout: MINUTE });
  await picture(page, 'break');
});

test('pictures of the questionnaires @screenshots', async ({ browser, page: staff }) => {
  test.setTimeout(20 * MINUTE);
  const { page, way } = await begin(browser, staff, 'P-021');
  for (const slug of ['background', 'gds_15', 'phq_9', 'gad_7']) {
    await way.to(slug, 'form');
    await page.getByRole('radio').first().waitFor();
    await page.locator('label').first().click();
    await picture(page, `task-${slug.replace('_', '-')}`);
  }
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click({ timeout: 30_000 });

/** A way that leaves out what is not wanted, by the API, and opens the session again at what is. */
class Way {
  constructor(
    private readonly page: Page,
    private readonly planned: Planned,
  ) {}

  part(instrument: string) {
    const part = this.planned.parts.find((one) => one.instrument === instrument);
    if (!part) throw new Error(`${instrument} is not in this plan.`);
    return part;
  }

  /** To a question of an instrument, the first one if none is named; what comes after it stays. */
  async to(instrument: string, item_id = this.part(instrument).questions[0]?.item_id): Promise<void> {
    const before = [];
    for (const part of this.planned.parts) {
      for (const question of part.questions) {
        if (part.instrument === instrument && question.item_id === item_id) break;
        before.push({ instrument: part.instrument, item_id: question.item_id });
      }
      if (part.instrument === instrument) break;
    }
    await leaveOut(this.page, this.planned.session_id, before);
    await this.page.setViewportSize(PHONE);
    await this.page.reload();
    for (const name of ['Play the voice', 'I hear it well', 'Try the microphone']) await press(this.page, name);
    await this.page.waitForTimeout(1500);
    for (const name of ['I have said it', 'That is my voice, go on', 'I am ready']) await press(this.page, name);
  }
}

async function leaveOut(page: Page, session_id: string, items: { instrument: string; item_id: string }[]) {
  await page.evaluate(
    async ({ session_id, items }) => {
      const path = `/api/sessions/${session_id}`;
      const { answered } = (await (await fetch(path)).json()) as {
        answered: { instrument: string; item_id: string }[];
      };
      const done = new Set(answered.map((one) => `${one.instrument}/${one.item_id}`));
      for (const { instrument, item_id } of items) {
        if (done.has(`${instrument}/${item_id}`)) continue;
        const at = new Date().toISOString();
        const response = { kind: 'skipped', reason: 'participant' };
        const body = { instrument, item_id, attempt: 1, presented_at: at, answered_at: at, response };
        const headers = { 'Content-Type': 'application/json' };
        await fetch(`${path}/questions/${crypto.randomUUID()}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      }
    },
    { session_id, items },
  );
}

test("pictures of the examiner's mode @screenshots", async ({ page }) => {
  test.setTimeout(3 * MINUTE);
  await signIn(page);
  await invite(page, 'P-019');
  await page.reload();
  await press(page, 'Begin here with P-019');
  await picture(page, 'examiner-begin', { isWhole: false });
  await press(page, 'Begin here');
  await page.getByText('I have read this and agree').click();
  await press(page, 'I agree, go on');
  lay([{ at_s: 0.8, words: ['monday', 'november'], gap_s: 0.1 }]);
  await checkDevice(page);
  await press(page, 'I am ready');
  await page.getByText('Now: please speak').waitFor({ timeout: 30_000 });
  await picture(page, 'examiner');
  await press(page, 'Leave it out …');
  await picture(page, 'examiner-leave-out', { isWhole: false });
});

test('pictures of the views of a result @screenshots', async ({ page }) => {
  test.setTimeout(10 * MINUTE);
  simulate();
  await signIn(page);
  await page.goto(`${system().url}/clinic`);
  await page.getByRole('link', { name: 'Whole' }).first().click();
  await expect(page.getByRole('heading', { name: 'Answers' })).toBeVisible({ timeout: 30_000 });
  await pictureOf(page.locator('article > section').first(), 'result-profile');
  for (const slug of ['word_list', 'naming', 'category_fluency', 'symbol_digit', 'trail_making', 'reaction_time']) {
    await resultOf(page.locator(`#${slug}`), slug);
  }
  for (const slug of ['go_no_go', 'spatial_span', 'clock_drawing', 'phq_9'])
    await resultOf(page.locator(`#${slug}`), slug);
});

/** The section of an instrument with its last answer open, the others closed. */
async function resultOf(section: Locator, slug: string): Promise<void> {
  await section.locator('details').evaluateAll((all: Element[]) => {
    const cards = all as HTMLDetailsElement[];
    cards.forEach((card, at) => (card.open = at === cards.length - 1));
  });
  await pictureOf(section, `result-${slug.replaceAll('_', '-')}`);
}

function simulate(): void {
  const env = { ...process.env, CAS_DATA_DIR: join(folder(), 'var'), CAS_PORT: new URL(system().url).port };
  const args = ['simulate', '--fast', '--seed', '4', '--battery', 'full', '--label', 'Whole'];
  const { status, stderr } = spawnSync(join(root, '.venv/bin/cas'), args, { env });
  if (status !== 0) throw new Error(stderr.toString());
}
