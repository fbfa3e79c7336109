import type { ComponentType } from 'react';
import { DrawingTrials } from './DrawingTrials';
import { SymbolDigitTrials } from './SymbolDigitTrials';
import type { Question, Trial } from './result';

/** How the trials of each kind of touch question are shown; a kind without a view shows its evidence only. */
export const TRIAL_VIEWS: Readonly<
  Record<string, ComponentType<{ question: Question; trials: readonly Trial[] }> | undefined>
> = {
  clock_drawing: DrawingTrials,
  symbol_digit: SymbolDigitTrials,
};
