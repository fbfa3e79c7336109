/** When sending may be tried again after it failed: for the server as a whole, or for what belongs to one session. */
import { ApiProblem, NetworkLost } from './api-client';
import { performanceNow } from './clock';

interface Rest {
  failures: number;
  until_ms: number;
  /** Why, in words for the person. */
  words: string;
}

/** Rests of everything, and of uploads that are to be freed; all other keys are sessions. */
export const EVERYTHING = 'everything';
export const DISCARDS = 'discards';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export class Rests {
  private readonly rests = new Map<string, Rest>();

  constructor(private readonly now = performanceNow) {}

  /** Whether nothing is to be tried yet; what has rested long enough still counts as in trouble until it succeeds. */
  isResting(key: string): boolean {
    return (this.rests.get(key)?.until_ms ?? -Infinity) > this.now();
  }

  /** Wait longer after every failure, and never shorter than the server asked for. */
  fail(key: string, error: unknown): void {
    const failures = (this.rests.get(key)?.failures ?? 0) + 1;
    const asked_ms = error instanceof ApiProblem && error.retry_after_s !== null ? error.retry_after_s * 1000 : 0;
    const wait_ms = Math.max(asked_ms, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures));
    const words = error instanceof Error ? error.message : 'Sending did not work.';
    this.rests.set(key, { failures, until_ms: this.now() + wait_ms, words });
  }

  /** What rests at this moment. */
  resting(): ReadonlySet<string> {
    return new Set([...this.rests.keys()].filter((key) => this.isResting(key)));
  }

  /** All is well again but for these. */
  succeedExcept(keys: ReadonlySet<string>): void {
    for (const key of this.rests.keys()) if (!keys.has(key)) this.rests.delete(key);
  }

  /** Why a session's answers are not sent, or null. */
  wordsOf(session_id: string): string | null {
    return (this.rests.get(EVERYTHING) ?? this.rests.get(session_id))?.words ?? null;
  }

  /** Try all again at once. */
  wake(): void {
    for (const rest of this.rests.values()) rest.until_ms = -Infinity;
  }

  /** Until something may be tried again; null if nothing rests. */
  get next_ms(): number | null {
    const everything = this.rests.get(EVERYTHING);
    const rests = everything ? [everything] : [...this.rests.values()];
    if (rests.length === 0) return null;
    return Math.max(0, Math.min(...rests.map((rest) => rest.until_ms)) - this.now());
  }
}

/** Whether nothing else would get through either. */
export function isOfServer(error: unknown): boolean {
  if (error instanceof NetworkLost) return true;
  return error instanceof ApiProblem && [401, 429, 502, 503, 504].includes(error.status);
}
