import type { Trial } from './result';

/** One press on one of several places, counted from 0. */
export interface Tap {
  position: number;
  place: number;
  at_ms: number;
  is_practice: boolean;
}

/** The presses that count, in their order; those of the practice are left out unless there are no others. */
export function tapsOf(trials: readonly Trial[]): Tap[] {
  const taps = [...(trials as unknown as readonly Tap[])].sort((a, b) => a.position - b.position);
  const counted = taps.filter((tap) => !tap.is_practice);
  return counted.length > 0 ? counted : taps;
}
