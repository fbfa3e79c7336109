import { expect, test } from 'vitest';
import { Drawing, MAX_POINTS, MAX_STROKES, MAX_STROKE_POINTS, penOf } from './drawing';

test('a stroke is kept in the unit square, in fractions and ms, and a point that adds nothing is dropped', () => {
  const drawing = new Drawing();
  expect(drawing.begin('touch', 0.123456, 0.5, 812.34, 0.4)).toBe(true);
  expect(drawing.extend(0.12347, 0.5002, 820, 0.4)).toBe(false);
  drawing.extend(0.2, 0.5, 830, 0.4);
  drawing.end();
  expect(drawing.strokes).toEqual([
    {
      position: 0,
      points: [
        [0.1235, 0.5, 812.3],
        [0.2, 0.5, 830],
      ],
      pressure: null,
      input: 'touch',
      removed_ms: null,
    },
  ]);
});

test('a pen tells its pressure; a mouse and a finger tell none that is real', () => {
  const drawing = new Drawing();
  drawing.begin('pen', 0.1, 0.1, 0, 0.25);
  drawing.extend(0.2, 0.1, 9, 0.51234);
  drawing.end();
  drawing.begin('mouse', 0.1, 0.1, 20, 0.5);
  drawing.end();
  expect(drawing.strokes.map((stroke) => stroke.pressure)).toEqual([[0.25, 0.512], null]);
  expect(['pen', 'mouse', 'touch', ''].map(penOf)).toEqual(['pen', 'mouse', 'touch', 'touch']);
});

test('times never go back, and what leaves the square far is held at its edge', () => {
  const drawing = new Drawing();
  drawing.begin('touch', 0.5, 0.5, 100, null);
  drawing.extend(7, -9, 90, null);
  expect(drawing.strokes[0]?.points[1]).toEqual([2, -1, 100]);
});

test('a second stroke cannot begin while one is drawn, and nothing is taken back under the pen', () => {
  const drawing = new Drawing();
  drawing.begin('touch', 0.5, 0.5, 0, null);
  expect(drawing.begin('touch', 0.1, 0.1, 5, null)).toBe(false);
  expect(drawing.undo(6)).toBe(false);
  expect(drawing.strokes).toHaveLength(1);
});

test('what is taken back stays in the record with its time, and is not on the page', () => {
  const drawing = new Drawing();
  for (const t of [0, 100, 200]) {
    drawing.begin('touch', t / 1000, 0.5, t, null);
    drawing.end();
  }
  drawing.undo(250);
  drawing.clear(300.07);
  expect(drawing.visible).toEqual([]);
  expect(drawing.strokes.map((stroke) => stroke.removed_ms)).toEqual([300.1, 300.1, 250]);
  expect([drawing.undo_count, drawing.clear_count]).toEqual([1, 1]);
  expect(drawing.undo(400)).toBe(false);
});

test('a full drawing takes no more points and no more strokes, and keeps what is there', () => {
  const drawing = new Drawing();
  for (let stroke = 0; drawing.begin('touch', 0, 0, stroke, null); stroke += 1) {
    for (let i = 1; i <= MAX_STROKE_POINTS + 10; i += 1) drawing.extend((i % 2) * 0.5, i / 10_000, stroke, null);
    drawing.end();
  }
  expect(drawing.is_full).toBe(true);
  expect(drawing.strokes.map((stroke) => stroke.points.length)).toEqual([4000, 4000, 4000]);
  expect(drawing.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0)).toBe(MAX_POINTS);
  const dots = new Drawing();
  for (let i = 0; i < MAX_STROKES + 5; i += 1) {
    dots.begin('touch', 0.1, 0.1, i, null);
    dots.end();
  }
  expect(dots.strokes).toHaveLength(MAX_STROKES);
});
