/** Signing in and out, who is signed in, and how an account is protected. */
import { request } from '@/lib/api-client';

export interface User {
  id: string;
  role: string;
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

export async function changePassword(current_password: string, new_password: string): Promise<void> {
  await request<void>('/api/me/password', { method: 'POST', body: { current_password, new_password } });
}

/** What went wrong, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'This did not work. Try again.';
}

/** Where to go after signing in: only a page of our own for staff, whatever the address says. */
export function pageAfterSignIn(wanted: string | null): string {
  return wanted !== null && /^\/clinic(?:[/?]|$)/.test(wanted) ? wanted : '/clinic';
}
