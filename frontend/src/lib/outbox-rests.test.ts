import { expect, test } from 'vitest';
import { ApiProblem } from './api-client';
import { EVERYTHING, Rests, isOfServer } from './outbox-rests';

const tooMany = (retry_after_s: number | null): ApiProblem =>
  new ApiProblem({ status: 429, code: 'too_many_requests', title: 'Too many.' }, retry_after_s);

test('too many requests stop everything for as long as the server asked, and no longer', () => {
  let now_ms = 0;
  const rests = new Rests(() => now_ms);
  expect(isOfServer(tooMany(40))).toBe(true);
  rests.fail(EVERYTHING, tooMany(40));
  now_ms = 39_999;
  expect(rests.isResting(EVERYTHING)).toBe(true);
  expect(rests.next_ms).toBe(1);
  now_ms = 40_000;
  expect(rests.isResting(EVERYTHING)).toBe(false);
});

test('where the server does not say how long, every rest is longer than the one before', () => {
  let now_ms = 0;
  const rests = new Rests(() => now_ms);
  const waits = Array.from({ length: 6 }, () => {
    rests.fail(EVERYTHING, tooMany(null));
    const wait_ms = rests.next_ms ?? 0;
    now_ms += wait_ms;
    return wait_ms;
  });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
});
