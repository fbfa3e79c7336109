import { render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion, Practice } from '@/features/session/types';
import { Frames, go, reported } from '../touch/frames.fixture';
import { TrailMakingTask } from './TrailMakingTask';

const PRACTICE = { circles: [[30, 90], [30, 30]], labels: ['1', 'A'] }; // prettier-ignore
const TRAIL = { circles: [[30, 90], [30, 30], [90, 30]], labels: ['1', 'A', '2'] }; // prettier-ignore
vi.setConfig({ testTimeout: 20_000 });

let frames: Frames;
beforeEach(() => {
  frames = new Frames();
});
afterEach(() => vi.unstubAllGlobals());

function show(practice?: Practice) {
  const parameters = { practice: PRACTICE, trail: TRAIL, width: 120, height: 120, radius: 22, limit_s: 300 };
  const question = { item_id: 'part_b', kind: 'trail_making', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onSkip = vi.fn();
  render(
    <TrailMakingTask
      {...{ question, practice, onTrials, onSkip }}
      onTimed={vi.fn()}
      draft_key="k"
      onFlagged={vi.fn()}
    />,
  );
  return { onTrials, onSkip };
}

const press = (place: number, after_ms: number) => frames.finger(`[data-press="${place}"]`, after_ms);
const told = () => screen.getByRole('status').textContent;

async function practise() {
  await frames.begin('.trail');
  press(0, 1000);
  press(1, 1000);
  frames.pass(1000);
  await go('Start');
  await frames.begin('.trail');
}

test('a wrong circle is crossed out and the way goes on; every press is reported', async () => {
  const { onTrials } = show();
  await practise();
  press(2, 800);
  expect(told()).toBe('Not this one. Begin with 1.');
  expect(document.querySelector('.trail-wrong')?.textContent).toBe('2');
  press(0, 700);
  press(2, 500);
  expect(told()).toBe('Not this one. Go on from 1.'); // and not what comes
  document.querySelector<HTMLElement>('[data-press="1"]')?.focus();
  frames.key('Enter', 900);
  expect(document.querySelector('.trail-line')?.getAttribute('points')).toBe('30,90 30,30');
  press(2, 600);
  frames.pass(10);
  const [trials, summary] = await reported(onTrials);
  const counted = trials.filter((tap) => !tap.is_practice);
  expect(counted.map((tap) => [tap.position, tap.place, tap.at_ms, tap.input])).toEqual([
    [0, 2, 800, 'touch'],
    [1, 0, 1500, 'touch'],
    [2, 2, 2000, 'touch'],
    [3, 1, 2900, 'key'],
    [4, 2, 3500, 'touch'],
  ]);
  const fields = ['completed', 'duration_ms', 'interruption_count', 'refresh_rate_hz'];
  expect(Object.keys(summary).sort()).toEqual(fields);
  expect(summary).toMatchObject({ completed: true });
});

test('it ends after its time, wherever it is', async () => {
  const { onTrials } = show();
  await practise();
  press(0, 900);
  frames.pass(299_000);
  expect(onTrials).not.toHaveBeenCalled();
  frames.pass(200);
  expect((await reported(onTrials))[1]).toMatchObject({ completed: false, duration_ms: 300_000 });
});

test('it can be left out while it runs', async () => {
  const { onTrials, onSkip } = show();
  await practise();
  await go('Leave this task out');
  expect(onSkip).toHaveBeenCalledOnce();
  expect(onTrials).not.toHaveBeenCalled();
});

test.each([
  [0.6, 'Start'],
  [0.7, 'Practise again'],
])('two circles reached with one wrong are two thirds right: from %f on it is %s', async (mastered_from, next) => {
  show({ mastered_from, repeats: 1 });
  await frames.begin('.trail');
  for (const place of [1, 0, 1]) press(place, 1000);
  frames.pass(1000);
  await go(next);
});
