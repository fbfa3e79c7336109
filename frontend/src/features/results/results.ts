import { requestUnlessSame } from '@/lib/api-client';
import type { Result } from './result';

/** One session's result; also of a session that still runs, with what is there. */
export function loadResult(sessionId: string, last: Result | null = null): Promise<Result> {
  const path = `/api/sessions/${encodeURIComponent(sessionId)}/result`;
  return requestUnlessSame(path, last, (result: Result) => result);
}
