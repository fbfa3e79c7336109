import type { Evidence, Trial } from './result';

/** One trial of a block of presses with what its rule took it for. */
export interface Shown {
  position: number;
  onset_ms: number;
  time_ms: number | null;
  label: string;
  text: string;
}

const AS_IT_SHOULD_BE = new Set(['right', 'hit', 'correct_rejection']);
const STEP_MS = 500;

/** The trials that count, in their order, each with its evidence; practice is left out. */
export function shownPresses(trials: readonly Trial[], evidence: readonly Evidence[]): Shown[] {
  return trials
    .filter((trial) => trial['is_practice'] === false)
    .sort((a, b) => Number(a['position']) - Number(b['position']))
    .map((trial, index) => ({
      position: Number(trial['position']),
      onset_ms: Number(trial['onset_ms']),
      time_ms: typeof trial['reaction_time_ms'] === 'number' ? trial['reaction_time_ms'] : null,
      label: evidence[index]?.label ?? 'not_scored',
      text: evidence[index]?.text ?? '',
    }));
}

export const exceptions = (shown: readonly Shown[]): Shown[] => shown.filter((one) => !AS_IT_SHOULD_BE.has(one.label));

/** The upper end of the axis: the longest time, rounded up to half a second. */
export function topOf(shown: readonly Shown[]): number {
  return STEP_MS * Math.max(1, Math.ceil(Math.max(0, ...shown.map((one) => one.time_ms ?? 0)) / STEP_MS));
}
