'use client';
import { useCallback, useEffect, useState } from 'react';

export type Tab = 'asking' | 'mine' | 'other';

const NAME = 'cas-session';

/** One tab at a time goes through a session; another one can take it over. Browsers without locks let every tab go on. */
export function useOnlyTab(): { tab: Tab; isTaken: boolean; takeOver: () => void } {
  const [tab, setTab] = useState<Tab>('asking');
  const [takings, setTakings] = useState(0); // each one asks anew: it may have been lost again since the last

  useEffect(() => {
    const left = new AbortController();
    hold(takings > 0 ? { steal: true } : { ifAvailable: true }, left.signal, setTab).catch(() => {
      if (!left.signal.aborted) setTab('other'); // another tab has taken it over
    });
    return () => left.abort();
  }, [takings]);

  const takeOver = useCallback(() => setTakings((count) => count + 1), []);
  return { tab, isTaken: takings > 0, takeOver };
}

/** Holds the lock until `left`; rejects when it is taken away. */
async function hold(options: LockOptions, left: AbortSignal, tell: (tab: Tab) => void): Promise<void> {
  await Promise.resolve();
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) {
    tell('mine');
    return;
  }
  await locks.request(NAME, options, async (lock) => {
    if (left.aborted) return;
    tell(lock ? 'mine' : 'other');
    if (lock) await new Promise<void>((release) => left.addEventListener('abort', () => release()));
  });
}
