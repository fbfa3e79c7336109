import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion, Practice } from '@/features/session/types';
import { Frames, go, reported } from '../touch/frames.fixture';
import { SpatialSpanTask } from './SpatialSpanTask';

vi.setConfig({ testTimeout: 20_000 });

let frames: Frames;
beforeEach(() => {
  frames = new Frames();
});
afterEach(() => vi.unstubAllGlobals());

function show(is_practice: boolean, direction: string, practice?: Practice) {
  const blocks = [[40, 40], [120, 40], [40, 120]]; // prettier-ignore
  const drawn = { blocks, width: 160, height: 160, size: 64, interval_ms: 1000, lit_ms: 700 };
  const parameters = { direction, sequence: [1, 0], ...drawn };
  const title = 'Backward, 2 blocks, trial 1';
  const question = { item_id: 'x', kind: 'spatial_span', title, is_practice, parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onTimed = vi.fn<(isTimed: boolean) => void>();
  render(
    <SpatialSpanTask
      {...{ question, practice, onTrials, onTimed }}
      onSkip={vi.fn()}
      draft_key="k"
      onFlagged={vi.fn()}
    />,
  );
  return { onTrials, onTimed };
}

const told = () => screen.getByRole('status').textContent;
const lit = () => document.querySelector<HTMLElement>('.span-lit')?.dataset.press;
const press = (place: number) => frames.finger(`[data-press="${place}"]`, 500);

async function watch() {
  await frames.begin('.span');
  frames.pass(1000);
  expect(lit()).toBe('1');
  press(2); // too soon: it belongs to nothing
  frames.pass(300);
  expect(lit()).toBeUndefined();
  frames.pass(1000);
  expect(told()).toMatch(/^Now press them/);
}

test('a trial is reported with its presses and with when each block was lit; no pause while it runs', async () => {
  const { onTrials, onTimed } = show(false, 'forward');
  expect(onTimed.mock.lastCall).toEqual([true]);
  await watch();
  press(1);
  press(2);
  frames.pass(400);
  const [trials, summary] = await reported(onTrials);
  expect(trials).toMatchObject([
    { position: 0, place: 1, is_practice: false, input: 'touch' },
    { position: 1, place: 2, is_practice: false, input: 'touch' },
  ]);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0, onsets_ms: [1000, 2000] });
  expect(summary).toMatchObject({ tap_count: 2, gave_up: false }); // so that the server misses none that got lost
  expect(summary).not.toHaveProperty('is_right'); // for the server to say
  expect(onTimed.mock.lastCall).toEqual([false]);
});

test('who does not remember more ends the trial with what was pressed', async () => {
  const { onTrials } = show(false, 'forward');
  await watch();
  press(1);
  frames.finger('.span-forgotten');
  frames.pass(20);
  const [trials, summary] = await reported(onTrials);
  expect(trials).toHaveLength(1);
  expect(summary).toMatchObject({ completed: false, tap_count: 1, gave_up: true });
});

test('a practice that was missed is explained and given once more', async () => {
  const { onTrials } = show(true, 'backward');
  await watch();
  press(1);
  press(0);
  frames.pass(400);
  expect(await screen.findByText(/Begin with the block that lit up last/)).toBeTruthy();
  await go('Practise again');
  await watch();
  press(0);
  press(1);
  frames.pass(400);
  await go('Begin');
  expect((await reported(onTrials))[0].map((tap) => [tap.place, tap.is_practice])).toEqual([
    [0, true],
    [1, true],
  ]);
});

test('a plan without repetition begins after the practice, right or not', async () => {
  show(true, 'forward', { mastered_from: 1, repeats: 0 });
  await watch();
  press(0);
  press(1);
  frames.pass(400);
  expect(await screen.findByText('Not quite')).toBeTruthy();
  await go('Begin');
});
