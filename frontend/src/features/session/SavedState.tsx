'use client';
import { useEffect, useState } from 'react';
import { Notice } from '@/components/ui/Panel';
import type { Outbox, OutboxState } from '@/lib/outbox';
import styles from './session.module.css';

/** Whether the answers have reached the server; while they have not, that they are safe here. */
export function SavedState({ outbox, session_id }: { outbox: Outbox; session_id: string }) {
  const [state, setState] = useState<OutboxState>({ waiting: 0, trouble: null });
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
  return <p className={styles.saved}>{state.waiting === 0 ? 'All answers are saved.' : 'Saving your answers …'}</p>;
}
