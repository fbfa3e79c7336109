'use client';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Microphone } from '@/lib/recorder';
import { useServices } from '@/lib/services';

export interface OpenMicrophone {
  microphone: Microphone | null;
  problem: string | null;
  open: () => void;
}

const LOST = 'The microphone was disconnected. Please connect it again; the question is then asked once more.';

/** Keeps the microphone open for as long as it is wanted, and says so when it is lost. */
export function useMicrophone(isWanted: boolean, onLost: () => void): OpenMicrophone {
  const { openMicrophone } = useServices();
  const [microphone, setMicrophone] = useState<Microphone | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  }, [onLost]);

  useEffect(() => {
    if (!isWanted) return;
    let isLeft = false;
    let opened: Microphone | null = null;
    const lose = () => {
      if (isLeft) return;
      setMicrophone(null);
      setProblem(LOST);
      lost.current();
    };
    openMicrophone(lose).then(
      (found) => {
        opened = found;
        if (isLeft) found.close();
        else setMicrophone(found);
      },
      (error: unknown) => {
        if (!isLeft) setProblem(error instanceof Error ? error.message : 'The microphone does not work.');
      },
    );
    return () => {
      isLeft = true;
      opened?.close();
      setMicrophone(null);
      setProblem(null);
    };
  }, [isWanted, openMicrophone, round]);

  const open = useCallback(() => setRound((count) => count + 1), []);
  return { microphone, problem, open };
}
