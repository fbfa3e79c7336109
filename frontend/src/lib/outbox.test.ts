import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from './outbox';

/** A server that keeps uploads as tus asks, in memory; it can be away, and says what it was sent. */
class Server {
  uploads = new Map<string, { bytes: number[]; length: number | null }>();
  puts: string[] = [];
  isAway = false;
  loseNextAnswer = false;
  statusOfPuts = 201;

  handle = (path: string, init: RequestInit): Promise<Response> => {
    if (this.isAway) return Promise.reject(new TypeError('failed to fetch'));
    const answer = this.answer(path, init);
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false; // it was done, but nobody hears of it
      return Promise.reject(new TypeError('failed to fetch'));
    }
    return Promise.resolve(answer);
  };

  private answer(path: string, init: RequestInit): Response {
    const headers = new Headers(init.headers);
    if (path === '/api/uploads') {
      const id = atob(/recording_id ([^,]+)/.exec(headers.get('Upload-Metadata') ?? '')?.[1] ?? '');
      if (!this.uploads.has(id)) this.uploads.set(id, { bytes: [], length: null });
      return new Response(null, { status: 201 });
    }
    if (path.startsWith('/api/uploads/')) return this.upload(path.slice('/api/uploads/'.length), init, headers);
    if (this.statusOfPuts < 400) this.puts.push(path);
    const code = this.statusOfPuts === 409 ? 'already_answered' : 'error';
    return new Response(JSON.stringify({ code, title: code }), { status: this.statusOfPuts });
  }

  private upload(id: string, init: RequestInit, headers: Headers): Response {
    const upload = this.uploads.get(id);
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
  await outbox.whenEmpty();
  expect(server.uploads.get(RECORDING)?.length).toBe(5);
  expect(server.puts).toEqual(['/api/sessions/s/questions/q']);
});

test('keeps everything while the server is away, says so, and sends it when it is back', async () => {
  const outbox = fresh();
  server.isAway = true;
  await record(outbox);
  await answer(outbox);
  await vi.waitFor(() => expect(outbox.isInTrouble).toBe(true));
  server.isAway = false;
  await outbox.whenEmpty();
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
  await outbox.whenEmpty();
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
  await next.whenEmpty();
  expect(server.puts).toEqual(['/api/sessions/s/questions/q0']);
  expect(server.uploads.get(RECORDING)?.length).toBe(5);
});

test('a recording that is not used is forgotten here and there', async () => {
  const outbox = fresh();
  await record(outbox);
  await vi.waitFor(() => expect(server.uploads.get(RECORDING)?.bytes).toHaveLength(5));
  await outbox.discard(RECORDING);
  await outbox.whenEmpty();
  expect(server.uploads.size).toBe(0);
});

test.each([500, 422, 404])(
  'an answer that the server does not take (%i) stays here and is tried again',
  async (status) => {
    const outbox = fresh();
    server.statusOfPuts = status;
    await record(outbox);
    await answer(outbox);
    await vi.waitFor(() => expect(outbox.isInTrouble).toBe(true));
    expect(await outbox.waitingCalls('s')).toHaveLength(1);
    server.statusOfPuts = 201;
    await outbox.whenEmpty();
    expect(server.puts).toHaveLength(1);
  },
);

test('an answer that is there already, from another tab, is done', async () => {
  const outbox = fresh();
  server.statusOfPuts = 409;
  await record(outbox);
  await answer(outbox);
  await outbox.whenEmpty();
  expect(await outbox.waitingCalls('s')).toHaveLength(0);
});
