'use client';
import { useCallback, useMemo, useState } from 'react';
import { useLive } from '@/lib/useLive';
import { CorrectionsProvider, type NewOverride, sendOverride } from './corrections';
import { ResultView } from './ResultView';
import type { Result } from './result';
import { loadResult } from './results';

const WHILE_MEASURING_MS = 3000;
const WHEN_READY_MS = 60_000;

/** Loads the result of a session and follows it until it is ready. */
export function SessionResult({ sessionId }: { sessionId: string }) {
  const [every_ms, setEvery] = useState(WHILE_MEASURING_MS);
  const load = useCallback(
    async (last: Result | null): Promise<Result> => {
      const result = await loadResult(sessionId, last);
      setEvery(result.status === 'ready' ? WHEN_READY_MS : WHILE_MEASURING_MS);
      return result;
    },
    [sessionId],
  );
  const { data, problem, reload } = useLive(load, every_ms);
  const corrections = useMemo(
    () => ({
      send: async (questionId: string, override: NewOverride) => {
        await sendOverride(sessionId, questionId, override);
        setEvery(WHILE_MEASURING_MS); // the result is made anew
        reload();
      },
    }),
    [reload, sessionId],
  );
  return (
    <>
      {problem && <p role="alert">{problem}</p>}
      {data ? (
        <CorrectionsProvider value={data.may_correct ? corrections : null}>
          <ResultView result={data} />
        </CorrectionsProvider>
      ) : (
        !problem && <p role="status">Loading …</p>
      )}
    </>
  );
}
