/**
 * What was begun and is not sent yet, so that a pause or a reload loses nothing; one at a time. It is at hand in memory
 * while the page of its session is open, and sealed under the session's key in the tab's store.
 */
import { bytesOf, openJson, sealJson, sessionKey, textOf } from './sealing';

interface Draft {
  key: string;
  content: unknown;
}

const KEY = 'cas-draft';
let draft: Draft | null = null;
let stored: Promise<unknown> = Promise.resolve(); // sealing takes a moment: one change of the store after the other

const sessionOf = ({ key }: Draft): string => key.split('/', 1)[0] ?? '';

export function keepDraft(key: string, content: unknown): void {
  const kept = { key, content };
  draft = kept;
  change(async () => {
    const sealed = textOf(await sealJson(['draft', sessionOf(kept)], kept));
    sessionStorage.setItem(KEY, JSON.stringify({ sealed }));
  });
}

export function keptDraft(key: string): unknown {
  return draft?.key === key ? draft.content : null;
}

export function forgetDraft(key: string): void {
  if (keptDraft(key) !== null) drop();
}

/** The page of the session is left: what is kept stays, sealed. */
export function closeDraft(): void {
  draft = null;
}

/** Take up what this tab kept of a session; what is of another one, or cannot be read, goes. */
export async function reopenDraft(session_id: string): Promise<void> {
  await sessionKey(session_id); // without the key, for now, everything would look damaged
  await stored;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Draft | { sealed: string };
    const found = 'sealed' in kept ? await openJson(['draft', session_id], bytesOf(kept.sealed).buffer) : kept;
    const { key, content } = found as Draft;
    if (sessionOf({ key, content }) !== session_id) drop();
    else keepDraft(key, content); // what the version before kept is plain: from here on it is sealed
  } catch {
    drop();
  }
}

function drop(): void {
  draft = null;
  change(() => sessionStorage.removeItem(KEY));
}

/** A browser that keeps nothing asks again after a reload. */
function change(store: () => Promise<void> | void): void {
  stored = stored.then(store).catch(() => undefined);
}
