/** Signing in and out, and who is signed in. */
import { request } from '@/lib/api-client';

export type StaffRole = 'clinician' | 'researcher' | 'administrator' | 'operator';

export const ROLE_WORDS: Record<StaffRole, { name: string; may: string }> = {
  clinician: { name: 'Clinician', may: 'invites, listens and reads results' },
  researcher: { name: 'Researcher', may: 'reads results without names' },
  administrator: { name: 'Administrator', may: 'does what a clinician does, and looks after accounts and settings' },
  operator: { name: 'Operator', may: 'runs the machine and sees no health data' },
};

/** The pages of the staff, and whose they are. */
export const PAGES: readonly { href: string; title: string; roles: readonly (StaffRole | 'participant')[] }[] = [
  { href: '/clinic', title: 'Sessions', roles: ['clinician', 'researcher', 'administrator'] },
  { href: '/clinic/team', title: 'Team', roles: ['administrator'] },
  { href: '/clinic/organisation', title: 'Organisation', roles: ['administrator'] },
  { href: '/clinic/audit', title: 'Audit log', roles: ['administrator'] },
  { href: '/operator', title: 'System', roles: ['administrator', 'operator'] },
];

export interface User {
  id: string;
  role: StaffRole | 'participant';
  display_name: string;
  email: string | null;
}

export async function signIn(email: string, password: string): Promise<User> {
  const answer = await request<{ user: User }>('/api/sign-in', { method: 'POST', body: { email, password } });
  return answer.user;
}

export async function signOut(): Promise<void> {
  await request<void>('/api/sign-out', { method: 'POST' });
}

export async function whoIsSignedIn(): Promise<User> {
  return (await request<{ user: User }>('/api/me')).user;
}

/** Where to go after signing in: only a page of our own that this role has, whatever the address says. */
export function pageAfterSignIn(wanted: string | null, role?: User['role']): string {
  const [own, allowed] =
    role === 'operator' ? ['/operator', /^\/operator(?:[/?]|$)/] : ['/clinic', /^\/(?:clinic|operator)(?:[/?]|$)/];
  return wanted !== null && allowed.test(wanted) ? wanted : own;
}
