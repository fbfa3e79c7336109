/**
 * The outbox: every answer is written to IndexedDB first and leaves it only when the server has acknowledged it, so that
 * neither a lost network nor a closed tab loses anything. Recordings are sent while they are still being made.
 */
import { ApiProblem, NetworkLost, isPassing, request } from './api-client';
import {
  type OutboxDatabase,
  type StoredCall,
  type StoredRecording,
  addChunk,
  chunksOf,
  openOutbox,
  removeRecording,
  updateRecording,
} from './outbox-store';
import * as tus from './tus';

/** What is not sent yet of one session. */
export interface OutboxState {
  /** Answers and recordings that the server has not acknowledged yet. */
  waiting: number;
  /** Why sending rests for now, in words; null while all is well. */
  trouble: string | null;
}

/** The server will not take some answers, however often they are sent; they stay on this device. */
export class Refused extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'Refused';
  }
}

type Listener = (state: OutboxState) => void;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const MAX_PATCH_BYTES = 1 << 20;

export class Outbox {
  private database: Promise<OutboxDatabase>;
  private listeners = new Map<Listener, string>();
  private trouble: string | null = null;
  private running: Promise<void> | null = null;
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private offsets = new Map<string, number>();

  constructor(name?: string) {
    this.database = openOutbox(name);
    if (typeof window !== 'undefined') window.addEventListener('online', () => this.flush());
  }

  /** Whether sending rests because the last try failed. */
  get isInTrouble(): boolean {
    return this.trouble !== null;
  }

  /** Tell how it stands with one session, now and whenever that changes. */
  subscribe(session_id: string, listener: Listener): () => void {
    this.listeners.set(listener, session_id);
    void this.tell();
    return () => this.listeners.delete(listener);
  }

  async begin(recording: Omit<StoredRecording, 'is_finished' | 'is_uploaded' | 'created_at'>): Promise<void> {
    const database = await this.database;
    await database.put('recordings', { ...recording, is_finished: false, is_uploaded: false, created_at: Date.now() });
    this.flush();
  }

  async add(recording_id: string, position: number, bytes: ArrayBuffer): Promise<void> {
    await addChunk(await this.database, { recording_id, position, bytes });
    this.flush();
  }

  async finish(recording_id: string): Promise<void> {
    const database = await this.database;
    const recording = await database.get('recordings', recording_id);
    if (recording) await database.put('recordings', { ...recording, is_finished: true });
    this.flush();
  }

  /** Forget a recording that will not be used, here and, as soon as it can be reached, on the server. */
  async discard(recording_id: string): Promise<void> {
    const database = await this.database;
    await database.put('discarded', { recording_id });
    await removeRecording(database, recording_id);
    this.offsets.delete(recording_id);
    this.flush();
  }

  /** Keep a call until it has reached the server. */
  async call(call: Omit<StoredCall, 'created_at'>): Promise<void> {
    await (await this.database).put('calls', { ...call, created_at: Date.now() });
    this.flush();
  }

  /** The calls of one session that still wait, oldest first. */
  async waitingCalls(session_id: string): Promise<StoredCall[]> {
    const all = await (await this.database).getAll('calls');
    return all.filter((call) => call.session_id === session_id).sort((a, b) => a.created_at - b.created_at);
  }

  /** Recordings that a closed tab left unfinished: what is there of them is sent as it is. */
  async adoptUnfinished(): Promise<void> {
    const database = await this.database;
    const named = new Set((await database.getAll('calls')).map((call) => call.recording_id));
    for (const recording of await database.getAll('recordings')) {
      const isDone = (recording.is_uploaded || recording.refused !== undefined) && !named.has(recording.recording_id);
      if (isDone) await removeRecording(database, recording.recording_id);
      else if (!recording.is_finished) await database.put('recordings', { ...recording, is_finished: true });
    }
    this.flush();
  }

  /** Resolve when nothing of a session waits any more; rejects with `Refused` if the server will not take the rest. */
  async whenEmpty(session_id: string): Promise<void> {
    for (;;) {
      const left = await this.unsent(session_id);
      const refused = left.flatMap((one) => one.refused ?? []);
      if (left.length === 0) return;
      if (refused.length === left.length) throw new Refused([...new Set(refused)].join(' '));
      this.flush();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  /** Try once more what the server has refused. */
  async retryRefused(session_id: string): Promise<void> {
    const database = await this.database;
    for (const recording of await database.getAll('recordings'))
      if (recording.session_id === session_id) await database.put('recordings', { ...recording, refused: undefined });
    for (const call of await database.getAll('calls'))
      if (call.session_id === session_id) await database.put('calls', { ...call, refused: undefined });
    this.flush();
  }

  /** Send what can be sent now; calls while sending are remembered. */
  flush(): void {
    this.isWanted = true;
    if (this.timer !== null && this.failures === 0) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.running ??= this.run().finally(() => {
      this.running = null;
      if (this.isWanted && this.timer === null) this.flush();
    });
  }

  private async run(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      try {
        await this.sendAll();
        this.failures = 0;
        this.trouble = null;
        await this.tell();
      } catch (error) {
        await this.rest(error);
        return;
      }
    }
  }

  private async rest(error: unknown): Promise<void> {
    this.failures += 1;
    const asked_ms = error instanceof ApiProblem && error.retry_after_s !== null ? error.retry_after_s * 1000 : 0;
    const wait_ms = Math.max(asked_ms, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures));
    this.trouble = error instanceof Error ? error.message : 'Sending did not work.';
    await this.tell();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
    }, wait_ms);
  }

  private async sendAll(): Promise<void> {
    const database = await this.database;
    const byAge = (a: { created_at: number }, b: { created_at: number }) => a.created_at - b.created_at;
    const recordings = (await database.getAll('recordings')).sort(byAge);
    const calls = (await database.getAll('calls')).sort(byAge);
    let passing: Error | null = null;
    for (const one of [...recordings, ...calls]) {
      if (one.refused !== undefined) continue;
      try {
        await ('path' in one ? this.sendCall(database, one) : this.sendRecording(database, one));
      } catch (error) {
        if (error instanceof NetworkLost) throw error;
        if (isRefused(error)) await this.park(database, one, error.message);
        else passing ??= error instanceof Error ? error : new Error(String(error)); // what comes after it may be taken all the same
      }
    }
    await this.freeDiscarded(database);
    if (passing !== null) throw passing;
  }

  /** Keep what the server will not take, with its words; nothing else waits for it. */
  private async park(database: OutboxDatabase, one: StoredRecording | StoredCall, refused: string): Promise<void> {
    if ('path' in one) await database.put('calls', { ...one, refused });
    else await updateRecording(database, { ...one, refused });
  }

  private async freeDiscarded(database: OutboxDatabase): Promise<void> {
    for (const { recording_id } of await database.getAll('discarded')) {
      try {
        await tus.terminate(recording_id);
      } catch (error) {
        // its last bytes may still be on their way there
        if (!isRefused(error) || error.status === 409) continue;
      }
      await database.delete('discarded', recording_id);
    }
  }

  private async sendRecording(database: OutboxDatabase, recording: StoredRecording): Promise<void> {
    if (recording.is_uploaded) return;
    const id = recording.recording_id;
    let at = this.offsets.get(id);
    if (at === undefined) {
      await tus.create(recording);
      at = (await tus.offset(id)) ?? 0;
    }
    // read anew, as it may have been finished while we were sending; and before the chunks, of which none comes after that
    const is_finished = (await database.get('recordings', id))?.is_finished ?? false;
    const bytes = joined(await chunksOf(database, id));
    const length = is_finished ? bytes.length : null;
    try {
      do {
        const piece = bytes.slice(at, at + MAX_PATCH_BYTES);
        if (piece.length === 0 && !is_finished) break;
        at = await tus.append(id, at, piece, length);
        this.offsets.set(id, at);
      } while (at < bytes.length);
    } catch (error) {
      this.offsets.delete(id); // ask the server before going on
      throw error;
    }
    if (is_finished) {
      await updateRecording(database, { ...recording, is_finished: true, is_uploaded: true });
      this.offsets.delete(id);
    }
  }

  private async sendCall(database: OutboxDatabase, call: StoredCall): Promise<void> {
    if (call.recording_id !== null) {
      const recording = await database.get('recordings', call.recording_id);
      if (recording?.refused !== undefined) await this.park(database, call, recording.refused);
      if (recording && !recording.is_uploaded) return;
    }
    try {
      await request(call.path, { method: call.method, body: call.body });
    } catch (error) {
      // answered already in another tab; an event that is refused is not worth keeping, an answer is
      const isSettled = error instanceof ApiProblem && (error.code === 'already_answered' || call.method === 'POST');
      if (!isSettled || !isRefused(error)) throw error;
    }
    await database.delete('calls', call.id);
    if (call.recording_id !== null) await removeRecording(database, call.recording_id);
  }

  private async unsent(session_id: string): Promise<(StoredRecording | StoredCall)[]> {
    const database = await this.database;
    // a recording that was refused waits no more; the answer that names it tells of it
    const recordings = (await database.getAll('recordings')).filter(
      (one) => !one.is_uploaded && one.refused === undefined,
    );
    const all = [...recordings, ...(await database.getAll('calls'))];
    return all.filter((one) => one.session_id === session_id);
  }

  private async tell(): Promise<void> {
    for (const [listener, session_id] of this.listeners) {
      listener({ waiting: (await this.unsent(session_id)).length, trouble: this.trouble });
    }
  }
}

/** Refused for what was sent: the same call will not succeed later. */
function isRefused(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 401 && !isPassing(error);
}

function joined(chunks: { bytes: ArrayBuffer }[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(new Uint8Array(chunk.bytes), at);
    at += chunk.bytes.byteLength;
  }
  return whole;
}
