/** The few calls of tus 1.0.0 that the outbox needs; what a large client brings beside (pickers, storage) we have. */
import { ApiProblem, send } from './api-client';
import type { StoredRecording } from './outbox-store';

const VERSION = { 'Tus-Resumable': '1.0.0' };
const PATH = '/api/uploads';

function encoded(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Open the upload under the recording's id; again is harmless. */
export async function create(recording: StoredRecording): Promise<void> {
  const metadata = {
    recording_id: recording.recording_id,
    session_id: recording.session_id,
    question_id: recording.question_id,
    filetype: recording.media_type,
    settings: JSON.stringify(recording.settings),
  };
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${encoded(value)}`);
  await send(PATH, {
    method: 'POST',
    headers: { ...VERSION, 'Upload-Defer-Length': '1', 'Upload-Metadata': pairs.join(',') },
  });
}

/** How many bytes the server keeps safely; null if it does not know the upload. */
export async function offset(recording_id: string): Promise<number | null> {
  try {
    const response = await send(`${PATH}/${recording_id}`, { method: 'HEAD', headers: VERSION });
    return Number(response.headers.get('Upload-Offset'));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

/** Add bytes at an offset; `length` says how long the whole is, once that is known. Returns the new offset. */
export async function append(
  recording_id: string,
  at: number,
  bytes: Uint8Array<ArrayBuffer>,
  length: number | null,
): Promise<number> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const response = await send(`${PATH}/${recording_id}`, {
    method: 'PATCH',
    headers: {
      ...VERSION,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(at),
      'Upload-Checksum': `sha256 ${btoa(String.fromCharCode(...digest))}`,
      ...(length === null ? {} : { 'Upload-Length': String(length) }),
    },
    body: bytes,
  });
  return Number(response.headers.get('Upload-Offset'));
}

/** Free what the server holds of an upload. */
export async function terminate(recording_id: string): Promise<void> {
  await send(`${PATH}/${recording_id}`, { method: 'DELETE', headers: VERSION });
}
