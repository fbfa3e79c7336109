'use client';
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Live<T> {
  data: T | null;
  problem: string | null;
  reload: () => void;
}

/**
 * Loads, and loads again every `every_ms` while the page is seen; what was loaded stays when a later load fails.
 * `load` is given what was loaded last, so that it may say that nothing has changed.
 */
export function useLive<T>(load: (last: T | null) => Promise<T>, every_ms: number): Live<T> {
  const [data, setData] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const round = useRef(0);
  const last = useRef<T | null>(null);

  const reload = useCallback(() => {
    const mine = ++round.current; // an older answer that comes late is not shown
    load(last.current).then(
      (found) => {
        if (mine !== round.current) return;
        last.current = found;
        setData(found);
        setProblem(null);
      },
      (error: unknown) => {
        if (mine === round.current)
          setProblem(error instanceof Error ? error.message : 'The server cannot be reached.');
      },
    );
  }, [load]);

  useEffect(() => {
    reload();
    const again = () => {
      if (document.visibilityState === 'visible') reload();
    };
    const timer = setInterval(again, every_ms);
    document.addEventListener('visibilitychange', again);
    return () => {
      round.current += 1;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [reload, every_ms]);
  return { data, problem, reload };
}
