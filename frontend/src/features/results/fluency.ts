import type { Evidence } from './result';

export const QUARTER_S = 15;
export const FLUENCY_S = 60;

export interface Quarter {
  from_s: number;
  to_s: number;
  said: Evidence[];
  valid: number;
}

/** What was said in each quarter of the minute; what has no time is in none. */
export function quarters(evidence: readonly Evidence[]): Quarter[] {
  return Array.from({ length: FLUENCY_S / QUARTER_S }, (_, index) => {
    const from_s = index * QUARTER_S;
    const isLast = from_s + QUARTER_S === FLUENCY_S;
    const said = evidence.filter(
      ({ onset_s }) => onset_s !== null && onset_s >= from_s && (isLast || onset_s < from_s + QUARTER_S),
    );
    return { from_s, to_s: from_s + QUARTER_S, said, valid: said.filter((one) => one.label === 'valid').length };
  });
}
