import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { ReactionTimeTask } from './ReactionTimeTask';

type Planned = { stimulus: number; wait_ms: number }[];

function show(targets: number, practice: Planned, trials: Planned) {
  const parameters = { targets, practice, trials, slowest_ms: 2000 };
  const question = { item_id: 'choice', kind: 'reaction_time', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  render(<ReactionTimeTask {...{ question, onTrials }} onSkip={vi.fn()} onTimed={vi.fn()} />);
  return onTrials;
}

const lit = () => document.querySelector<HTMLElement>('.press-lit');
const untilLit = () => waitFor(() => expect(lit()).not.toBeNull());
const short = (stimulus: number) => ({ stimulus, wait_ms: 60 });

test('the square that turned dark is pressed by its number; the practice says when it was another', async () => {
  const onTrials = show(4, [short(2), short(0)], [short(3), short(1)]);
  await untilLit();
  expect(lit()?.dataset.press).toBe('2');
  await userEvent.keyboard('1');
  expect(screen.getByRole('status').textContent).toContain('another one');
  await untilLit();
  await userEvent.keyboard('1');
  await userEvent.click(await screen.findByRole('button', { name: 'Practise again' }));
  for (const key of ['3', '1']) {
    await untilLit();
    await userEvent.keyboard(key);
  }
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }));
  for (const key of ['4', '1']) {
    await untilLit();
    await userEvent.keyboard(key);
  }
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  const counted = trials?.filter((trial) => !trial.is_practice);
  expect(trials).toHaveLength(6);
  expect(counted?.map((trial) => [trial.position, trial.stimulus, trial.response, trial.input])).toEqual([
    [0, 3, 3, 'key'],
    [1, 1, 0, 'key'],
  ]);
  expect(counted?.every((trial) => Number(trial.waited_ms) >= 60)).toBe(true);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0 });
});

test('too soon is said in the practice and counted; another window in front is an interruption', async () => {
  const onTrials = show(
    1,
    [{ stimulus: 0, wait_ms: 300 }, short(0), short(0), short(0)],
    [{ stimulus: 0, wait_ms: 300 }],
  );
  await userEvent.keyboard(' ');
  await waitFor(() => expect(screen.getByRole('status').textContent).toContain('Too soon'));
  for (let at = 0; at < 4; at += 1) {
    await untilLit();
    await userEvent.keyboard(' ');
  }
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }));
  window.dispatchEvent(new Event('blur'));
  window.dispatchEvent(new Event('blur'));
  window.dispatchEvent(new Event('focus'));
  await untilLit();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  expect(trials?.[0]).toMatchObject({ premature_count: 1, response: 0, is_practice: true });
  expect(summary).toMatchObject({ interruption_count: 1 });
});
