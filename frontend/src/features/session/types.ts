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

/** Words to be learnt, heard one after the other and never shown. */
export interface WordsStimulus {
  kind: 'words';
  audio: string[];
  interval_ms: number;
}

export type Stimulus = DigitsStimulus | SentenceStimulus | PictureStimulus | WordsStimulus;

/** Keeps a question back until so long after another one of its instrument was answered. */
export interface NotBefore {
  after: string;
  delay_s: number;
}

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
  not_before?: NotBefore | null;
  /** When an answer that could not be heard is asked for once more: at the end of its task if left out. */
  again?: 'at_once' | 'at_end';
}

export interface StopRule {
  block: string;
  misses: number;
  per: string;
}

/** A practice is understood from this share right on; below it, it is given again, at most so many times. */
export interface Practice {
  mastered_from: number;
  repeats: number;
}

export interface PlanPart {
  instrument: string;
  title: string;
  summary: string;
  minutes: number;
  instructions: SpokenText[];
  blocks: { block: string; instructions: SpokenText[] }[];
  stop_rules: StopRule[];
  /** Null where no practice is judged; left out by plans of before it was said. */
  practice?: Practice | null;
  /** Whether a break is offered once this task is over. */
  break_after?: boolean;
  questions: PlannedQuestion[];
}

export interface AnsweredQuestion {
  question_id: string;
  instrument: string;
  item_id: string;
  attempt: number;
  /** On the server's clock. */
  answered_at: string;
}

export interface Session {
  id: string;
  state: 'open' | 'completed' | 'withdrawn';
  battery: string;
  locale: string;
  is_simulated: boolean;
  /** What the organisation wants somebody to read whose answer raises a flag; paragraphs are parted by empty lines. */
  help_text: string;
  /** Whether staff sit, or sat, beside the person. */
  is_attended?: boolean;
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
  | { kind: 'skipped'; reason: 'examiner'; note: string }
  | { kind: 'trials'; trials: Record<string, unknown>[]; summary: Record<string, unknown> };
