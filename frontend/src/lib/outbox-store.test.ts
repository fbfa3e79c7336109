import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addChunk, changeRecording, discardRecording, openOutbox, wholeOf } from './outbox-store';

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
let count = 0;

beforeEach(() => vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ key: btoa('k'.repeat(32)) }))));
afterEach(() => vi.unstubAllGlobals());

async function withOneChunk() {
  const database = await openOutbox(`store-${++count}`);
  await database.put('recordings', {
    recording_id: 'r',
    session_id: 's',
    question_id: 'q',
    media_type: 'audio/webm',
    settings: {},
    is_finished: false,
    is_uploaded: false,
    created_at: 0,
  });
  await addChunk(database, { recording_id: 'r', position: 0, bytes: bytes(1) });
  return database;
}

test('a recording that reads as finished has its last chunk, whenever that came', async () => {
  const database = await withOneChunk();
  const reading = wholeOf(database, 'r');
  const last = addChunk(database, { recording_id: 'r', position: 1, bytes: bytes(2) });
  const finished = changeRecording(database, 'r', { is_finished: true });
  const early = await reading;
  await Promise.all([last, finished]);
  expect([early?.recording.is_finished, early?.chunks.length]).toEqual([false, 1]);
  const late = await wholeOf(database, 'r');
  expect([late?.recording.is_finished, late?.chunks.length]).toEqual([true, 2]);
});

test('a change keeps what was changed meanwhile, and brings nothing back that was forgotten', async () => {
  const database = await withOneChunk();
  await Promise.all([
    changeRecording(database, 'r', { is_finished: true }),
    changeRecording(database, 'r', { refused: 'Too large.' }),
  ]);
  expect((await wholeOf(database, 'r'))?.recording).toMatchObject({ is_finished: true, refused: 'Too large.' });
  await discardRecording(database, 'r');
  await changeRecording(database, 'r', { is_uploaded: true });
  await addChunk(database, { recording_id: 'r', position: 1, bytes: bytes(2) });
  expect(await wholeOf(database, 'r')).toBeNull();
  expect(await database.count('chunks')).toBe(0);
  expect(await database.getAll('discarded')).toEqual([{ recording_id: 'r' }]);
});
