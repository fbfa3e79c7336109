import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Delay } from './DelayAndBreak';
import type { PlanPart } from './types';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

test('a delay counts down by the clock, and ends by itself', () => {
  const onOver = vi.fn();
  const wait = { until_ms: 1_000_000 + 62_000, part: { title: 'Words' } as PlanPart, part_index: 0 };
  render(<Delay wait={wait} onOver={onOver} />);
  expect(screen.getByRole('timer').textContent).toBe('1:02');
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByRole('timer').textContent).toBe('1:00');
  expect(onOver).not.toHaveBeenCalled();
  act(() => void vi.advanceTimersByTime(60_000)); // also after a device has slept, since the clock is looked at
  expect(screen.getByRole('timer').textContent).toBe('0:00');
  expect(onOver).toHaveBeenCalled();
});
