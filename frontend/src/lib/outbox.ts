/**
 * The outbox: every answer is written to IndexedDB first and leaves it only when the server has acknowledged it, so that
 * neither a lost network nor a closed tab loses anything. Recordings are sent while they are still being made.
 */
import { ApiProblem, isPassing, request } from './api-client';
import {
  type OutboxDatabase,
  type StoredCall,
  type StoredRecording,
  addChunk,
  chunksOf,
  openOutbox,
  removeRecording,
} from './outbox-store';
import * as tus from './tus';

export interface OutboxState {
  /** Answers and recordings that the server has not acknowledged yet. */
  waiting: number;
  /** Why sending rests for now, in words; null while all is well. */
  trouble: string | null;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const MAX_PATCH_BYTES = 1 << 20;

export class Outbox {
  private database: Promise<OutboxDatabase>;
  private listeners = new Set<(state: OutboxState) => void>();
  private state: OutboxState = { waiting: 0, trouble: null };
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
    return this.state.trouble !== null;
  }

  subscribe(listener: (state: OutboxState) => void): () => void {
    this.listeners.add(listener);
    listener(this.state);
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

  /** Forget a recording that will not be used, here and on the server. */
  async discard(recording_id: string): Promise<void> {
    await removeRecording(await this.database, recording_id);
    this.offsets.delete(recording_id);
    await tus.terminate(recording_id).catch(() => undefined); // unreachable: it stays there, unfinished and unused
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
      const isDone = recording.is_uploaded && !named.has(recording.recording_id);
      if (isDone) await removeRecording(database, recording.recording_id);
      else if (!recording.is_finished) await database.put('recordings', { ...recording, is_finished: true });
    }
    this.flush();
  }

  /** Resolve when nothing waits any more. */
  async whenEmpty(): Promise<void> {
    while ((await this.count()) > 0) {
      this.flush();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
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
        await this.tell(null);
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
    await this.tell(error instanceof Error ? error.message : 'Sending did not work.');
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
    }, wait_ms);
  }

  private async sendAll(): Promise<void> {
    const database = await this.database;
    const recordings = (await database.getAll('recordings')).sort((a, b) => a.created_at - b.created_at);
    const calls = (await database.getAll('calls')).sort((a, b) => a.created_at - b.created_at);
    const unsent = recordings.filter((recording) => !recording.is_uploaded);
    const steps = [
      ...unsent.map((recording) => () => this.sendRecording(database, recording)),
      ...calls.map((call) => () => this.sendCall(database, call)),
    ];
    let refused: Error | null = null;
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        if (!isRefused(error)) throw error;
        refused = error; // it stays here, and does not hold up the others
      }
    }
    if (refused) throw refused;
  }

  private async sendRecording(database: OutboxDatabase, recording: StoredRecording): Promise<void> {
    const id = recording.recording_id;
    let at = this.offsets.get(id);
    if (at === undefined) {
      await tus.create(recording);
      at = (await tus.offset(id)) ?? 0;
    }
    const bytes = joined(await chunksOf(database, id));
    // read anew: it may have been finished while we were sending
    const is_finished = (await database.get('recordings', id))?.is_finished ?? false;
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
      await database.put('recordings', { ...recording, is_finished: true, is_uploaded: true });
      this.offsets.delete(id);
    }
  }

  private async sendCall(database: OutboxDatabase, call: StoredCall): Promise<void> {
    if (call.recording_id !== null) {
      const recording = await database.get('recordings', call.recording_id);
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

  private async count(): Promise<number> {
    const database = await this.database;
    const unsent = (await database.getAll('recordings')).filter((recording) => !recording.is_uploaded);
    return unsent.length + (await database.count('calls'));
  }

  private async tell(trouble: string | null): Promise<void> {
    this.state = { waiting: await this.count(), trouble };
    for (const listener of this.listeners) listener(this.state);
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
