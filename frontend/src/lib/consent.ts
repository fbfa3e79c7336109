/** Consent as the API tells it: the words, and what somebody said about them. */

export interface ConsentText {
  version: string;
  locale: string;
  title: string;
  paragraphs: string[];
  agreement: string;
  sha256: string;
}

export type DataChoice = 'keep' | 'erase';

/** Something that a participant said about consent. */
export interface ConsentWord {
  operation: 'given' | 'withdrawn';
  done_by: 'participant' | 'staff';
  data_choice: DataChoice | null;
  version: string | null;
  at: string;
}
