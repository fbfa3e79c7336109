import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { SpatialSpanTask } from './SpatialSpanTask';

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn(); // jsdom lays nothing out
});

function show(is_practice: boolean, direction: string) {
  const parameters = {
    ...{ direction, sequence: [1, 0], blocks: [[40, 40], [120, 40], [40, 120]] }, // prettier-ignore
    ...{ width: 160, height: 160, size: 64, interval_ms: 60, lit_ms: 30 },
  };
  const question = {
    ...{ item_id: 'x', kind: 'spatial_span', title: 'Backward, 2 blocks, trial 1', is_practice, parameters },
  } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onTimed = vi.fn<(isTimed: boolean) => void>();
  render(<SpatialSpanTask {...{ question, onTrials, onTimed }} onSkip={vi.fn()} />);
  return { onTrials, onTimed };
}

const untilOpen = () => screen.findByText(/^Now press them/);
const press = (block: number) =>
  userEvent.pointer({ keys: '[TouchA]', target: screen.getByRole('button', { name: `Block ${block}` }) });

test('a trial is reported with its presses and with when each block was lit; no pause while it runs', async () => {
  const { onTrials, onTimed } = show(false, 'forward');
  expect(onTimed.mock.lastCall).toEqual([true]);
  await untilOpen();
  await press(2);
  await press(3);
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  expect(trials?.map((tap) => [tap.position, tap.place, tap.is_practice])).toEqual([
    [0, 1, false],
    [1, 2, false],
  ]);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0 });
  expect(summary?.onsets_ms).toHaveLength(2);
  expect(summary).not.toHaveProperty('is_right'); // for the server to say
  expect(onTimed.mock.lastCall).toEqual([false]);
});

test('who does not remember more ends the trial with what was pressed', async () => {
  const { onTrials } = show(false, 'forward');
  await untilOpen();
  await press(2);
  await userEvent.pointer({ keys: '[TouchA]', target: screen.getByRole('button', { name: 'I do not remember more' }) });
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  expect(onTrials.mock.calls[0]?.[0]).toHaveLength(1);
  expect(onTrials.mock.calls[0]?.[1]).toMatchObject({ completed: false });
});

test('a practice that was missed is explained and given once more', async () => {
  const { onTrials } = show(true, 'backward');
  await untilOpen();
  await press(2);
  await press(1);
  expect(await screen.findByText(/Begin with the block that lit up last/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Practise again' }));
  await untilOpen();
  await press(1);
  await press(2);
  await userEvent.click(await screen.findByRole('button', { name: 'Begin' }));
  expect(onTrials.mock.calls[0]?.[0].map((tap) => [tap.place, tap.is_practice])).toEqual([
    [0, true],
    [1, true],
  ]);
});
