/** What was begun and is not sent yet, kept in the tab so that a pause or a reload loses nothing; one at a time. */
const KEY = 'cas-draft';

export function keepDraft(key: string, content: unknown): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ key, content }));
  } catch {
    // a browser that keeps nothing asks again after a reload
  }
}

export function keptDraft(key: string): unknown {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as { key: string; content: unknown } | null;
    return kept?.key === key ? kept.content : null;
  } catch {
    return null;
  }
}

export function forgetDraft(key: string): void {
  if (keptDraft(key) !== null) sessionStorage.removeItem(KEY);
}
