/** A result as the API gives it, for tests alone. */
import type { Evidence, InstrumentResult, Question, Result, Word } from './result';

function word(text: string, onset_s: number, confidence: number): Word {
  return { text, onset_s, offset_s: onset_s + 0.3, confidence };
}

function evidence(text: string, label: string, onset_s: number, points: number): Evidence {
  return { text, label, points, rule: 'category_fluency.word@1', onset_s, offset_s: onset_s + 0.4 };
}

export function question(changes: Partial<Question> = {}): Question {
  return {
    question_id: 'q-1',
    item_id: 'forward_3_1',
    kind: 'spoken',
    title: 'Forward, 3 digits, trial 1',
    attempt: 1,
    is_practice: false,
    asked: '5 8 2',
    expected: '582',
    skipped: null,
    answer: '582',
    status: 'scored',
    reason: null,
    values: { points: 1 },
    rule: 'digit_span@1',
    probability_right: 0.98,
    evidence: [{ text: '5', label: 'right', points: 1, rule: 'digit_span@1', onset_s: 0.8, offset_s: 1.1 }],
    recording: {
      recording_id: 'r-1',
      state: 'complete',
      audio_url: '/api/recordings/r-1/audio',
      duration_s: 4,
      waveform: [0, 0.2, 0.9, 0.4],
      quality: { snr_db: 31, problems: [] },
      settings: {},
    },
    transcript: {
      text: 'five eight two',
      recogniser: 'tiny.en',
      words: [word('five', 0.8, 0.97), word('eight', 1.5, 0.7), word('two', 2.4, 0.31)],
      alternatives: [{ method: 'stretch by stretch', text: 'five eight too' }],
    },
    trials: null,
    ...changes,
  };
}

export const DIGITS: InstrumentResult = {
  instrument: 'digit_span',
  version: 1,
  title: 'Numbers in order',
  status: 'needs_review',
  reason: null,
  rule: 'digit_span@1',
  measures: [
    {
      name: 'longest_forward',
      title: 'Longest span forward',
      value: 5,
      unit: 'digits',
      status: 'needs_review',
      reason: 'One answer is doubtful.',
      expected: 5.1,
      interval_90: [5, 6],
    },
    {
      name: 'longest_backward',
      title: 'Longest span backward',
      value: null,
      unit: 'digits',
      status: 'not_scorable',
      reason: 'No answer was recorded.',
      expected: null,
      interval_90: null,
    },
  ],
  questions: [
    question(),
    question({
      question_id: 'q-2',
      title: 'Forward, 4 digits, trial 1',
      status: 'needs_review',
      reason: 'Two ways of listening disagree.',
      probability_right: 0.41,
    }),
    question({
      question_id: 'q-3',
      title: 'Backward, 2 digits, trial 1',
      status: 'not_scorable',
      reason: 'No voice was found in the recording.',
      answer: null,
      values: null,
      evidence: [],
      transcript: null,
    }),
  ],
};

export const FLUENCY: InstrumentResult = {
  ...DIGITS,
  instrument: 'category_fluency',
  title: 'Naming as many as you can',
  status: 'scored',
  measures: [],
  questions: [
    question({
      question_id: 'q-4',
      title: 'Animals in 60 seconds',
      values: { valid: 2, repetitions: 1, intrusions: 1 },
      evidence: [
        evidence('dog', 'valid', 2, 1),
        evidence('cat', 'valid', 16, 1),
        evidence('dog', 'repetition', 31, 0),
        evidence('table', 'intrusion', 60, 0),
      ],
    }),
  ],
};

export function result(changes: Partial<Result> = {}): Result {
  return {
    session: {
      id: 's-1',
      participant_label: 'P-017',
      battery: 'brief',
      locale: 'en',
      time_zone: 'Europe/Berlin',
      state: 'completed',
      is_simulated: false,
      created_at: '2026-11-23T14:20:00+00:00',
      completed_at: '2026-11-23T14:31:00+00:00',
      device: { viewport: { width: 390 } },
      satisfaction: 5,
    },
    status: 'ready',
    progress: { done: 4, total: 4 },
    instruments: [DIGITS, FLUENCY],
    flags: [],
    validity: [{ code: 'focus_lost', title: 'The page was left', detail: '2 times, 14 s in all', severity: 'warning' }],
    versions: { software: '0.1.0', recogniser: 'tiny.en' },
    ...changes,
  };
}
