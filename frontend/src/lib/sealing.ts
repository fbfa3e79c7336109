/**
 * What a browser keeps until it is sent is sealed (AES-256-GCM) under a key of its session. The server gives that key to
 * the session's own participant; here it is in memory alone, as long as the page of the session is open.
 */
import { request } from './api-client';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** How much longer a thing is once it is sealed. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/** Where a sealed thing belongs: its kind, its session, and whatever else it must not be exchanged with. */
export type Place = readonly [kind: string, session_id: string, ...more: (string | number | null)[]];

/** Sealed under another key or for another place, or damaged: nobody can open it any more. */
export class Unreadable extends Error {
  constructor() {
    super(UNREADABLE);
    this.name = 'Unreadable';
  }
}

export const UNREADABLE =
  'A part of what was kept on this device is damaged and cannot be read. Please open the link in your invitation once more: what is missing is then asked again.';

const keys = new Map<string, Promise<CryptoKey>>();

/** The key of a session, asked for once while this page is open; fails as that call does. */
export function sessionKey(session_id: string): Promise<CryptoKey> {
  const known = keys.get(session_id);
  if (known) return known;
  const asked = ask(session_id);
  keys.set(session_id, asked);
  asked.catch(() => keys.delete(session_id));
  return asked;
}

/** From here on what is kept can be opened only by asking the server again, with the sign-in of its session. */
export function forgetKeys(): void {
  keys.clear();
}

async function ask(session_id: string): Promise<CryptoKey> {
  const { key } = await request<{ key: string }>(`/api/sessions/${session_id}/outbox-key`);
  return crypto.subtle.importKey('raw', bytesOf(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Nonce and ciphertext, to be opened for the same place only. */
export async function seal(place: Place, plain: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const key = await sessionKey(place[1]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(algorithm(nonce, place), key, plain);
  const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
  return sealed.buffer;
}

/** What was sealed; throws `Unreadable`, or whatever kept the key from coming. */
export async function open(place: Place, sealed: ArrayBuffer): Promise<ArrayBuffer> {
  const key = await sessionKey(place[1]);
  try {
    const nonce = new Uint8Array(sealed, 0, NONCE_BYTES);
    return await crypto.subtle.decrypt(algorithm(nonce, place), key, new Uint8Array(sealed, NONCE_BYTES));
  } catch {
    throw new Unreadable();
  }
}

export const sealJson = (place: Place, value: unknown): Promise<ArrayBuffer> =>
  seal(place, new TextEncoder().encode(JSON.stringify(value)));

export async function openJson(place: Place, sealed: ArrayBuffer): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await open(place, sealed)));
}

/** Bytes as text, for a store that keeps text alone, and back. */
export const textOf = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)));
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const algorithm = (iv: Uint8Array<ArrayBuffer>, place: Place): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(JSON.stringify(place)),
});
