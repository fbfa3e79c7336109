'use client';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Actions, Panel } from '@/components/ui/Panel';
import { useServices } from '@/lib/services';
import styles from './session.module.css';
import type { Wait } from './way';

const LOOK_EVERY_MS = 500;

/** Nothing can be asked until a delay is over: how long that is, and no hint at what is to come. */
export function Delay({ wait, onOver }: { wait: Wait; onOver: () => void }) {
  const [left_s, setLeft] = useState(() => secondsUntil(wait.until_ms));
  useEffect(() => {
    const timer = setInterval(() => {
      const now_s = secondsUntil(wait.until_ms);
      setLeft(now_s);
      if (now_s === 0) onOver();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [onOver, wait.until_ms]);
  return (
    <Panel title="A short rest">
      <p>You are quicker than planned. The next task needs a little time in between; it begins by itself.</p>
      <p className={styles.countdown} role="timer" aria-live="off">
        {minutes(left_s)}
      </p>
      <p>You need not do anything. Please stay near the device.</p>
    </Panel>
  );
}

/** A rest that staff have planned between two tasks; it may be left out. */
export function Break({ onGoOn }: { onGoOn: () => void }) {
  const { sound } = useServices();
  return (
    <Panel title="Time for a break">
      <p>You have done a good part. Rest for some minutes, stand up, have a drink if you like.</p>
      <p>Everything that you have answered is kept. Go on whenever you are ready, also at once.</p>
      <Actions>
        <Button
          look="primary"
          onPress={() => {
            void sound.unlock(); // after a rest some browsers keep the sound off until a press
            onGoOn();
          }}
        >
          Go on
        </Button>
      </Actions>
    </Panel>
  );
}

const secondsUntil = (until_ms: number): number => Math.max(0, Math.ceil((until_ms - Date.now()) / 1000));

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
