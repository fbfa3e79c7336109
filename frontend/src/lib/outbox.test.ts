import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox, type OutboxState, Refused } from './outbox';

/** A server that keeps uploads as tus asks, in memory; it can be away, and says what it was sent. */
class Server {
  uploads = new Map<string, { bytes: number[]; length: number | null }>();
  puts: string[] = [];
  isAway = false;
  /** Answers to the calls whose method and path begin so. */
  answers = new Map<string, number>();
  asked: string[] = [];
  retryAfter: string | null = null;
  loseNextAnswer = false;
  statusOfPuts = 201;
  statusOfUploads = 200;

  handle = (path: string, init: RequestInit): Promise<Response> => {
    this.asked.push(`${init.method} ${path}`);
    if (this.isAway) return Promise.reject(new TypeError('failed to fetch'));
    const planned = [...this.answers].find(([start]) => `${init.method} ${path}`.startsWith(start));
    if (planned) return Promise.resolve(problem('error', planned[1], this.retryAfter));
    const answer = this.answer(path, init);
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false; // it was done, but nobody hears of it
      return Promise.reject(new TypeError('failed to fetch'));
    }
    return Promise.resolve(answer);
  };

  private answer(path: string, init: RequestInit): Response {
    const headers = new Headers(init.headers);
    const session_id = /^\/api\/sessions\/(.+)\/outbox-key$/.exec(path)?.[1];
    if (session_id !== undefined) return Response.json({ key: keyFor(session_id) });
    if (path === '/api/uploads') {
      const id = atob(/recording_id ([^,]+)/.exec(headers.get('Upload-Metadata') ?? '')?.[1] ?? '');
      if (!this.uploads.has(id)) this.uploads.set(id, { bytes: [], length: null });
      return new Response(null, { status: 201 });
    }
    if (path.startsWith('/api/uploads/')) return this.upload(path.slice('/api/uploads/'.length), init, headers);
    if (this.statusOfPuts < 400) this.puts.push(path);
    const code = this.statusOfPuts === 409 ? 'already_answered' : 'error';
    return problem(code, this.statusOfPuts);
  }

  private upload(id: string, init: RequestInit, headers: Headers): Response {
    const upload = this.uploads.get(id);
    if (this.statusOfUploads >= 400) return problem('error', this.statusOfUploads);
    if (!upload) return new Response('{}', { status: 404 });
    if (init.method === 'DELETE') this.uploads.delete(id);
    if (init.method === 'PATCH') {
      if (Number(headers.get('Upload-Offset')) !== upload.bytes.length) return new Response('{}', { status: 409 });
      upload.bytes.push(...new Uint8Array(init.body as ArrayBuffer));
      const length = headers.get('Upload-Length');
      if (length !== null) upload.length = Number(length);
    }
    return new Response(null, { status: 200, headers: { 'Upload-Offset': String(upload.bytes.length) } });
  }
}

const problem = (code: string, status: number, retryAfter: string | null = null): Response =>
  new Response(JSON.stringify({ code, title: code }), {
    status,
    headers: retryAfter === null ? {} : { 'Retry-After': retryAfter },
  });

/** Each session has another key. */
const keyFor = (session_id: string): string => btoa(session_id.padEnd(32, '.'));

const RECORDING = 'rec-1';
let server: Server;
let count = 0;

beforeEach(() => {
  server = new Server();
  vi.stubGlobal('fetch', server.handle);
});
afterEach(() => vi.unstubAllGlobals());

const fresh = (): Outbox => new Outbox(`outbox-${++count}`);
const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;

async function record(outbox: Outbox): Promise<void> {
  await outbox.begin({
    recording_id: RECORDING,
    session_id: 's',
    question_id: 'q',
    media_type: 'audio/webm',
    settings: {},
  });
  await outbox.add(RECORDING, 0, bytes(1, 2, 3));
  await outbox.add(RECORDING, 1, bytes(4, 5));
}

async function answer(outbox: Outbox): Promise<void> {
  await outbox.finish(RECORDING);
  await outbox.call({
    id: 'q',
    session_id: 's',
    path: '/api/sessions/s/questions/q',
    method: 'PUT',
    body: {},
    recording_id: RECORDING,
  });
}

test('sends a recording while it is made, and the answer after it', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toEqual([1, 2, 3, 4, 5]));
  expect(server.uploads.get(RECORDING)?.length).toBeNull();
  expect(server.puts).toEqual([]);
  await answer(outbox);
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)?.length).toBe(5);
  expect(server.puts).toEqual(['/api/sessions/s/questions/q']);
});

test('keeps everything while the server is away, says so, and sends it when it is back', async () => {
  const outbox = fresh();
  server.isAway = true;
  await record(outbox);
  await answer(outbox);
  await vi.waitFor(() => expect(outbox.isInTrouble('s')).toBe(true));
  server.isAway = false;
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)).toEqual({ bytes: [1, 2, 3, 4, 5], length: 5 });
  expect(server.puts).toHaveLength(1);
});

test('an answer of the server that got lost does no harm: the offset is asked for', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  server.loseNextAnswer = true;
  await outbox.add(RECORDING, 2, bytes(6));
  await answer(outbox);
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)?.bytes).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what a closed tab left behind is sent by the next one', async () => {
  const name = `outbox-${++count}`;
  server.isAway = true;
  const closed = new Outbox(name);
  await record(closed);
  await closed.call({
    id: 'q0',
    session_id: 's',
    path: '/api/sessions/s/questions/q0',
    method: 'PUT',
    body: { item_id: 'x' },
    recording_id: null,
  });
  const next = new Outbox(name);
  expect(await next.waitingCalls('s')).toHaveLength(1);
  server.isAway = false;
  await next.adoptUnfinished();
  await next.whenEmpty('s');
  expect(server.puts).toEqual(['/api/sessions/s/questions/q0']);
  expect(server.uploads.get(RECORDING)?.length).toBe(5);
});

test('a recording that is not used is forgotten here and there', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  await outbox.discard(RECORDING);
  await vi.waitFor(() => expect(server.uploads.size).toBe(0));
});

test('an answer that meets a fault of the server (500) stays here and is tried again', async () => {
  const outbox = fresh();
  server.statusOfPuts = 500;
  await record(outbox);
  await answer(outbox);
  await vi.waitFor(() => expect(outbox.isInTrouble('s')).toBe(true));
  expect(await outbox.waitingCalls('s')).toHaveLength(1);
  server.statusOfPuts = 201;
  await outbox.whenEmpty('s');
  expect(server.puts).toHaveLength(1);
});

test.each([422, 404, 413])(
  'an answer that is refused (%i) is kept, told in words, and sent again on request',
  async (status) => {
    const outbox = fresh();
    server.statusOfPuts = status;
    await record(outbox);
    await answer(outbox);
    await expect(outbox.whenEmpty('s')).rejects.toThrow(new Refused('error'));
    expect(outbox.isInTrouble('s')).toBe(false);
    expect(await outbox.waitingCalls('s')).toHaveLength(1);
    server.statusOfPuts = 201;
    await outbox.retryRefused('s');
    await outbox.whenEmpty('s');
    expect(server.puts).toHaveLength(1);
  },
);

test('what is refused of one session, or of one answer, holds up no other', async () => {
  const outbox = fresh();
  const call = (session_id: string, id: string) =>
    outbox.call({ id, session_id, path: `/p/${id}`, method: 'PUT', body: {}, recording_id: null });
  server.statusOfPuts = 422;
  await call('old', 'q1');
  await expect(outbox.whenEmpty('old')).rejects.toThrow('error');
  server.statusOfPuts = 201;
  await call('s', 'q2');
  await outbox.whenEmpty('s');
  expect(server.puts).toEqual(['/p/q2']);
  let seen: OutboxState | null = null;
  outbox.subscribe('s', (state) => (seen = state));
  await vi.waitFor(() => expect(seen).toEqual({ waiting: 0, refused: [], trouble: null }));
});

test('an answer whose recording is refused is refused with its words', async () => {
  const outbox = fresh();
  server.statusOfUploads = 413;
  await record(outbox);
  await answer(outbox);
  await expect(outbox.whenEmpty('s')).rejects.toThrow('error');
  expect(server.puts).toEqual([]);
  server.statusOfUploads = 200;
  await outbox.retryRefused('s');
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)?.length).toBe(5);
});

test('a recording that is not used is freed on the server as soon as that is reached', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  server.isAway = true;
  await outbox.discard(RECORDING);
  expect(server.uploads.size).toBe(1);
  server.isAway = false;
  window.dispatchEvent(new Event('online'));
  await vi.waitFor(() => expect(server.uploads.size).toBe(0));
});

test('an answer that is there already, from another tab, is done', async () => {
  const outbox = fresh();
  server.statusOfPuts = 409;
  await record(outbox);
  await answer(outbox);
  await outbox.whenEmpty('s');
  expect(await outbox.waitingCalls('s')).toHaveLength(0);
});

const put = (outbox: Outbox, session_id: string, id: string): Promise<void> =>
  outbox.call({ id, session_id, path: `/p/${id}`, method: 'PUT', body: {}, recording_id: null });
const counted = (call: string): number => server.asked.filter((one) => one === call).length;

test('a fault of the server with one session is trouble of that session alone', async () => {
  const outbox = fresh();
  server.answers.set('PUT /p/broken', 500);
  await put(outbox, 'old', 'broken');
  await vi.waitFor(() => expect(outbox.isInTrouble('old')).toBe(true));
  await put(outbox, 's', 'q');
  await outbox.whenEmpty('s');
  expect(server.puts).toContain('/p/q');
  expect(outbox.isInTrouble('s')).toBe(false);
  expect(counted('PUT /p/broken')).toBe(1); // it rests, and is not sent with every other answer
});

test('what was refused is not sent again with every other answer', async () => {
  const outbox = fresh();
  server.answers.set('PUT /p/wrong', 422);
  await put(outbox, 's', 'wrong');
  for (const id of ['a', 'b', 'c']) {
    await put(outbox, 's', id);
    await vi.waitFor(() => expect(server.puts).toContain(`/p/${id}`));
  }
  await expect(outbox.whenEmpty('s')).rejects.toThrow(new Refused('error'));
  expect(counted('PUT /p/wrong')).toBe(1);
});

test('while the server is away it is not asked all the time', async () => {
  const outbox = fresh();
  server.isAway = true;
  await put(outbox, 's', 'away');
  await vi.waitFor(() => expect(outbox.isInTrouble('s')).toBe(true));
  for (let i = 0; i < 20; i++) outbox.flush();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(counted('PUT /p/away')).toBe(1);
  server.isAway = false;
  await outbox.whenEmpty('s'); // it comes back by itself
  expect(server.puts).toContain('/p/away');
});

test.each(['PUT', 'POST /api/uploads', 'PATCH', 'HEAD'])(
  'too many requests (429 to %s) are no refusal: sending rests as long as asked, and then all arrives',
  async (call) => {
    const outbox = fresh();
    server.answers.set(call, 429);
    server.retryAfter = '1';
    await record(outbox);
    await answer(outbox);
    await vi.waitFor(() => expect(outbox.isInTrouble('s')).toBe(true));
    const asked = server.asked.length;
    for (let i = 0; i < 20; i++) outbox.flush();
    await vi.waitFor(async () => expect(await outbox.waitingCalls('s')).toHaveLength(1));
    expect(server.asked).toHaveLength(asked);
    server.answers.clear();
    await outbox.whenEmpty('s');
    expect(server.uploads.get(RECORDING)).toEqual({ bytes: [1, 2, 3, 4, 5], length: 5 });
    expect(server.puts).toEqual(['/api/sessions/s/questions/q']);
  },
);

test('a piece for another offset than the server has is no refusal: it is asked for its own', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  server.uploads.get(RECORDING)?.bytes.splice(2); // as if its last piece had not been kept
  await answer(outbox);
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)).toEqual({ bytes: [1, 2, 3, 4, 5], length: 5 });
});

test('a recording that is finished while it is refused is whole when it is taken at last', async () => {
  const outbox = fresh();
  server.answers.set('POST /api/uploads', 413);
  await record(outbox);
  await answer(outbox);
  await expect(outbox.whenEmpty('s')).rejects.toThrow('error');
  server.answers.clear();
  await outbox.retryRefused('s');
  await outbox.whenEmpty('s');
  expect(server.uploads.get(RECORDING)).toEqual({ bytes: [1, 2, 3, 4, 5], length: 5 });
});

test('freeing an upload that still takes its last bytes is repeated by itself', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  server.answers.set('DELETE', 409);
  await outbox.discard(RECORDING);
  await vi.waitFor(() => expect(counted(`DELETE /api/uploads/${RECORDING}`)).toBe(1));
  await outbox.whenEmpty('s'); // nobody waits for it
  expect(outbox.isInTrouble('s')).toBe(false);
  server.answers.clear();
  await vi.waitFor(() => expect(server.uploads.size).toBe(0), { timeout: 3000 });
});

test('an upload that a closed tab gave up is freed by the next one', async () => {
  const name = `outbox-${++count}`;
  const closed = new Outbox(name);
  await record(closed);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  server.answers.set('DELETE', 503);
  await closed.discard(RECORDING);
  await vi.waitFor(() => expect(counted(`DELETE /api/uploads/${RECORDING}`)).toBe(1));
  server.answers.clear();
  const next = new Outbox(name);
  await next.adoptUnfinished();
  await vi.waitFor(() => expect(server.uploads.size).toBe(0), { timeout: 900 }); // before the closed one would try again
});
