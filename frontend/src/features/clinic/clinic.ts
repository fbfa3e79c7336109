/** The organisation's sessions and invitations. */
import { request, requestUnlessSame } from '@/lib/api-client';
import { rememberExaminer, rememberInvitation } from '@/lib/invited';

export interface ListedSession {
  id: string;
  participant_label: string;
  battery: string;
  state: string;
  is_simulated: boolean;
  created_at: string;
  completed_at: string | null;
  needs_review_count: number;
  /** Answers that somebody has to look at first. */
  flags: { code: string; instrument: string; title: string }[];
  result_status: 'in_progress' | 'measuring' | 'ready' | 'withdrawn';
}

export interface Invitation {
  invitation_id: string;
  user_id: string;
  participant_label: string;
  battery: string;
  created_at: string;
  expires_at: string;
  used_at: string | null;
  revoked_at: string | null;
  session_id?: string | null;
}

export interface NewInvitation {
  participant_label: string;
  battery: string;
  locale: string;
  expires_in_days: number;
}

export interface MadeInvitation {
  invitation_id: string;
  url: string;
  expires_at: string;
}

export const PAGE_SIZE = 50;

/** Some rows of a list, newest first; `next` asks for older ones, where there are any. */
export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

export function listSessions(before?: string, last: Page<ListedSession> | null = null): Promise<Page<ListedSession>> {
  const make = ({ sessions, next }: { sessions: ListedSession[]; next: string | null }) => ({ rows: sessions, next });
  return requestUnlessSame(`/api/sessions?${pageQuery(before)}`, last, make);
}

export function listInvitations(before?: string, last: Page<Invitation> | null = null): Promise<Page<Invitation>> {
  const make = (body: { invitations: Invitation[]; next: string | null }) => ({
    rows: body.invitations,
    next: body.next,
  });
  return requestUnlessSame(`/api/invitations?${pageQuery(before)}`, last, make);
}

function pageQuery(before?: string): string {
  return new URLSearchParams({ limit: String(PAGE_SIZE), ...(before ? { before } : {}) }).toString();
}

export interface Battery {
  slug: string;
  title: string;
  minutes: number;
}

export async function listBatteries(): Promise<Battery[]> {
  return (await request<{ batteries: Battery[] }>('/api/questions')).batteries;
}

export function invite(invitation: NewInvitation): Promise<MadeInvitation> {
  return request('/api/invitations', { method: 'POST', body: invitation });
}

export async function revoke(invitationId: string): Promise<void> {
  await request<void>(`/api/invitations/${encodeURIComponent(invitationId)}`, { method: 'DELETE' });
}

/** Sign the invited person in on this device, with oneself beside them; one's own sign-in ends here. */
export async function beginHere(invitationId: string): Promise<void> {
  const path = `/api/invitations/${encodeURIComponent(invitationId)}/begin-here`;
  const { battery, locale } = await request<{ battery: string; locale: string }>(path, { method: 'POST' });
  rememberInvitation({ battery, locale });
  rememberExaminer(true);
}

export type InvitationState = 'open' | 'used' | 'revoked' | 'expired';

export function invitationState(invitation: Invitation, now: Date): InvitationState {
  if (invitation.revoked_at) return 'revoked';
  if (new Date(invitation.expires_at) <= now) return 'expired';
  return invitation.used_at ? 'used' : 'open';
}

export interface SessionFilter {
  state: 'all' | 'flagged' | 'needs_review' | 'in_progress' | 'measuring' | 'ready' | 'withdrawn';
  hidesSimulated: boolean;
  label: string;
}

export const NO_FILTER: SessionFilter = { state: 'all', hidesSimulated: false, label: '' };

export function filtered(sessions: readonly ListedSession[], filter: SessionFilter): ListedSession[] {
  const wanted = filter.label.trim().toLowerCase();
  return sessions.filter((session) => {
    if (filter.hidesSimulated && session.is_simulated) return false;
    if (!session.participant_label.toLowerCase().includes(wanted)) return false;
    if (filter.state === 'flagged') return session.flags.length > 0;
    if (filter.state === 'needs_review') return session.needs_review_count > 0;
    return filter.state === 'all' || session.result_status === filter.state;
  });
}
