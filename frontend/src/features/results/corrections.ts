/** Scores by hand: what is sent, and who on the page may send it. */
import { createContext, useContext } from 'react';
import { request } from '@/lib/api-client';
import type { Override, Question } from './result';

export interface NewOverride {
  /** None: the machine's score counts again. */
  values: Record<string, number> | null;
  reason: string;
}

export interface Corrections {
  send: (questionId: string, override: NewOverride) => Promise<void>;
}

/** Nothing where corrections are not this person's to make, and on paper. */
const CorrectionsContext = createContext<Corrections | null>(null);
export const CorrectionsProvider = CorrectionsContext.Provider;
export const useCorrections = (): Corrections | null => useContext(CorrectionsContext);

export async function sendOverride(sessionId: string, questionId: string, override: NewOverride): Promise<void> {
  const path = `/api/sessions/${encodeURIComponent(sessionId)}/questions/${encodeURIComponent(questionId)}/overrides`;
  await request<unknown>(path, { method: 'POST', body: override });
}

/** The score by hand that counts: the newest, unless it was taken back. */
export function inForce(question: Question): Override | null {
  const newest = question.overrides?.at(-1);
  return newest?.values ? newest : null;
}

/** What is scored of a question, as counts; the names of the rule. */
export function valuesOf(question: Question): Record<string, number> {
  const known = question.values && Object.keys(question.values).length > 0 ? question.values : { points: 0 };
  return { ...known, ...inForce(question)?.values };
}
