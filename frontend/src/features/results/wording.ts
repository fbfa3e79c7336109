/** How values, times, states and confidences are put into words on the result page. */
import type { Measure, Question, ScoreStatus } from './result';

export const STATUS_WORDS: Record<ScoreStatus, string> = {
  scored: 'Scored',
  needs_review: 'Needs review',
  not_scorable: 'Not scorable',
};

const SKIPPED_WORDS: Record<string, string> = {
  participant: 'The participant chose to skip it.',
  microphone: 'The microphone could not be used.',
  stop_rule: 'Not put: the stop rule was met.',
  examiner: 'The examiner left it out.',
};

export type ConfidenceBand = 'sure' | 'less_sure' | 'doubtful';

/** The bands of the legend; the same limits decide line style and colour. */
export function confidenceBand(confidence: number): ConfidenceBand {
  if (confidence >= 0.9) return 'sure';
  return confidence >= 0.6 ? 'less_sure' : 'doubtful';
}

export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** Minutes and seconds, for the player. */
export function clock(value: number): string {
  const tenths = Math.floor(value * 10 + 0.001);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** A number without needless decimals. */
export function plainNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(value > 100 ? 0 : 2)));
}

export function intervalWords(interval: [number, number] | null | undefined): string {
  return interval ? `${plainNumber(interval[0])} to ${plainNumber(interval[1])}` : '';
}

export function valueWords(measure: Pick<Measure, 'value' | 'unit'>): string {
  return measure.value === null
    ? 'no value'
    : `${plainNumber(measure.value)} ${measure.value === 1 ? measure.unit.replace(/(?<=\w\w)s$/, '') : measure.unit}`;
}

/** A name from the data, such as `not_a_member`, as words. */
export function asWords(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function pointsWords(points: number): string {
  return `${plainNumber(points)} ${points === 1 ? 'point' : 'points'}`;
}

/** The state of one question in words: its score's, or why there is none. */
export function questionState(question: Question): string {
  if (question.skipped) return question.skipped === 'stop_rule' ? 'Not put' : 'Skipped';
  return question.status ? STATUS_WORDS[question.status] : 'Being measured';
}

export function skippedWords(reason: string): string {
  return SKIPPED_WORDS[reason] ?? asWords(reason);
}

/** A moment in the session's own time zone. */
export function moment(iso: string, timeZone?: string): string {
  const format: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
  try {
    return new Intl.DateTimeFormat('en-GB', { ...format, ...(timeZone ? { timeZone } : {}) }).format(new Date(iso));
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...format, timeZone: 'UTC' }).format(new Date(iso)); // an unknown zone
  }
}
