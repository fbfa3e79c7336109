import { expect, test } from 'vitest';
import { type SymbolDigitTrial, bins, numberOf } from './symbolDigit';

const KEY = [4, 2, 0, 1, 3];

function trial(
  position: number,
  symbol: number,
  response: number | null,
  at_ms: number,
  is_practice = false,
): SymbolDigitTrial {
  return { position, symbol, response, onset_ms: at_ms - 800, reaction_time_ms: 800, is_practice };
}

test('the number of a symbol is its place in the key, from 1', () => {
  expect([0, 1, 2, 3, 4].map((symbol) => numberOf(symbol, KEY))).toEqual([3, 4, 2, 5, 1]);
});

test('responses fall into the 30 seconds in which they were given; practice and what was not answered are left out', () => {
  const trials = [
    trial(0, 4, 1, 900, true),
    trial(0, 4, 1, 1000),
    trial(1, 2, 5, 29_999),
    trial(2, 0, 3, 30_000),
    trial(3, 0, null, 40_000),
    trial(4, 1, 4, 119_000),
  ];
  expect(bins(trials, KEY, 120).map(({ right, wrong }) => [right, wrong])).toEqual([
    [1, 1],
    [1, 0],
    [0, 0],
    [1, 0],
  ]);
});
