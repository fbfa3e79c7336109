/** How each kind of thing in the outbox reaches the server. */
import { ApiProblem, isPassing, request } from './api-client';
import {
  type OutboxDatabase,
  type StoredCall,
  type StoredChunk,
  type StoredDiscard,
  type StoredRecording,
  changeCall,
  changeRecording,
  lengthOf,
  openedCall,
  openedChunk,
  removeRecording,
  wholeOf,
} from './outbox-store';
import * as tus from './tus';

const MAX_PATCH_BYTES = 1 << 20;
const MOST_SLIPS = 5;
const MOST_DISCARD_TRIES = 10;

/** Refused for what was sent: the same call will not succeed later. */
export function isRefused(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 401 && !isPassing(error);
}

/** The server holds more, or less, of a recording than we believed; asking it again puts that right. */
export class OutOfStep extends Error {
  constructor() {
    super('A part of your recording did not arrive; it is being sent again.');
    this.name = 'OutOfStep';
  }
}

export class Sender {
  private readonly offsets = new Map<string, number>();
  private readonly slips = new Map<string, number>();

  /** Do not rely any more on what the server was believed to hold. */
  forget(recording_id: string): void {
    this.offsets.delete(recording_id);
    this.slips.delete(recording_id);
  }

  /** Send what is there of a recording; once it is finished, all of it. */
  async recording(database: OutboxDatabase, id: string): Promise<void> {
    const known = await database.get('recordings', id);
    if (!known || known.is_uploaded) return;
    let at = this.offsets.get(id);
    if (at === undefined) {
      await tus.create(known);
      at = (await tus.offset(id)) ?? 0;
    }
    const whole = await wholeOf(database, id); // anew: more may have come while the server was asked
    if (!whole) return;
    const { is_finished } = whole.recording;
    await this.append(id, at, await restOf(whole, at), is_finished);
    if (!is_finished) return;
    await changeRecording(database, id, { is_uploaded: true });
    this.forget(id);
  }

  private async append(id: string, from: number, { bytes, length }: Rest, is_finished: boolean): Promise<void> {
    let at = from;
    try {
      do {
        const piece = bytes.slice(at - from, at - from + MAX_PATCH_BYTES);
        if (piece.length === 0 && !is_finished) break;
        at = await tus.append(id, at, piece, is_finished ? length : null);
        this.offsets.set(id, at);
        this.slips.delete(id);
      } while (at < length);
    } catch (error) {
      this.offsets.delete(id); // ask the server before going on
      throw this.hasSlipped(id, error) ? new OutOfStep() : error;
    }
  }

  /** Another offset than ours, an upload gone, a damaged piece: no verdict on the recording, unless it goes on. */
  private hasSlipped(id: string, error: unknown): boolean {
    if (!(error instanceof ApiProblem) || ![404, 409, 460].includes(error.status)) return false;
    const slips = (this.slips.get(id) ?? 0) + 1;
    this.slips.set(id, slips);
    return slips <= MOST_SLIPS;
  }

  /** Send a call, unless the recording that it rests on is not there yet. */
  async call(database: OutboxDatabase, call: StoredCall): Promise<void> {
    if (call.recording_id !== null) {
      const recording = await database.get('recordings', call.recording_id);
      if (recording?.refused !== undefined) await changeCall(database, call.id, { refused: recording.refused });
      if (recording && !recording.is_uploaded) return;
    }
    const { body } = await openedCall(call);
    try {
      await request(call.path, { method: call.method, body });
    } catch (error) {
      // answered already in another tab; an event that is refused is not worth keeping, an answer is
      const isSettled = error instanceof ApiProblem && (error.code === 'already_answered' || call.method === 'POST');
      if (!isSettled || !isRefused(error)) throw error;
    }
    await database.delete('calls', call.id);
    if (call.recording_id !== null) await removeRecording(database, call.recording_id);
  }

  /** Free an upload on the server; throws as long as that should be tried again. */
  async discard(database: OutboxDatabase, { recording_id, tries = 0 }: StoredDiscard): Promise<void> {
    try {
      await tus.terminate(recording_id);
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (error.status === 409 && tries + 1 < MOST_DISCARD_TRIES) {
        await database.put('discarded', { recording_id, tries: tries + 1 });
        throw error; // its last bytes may still be on their way there
      }
    }
    await database.delete('discarded', recording_id);
  }
}

/** What the server has not got yet of a recording, and how long the whole is. */
interface Rest {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Opens no more than is to be sent: what has arrived already may lie here as it will. */
async function restOf(
  { recording, chunks }: { recording: StoredRecording; chunks: StoredChunk[] },
  from: number,
): Promise<Rest> {
  const length = chunks.reduce((sum, chunk) => sum + lengthOf(chunk), 0);
  const bytes = new Uint8Array(Math.max(0, length - from));
  let at = 0;
  for (const chunk of chunks) {
    const begin = at;
    at += lengthOf(chunk);
    if (at <= from) continue;
    const opened = new Uint8Array(await openedChunk(recording, chunk));
    bytes.set(opened.subarray(Math.max(0, from - begin)), Math.max(0, begin - from));
  }
  return { bytes, length };
}
