/** The calls of a participant's session. */
import { request } from '@/lib/api-client';
import { isoNow } from '@/lib/clock';
import type { Outcome, Session } from './types';

export interface Me {
  user: { id: string; role: string; display_name: string };
  session_id?: string | null;
}

export interface Look {
  title: string;
  minutes: number;
  organisation: string;
  locale: string;
  is_started: boolean;
  is_completed: boolean;
}

export interface Accepted extends Me {
  battery: string;
  locale: string;
}

export const CONSENT_VERSION = '2026-11';

export const me = (): Promise<Me> => request('/api/me');
export const look = (token: string): Promise<Look> =>
  request('/api/invitations/look', { method: 'POST', body: { token } });
export const accept = (token: string): Promise<Accepted> =>
  request('/api/invitations/accept', { method: 'POST', body: { token } });
/** A session as it arrives, with the server's time at that moment. */
type Sent = Omit<Session, 'clock_offset_s'> & { server_time: string };

const received = ({ server_time, ...session }: Sent): Session => ({
  ...session,
  clock_offset_s: (Date.parse(server_time) - Date.now()) / 1000,
});

export const getSession = async (id: string): Promise<Session> => received(await request<Sent>(`/api/sessions/${id}`));

export async function startSession(id: string, battery: string, locale: string): Promise<Session> {
  const sent = await request<Sent>('/api/sessions', {
    method: 'POST',
    body: {
      id,
      battery,
      locale,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      client_time: isoNow(),
      device: device(),
      consent: { text_version: CONSENT_VERSION, given_at: isoNow() },
    },
  });
  return received(sent);
}

function device(): Record<string, unknown> {
  return {
    user_agent: navigator.userAgent,
    screen_width_px: window.screen.width,
    screen_height_px: window.screen.height,
    viewport_width_px: window.innerWidth,
    viewport_height_px: window.innerHeight,
    device_pixel_ratio: window.devicePixelRatio,
    has_touch: navigator.maxTouchPoints > 0,
    languages: navigator.languages.slice(0, 5),
  };
}

export async function outcomes(session_id: string, instrument: string): Promise<Outcome[]> {
  const path = `/api/sessions/${session_id}/outcomes?instrument=${encodeURIComponent(instrument)}`;
  return (await request<{ outcomes: Outcome[] }>(path)).outcomes;
}

export const complete = (session_id: string, question_count: number): Promise<void> =>
  request(`/api/sessions/${session_id}/complete`, { method: 'POST', body: { question_count } });

export const sendSatisfaction = (session_id: string, rating: number): Promise<void> =>
  request(`/api/sessions/${session_id}/satisfaction`, { method: 'POST', body: { rating } });
