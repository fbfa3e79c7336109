/** The session as the API gives it; docs/reference/api.md describes each field. */

export interface SpokenText {
  id?: string;
  text: string;
  audio: string | null;
}

export interface DigitsStimulus {
  kind: 'digits';
  digits: string;
  audio: string[];
  interval_ms: number;
}

/** A sentence that is heard and never shown; what it says stays on the server. */
export interface SentenceStimulus {
  kind: 'sentence';
  audio: string[];
  interval_ms: number;
}

/** A picture that is there while the person speaks. */
export interface PictureStimulus {
  kind: 'picture';
  image: string;
}

export type Stimulus = DigitsStimulus | SentenceStimulus | PictureStimulus;

export interface PlannedQuestion {
  item_id: string;
  block: string | null;
  /** `spoken`, or the name of a touch task. */
  kind: string;
  is_practice: boolean;
  title: string;
  prompt: SpokenText;
  stimulus: Stimulus | null;
  answer: { kind: string; max_s: number; fixed_s?: number } | null;
  parameters: Record<string, unknown>;
}

export interface StopRule {
  block: string;
  misses: number;
  per: string;
}

export interface PlanPart {
  instrument: string;
  title: string;
  summary: string;
  minutes: number;
  instructions: SpokenText[];
  blocks: { block: string; instructions: SpokenText[] }[];
  stop_rules: StopRule[];
  questions: PlannedQuestion[];
}

export interface AnsweredQuestion {
  question_id: string;
  instrument: string;
  item_id: string;
  attempt: number;
}

export interface Session {
  id: string;
  state: 'open' | 'completed' | 'withdrawn';
  battery: string;
  locale: string;
  is_simulated: boolean;
  /** What the organisation wants somebody to read whose answer raises a flag; paragraphs are parted by empty lines. */
  help_text: string;
  /** Seconds by which the server is ahead of this device's clock, measured when the session was opened here. */
  clock_offset_s: number;
  plan: { parts: PlanPart[] };
  answered: AnsweredQuestion[];
}

export type OutcomeWord = 'waiting' | 'right' | 'wrong' | 'doubtful' | 'ask_again' | 'done';

export interface Outcome {
  question_id: string;
  item_id: string;
  attempt: number;
  outcome: OutcomeWord;
}

export type Response =
  | { kind: 'spoken'; recording_id: string; onset_latency_ms: number | null }
  | { kind: 'skipped'; reason: 'participant' | 'microphone' | 'stop_rule' }
  | { kind: 'trials'; trials: Record<string, unknown>[]; summary: Record<string, unknown> };
