import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion, Practice } from '@/features/session/types';
import { Frames, go, reported } from '../touch/frames.fixture';
import { ReactionTimeTask } from './ReactionTimeTask';

type Planned = { stimulus: number; wait_ms: number }[];
vi.setConfig({ testTimeout: 20_000 });

let frames: Frames;
beforeEach(() => {
  frames = new Frames();
});
afterEach(() => vi.unstubAllGlobals());

function show(targets: number, practice: Planned, trials: Planned, asked?: Practice) {
  const parameters = { targets, practice, trials, slowest_ms: 2000 };
  const question = { item_id: 'choice', kind: 'reaction_time', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  render(
    <ReactionTimeTask
      {...{ question, onTrials }}
      practice={asked}
      onSkip={vi.fn()}
      onTimed={vi.fn()}
      draft_key="k"
      onFlagged={vi.fn()}
    />,
  );
  return onTrials;
}

const after = (wait_ms: number, stimulus: number) => ({ stimulus, wait_ms });
const lit = () => document.querySelector<HTMLElement>('.press-lit')?.dataset.press;
const told = () => screen.getByRole('status').textContent;

/** Let the wait go by and press so long after the square turned dark. */
function meet(wait_ms: number, key: string, time_ms: number) {
  frames.pass(wait_ms + 20);
  frames.key(key, time_ms - 10);
  frames.pass(20);
}

test('the square that turned dark is pressed by its number; the practice says when it was another', async () => {
  const onTrials = show(4, [after(1000, 2), after(1500, 0)], [after(2000, 3), after(1200, 1)]);
  await frames.begin('.press');
  frames.pass(990);
  expect(lit()).toBeUndefined();
  frames.pass(20);
  expect(lit()).toBe('2');
  frames.key('1', 400);
  expect(told()).toContain('another one');
  meet(1500, '1', 400);
  await go('Practise again');
  await frames.begin('.press');
  meet(1000, '3', 400);
  meet(1500, '1', 400);
  await go('Start');
  await frames.begin('.press');
  frames.pass(2000);
  expect(lit()).toBe('3');
  frames.finger('[data-press="3"]', 345.6);
  expect(told()).toBe(''); // nothing is said in the block that counts
  meet(1200, '1', 500);
  const [trials, summary] = await reported(onTrials);
  const counted = trials.filter((trial) => !trial.is_practice);
  expect(trials).toHaveLength(6);
  expect(counted).toMatchObject([
    { position: 0, stimulus: 3, response: 3, waited_ms: 2000, onset_ms: 2000, reaction_time_ms: 345.6, input: 'touch' },
    { position: 1, stimulus: 1, response: 0, waited_ms: 1200, input: 'key' },
  ]);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0, refresh_rate_hz: 100 });
});

test('too soon is said in the practice and counted; another window in front is an interruption', async () => {
  const onTrials = show(1, [after(1000, 0)], [after(1000, 0), after(1000, 0)]);
  await frames.begin('.press');
  frames.key(' ');
  expect(told()).toContain('Too soon');
  meet(1000, ' ', 300);
  await go('Practise again');
  await frames.begin('.press');
  meet(1000, ' ', 300);
  await go('Start');
  await frames.begin('.press');
  for (const name of ['blur', 'blur', 'focus']) window.dispatchEvent(new Event(name));
  meet(1000, 'Enter', 300);
  frames.pass(1000 + 2000 + 40); // the second one is not pressed
  const [trials, summary] = await reported(onTrials);
  expect(trials).toMatchObject([
    { premature_count: 1, response: 0, is_practice: true },
    { premature_count: 0, response: 0, is_practice: true },
    { premature_count: 0, response: 0, is_practice: false },
    { response: null, reaction_time_ms: null, input: null },
  ]);
  expect(summary).toMatchObject({ interruption_count: 1 });
});

test('a finger that was on its way to the practice does not begin the block', async () => {
  show(1, [after(1000, 0)], [after(1000, 0)]);
  await frames.begin('.press');
  meet(1000, ' ', 300);
  const start = await screen.findByRole<HTMLButtonElement>('button', { name: 'Start' }, { timeout: 15_000 });
  expect(start.disabled).toBe(true);
  act(() => start.click());
  expect(screen.getByRole('button', { name: 'Start' })).toBe(start); // nothing has begun
  await go('Start');
  await frames.begin('.press');
});

test('the practice is given again as often as the plan says, and no oftener', async () => {
  const onTrials = show(1, [after(1000, 0)], [after(1000, 0)], { mastered_from: 1, repeats: 2 });
  const miss = async () => {
    await frames.begin('.press');
    frames.pass(1000 + 2000 + 40);
  };
  await miss();
  await go('Practise again');
  await miss();
  await go('Practise again');
  await miss();
  await go('Start');
  await frames.begin('.press');
  meet(1000, ' ', 300);
  expect((await reported(onTrials))[0].map((trial) => trial.is_practice)).toEqual([true, true, true, false]);
});
