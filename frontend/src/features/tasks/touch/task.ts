import type { PlannedQuestion } from '@/features/session/types';

/** What every touch task is given; it reports its trials once and neither uploads nor scores. */
export interface TouchTaskProps {
  question: PlannedQuestion;
  onTrials: (trials: Record<string, unknown>[], summary: Record<string, unknown>, presented_at: Date) => void;
  onSkip: () => void;
  /** Whether the clock runs, so that nothing may interrupt. */
  onTimed: (isTimed: boolean) => void;
}
