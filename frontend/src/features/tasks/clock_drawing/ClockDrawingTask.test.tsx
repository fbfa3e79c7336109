import { act, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { type Services, ServicesProvider } from '@/lib/services';
import { ClockDrawingTask } from './ClockDrawingTask';

const QUESTION = {
  item_id: 'ten_past_eleven',
  kind: 'clock_drawing',
  title: 'The clock',
  prompt: { text: 'Set the hands to ten past eleven.', audio: '/clock.ogg' },
  parameters: { hour: 11, minute: 10 },
} as unknown as PlannedQuestion;

vi.setConfig({ testTimeout: 30_000 }); // a journey through dialogs, on a machine that may be busy

let now_ms = 0;

/** The device's own: a screen of 200 pixels for the square, frames on demand, and an event clock that the test turns. */
beforeEach(() => {
  now_ms = 1000;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(200);
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  vi.spyOn(HTMLCanvasElement.prototype, 'getBoundingClientRect').mockReturnValue({
    left: 10,
    top: 20,
    width: 200,
    height: 200,
  } as DOMRect);
  HTMLCanvasElement.prototype.setPointerCapture = vi.fn();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

type Given = [name: 'pointerDown' | 'pointerMove' | 'pointerUp', x: number, y: number, at_ms: number];

function pointer([name, x, y, at_ms]: Given, pointerType = 'touch', pointerId = 1) {
  const canvas = document.querySelector('canvas') ?? document.body;
  const init = { clientX: 10 + 200 * x, clientY: 20 + 200 * y, pointerId, pointerType, button: 0, bubbles: true };
  const event = new PointerEvent(name.toLowerCase(), { ...init, pressure: 0.5 });
  Object.defineProperty(event, 'timeStamp', { value: at_ms });
  now_ms = at_ms;
  fireEvent(canvas, event);
}

function line(from: [number, number], to: [number, number], at_ms: number, pointerType = 'touch', pointerId = 1) {
  pointer(['pointerDown', ...from, at_ms], pointerType, pointerId);
  for (let i = 1; i <= 8; i += 1) {
    const part = i / 8;
    const x = from[0] + part * (to[0] - from[0]);
    pointer(['pointerMove', x, from[1] + part * (to[1] - from[1]), at_ms + 10 * i], pointerType, pointerId);
  }
  pointer(['pointerUp', ...to, at_ms + 90], pointerType, pointerId);
}

async function show() {
  const told = { onTrials: vi.fn(), onSkip: vi.fn(), onTimed: vi.fn(), onFlagged: vi.fn(), draft_key: 'k' };
  const sound = { play: vi.fn(() => Promise.resolve()), stop: vi.fn() };
  const services = { sound, now: () => now_ms } as unknown as Services;
  const { container } = render(
    <ServicesProvider value={services}>
      <ClockDrawingTask question={QUESTION} {...told} />
    </ServicesProvider>,
  );
  expect(screen.getByRole('button', { name: 'That works, go on' })).toHaveProperty('disabled', true);
  line([0.1, 0.1], [0.9, 0.9], 500);
  await userEvent.click(screen.getByText('That works, go on'));
  await act(() => new Promise(requestAnimationFrame));
  return { ...told, sound, container };
}

const press = (name: string) => userEvent.click(screen.getByText(name)); // finding roles takes long on a busy machine

test('strokes are reported once, with times from the frame in which the empty square was shown', async () => {
  const { onTrials, onTimed, sound } = await show();
  expect(sound.play).toHaveBeenCalledWith('/clock.ogg');
  const shown_ms = now_ms; // 590: the last event of the practice
  expect(onTimed.mock.calls).toEqual([[true]]);
  line([0.25, 0.5], [0.75, 0.5], shown_ms + 2000);
  expect(onTimed.mock.calls).toEqual([[true]]); // nothing on the page moves at the first touch
  expect(screen.getByRole('img', { name: 'Square for your drawing, 1 lines drawn' })).toBeTruthy();
  for (const name of ['blur', 'blur', 'focus']) window.dispatchEvent(new Event(name)); // another window in front
  now_ms = shown_ms + 5000;
  await press('I have finished');
  expect(onTrials).toHaveBeenCalledOnce();
  const [strokes, summary] = onTrials.mock.calls[0] as [{ points: number[][] }[], Record<string, unknown>];
  expect(strokes).toHaveLength(1);
  expect(strokes[0]).toMatchObject({ position: 0, input: 'touch', pressure: null, removed_ms: null });
  expect(strokes[0]?.points[0]).toEqual([0.25, 0.5, 2000]);
  expect(strokes[0]?.points.at(-1)).toEqual([0.75, 0.5, 2080]);
  expect(summary).toMatchObject({
    duration_ms: 5000,
    completed: true,
    side_px: 200,
    is_full: false,
    interruption_count: 1,
  });
});

test('the last line is taken back; clearing asks first, and both stay in the record', async () => {
  const { onTrials } = await show();
  line([0.1, 0.1], [0.9, 0.1], 2000);
  line([0.1, 0.2], [0.9, 0.2], 3000);
  await press('Take back last line');
  expect(screen.getByLabelText(/1 lines drawn/)).toBeTruthy();
  await press('Clear all');
  await press('Keep my drawing');
  expect(screen.getByLabelText(/1 lines drawn/)).toBeTruthy();
  await press('Clear all');
  await press('Clear it');
  expect(screen.getByLabelText(/empty/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'I have finished' })).toHaveProperty('disabled', true);
  line([0.1, 0.3], [0.9, 0.3], 4000);
  await press('I have finished');
  const [strokes, summary] = onTrials.mock.calls[0] as [{ removed_ms: number | null }[], Record<string, unknown>];
  expect(strokes.map((stroke) => stroke.removed_ms === null)).toEqual([false, false, true]);
  expect(summary).toMatchObject({ undo_count: 1, clear_count: 1 });
});

test('a second finger, and the hand that holds a pen, draw nothing', async () => {
  const { onTrials } = await show();
  pointer(['pointerDown', 0.2, 0.2, 2000], 'touch', 1);
  pointer(['pointerDown', 0.8, 0.8, 2010], 'touch', 2);
  pointer(['pointerMove', 0.9, 0.9, 2020], 'touch', 2);
  pointer(['pointerMove', 0.4, 0.4, 2030], 'touch', 1);
  pointer(['pointerUp', 0.4, 0.4, 2040], 'touch', 1);
  line([0.5, 0.5], [0.6, 0.6], 3000, 'pen', 5);
  line([0.9, 0.9], [0.7, 0.9], 4000, 'touch', 6);
  await press('I have finished');
  const [strokes] = onTrials.mock.calls[0] as [{ input: string; points: number[][]; pressure: unknown }[]];
  expect(strokes.map((stroke) => stroke.input)).toEqual(['touch', 'pen']);
  expect(strokes[0]?.points).toHaveLength(2);
  expect(strokes[1]?.pressure).toHaveLength(strokes[1]?.points.length ?? -1);
});

test('who cannot draw is told so in words and leaves it out by keyboard; no fault of access is found', async () => {
  const { container, onSkip, onTrials } = await show();
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations).toEqual([]);
  screen.getByRole('button', { name: 'I cannot draw here: leave it out' }).focus();
  await userEvent.keyboard('{Enter}');
  expect(onSkip).toHaveBeenCalledOnce();
  expect(onTrials).not.toHaveBeenCalled();
});
