import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox, Refused } from './outbox';
import { type Call, openOutbox } from './outbox-store';
import { UNREADABLE, forgetKeys } from './sealing';

/** A server that gives each session's key to whoever is signed in for it, and keeps what it is sent. */
const server = { isAway: false, mine: ['s'], bodies: [] as string[], sound: [] as number[], asked: [] as string[] };
let name: string;
let count = 0;

beforeEach(() => {
  Object.assign(server, { isAway: false, mine: ['s'], bodies: [], sound: [], asked: [] });
  name = `sealed-${++count}`;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    server.asked.push(`${init.method ?? 'GET'} ${path}`);
    return server.isAway ? Promise.reject(new TypeError('failed to fetch')) : Promise.resolve(answer(path, init));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  forgetKeys();
});

function answer(path: string, init: RequestInit): Response {
  const session_id = /^\/api\/sessions\/([^/]+)/.exec(path)?.[1];
  if (session_id !== undefined && !server.mine.includes(session_id))
    return Response.json({ code: 'not_found', title: 'There is no such session.' }, { status: 404 });
  if (path.endsWith('/outbox-key')) return Response.json({ key: btoa((session_id ?? '').padEnd(32, '.')) });
  if (init.method === 'PATCH') server.sound.push(...new Uint8Array(init.body as ArrayBuffer));
  if (init.method === 'PUT') server.bodies.push(init.body as string);
  return new Response(null, { status: 204, headers: { 'Upload-Offset': String(server.sound.length) } });
}

const SAID = 'I think of death every day';
const call = (id: string, changes: Partial<Call> = {}): Omit<Call, 'created_at'> => ({
  id,
  session_id: 's',
  path: `/api/sessions/${changes.session_id ?? 's'}/questions/${id}`,
  method: 'PUT',
  body: { id, item_id: 'x', said: SAID },
  recording_id: null,
  ...changes,
});

const SOUND = [
  [82, 73, 70, 70],
  [9, 9],
] as const; // in two chunks
async function record(outbox: Outbox): Promise<void> {
  const words = { session_id: 's', question_id: 'q', media_type: 'audio/webm', settings: {} };
  await outbox.begin({ recording_id: 'r', ...words });
  for (const [position, bytes] of SOUND.entries()) await outbox.add('r', position, new Uint8Array(bytes).buffer);
}

async function answerAloud(outbox: Outbox): Promise<void> {
  await outbox.finish('r');
  await outbox.call(call('q', { recording_id: 'r' }));
}

/** A tab that was closed while the server was away, with what it kept; the next one has no key yet. */
async function leave(fill: (outbox: Outbox) => Promise<void>): Promise<void> {
  const outbox = new Outbox(name);
  await outbox.call(call('first'));
  await outbox.whenEmpty('s'); // the key is in memory
  server.isAway = true;
  await fill(outbox);
  forgetKeys();
  server.bodies = [];
}

async function kept(): Promise<object[]> {
  const database = await openOutbox(name);
  return (
    await Promise.all([database.getAll('recordings'), database.getAll('chunks'), database.getAll('calls')])
  ).flat();
}

/** Everything that is kept, as text: bytes as characters. */
const readable = (stored: object[]): string =>
  JSON.stringify(stored, (_, value: unknown) => {
    if (ArrayBuffer.isView(value)) return String.fromCharCode(...(value as Uint8Array));
    return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
      ? String.fromCharCode(...new Uint8Array(value as ArrayBuffer))
      : value;
  });

test('without the network everything goes on in the same tab, and nothing that is kept can be read', async () => {
  await leave(async (outbox) => {
    await record(outbox);
    await answerAloud(outbox);
    await outbox.call(call('e', { method: 'POST', body: { events: [{ kind: 'option_chosen', detail: SAID }] } }));
  });
  const stored = await kept();
  expect(stored).toHaveLength(1 + SOUND.length + 2);
  const text = readable(stored);
  for (const word of [SAID, 'option_chosen', 'item_id', 'RIFF']) expect(text).not.toContain(word);
  expect(readable([{ bytes: new Uint8Array(SOUND[0]).buffer }])).toContain('RIFF'); // it would be seen
});

test('the next tab asks for the key again, and sends what the closed one had kept', async () => {
  await leave(async (outbox) => {
    await record(outbox);
    await answerAloud(outbox);
  });
  server.isAway = false;
  const next = new Outbox(name);
  expect((await next.waitingCalls('s')).map(({ body }) => body)).toEqual([{ id: 'q', item_id: 'x', said: SAID }]);
  await next.whenEmpty('s');
  expect(server.sound).toEqual(SOUND.flat());
  expect(server.bodies).toEqual([JSON.stringify(call('q').body)]);
  expect(server.asked.filter((one) => one.endsWith('/outbox-key'))).toHaveLength(2);
});

test('whoever sits here next cannot open it, is not held up by it, and it waits for its own person', async () => {
  await leave((outbox) => outbox.call(call('q')));
  Object.assign(server, { isAway: false, mine: ['t'] }); // somebody else is signed in
  const theirs = new Outbox(name);
  await theirs.adoptUnfinished();
  await theirs.call(call('q2', { session_id: 't' }));
  await theirs.whenEmpty('t');
  await expect(theirs.whenEmpty('s')).rejects.toThrow('There is no such session.');
  expect(server.bodies).toHaveLength(1);
  expect(readable(await kept())).not.toContain(SAID);
  forgetKeys();
  server.mine = ['s'];
  const own = new Outbox(name);
  await own.retryRefused('s');
  await own.whenEmpty('s');
  expect(server.bodies[1]).toContain(SAID);
});

test('what the version before had kept is plain, is sent as it is, and is gone', async () => {
  const database = await openOutbox(name);
  const recording = { recording_id: 'r', session_id: 's', question_id: 'q', media_type: 'audio/webm', settings: {} };
  await database.put('recordings', { ...recording, is_finished: true, is_uploaded: false, created_at: 0 });
  await database.put('chunks', { recording_id: 'r', position: 0, bytes: new Uint8Array([1, 2]).buffer });
  await database.put('calls', { ...call('q', { recording_id: 'r' }), created_at: 1 });
  const outbox = new Outbox(name);
  expect(await outbox.waitingCalls('s')).toMatchObject([{ body: { said: SAID } }]);
  await outbox.whenEmpty('s');
  expect([server.sound, server.bodies.length, await kept()]).toEqual([[1, 2], 1, []]);
});

async function exchange(ids: [string, string]): Promise<void> {
  const database = await openOutbox(name);
  const [one, two] = await Promise.all(ids.map((id) => database.get('calls', id)));
  if (!one || !two || !('sealed' in one) || !('sealed' in two)) throw new Error('not kept');
  await database.put('calls', { ...one, sealed: two.sealed });
  await database.put('calls', { ...two, sealed: one.sealed });
}

test('answers that were exchanged are not sent: that is told, the others arrive, and these are asked again', async () => {
  await leave(async (outbox) => {
    for (const id of ['a', 'b', 'c']) await outbox.call(call(id));
  });
  await exchange(['a', 'b']);
  server.isAway = false;
  const next = new Outbox(name);
  await expect(next.whenEmpty('s')).rejects.toThrow(new Refused(UNREADABLE));
  expect(server.bodies).toEqual([JSON.stringify(call('c').body)]);
  expect(await new Outbox(name).waitingCalls('s')).toEqual([]); // so their questions are put again
  await next.whenEmpty('s');
});

test('an answer whose recording is damaged is asked again, and its upload is given up', async () => {
  await leave(async (outbox) => {
    await record(outbox);
    await answerAloud(outbox);
  });
  const database = await openOutbox(name);
  await database.put('chunks', { recording_id: 'r', position: 1, sealed: new ArrayBuffer(40) });
  server.isAway = false;
  const next = new Outbox(name);
  await expect(next.whenEmpty('s')).rejects.toThrow(new Refused(UNREADABLE));
  expect([server.sound, server.bodies]).toEqual([[], []]);
  expect(await next.waitingCalls('s')).toEqual([]);
  await next.whenEmpty('s');
  await vi.waitFor(() => expect(server.asked).toContain('DELETE /api/uploads/r'));
  expect(await kept()).toEqual([]);
});
