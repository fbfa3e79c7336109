import type { ComponentType } from 'react';
import { FormTrials } from './FormTrials';
import { PressTrials } from './PressTrials';
import { SpanTrials } from './SpanTrials';
import { DrawingTrials } from './DrawingTrials';
import { SymbolDigitTrials } from './SymbolDigitTrials';
import { TrailTrials } from './TrailTrials';
import type { Question, Trial } from './result';

/** How the trials of each kind of touch question are shown; a kind without a view shows its evidence only. */
export const TRIAL_VIEWS: Readonly<
  Record<string, ComponentType<{ question: Question; trials: readonly Trial[] }> | undefined>
> = {
  form: FormTrials,
  go_no_go: PressTrials,
  reaction_time: PressTrials,
  spatial_span: SpanTrials,
  clock_drawing: DrawingTrials,
  symbol_digit: SymbolDigitTrials,
  trail_making: TrailTrials,
};
