import { request } from '@/lib/api-client';
import type { Result } from './result';

/** One session's result; also of a session that still runs, with what is there. */
export function loadResult(sessionId: string): Promise<Result> {
  return request(`/api/sessions/${encodeURIComponent(sessionId)}/result`);
}
