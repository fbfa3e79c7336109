'use client';
import { useCallback, useEffect } from 'react';
import { isoNow } from '@/lib/clock';
import type { Outbox } from '@/lib/outbox';
import type { Session } from './types';

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
  | 'second_tab'
  | 'break_started'
  | 'break_ended'
  | 'repeated'
  | 'begun_again'
  | 'option_chosen';

export type TellEvent = (kind: EventKind, detail?: Record<string, string>) => void;

/** Keep an event for the server; no answer hangs on it. */
export function tellEvent(
  outbox: Outbox,
  { id: session_id, clock_offset_s }: Session,
  kind: EventKind,
  detail: Record<string, string> = {},
): void {
  const id = crypto.randomUUID();
  const body = { events: [{ id, kind, at: isoNow(), detail }], clock_offset_s };
  const path = `/api/sessions/${session_id}/events`;
  outbox.call({ id, session_id, path, method: 'POST', body, recording_id: null }).catch(() => undefined);
}

/** What disturbs a session is told with the answers, so that a reader of the result knows. */
export function useSessionEvents(session: Session, outbox: Outbox): TellEvent {
  const tell = useCallback<TellEvent>((kind, detail) => tellEvent(outbox, session, kind, detail), [outbox, session]);

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
