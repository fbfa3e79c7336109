'use client';
import { useCallback, useEffect } from 'react';
import { isoNow } from '@/lib/clock';
import type { Outbox } from '@/lib/outbox';

export type EventKind =
  | 'focus_lost'
  | 'focus_gained'
  | 'paused'
  | 'resumed'
  | 'device_changed'
  | 'microphone_lost'
  | 'reloaded'
  | 'offline'
  | 'online'
  | 'second_tab';

/** What disturbs a session is told with the answers, so that a reader of the result knows. */
export function useSessionEvents(session_id: string, outbox: Outbox): (kind: EventKind) => void {
  const tell = useCallback(
    (kind: EventKind) => {
      const id = crypto.randomUUID();
      const body = { events: [{ id, kind, at: isoNow() }] };
      const path = `/api/sessions/${session_id}/events`;
      outbox.call({ id, session_id, path, method: 'POST', body, recording_id: null }).catch(() => undefined); // no answer hangs on it
    },
    [outbox, session_id],
  );

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const seen = () => tell(document.visibilityState === 'hidden' ? 'focus_lost' : 'focus_gained');
    document.addEventListener('visibilitychange', seen, { signal });
    window.addEventListener('offline', () => tell('offline'), { signal });
    window.addEventListener('online', () => tell('online'), { signal });
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    devices?.addEventListener('devicechange', () => tell('device_changed'), { signal });
    return () => stop.abort();
  }, [tell]);
  return tell;
}
