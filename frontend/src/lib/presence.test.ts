// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { request } from './api-client';
import { isSomebodyThere } from './presence';

beforeEach(() => {
  vi.useFakeTimers();
  window.dispatchEvent(new Event('keydown'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a minute without a touch or a key means that nobody is there', () => {
  expect(isSomebodyThere()).toBe(true);
  vi.advanceTimersByTime(60_001);
  expect(isSomebodyThere()).toBe(false);
  document.body.dispatchEvent(new Event('pointermove', { bubbles: true }));
  expect(isSomebodyThere()).toBe(true);
});

test('what a page asks while nobody is there says so', async () => {
  const seen: HeadersInit[] = [];
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    seen.push(init.headers ?? {});
    return Promise.resolve(new Response('{}'));
  });
  await request('/api/me');
  vi.advanceTimersByTime(61_000);
  await request('/api/me');
  expect(seen).toEqual([{}, { 'X-Background': '1' }]);
});
