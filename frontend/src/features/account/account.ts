/** Signing in and out, who is signed in, and how an account is protected. */
import { request } from '@/lib/api-client';
import { answerProof, createPasskey } from './passkeys';

export type StaffRole = 'clinician' | 'researcher' | 'administrator' | 'operator';

export const ROLE_WORDS: Record<StaffRole, { name: string; may: string }> = {
  clinician: { name: 'Clinician', may: 'invites, listens and reads results' },
  researcher: { name: 'Researcher', may: 'reads results without names' },
  administrator: { name: 'Administrator', may: 'does what a clinician does, and looks after accounts and settings' },
  operator: { name: 'Operator', may: 'runs the machine and sees no health data' },
};

/** The pages of the staff, and whose they are. */
export const PAGES: readonly { href: string; title: string; roles: readonly StaffRole[] }[] = [
  { href: '/clinic', title: 'Sessions', roles: ['clinician', 'researcher', 'administrator'] },
  { href: '/clinic/team', title: 'Team', roles: ['administrator'] },
  { href: '/clinic/organisation', title: 'Organisation', roles: ['administrator'] },
  { href: '/clinic/processing', title: 'Data protection', roles: ['administrator'] },
  { href: '/clinic/audit', title: 'Audit log', roles: ['administrator'] },
  { href: '/operator', title: 'System', roles: ['administrator', 'operator'] },
];

export interface User {
  id: string;
  role: StaffRole | 'participant';
  display_name: string;
  email: string | null;
}

export type Method = 'passkey' | 'one_time_code' | 'recovery_code';

/** What came of a sign-in: it is complete, or a second factor or a password of one’s own is to come. */
export interface SignedIn {
  user: User | null;
  next: 'second_factor' | 'enrol' | 'new_password' | null;
  methods: Method[];
}

export interface Account {
  user: User;
  has_password: boolean;
  is_second_factor_required: boolean;
  has_one_time_codes: boolean;
  passkeys: Passkey[];
  recovery_code_count: number;
  idle_minutes: number;
}

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  used_at: string | null;
}

export interface SignIn {
  id: string;
  is_current: boolean;
  browser: string;
  method: string;
  created_at: string;
  used_at: string;
}

const post = <T>(path: string, body?: unknown) => request<T>(path, { method: 'POST', body });

export function signIn(email: string, password: string): Promise<SignedIn> {
  return post<SignedIn>('/api/sign-in', { email, password });
}

export function proveCode(code: string): Promise<SignedIn> {
  return post<SignedIn>('/api/sign-in/second-factor', { code });
}

/** Choose a password of one's own in place of the first one. */
export function choosePassword(new_password: string): Promise<SignedIn> {
  return post<SignedIn>('/api/sign-in/new-password', { new_password });
}

/** Sign in with a passkey: one of who gave a right password, or any that this device has for the site. */
export async function provePasskey(): Promise<SignedIn> {
  const options = await post<PublicKeyCredentialRequestOptionsJSON>('/api/sign-in/passkey/options');
  return await post<SignedIn>('/api/sign-in/passkey', { credential: await answerProof(options) });
}

export function signOut(): Promise<void> {
  return post<void>('/api/sign-out');
}

export interface Me {
  user: User;
  /** Seconds until staff are signed out if nobody does anything. */
  signed_out_in_s?: number;
}

export function me(): Promise<Me> {
  return request<Me>('/api/me');
}

export function readAccount(): Promise<Account> {
  return request<Account>('/api/me/account');
}

export function changePassword(current_password: string, new_password: string): Promise<void> {
  return post<void>('/api/me/password', { current_password, new_password });
}

export function proposeOneTimeCodes(): Promise<{ secret: string; address: string }> {
  return post('/api/me/one-time-codes');
}

/** Set up one-time codes; recovery codes come with the first second factor of an account. */
export async function confirmOneTimeCodes(code: string): Promise<string[]> {
  return (await post<{ recovery_codes: string[] }>('/api/me/one-time-codes/confirm', { code })).recovery_codes;
}

export function removeOneTimeCodes(): Promise<void> {
  return request<void>('/api/me/one-time-codes', { method: 'DELETE' });
}

export async function addPasskey(name: string): Promise<string[]> {
  const options = await post<PublicKeyCredentialCreationOptionsJSON>('/api/me/passkeys/options');
  const credential = await createPasskey(options);
  return (await post<{ recovery_codes: string[] }>('/api/me/passkeys', { name, credential })).recovery_codes;
}

export function removePasskey(id: string): Promise<void> {
  return request<void>(`/api/me/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export async function makeRecoveryCodes(): Promise<string[]> {
  return (await post<{ recovery_codes: string[] }>('/api/me/recovery-codes')).recovery_codes;
}

export async function readSignIns(): Promise<SignIn[]> {
  return (await request<{ sign_ins: SignIn[] }>('/api/me/sign-ins')).sign_ins;
}

export function endSignIn(id: string): Promise<void> {
  return request<void>(`/api/me/sign-ins/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export function endOtherSignIns(): Promise<void> {
  return request<void>('/api/me/sign-ins', { method: 'DELETE' });
}

/** What went wrong, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'This did not work. Try again.';
}

/** Where to go after signing in: only a page of our own that this role has, whatever the address says. */
export function pageAfterSignIn(wanted: string | null, role?: User['role']): string {
  const [own, allowed] =
    role === 'operator'
      ? ['/operator', /^\/(?:operator|clinic\/account)(?:[/?]|$)/]
      : ['/clinic', /^\/(?:clinic|operator)(?:[/?]|$)/];
  return wanted !== null && allowed.test(wanted) ? wanted : own;
}
