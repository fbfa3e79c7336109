/** The organisation, its staff accounts and its audit log, for administrators. */
import { request, requestUnlessSame } from '@/lib/api-client';
import type { ConsentText } from '@/lib/consent';
import type { StaffRole } from '@/features/account/account';

export interface Place {
  town?: string;
  region?: string;
  country?: string;
  building?: string;
}

export interface Organisation {
  id: string;
  name: string;
  place: Place;
  researchers_see_identities: boolean;
  /** What a participant reads whose answer raises a flag. */
  help_text: string;
  /** After how many days recordings go; null: never. */
  recordings_kept_days: number | null;
  /** How many days after their last session persons go; null: never. */
  persons_kept_days: number | null;
  contacts: Contacts;
}

/** Who answers for the processing of data. */
export interface Contacts {
  controller?: string;
  representative?: string;
  protection_officer?: string;
}

/** The record of processing activities, as it is made from what is set. */
export interface ProcessingRecord {
  made_at: string;
  controller: string;
  contacts: Contacts;
  purposes: string[];
  basis: string;
  categories: { subjects: string; title: string; what: string; kept: string }[];
  recipients: { who: string; what: string; where: string | null; is_outside: boolean }[];
  safeguards: { words: string; holds: boolean; detail: string | null }[];
}

export function getProcessingRecord(): Promise<ProcessingRecord> {
  return request('/api/organisation/processing');
}

export interface ConsentTexts {
  text: ConsentText;
  standard: ConsentText;
  is_own: boolean;
}

export function getConsentTexts(): Promise<ConsentTexts> {
  return request('/api/organisation/consent-text');
}

export function publishConsentText(words: Omit<ConsentText, 'version' | 'sha256'>): Promise<ConsentTexts> {
  return request('/api/organisation/consent-text', { method: 'PUT', body: words });
}

export interface Account {
  id: string;
  role: StaffRole;
  display_name: string;
  email: string;
  created_at: string;
  is_active: boolean;
}

export interface NewAccount {
  email: string;
  display_name: string;
  role: string;
}

export interface LogEntry {
  id: number;
  timestamp: string;
  table_name: string;
  operation: string;
  old_values: Record<string, unknown> | null;
  new_values: Record<string, unknown> | null;
  user_id: string | null;
  user_name: string | null;
}

export interface LogFilter {
  operation: string;
  table_name: string;
  /** A day as the date field gives it, or nothing. */
  since: string;
  until: string;
}

export function getOrganisation(): Promise<Organisation> {
  return request('/api/organisation');
}

export function changeOrganisation(change: Partial<Omit<Organisation, 'id'>>): Promise<Organisation> {
  return request('/api/organisation', { method: 'PATCH', body: change });
}

export function listStaff(last: Account[] | null = null): Promise<Account[]> {
  return requestUnlessSame('/api/staff', last, (body: { staff: Account[] }) => body.staff);
}

export function addAccount(account: NewAccount): Promise<{ account: Account; password: string }> {
  return request('/api/staff', { method: 'POST', body: account });
}

export async function changeAccount(id: string, change: { role?: string; is_active?: boolean }): Promise<void> {
  await request(`/api/staff/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}

export function listLog(filter: LogFilter, before?: number): Promise<{ entries: LogEntry[]; next: number | null }> {
  const query = new URLSearchParams();
  if (filter.operation) query.set('operation', filter.operation);
  if (filter.table_name) query.set('table_name', filter.table_name);
  if (isDay(filter.since)) query.set('since', new Date(`${filter.since}T00:00:00`).toISOString());
  if (isDay(filter.until)) query.set('until', endOf(filter.until).toISOString());
  if (before !== undefined) query.set('before', String(before));
  return request(`/api/audit?${query.toString()}`);
}

/** Whether a day is typed to its end: a date field tells years of one digit on the way, and of six after it. */
const isDay = (text: string) => /^(19|20)\d\d-\d\d-\d\d$/.test(text);

/** The end of a day in local time: the last day that was asked for is in. */
export function endOf(day: string): Date {
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end;
}

const TABLES: Record<string, string> = {
  organisations: 'the organisation',
  users: 'a person',
  invitations: 'an invitation',
  consents: 'a word about consent',
  consent_texts: 'the words of the consent',
  sessions: 'a session',
  questions: 'an answer',
  transcripts: 'a transcript',
  scores: 'a score',
  results: 'a result',
  recordings: 'a recording',
  overrides: 'a correction',
  drawings: 'a drawing',
  events: 'what happened in a session',
  second_factors: 'an authenticator app',
  recovery_codes: 'a recovery code',
  passkeys: 'a passkey',
  erasures: 'the note of an erasure',
};

const LISTS: Record<string, string> = {
  sessions: 'the list of sessions',
  users: 'the list of accounts',
  invitations: 'the list of invitations',
  audit_log: 'this log',
};

const DONE: Record<string, string> = { INSERT: 'added', UPDATE: 'changed', DELETE: 'removed', READ: 'saw' };

/** One entry as a sentence without its subject, such as "saw a result". */
export function whatWasDone(entry: LogEntry): string {
  const ids = entry.new_values?.user_ids;
  const isOne = entry.table_name === 'users' && Array.isArray(ids) && ids.length === 1;
  const list = entry.operation === 'READ' ? (isOne ? 'the details of a person' : LISTS[entry.table_name]) : undefined;
  const what = list ?? TABLES[entry.table_name] ?? entry.table_name;
  return `${DONE[entry.operation] ?? entry.operation} ${what}`;
}

export function who(entry: LogEntry): string {
  if (entry.user_name) return entry.user_name;
  if (entry.user_id === 'worker') return 'The system, at work on an answer';
  const isPerson = /^[0-9a-f]{8}-/.test(entry.user_id ?? '');
  if (isPerson) return 'Somebody who is no longer here';
  return entry.user_id ? `An operator, on the server (${entry.user_id})` : 'Unknown';
}
