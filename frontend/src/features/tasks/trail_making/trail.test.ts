import { expect, test } from 'vitest';
import { Trail, readingOrder } from './trail';

test('a way with a wrong circle and a double tap, each with its time', () => {
  const trail = new Trail(3, false);
  expect(trail.tap(0, 900, 'touch')).toBe('right');
  expect(trail.tap(0, 1000, 'touch')).toBe('repeated');
  expect(trail.tap(2, 1900.04, 'touch')).toBe('wrong');
  expect(trail.tap(1, 2500, 'key')).toBe('right');
  expect(trail.isDone).toBe(false);
  expect(trail.tap(2, 3100, 'touch')).toBe('right');
  expect(trail.tap(2, 3200, 'touch')).toBeNull(); // all is over
  expect(trail.isDone).toBe(true);
  expect(trail.wrong_count).toBe(1);
  expect(trail.taps.map((tap) => [tap.position, tap.place, tap.at_ms, tap.input])).toEqual([
    [0, 0, 900, 'touch'],
    [1, 0, 1000, 'touch'],
    [2, 2, 1900, 'touch'],
    [3, 1, 2500, 'key'],
    [4, 2, 3100, 'touch'],
  ]);
});

test('a key walks from top to bottom, not along the way', () => {
  expect(
    readingOrder([
      [10, 90],
      [80, 20],
      [10, 20],
    ]),
  ).toEqual([2, 1, 0]);
});
