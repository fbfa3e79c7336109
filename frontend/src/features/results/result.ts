/** The result of one session as `GET /api/sessions/{id}/result` gives it; docs/reference/api.md describes it. */

export type ScoreStatus = 'scored' | 'needs_review' | 'not_scorable';

export interface Word {
  text: string;
  onset_s: number;
  offset_s: number;
  confidence: number;
}

export interface Evidence {
  text: string;
  label: string;
  points: number;
  rule: string;
  onset_s: number | null;
  offset_s: number | null;
  /** The strokes of a drawing that it rests on, by their positions. */
  strokes?: number[] | null;
  /** What else the rule found, in words. */
  note?: string | null;
}

export interface Quality {
  duration_s?: number;
  level_dbfs?: number;
  peak_dbfs?: number;
  clipped_fraction?: number;
  snr_db?: number | null;
  speech_s?: number;
  problems?: string[];
  is_usable?: boolean;
}

export interface Recording {
  recording_id: string;
  state: 'uploading' | 'complete' | 'terminated' | 'erased';
  /** None until the recording has been read, and for good where it could not be. */
  audio_url: string | null;
  duration_s: number | null;
  waveform: number[] | null;
  quality: Quality | null;
  settings: Record<string, unknown> | null;
  onset_latency_ms?: number | null;
  sha256?: string | null;
}

export interface Transcript {
  text: string;
  recogniser: string;
  words: Word[];
  alternatives: { method: string; text: string }[];
}

/** One trial of a touch task; what it holds follows from the kind of the question. */
export type Trial = Record<string, unknown>;

/** A score by hand; without values, the machine's counts again. */
export interface Override {
  values: Record<string, number> | null;
  reason: string | null;
  made_by: string | null;
  created_at: string;
}

export interface Question {
  question_id: string;
  item_id: string;
  kind: string;
  title: string;
  attempt: number;
  is_practice: boolean;
  asked: string;
  expected: string | null;
  skipped?: string | null;
  /** Why an examiner left it out. */
  skipped_note?: string | null;
  /** Scores by hand, oldest first; the newest counts. */
  overrides?: Override[];
  presented_at?: string;
  answer: string | null;
  status: ScoreStatus | null;
  reason: string | null;
  values: Record<string, number> | null;
  rule: string | null;
  probability_right: number | null;
  expected_value?: number | null;
  interval_90?: [number, number] | null;
  evidence: Evidence[] | null;
  recording: Recording | null;
  transcript: Transcript | null;
  trials: Trial[] | null;
  summary?: Record<string, unknown> | null;
  parameters?: Record<string, unknown> | null;
}

export interface Measure {
  name: string;
  title: string;
  value: number | null;
  /** What the machine alone gives, where a score by hand has changed it. */
  machine_value?: number | null;
  unit: string;
  status: ScoreStatus;
  reason: string | null;
  expected: number | null;
  interval_90: [number, number] | null;
  /** The published stretch in which the value lies, in words, where the instrument has such stretches. */
  band?: string | null;
}

export interface InstrumentResult {
  instrument: string;
  version: number;
  title: string;
  form?: string | null;
  seed?: number | null;
  status: ScoreStatus | null;
  reason: string | null;
  rule: string | null;
  measures: Measure[];
  questions: Question[];
}

export interface ValidityFact {
  code: string;
  title: string;
  detail: string;
  severity: string;
}

/** An answer that somebody has to look at first. */
export interface Flag {
  code: string;
  instrument: string;
  /** Null while the form has not been sent: it was chosen, and perhaps never finished. */
  question_id: string | null;
  title: string;
  detail: string;
}

export interface SessionFacts {
  id: string;
  participant_label: string;
  battery: string;
  locale: string;
  time_zone: string;
  state: string;
  is_simulated: boolean;
  is_attended?: boolean;
  attended_by?: string | null;
  created_at: string;
  completed_at: string | null;
  device: Record<string, unknown> | null;
  satisfaction: number | null;
}

export interface Result {
  session: SessionFacts;
  status: 'in_progress' | 'measuring' | 'ready' | 'withdrawn';
  progress?: { done: number; total: number };
  instruments: InstrumentResult[];
  flags: Flag[];
  validity: ValidityFact[];
  versions: Record<string, unknown>;
  may_correct?: boolean;
  /** False: what was said, written and drawn, and what quotes it, is null. */
  are_words_shown?: boolean;
}
