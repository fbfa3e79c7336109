import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { GoNoGoTask } from './GoNoGoTask';

const short = (stimulus: number) => ({ stimulus, wait_ms: 50 });
const stage = () => document.querySelector<HTMLElement>('.press-stage');

/** Press the circle once it is there; leave the diamond until it has gone. */
async function meet(stimulus: number, isPressed: boolean) {
  await waitFor(() => expect(stage()?.dataset.stimulus).toBe(String(stimulus)));
  if (isPressed) await userEvent.keyboard(' ');
  await waitFor(() => expect(stage()?.dataset.stimulus).toBeUndefined());
}

test('circles are pressed, diamonds go out by themselves, and the practice says what was missed', async () => {
  const parameters = { practice: [short(1), short(0)], trials: [short(1), short(0), short(0)], slowest_ms: 250 };
  const question = { item_id: 'block', kind: 'go_no_go', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[]) => void>();
  render(<GoNoGoTask {...{ question, onTrials }} onSkip={vi.fn()} onTimed={vi.fn()} />);
  const feedback = await screen.findByRole('status');
  await meet(1, true);
  expect(feedback.textContent).toContain('a circle');
  await meet(0, true);
  expect(feedback.textContent).toContain('Do not press for a diamond');
  await userEvent.click(await screen.findByRole('button', { name: 'Practise again' }));
  await meet(1, true);
  await meet(0, false);
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }));
  await meet(1, true);
  expect(screen.getByRole('status').textContent).toBe('');
  await meet(0, false);
  await meet(0, true);
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  const counted = onTrials.mock.calls[0]?.[0].filter((trial) => !trial.is_practice);
  expect(counted?.map((trial) => [trial.stimulus, trial.response])).toEqual([
    [1, 1],
    [0, null],
    [0, 1],
  ]);
});
