import { describe, expect, it } from 'vitest';
import { refreshRate } from '../touch/timing';
import { Block, reported, rightNumber, rightShareOf } from './block';

const key = [4, 0, 7, 1, 8, 2, 5, 3, 6];

describe('Block', () => {
  it('measures each press from the frame in which its symbol was drawn', () => {
    const block = new Block(key, [7, 0], false);
    block.shown(16.7);
    expect(block.press(3, 916.7, 'touch')).toMatchObject({
      symbol: 7,
      response: 3,
      is_correct: true,
      onset_ms: 16.7,
      reaction_time_ms: 900,
    });
    block.shown(933.4);
    expect(block.press(3, 1433.4, 'key')).toMatchObject({
      symbol: 0,
      is_correct: false,
      reaction_time_ms: 500,
      position: 1,
    });
    expect(block.symbol).toBeNull();
  });

  it('drops a press before the symbol was there, and a second press for the same symbol', () => {
    const block = new Block(key, [7, 0], false);
    expect(block.press(3, 5, 'touch')).toBeNull();
    block.shown(20);
    expect(block.press(3, 300, 'touch')).not.toBeNull();
    expect(block.press(3, 301, 'touch')).toBeNull();
    expect(block.trials).toHaveLength(1);
  });

  it('knows the number below each symbol', () => {
    expect(key.map((symbol) => rightNumber(key, symbol))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

it('knows how much of a practice was right', () => {
  const block = new Block(key, key, true);
  const press = (right: boolean) => {
    block.shown(0);
    block.press(right ? block.position + 1 : 9, 500, 'mouse');
  };
  [true, true, true, false].forEach(press);
  expect(rightShareOf(block.trials)).toBe(0.75);
  press(true);
  expect(rightShareOf(block.trials)).toBe(0.8);
});

it('finds the refresh rate in spite of a dropped frame', () => {
  expect(refreshRate([0, 16.7, 33.4, 100, 116.7, 133.4])).toBeCloseTo(59.9, 1);
  expect(refreshRate([5])).toBeNull();
});

it('what is reported has exactly the fields of the contract', () => {
  const block = new Block([2, 0, 1], [1], false);
  block.shown(5);
  const trial = block.press(3, 600.04, 'touch');
  expect(trial && reported(trial)).toEqual({
    position: 0,
    symbol: 1,
    response: 3,
    onset_ms: 5,
    reaction_time_ms: 595,
    is_practice: false,
    input: 'touch',
  });
});
