'use client';
import { useCallback, useEffect, useState } from 'react';

export type Tab = 'asking' | 'mine' | 'other';

const NAME = 'cas-session';

/** One tab at a time goes through a session; another one can take it over. Browsers without locks let every tab go on. */
export function useOnlyTab(): { tab: Tab; isTaken: boolean; takeOver: () => void } {
  const [tab, setTab] = useState<Tab>('asking');
  const [isTaking, setTaking] = useState(false);

  useEffect(() => {
    const left = new AbortController();
    hold(isTaking ? { steal: true } : { ifAvailable: true }, left.signal, setTab).catch(() => {
      if (!left.signal.aborted) setTab('other'); // another tab has taken it over
    });
    return () => left.abort();
  }, [isTaking]);

  const takeOver = useCallback(() => setTaking(true), []);
  return { tab, isTaken: isTaking, takeOver };
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
