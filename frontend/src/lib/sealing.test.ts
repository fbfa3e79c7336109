import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NetworkLost } from './api-client';
import { type Place, SEAL_BYTES, Unreadable, forgetKeys, open, openJson, seal, sealJson, sessionKey } from './sealing';

const PLACE: Place = ['chunk', 's', 'r', 'q', 0];
const SOUND = new Uint8Array([1, 2, 3, 4]);
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const session_id = path.split('/')[3] ?? '';
    return Promise.resolve(Response.json({ key: btoa(session_id.padEnd(32, '.')) }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  forgetKeys();
});

const changed = (sealed: ArrayBuffer, at: number): ArrayBuffer => {
  const other = new Uint8Array(sealed.slice(0));
  other[at] = (other[at] ?? 0) ^ 1;
  return other.buffer;
};

test('what was sealed is opened again, and the same is never sealed alike twice', async () => {
  const [one, two] = [await seal(PLACE, SOUND), await seal(PLACE, SOUND)];
  expect(one.byteLength).toBe(SOUND.length + SEAL_BYTES);
  expect(new Uint8Array(one)).not.toEqual(new Uint8Array(two));
  expect(new Uint8Array(await open(PLACE, one))).toEqual(SOUND);
  const body = { response: { said: 'fünf acht zwei' } };
  expect(await openJson(['call', 's', 'q'], await sealJson(['call', 's', 'q'], body))).toEqual(body);
});

test.each<[string, Place]>([
  ['another position', ['chunk', 's', 'r', 'q', 1]],
  ['another recording', ['chunk', 's', 'r2', 'q', 0]],
  ['another question', ['chunk', 's', 'r', 'q2', 0]],
  ['another kind', ['call', 's', 'r', 'q', 0]],
  ['another session', ['chunk', 's2', 'r', 'q', 0]],
])('it opens in no other place: %s', async (_, place) => {
  const sealed = await seal(PLACE, SOUND);
  await expect(open(place, sealed)).rejects.toThrow(Unreadable);
});

test('whatever byte of it was changed, and however much of it is missing, it is not opened', async () => {
  const sealed = await seal(PLACE, SOUND);
  for (let at = 0; at < sealed.byteLength; at++) {
    await expect(open(PLACE, changed(sealed, at))).rejects.toThrow(Unreadable);
    await expect(open(PLACE, sealed.slice(0, at))).rejects.toThrow(Unreadable);
  }
});

test('the key is asked for once while the page is open, and no script can take it out', async () => {
  await seal(PLACE, SOUND);
  const sealed = await seal(PLACE, SOUND);
  expect(asked).toEqual(['/api/sessions/s/outbox-key']);
  const key = await sessionKey('s');
  expect([key.extractable, key.algorithm]).toEqual([false, { name: 'AES-GCM', length: 256 }]);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  forgetKeys();
  expect(new Uint8Array(await open(PLACE, sealed))).toEqual(SOUND);
  expect(asked).toHaveLength(2);
});

test('a key that could not be had is asked for again, and what it opens is not called damaged meanwhile', async () => {
  const sealed = await seal(PLACE, SOUND);
  forgetKeys();
  const there = globalThis.fetch;
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
  await expect(open(PLACE, sealed)).rejects.toThrow(NetworkLost);
  vi.stubGlobal('fetch', there);
  expect(new Uint8Array(await open(PLACE, sealed))).toEqual(SOUND);
});
