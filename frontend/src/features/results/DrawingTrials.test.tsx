// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { DrawingTrials } from './DrawingTrials';
import { type DrawnStroke, drawnUntil, durationOf, partsOf, pathOf, viewBoxOf } from './drawing';
import type { Evidence } from './result';
import { question } from './result.fixture';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function stroke(position: number, from_ms: number, changes: Partial<DrawnStroke> = {}): DrawnStroke {
  const points: [number, number, number][] = [0, 1, 2].map((i) => [0.1 * i, 0.5, from_ms + 100 * i]);
  return { position, points, input: 'touch', removed_ms: null, ...changes };
}

function row(text: string, label: string, strokes: number[] | null, onset_s: number | null): Evidence {
  return { text, label, points: 0, rule: 'clock_drawing@1', onset_s, offset_s: onset_s, strokes };
}

const FIRST = stroke(0, 1000);
const REMOVED = stroke(1, 2000, { removed_ms: 2500 });
const STROKES = [FIRST, REMOVED, stroke(2, 3000), stroke(3, 4000)];
const EVIDENCE = [
  row('outline: 1 line', 'right', [0], 1),
  row('12', 'at_its_place', [2], 3),
  row('7 (41%)', 'unsure', [3], 4),
  row('clockwise order: in no order', 'wrong', null, null),
];
const QUESTION = question({
  kind: 'clock_drawing',
  title: 'The clock',
  evidence: EVIDENCE,
  summary: { duration_ms: 8000 },
});

test('a stroke grows with its time, and one that was taken back is gone from then on', () => {
  expect(drawnUntil(FIRST, 999)).toEqual([]);
  expect(drawnUntil(FIRST, 1100)).toHaveLength(2);
  expect(drawnUntil(REMOVED, 2400)).toHaveLength(3);
  expect(drawnUntil(REMOVED, 2500)).toEqual([]);
});

test('parts are what strokes were taken for, in the order of drawing; points that rest on them are none', () => {
  expect(partsOf([...EVIDENCE].reverse()).map(({ number, kind, name }) => [number, kind, name])).toEqual([
    [1, 'outline', 'Outline'],
    [2, 'number', '12'],
    [3, 'unsure', '7 (41%)'],
  ]);
});

test('paths, the sheet and the length are those of the strokes', () => {
  expect(pathOf([])).toBe('');
  expect(pathOf([[0.5, 0.25, 0]])).toBe('M50.00 25.00h0.01');
  expect(pathOf(FIRST.points)).toBe('M0.00 50.00L10.00 50.00L20.00 50.00');
  expect(viewBoxOf(STROKES)).toBe('-2.0 0.0 102.0 100.0');
  expect(viewBoxOf([stroke(0, 0, { points: [[1.3, -0.2, 0]] })])).toBe('0.0 -22.0 132.0 122.0');
  expect(durationOf(STROKES, { duration_ms: 8000 })).toBe(8);
  expect(durationOf(STROKES, null)).toBe(4.2);
});

const paths = () => [...document.querySelectorAll('path[data-kind]')].map((path) => path.getAttribute('d') !== '');

test('the drawing is whole at first; the scrubber shows any moment of it, by keyboard as well', async () => {
  render(<DrawingTrials question={QUESTION} trials={STROKES as never} />);
  expect(paths()).toEqual([true, false, true, true]);
  const scrubber = screen.getByRole('slider', { name: 'Moment of the drawing: The clock' });
  fireEvent.change(scrubber, { target: { value: '2.2' } });
  expect(paths()).toEqual([true, true, false, false]);
  expect(scrubber.getAttribute('aria-valuetext')).toBe('0:02.2 of 0:08.0');
  scrubber.focus();
  await userEvent.keyboard(' ');
  expect(screen.getByRole('button', { name: 'Pause: The clock' })).toBeTruthy();
});

test('it plays frame by frame at its speed, ends at the end, and begins again from there', async () => {
  const frames: FrameRequestCallback[] = [];
  vi.spyOn(window, 'requestAnimationFrame').mockImplementation((frame) => frames.push(frame));
  const turn = (at_ms: number) => act(() => frames.splice(0).forEach((frame) => frame(at_ms)));
  render(<DrawingTrials question={QUESTION} trials={STROKES as never} />);
  await userEvent.selectOptions(screen.getByLabelText('Speed'), '4 times');
  await userEvent.click(screen.getByRole('button', { name: 'Play: The clock' }));
  turn(10_000);
  expect(paths()).toEqual([false, false, false, false]);
  turn(10_300); // 1.2 s of the drawing
  expect(paths()).toEqual([true, false, false, false]);
  turn(12_100);
  expect(paths()).toEqual([true, false, true, true]);
  expect(screen.getByRole('button', { name: 'Play: The clock' })).toBeTruthy();
});

test('a part is lit when it is chosen, and the evidence plays from its moment', async () => {
  const { container } = render(<DrawingTrials question={QUESTION} trials={STROKES as never} />);
  const twelve = screen.getByRole('button', { name: /2\s*12\s*At its place/ });
  await userEvent.click(twelve);
  expect(twelve.getAttribute('aria-pressed')).toBe('true');
  const lit = [...container.querySelectorAll('path[data-lit]')].map((path) => path.getAttribute('data-lit'));
  expect(lit).toEqual(['false', 'false', 'true', 'false']);
  const table = screen.getByRole('table', { name: /^Evidence/ });
  await userEvent.click(within(table).getByRole('button', { name: 'Play “12” from 3.0 s' }));
  expect(screen.getByRole('button', { name: 'Pause: The clock' })).toBeTruthy();
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations).toEqual([]);
});
