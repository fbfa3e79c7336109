import type { PlannedQuestion, Practice } from '@/features/session/types';
import type { InputType } from './timing';

/** What every touch task is given; it reports its trials once and neither uploads nor scores. */
export interface TouchTaskProps {
  question: PlannedQuestion;
  /** What its practice asks for, as the plan says it. */
  practice?: Practice | null | undefined;
  onTrials: (trials: Record<string, unknown>[], summary: Record<string, unknown>, presented_at: Date) => void;
  onSkip: () => void;
  /** Under which name a task may keep what was begun, so that it is still there after a reload. */
  draft_key: string;
  /** An option was chosen of which staff are told at once. */
  onFlagged: (item: string, option: string) => void;
  /** Whether the clock runs, so that nothing may interrupt. */
  onTimed: (isTimed: boolean) => void;
}

/** One tap as it is reported; what it was is for the server to say. */
export interface TapTrial {
  position: number;
  place: number;
  at_ms: number;
  is_practice: boolean;
  input: InputType;
}
