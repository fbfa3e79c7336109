import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { Frames, go, reported } from '../touch/frames.fixture';
import { GoNoGoTask } from './GoNoGoTask';

const after = (wait_ms: number, stimulus: number) => ({ stimulus, wait_ms });
const told = () => screen.getByRole('status').textContent;
vi.setConfig({ testTimeout: 20_000 });

let frames: Frames;
beforeEach(() => {
  frames = new Frames();
});
afterEach(() => vi.unstubAllGlobals());

/** Press the shape after so long, or leave it until it has gone. */
function meet(stimulus: number, time_ms: number | null) {
  const stage = document.querySelector<HTMLElement>('.press-stage');
  frames.pass(700);
  expect(stage?.dataset.stimulus).toBe(String(stimulus));
  if (time_ms === null) frames.pass(1500);
  else {
    frames.key(' ', time_ms);
    frames.pass(10);
  }
  expect(stage?.dataset.stimulus).toBeUndefined();
}

test('circles are pressed, diamonds go out by themselves, and the practice says what was missed', async () => {
  const parameters = {
    practice: [after(700, 1), after(700, 0), after(700, 1)],
    trials: [after(700, 1), after(700, 0), after(700, 0)],
    slowest_ms: 1500,
  };
  const question = { item_id: 'block', kind: 'go_no_go', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[]) => void>();
  render(
    <GoNoGoTask {...{ question, onTrials }} onSkip={vi.fn()} onTimed={vi.fn()} draft_key="k" onFlagged={vi.fn()} />,
  );
  await frames.begin('.press');
  meet(1, null);
  expect(told()).toContain('Press when you see one');
  frames.pass(700);
  frames.key('Enter', 300);
  expect(told()).toContain('Do not press for a diamond');
  frames.pass(10);
  meet(1, 400);
  await go('Practise again');
  await frames.begin('.press');
  meet(1, 400);
  meet(0, null);
  meet(1, 400);
  frames.pass(20);
  await go('Start');
  await frames.begin('.press');
  meet(1, 400);
  meet(0, null);
  frames.pass(700);
  frames.finger('.press-stage', 250);
  frames.pass(20);
  const counted = (await reported(onTrials))[0].filter((trial) => !trial.is_practice);
  expect(counted).toMatchObject([
    { stimulus: 1, response: 1, reaction_time_ms: 400, input: 'key' },
    { stimulus: 0, response: null, reaction_time_ms: null, input: null },
    { stimulus: 0, response: 1, reaction_time_ms: 250, input: 'touch' },
  ]);
});
