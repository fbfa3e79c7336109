import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { TrailMakingTask } from './TrailMakingTask';

const PRACTICE = { circles: [[30, 90], [30, 30]], labels: ['1', 'A'] }; // prettier-ignore
const TRAIL = { circles: [[30, 90], [30, 30], [90, 30]], labels: ['1', 'A', '2'] }; // prettier-ignore

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn(); // jsdom lays nothing out
});

function show(limit_s: number) {
  const parameters = { practice: PRACTICE, trail: TRAIL, width: 120, height: 120, radius: 22, limit_s };
  const question = { item_id: 'part_b', kind: 'trail_making', parameters } as unknown as PlannedQuestion;
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onSkip = vi.fn();
  render(<TrailMakingTask {...{ question, onTrials, onSkip }} onTimed={vi.fn()} />);
  return { onTrials, onSkip };
}

/** A finger on the circle with this label. */
async function press(label: string) {
  const circle = await screen.findByRole('button', { name: label });
  await userEvent.pointer({ keys: '[TouchA]', target: circle });
}

async function practise() {
  await press('1');
  await press('A');
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }, { timeout: 3000 }));
}

test('a wrong circle is crossed out and the way goes on; every press is reported', async () => {
  const { onTrials } = show(300);
  await practise();
  await press('2');
  expect(screen.getByRole('status').textContent).toBe('Not this one. Begin with 1.');
  expect(document.querySelector('.trail-wrong')?.textContent).toBe('2');
  await press('1');
  await press('2');
  expect(screen.getByRole('status').textContent).toBe('Not this one. Go on from 1.'); // and not what comes
  (await screen.findByRole('button', { name: 'A' })).focus();
  await userEvent.keyboard('{Enter}');
  expect(document.querySelector('.trail-line')?.getAttribute('points')).toBe('30,90 30,30');
  await press('2');
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce());
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  const counted = trials?.filter((tap) => !tap.is_practice);
  expect(counted?.map((tap) => [tap.position, tap.place, tap.input])).toEqual([
    [0, 2, 'touch'],
    [1, 0, 'touch'],
    [2, 2, 'touch'],
    [3, 1, 'key'],
    [4, 2, 'touch'],
  ]);
  expect(Object.keys(summary ?? {}).sort()).toEqual([
    'completed',
    'duration_ms',
    'interruption_count',
    'refresh_rate_hz',
  ]);
  expect(summary).toMatchObject({ completed: true });
});

test('it ends after its time, and can be left before', async () => {
  const { onTrials, onSkip } = show(0.4);
  await practise();
  await press('1');
  await userEvent.click(screen.getByRole('button', { name: 'Leave this task out' }));
  expect(onSkip).toHaveBeenCalledOnce();
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce(), { timeout: 3000 });
  expect(onTrials.mock.calls[0]?.[1]).toMatchObject({ completed: false });
});
