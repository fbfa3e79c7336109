import { afterEach, expect, test, vi } from 'vitest';
import { getSession, startSession } from './session-api';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test.each([
  ['three hours slow', '2026-11-20T06:00:00Z', 10_800],
  ['right', '2026-11-20T09:00:00Z', 0],
  ['three hours fast', '2026-11-20T12:00:00Z', -10_800],
])('a device whose clock is %s knows how far, whether it begins a session or goes on', async (_, here, offset_s) => {
  vi.useFakeTimers({ now: new Date(here), toFake: ['Date'] });
  const sent = { id: 's', state: 'open', server_time: '2026-11-20T10:00:00+01:00', plan: { parts: [] }, answered: [] };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(sent))));
  expect((await startSession('s', 'brief', 'en', null)).clock_offset_s).toBe(offset_s);
  expect((await getSession('s')).clock_offset_s).toBe(offset_s);
});
