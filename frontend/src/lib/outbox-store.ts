/**
 * What the outbox keeps in IndexedDB until the server has acknowledged it. What was said and answered is sealed; what
 * was written by the version before is plain, and is sent as it is.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Place, SEAL_BYTES, open, openJson, seal, sealJson } from './sealing';

export interface StoredRecording {
  recording_id: string;
  session_id: string;
  question_id: string;
  media_type: string;
  settings: Record<string, unknown>;
  is_finished: boolean;
  is_uploaded: boolean;
  created_at: number;
  /** The server's words if it will never take it; kept, and not sent again unless asked for. */
  refused?: string | undefined;
}

export interface Chunk {
  recording_id: string;
  position: number;
  bytes: ArrayBuffer;
}

type Sealed<Plain, Name extends keyof Plain> = Omit<Plain, Name> & { sealed: ArrayBuffer };
export type StoredChunk = Sealed<Chunk, 'bytes'> | Chunk;
export type StoredCall = Sealed<Call, 'body'> | Call;

/** A call that must reach the server, in order, such as the PUT of a question. */
export interface Call {
  id: string;
  session_id: string;
  path: string;
  method: 'PUT' | 'POST';
  body: unknown;
  /** The recording that must be uploaded first, if the call rests on one. */
  recording_id: string | null;
  created_at: number;
  refused?: string | undefined;
}

/** An upload that is to end; `tries` counts how often the server said no. */
export interface StoredDiscard {
  recording_id: string;
  tries?: number;
}

interface OutboxSchema extends DBSchema {
  recordings: { key: string; value: StoredRecording };
  chunks: { key: [string, number]; value: StoredChunk };
  calls: { key: string; value: StoredCall };
  /** Uploads that nobody needs any more, and that the server may still hold. */
  discarded: { key: string; value: StoredDiscard };
}

export type OutboxDatabase = IDBPDatabase<OutboxSchema>;

export function openOutbox(name = 'cas-outbox'): Promise<OutboxDatabase> {
  return openDB<OutboxSchema>(name, 2, {
    upgrade(database, before) {
      if (before < 1) {
        database.createObjectStore('recordings', { keyPath: 'recording_id' });
        database.createObjectStore('chunks', { keyPath: ['recording_id', 'position'] });
        database.createObjectStore('calls', { keyPath: 'id' });
      }
      if (before < 2) database.createObjectStore('discarded', { keyPath: 'recording_id' });
    },
  });
}

const placeOf = ({ session_id, id, method, path, recording_id }: Omit<Call, 'body'>): Place => [
  'call',
  session_id,
  id,
  method,
  path,
  recording_id,
];
const placeIn = ({ session_id, recording_id, question_id }: StoredRecording, position: number): Place => [
  'chunk',
  session_id,
  recording_id,
  question_id,
  position,
];

export async function sealedCall({ body, ...call }: Call): Promise<StoredCall> {
  return { ...call, sealed: await sealJson(placeOf(call), body) };
}

/** A call as it was kept; throws `Unreadable`. */
export async function openedCall(stored: StoredCall): Promise<Call> {
  if (!('sealed' in stored)) return stored;
  const { sealed, ...call } = stored;
  return { ...call, body: await openJson(placeOf(call), sealed) };
}

/** How many bytes of sound a chunk holds; that is known without opening it. */
export const lengthOf = (chunk: StoredChunk): number =>
  'sealed' in chunk ? chunk.sealed.byteLength - SEAL_BYTES : chunk.bytes.byteLength;

/** The sound of a chunk; throws `Unreadable`. */
export async function openedChunk(recording: StoredRecording, chunk: StoredChunk): Promise<ArrayBuffer> {
  return 'sealed' in chunk ? open(placeIn(recording, chunk.position), chunk.sealed) : chunk.bytes;
}

/** Keep a chunk, sealed, unless its recording was forgotten meanwhile. */
export async function addChunk(database: OutboxDatabase, { bytes, ...place }: Chunk): Promise<void> {
  const known = await database.get('recordings', place.recording_id);
  if (!known) return;
  const chunk = { ...place, sealed: await seal(placeIn(known, place.position), new Uint8Array(bytes)) }; // no transaction waits for it
  const transaction = database.transaction(['recordings', 'chunks'], 'readwrite');
  const recording = await transaction.objectStore('recordings').get(chunk.recording_id);
  if (recording) await transaction.objectStore('chunks').put(chunk);
  await transaction.done;
}

/** Change what is told of a recording, and nothing else of it, unless it was forgotten meanwhile. */
export async function changeRecording(
  database: OutboxDatabase,
  recording_id: string,
  change: Partial<Pick<StoredRecording, 'is_finished' | 'is_uploaded' | 'refused'>>,
): Promise<void> {
  const transaction = database.transaction('recordings', 'readwrite');
  const recording = await transaction.store.get(recording_id);
  if (recording) await transaction.store.put({ ...recording, ...change });
  await transaction.done;
}

/** Say of a call that it was refused, or that it is no more, unless it has been sent meanwhile. */
export async function changeCall(database: OutboxDatabase, id: string, change: Pick<Call, 'refused'>): Promise<void> {
  const transaction = database.transaction('calls', 'readwrite');
  const call = await transaction.store.get(id);
  if (call) await transaction.store.put({ ...call, ...change });
  await transaction.done;
}

/** A recording with all its chunks, in order, as they are at one moment; null if it was forgotten. */
export async function wholeOf(
  database: OutboxDatabase,
  recording_id: string,
): Promise<{ recording: StoredRecording; chunks: StoredChunk[] } | null> {
  const transaction = database.transaction(['recordings', 'chunks']);
  const [recording, chunks] = await Promise.all([
    transaction.objectStore('recordings').get(recording_id),
    transaction.objectStore('chunks').getAll(IDBKeyRange.bound([recording_id, 0], [recording_id, Infinity])),
    transaction.done,
  ]);
  return recording ? { recording, chunks } : null;
}

/** Forget a recording and its chunks together. */
export async function removeRecording(database: OutboxDatabase, recording_id: string): Promise<void> {
  const transaction = database.transaction(['recordings', 'chunks'], 'readwrite');
  await Promise.all([
    transaction.objectStore('recordings').delete(recording_id),
    transaction.objectStore('chunks').delete(IDBKeyRange.bound([recording_id, 0], [recording_id, Infinity])),
    transaction.done,
  ]);
}

/** Forget a recording, and note in the same transaction that the server may forget it too. */
export async function discardRecording(database: OutboxDatabase, recording_id: string): Promise<void> {
  const transaction = database.transaction(['recordings', 'chunks', 'discarded'], 'readwrite');
  await Promise.all([
    transaction.objectStore('recordings').delete(recording_id),
    transaction.objectStore('chunks').delete(IDBKeyRange.bound([recording_id, 0], [recording_id, Infinity])),
    transaction.objectStore('discarded').put({ recording_id }),
    transaction.done,
  ]);
}
