'use client';
import { useEffect, useState } from 'react';
import { Notice } from '@/components/ui/Panel';
import { NOTHING_WAITS, type Outbox, type OutboxState } from '@/lib/outbox';
import styles from './session.module.css';

/** Whether the answers have reached the server; while they have not, that they are safe here. */
export function SavedState({ outbox, session_id }: { outbox: Outbox; session_id: string }) {
  const [state, setState] = useState<OutboxState>(NOTHING_WAITS);
  useEffect(() => outbox.subscribe(session_id, setState), [outbox, session_id]);
  if (state.trouble) {
    return (
      <div className={styles.saved}>
        <Notice tone="warning">
          <p>{state.trouble}</p>
          <p>Your answers are kept on this device and sent as soon as it works again. You can go on.</p>
        </Notice>
      </div>
    );
  }
  return (
    <p className={styles.saved} role="status">
      {wordsOf(state)}
    </p>
  );
}

function wordsOf({ waiting, refused }: OutboxState): string {
  if (waiting > 0) return 'Saving your answers …';
  // what is wrong, and what to do, is told at the end: it would only disturb now
  return refused.length > 0 ? 'Your answers are kept on this device.' : 'All answers are saved.';
}
