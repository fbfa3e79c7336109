import { expect, test } from 'vitest';
import { SpanTrial } from './sequence';

const timing = { interval_ms: 1000, lit_ms: 700 };

function watched(sequence: number[]): SpanTrial {
  const trial = new SpanTrial(sequence, timing, false);
  for (let at_ms = 0; !trial.isOpen && at_ms < 20_000; at_ms += 16) trial.frame(at_ms);
  return trial;
}

test('each block is lit for its part of a second, in frames', () => {
  const trial = new SpanTrial([4, 7], timing, false);
  expect(trial.frame(984)).toBeNull();
  expect(trial.frame(1001)).toEqual({ light: 4 });
  expect(trial.frame(1690)).toBeNull();
  expect(trial.frame(1702)).toBe('dark');
  expect(trial.frame(1990)).toBeNull();
  expect(trial.frame(2007)).toEqual({ light: 7 });
  expect(trial.isOpen).toBe(false);
  expect(trial.frame(2710)).toBe('answer');
  expect(trial.frame(2726)).toBeNull();
  expect(trial.onsets_ms).toEqual([1001, 2007]);
});

test('a late frame does not make the ones after it late', () => {
  const trial = new SpanTrial([1, 2, 3], timing, false);
  trial.frame(1300);
  trial.frame(2000);
  expect(trial.frame(2016)).toEqual({ light: 2 });
});

test('presses are taken once all has been shown, as many as there were blocks', () => {
  const trial = new SpanTrial([4, 7], timing, false);
  trial.frame(1001);
  expect(trial.tap(4, 1100, 'touch')).toBe(false);
  const open = watched([4, 7]);
  expect(open.tap(4, 3500, 'touch')).toBe(true);
  expect(open.tap(7, 4200.06, 'mouse')).toBe(true);
  expect(open.tap(1, 4300, 'touch')).toBe(false);
  expect(open.taps.map((tap) => [tap.position, tap.place, tap.at_ms])).toEqual([
    [0, 4, 3500],
    [1, 7, 4200.1],
  ]);
  expect([open.isDone, open.isRight('forward'), open.isRight('backward')]).toEqual([true, true, false]);
});
