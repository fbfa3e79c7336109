/**
 * When Chromium showed a stimulus, and when it says a key went down: measured on the pages of the tasks themselves, for
 * `python -m benchmarks timing`. The figures are written to timing.json in the journeys' folder.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CDPSession, type Page, expect, test } from '@playwright/test';
import { arrive, invite, signIn } from './people';
import { folder } from './system';
import { lay } from './voice';

/** One stimulus, in ms of the page's own clock; what the browser did not tell is null. */
interface Shown {
  pressed_for: string;
  frame_ms: number;
  painted_ms: number | null;
  presented_ms: number | null;
  sent_ms: number | null;
  handled_ms: number | null;
}

interface Reported {
  is_practice: boolean;
  onset_ms: number;
  reaction_time_ms: number | null;
}

const REACTION_MS = 220;
const NOTICED_BEFORE_MS = 25; // the device noticed the key so long before the browser was told
const SLOWED = 6;

test('stimuli and presses against what Chromium tells of them @timing', async ({ browser }) => {
  test.setTimeout(12 * 60_000);
  lay([{ at_s: 0.5, words: ['monday', 'november', 'tuesday', 'october', 'friday'], gap_s: 0.1 }]);
  const staff = await browser.newPage();
  await signIn(staff);
  const link = await invite(staff, 'P-031', 'timed');
  await staff.close();
  const context = await browser.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await watch(page, cdp);
  await arrive(page, link);
  const blocks = [
    { name: 'one square', ...(await block(page)) },
    { name: 'four squares', ...(await block(page)) },
  ];
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  blocks.push({ name: `circles and diamonds, processor slowed ${SLOWED} times`, ...(await block(page)) });
  const measured = { chromium: browser.version(), blocks };
  writeFileSync(join(folder(), 'timing.json'), JSON.stringify(measured));
  for (const { trials } of blocks) expect(trials.length).toBeGreaterThan(10);
});

/** Note each stimulus as it is put into the page, and answer it with a key of a known time. */
async function watch(page: Page, cdp: CDPSession): Promise<void> {
  await page.exposeFunction('answer', async (index: number, key: string) => {
    await new Promise((done) => setTimeout(done, REACTION_MS));
    const at_ms = Date.now() - NOTICED_BEFORE_MS;
    await page.evaluate(({ index, at_ms }) => window.note(index, at_ms), { index, at_ms });
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text: key, timestamp: at_ms / 1000 });
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
  });
  await page.addInitScript(() => {
    const shown: Shown[] = [];
    window.shown = shown;
    let expected = -1;
    window.note = (index, at_ms) => {
      const one = shown[index];
      if (one) one.sent_ms = at_ms - performance.timeOrigin;
      expected = index;
    };
    const paints: PerformanceEntry[] = [];
    window.paints = paints;
    new PerformanceObserver((list) => paints.push(...list.getEntries())).observe({ type: 'element', buffered: true });
    document.addEventListener(
      'keydown',
      () => {
        const one = shown[expected];
        if (one) one.handled_ms = performance.now();
      },
      { capture: true },
    );
    const added = (record: MutationRecord) =>
      [...record.addedNodes].filter((node): node is Element => node instanceof Element);
    new MutationObserver((records) => {
      const mark = records.flatMap(added).find((node) => node.classList.contains('press-mark'));
      const field = mark?.closest<HTMLElement>('[data-press]');
      if (!field) return;
      const key = field.dataset.stimulus === undefined ? String(Number(field.dataset.press) + 1) : ' ';
      const isLeft = field.dataset.stimulus === '0';
      const frame_ms = Number(document.timeline.currentTime);
      const none = { painted_ms: null, presented_ms: null, sent_ms: null, handled_ms: null };
      shown.push({ pressed_for: isLeft ? '' : key, frame_ms, ...none });
      if (!isLeft) void window.answer(shown.length - 1, key);
    }).observe(document, { childList: true, subtree: true });
  });
}

/** One block with its practice; every trial that counts with what was reported of it. */
async function block(
  page: Page,
): Promise<{ trials: (Shown & { onset_ms: number; reaction_time_ms: number | null })[] }> {
  const isAnswer = (url: string, method: string) => method === 'PUT' && url.includes('/questions/');
  const sent = page.waitForRequest((request) => isAnswer(request.url(), request.method()), { timeout: 8 * 60_000 });
  await page.getByRole('button', { name: 'I am ready' }).click();
  await page.getByRole('button', { name: 'Start' }).click({ timeout: 120_000 });
  const { response } = (await sent).postDataJSON() as { response: { trials: Reported[] } };
  const counted = response.trials.filter((trial) => !trial.is_practice);
  const shown = await page.evaluate(() => {
    const times = window.paints as unknown as { startTime: number; paintTime?: number; presentationTime?: number }[];
    const found = window.shown.map((one) => {
      const paint = times.find((each) => each.startTime >= one.frame_ms);
      return { ...one, painted_ms: paint?.paintTime ?? null, presented_ms: paint?.presentationTime ?? null };
    });
    window.shown.length = 0;
    return found;
  });
  const last = shown.slice(-counted.length);
  return {
    trials: counted.flatMap(({ onset_ms, reaction_time_ms }, index) => {
      const one = last[index];
      return one ? [{ ...one, onset_ms, reaction_time_ms }] : [];
    }),
  };
}

declare global {
  interface Window {
    shown: Shown[];
    paints: PerformanceEntry[];
    note: (index: number, at_ms: number) => void;
    answer: (index: number, key: string) => Promise<void>;
  }
}
