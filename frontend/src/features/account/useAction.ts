'use client';
import { useCallback, useState } from 'react';
import { wordsOf } from './account';

/** One thing at a time, with what went wrong in words. */
export function useAction() {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const act = useCallback(async (what: () => Promise<void>): Promise<boolean> => {
    setProblem(null);
    setBusy(true);
    try {
      await what();
      return true;
    } catch (error) {
      setProblem(wordsOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { problem, isBusy, act };
}
