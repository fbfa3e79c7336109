/** The calls of a participant's session. */
import { request } from '@/lib/api-client';
import type { ConsentText, ConsentWord, DataChoice } from '@/lib/consent';
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
  is_withdrawn?: boolean;
}

export interface Accepted extends Me {
  battery: string;
  locale: string;
}

export interface ConsentState {
  organisation: string;
  text: ConsentText;
  state: 'none' | 'given' | 'withdrawn';
  is_to_ask: boolean;
  /** Newest first. */
  history: ConsentWord[];
}

export const getConsent = (locale: string): Promise<ConsentState> =>
  request(`/api/me/consent?locale=${encodeURIComponent(locale)}`);
export const giveConsent = ({ sha256, locale }: ConsentText): Promise<ConsentState> =>
  request('/api/me/consent', { method: 'POST', body: { sha256, locale, given_at: isoNow() } });
export const withdrawConsent = (data: DataChoice): Promise<void> =>
  request('/api/me/consent/withdraw', { method: 'POST', body: { data, at: isoNow() } });

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

/** Begin; with the text that was agreed to just now, or without where it was agreed to before. */
export async function startSession(
  id: string,
  battery: string,
  locale: string,
  text: ConsentText | null,
): Promise<Session> {
  const sent = await request<Sent>('/api/sessions', {
    method: 'POST',
    body: {
      id,
      battery,
      locale,
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      client_time: isoNow(),
      device: device(),
      ...(text ? { consent: { text_version: text.version, sha256: text.sha256, given_at: isoNow() } } : {}),
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
