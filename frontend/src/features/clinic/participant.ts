/** One participant: what they are called, and what they said about consent. */
import { request } from '@/lib/api-client';
import type { ConsentText, ConsentWord, DataChoice } from '@/lib/consent';

export interface Participant {
  id: string;
  participant_label: string;
  participant_email: string | null;
  created_at: string;
  consent: {
    text: ConsentText;
    state: 'none' | 'given' | 'withdrawn';
    is_to_ask: boolean;
    /** Newest first. */
    history: ConsentWord[];
  };
}

const pathOf = (id: string) => `/api/participants/${encodeURIComponent(id)}`;
const now = () => new Date().toISOString();

export function getParticipant(id: string): Promise<Participant> {
  return request(pathOf(id));
}

export function rectify(
  id: string,
  details: { participant_label: string; participant_email: string },
): Promise<Participant> {
  return request(pathOf(id), { method: 'PATCH', body: details });
}

export async function recordConsent(id: string, { sha256, locale }: ConsentText): Promise<void> {
  await request(`${pathOf(id)}/consent`, { method: 'POST', body: { sha256, locale, given_at: now() } });
}

export async function withdrawFor(id: string, data: DataChoice): Promise<void> {
  await request(`${pathOf(id)}/consent/withdraw`, { method: 'POST', body: { data, at: now() } });
}

/** One thing that was said, as a sentence. */
export function sentenceOf(word: ConsentWord): string {
  const who = word.done_by === 'staff' ? 'recorded by staff beside the participant' : 'by the participant';
  if (word.operation === 'given') return `Given to version ${word.version ?? 'unknown'}, ${who}`;
  const data = word.data_choice === 'erase' ? 'the data are to be erased' : 'the data are kept';
  return `Withdrawn ${who}: ${data}`;
}
