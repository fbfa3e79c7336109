import type { ComponentType } from 'react';
import { FormTrials } from './FormTrials';
import { PressTrials } from './PressTrials';
import { SpanTrials } from './SpanTrials';
import { DrawingTrials } from './DrawingTrials';
import { SymbolDigitTrials } from './SymbolDigitTrials';
import { TrailTrials } from './TrailTrials';
import type { Question, Trial } from './result';

type TrialViews = Readonly<Record<string, ComponentType<{ question: Question; trials: readonly Trial[] }> | undefined>>;

/** Those that need no evidence beside the trials. */
export const VIEWS_OF_TRIALS_ALONE: TrialViews = { form: FormTrials, symbol_digit: SymbolDigitTrials };

/** How the trials of each kind of touch question are shown; a kind without a view shows its evidence only. */
export const TRIAL_VIEWS: TrialViews = {
  ...VIEWS_OF_TRIALS_ALONE,
  go_no_go: PressTrials,
  reaction_time: PressTrials,
  spatial_span: SpanTrials,
  clock_drawing: DrawingTrials,
  trail_making: TrailTrials,
};
