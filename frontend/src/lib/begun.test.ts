import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

/** A page that has just been loaded: it remembers nothing itself. */
async function page() {
  vi.resetModules();
  return import('./begun');
}

test('a question that has begun and has no answer is known to the next page, and to no other session', async () => {
  expect((await page()).begin('s', '2.5')).toBe(false);
  const { begin, end } = await page();
  expect([begin('s', '2.6'), begin('t', '2.5'), begin('s', '2.5')]).toEqual([false, false, true]);
  end('s', '2.5');
  const later = await page();
  expect([later.begin('s', '2.5'), later.begin('s', '2.6')]).toEqual([false, true]);
});

test('once everything is answered nothing is kept', async () => {
  const { begin, end } = await page();
  begin('s', '0.0');
  begin('s', '1.0');
  end('s', '0.0');
  end('s', '0.0');
  expect(localStorage).toHaveLength(1);
  end('s', '1.0');
  expect(localStorage).toHaveLength(0);
});

test('a browser that keeps nothing knows it while its page is open; what is damaged is as if nothing had begun', async () => {
  const { begin, end } = await page();
  localStorage.setItem('cas-begun/s', '{');
  expect([begin('s', '0.0'), begin('s', '0.0')]).toEqual([false, true]);
  for (const name of ['getItem', 'setItem', 'removeItem'] as const)
    vi.spyOn(Storage.prototype, name).mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
  expect([begin('t', '0.0'), begin('t', '0.0')]).toEqual([false, true]);
  end('t', '0.0');
  expect(begin('t', '0.0')).toBe(false);
});
