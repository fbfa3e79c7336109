/** Which answers are shown, and in what order. */
import type { InstrumentResult, Question } from './result';

export type Show = 'all' | 'needs_review' | 'not_scorable';
export type Order = 'doubtful_first' | 'as_asked';

export interface View {
  show: Show;
  order: Order;
}

/** How urgently a reviewer should look: what needs review first, the least sure of it before the rest. */
function doubt(question: Question): number {
  if (question.status === 'needs_review') return 2 + (1 - (question.probability_right ?? 0));
  if (question.status === 'not_scorable' && !question.skipped) return 1;
  return 0;
}

export function needsReview(question: Question): boolean {
  return question.status === 'needs_review';
}

export function shownQuestions(questions: readonly Question[], view: View): Question[] {
  const shown = questions.filter((question) => view.show === 'all' || question.status === view.show);
  return view.order === 'doubtful_first' ? shown.toSorted((a, b) => doubt(b) - doubt(a)) : shown;
}

/** How many answers are in each group, over all instruments. */
export function counts(instruments: readonly InstrumentResult[]): Record<Show, number> {
  const questions = instruments.flatMap((instrument) => instrument.questions);
  return {
    all: questions.length,
    needs_review: questions.filter(needsReview).length,
    not_scorable: questions.filter((question) => question.status === 'not_scorable').length,
  };
}
