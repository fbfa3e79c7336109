/** When practice is over: the plan says it, as the instrument's definition does. */
import type { Practice } from '@/features/session/types';

/** What each task asked for before plans said it, so that a session of then goes on as it began. */
const BEFORE: Readonly<Record<string, Practice>> = {
  go_no_go: { mastered_from: 0.75, repeats: 1 },
  reaction_time: { mastered_from: 0.75, repeats: 1 },
  spatial_span: { mastered_from: 1, repeats: 1 },
  symbol_digit: { mastered_from: 0.8, repeats: 1 },
  trail_making: { mastered_from: 0.85, repeats: 1 },
};
const NOT_JUDGED: Practice = { mastered_from: 0, repeats: 0 };

export function practiceOf(kind: string, planned: Practice | null | undefined): Practice {
  return planned ?? BEFORE[kind] ?? NOT_JUDGED;
}

/** Whether the task may begin after so many practices, of the last of which this share was right. */
export function isPractised({ mastered_from, repeats }: Practice, right_share: number, given_count: number): boolean {
  return right_share >= mastered_from || given_count > repeats;
}
