import { expect, test } from 'vitest';
import { isPractised, practiceOf } from './practice';

const FOUR_IN_FIVE = { mastered_from: 0.8, repeats: 2 };

test.each([
  [0.8, 1, true],
  [0.79, 1, false],
  [0.79, 2, false],
  [0, 3, true], // it was given again as often as it may be
])('with %f right after %i practices', (right_share, given_count, over) => {
  expect(isPractised(FOUR_IN_FIVE, right_share, given_count)).toBe(over);
});

test('without a repetition the task begins after the first practice, whatever was right', () => {
  expect(isPractised({ mastered_from: 1, repeats: 0 }, 0, 1)).toBe(true);
});

test('what the plan says holds; a plan of before goes on as it began', () => {
  expect(practiceOf('symbol_digit', FOUR_IN_FIVE)).toBe(FOUR_IN_FIVE);
  expect(practiceOf('symbol_digit', undefined)).toEqual({ mastered_from: 0.8, repeats: 1 });
  expect(practiceOf('trail_making', null)).toEqual({ mastered_from: 0.85, repeats: 1 });
  expect(isPractised(practiceOf('trail_making', undefined), 8 / 9, 1)).toBe(true); // one wrong of eight circles
  expect(isPractised(practiceOf('trail_making', undefined), 8 / 10, 1)).toBe(false);
});
