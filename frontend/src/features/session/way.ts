/** Where a person is on the way through a session: pure functions over the plan and what is answered. */
import type { Outcome, PlanPart, PlannedQuestion, StopRule } from './types';

/** Item and attempt, as one word for a set. */
export const keyOf = (instrument: string, item_id: string, attempt = 1): string =>
  `${instrument}/${item_id}/${attempt}`;

export interface Place {
  part: PlanPart;
  part_index: number;
  question: PlannedQuestion;
  /** Whether the instructions of the instrument, or of its block, come first. */
  opens: 'instrument' | 'block' | null;
}

/** The next question without an answer, or null when all have one. */
export function nextPlace(parts: PlanPart[], answered: ReadonlySet<string>): Place | null {
  for (const [part_index, part] of parts.entries()) {
    const question = part.questions.find((q) => !answered.has(keyOf(part.instrument, q.item_id)));
    if (question) return { part, part_index, question, opens: opensOf(part, question, answered) };
  }
  return null;
}

function opensOf(part: PlanPart, question: PlannedQuestion, answered: ReadonlySet<string>): Place['opens'] {
  const isAnswered = (q: PlannedQuestion) => answered.has(keyOf(part.instrument, q.item_id));
  if (!part.questions.some(isAnswered)) return 'instrument';
  const ofBlock = part.questions.filter((q) => q.block === question.block);
  return question.block !== null && !ofBlock.some(isAnswered) ? 'block' : null;
}

/** Share of the plan's time that lies behind, from 0 to 1. */
export function progressOf(parts: PlanPart[], answered: ReadonlySet<string>): number {
  const whole = parts.reduce((sum, part) => sum + part.minutes, 0);
  const behind = parts.reduce((sum, part) => {
    const done = part.questions.filter((q) => answered.has(keyOf(part.instrument, q.item_id))).length;
    return sum + part.minutes * (done / Math.max(1, part.questions.length));
  }, 0);
  return whole === 0 ? 1 : behind / whole;
}

/** The trials to look at before going on after `question`: those of its stop rule's group, once all are answered. */
export function groupToJudge(
  part: PlanPart,
  question: PlannedQuestion,
  answered: ReadonlySet<string>,
): { rule: StopRule; items: string[] } | null {
  const rule = part.stop_rules.find((r) => r.block === question.block);
  if (!rule || question.is_practice) return null;
  const items = part.questions
    .filter((q) => q.block === rule.block && !q.is_practice && q.parameters[rule.per] === question.parameters[rule.per])
    .map((q) => q.item_id);
  const all = items.every((item_id) => answered.has(keyOf(part.instrument, item_id)));
  return all ? { rule, items } : null;
}

export type Verdict = 'stop' | 'go_on' | 'wait';

/** Stop only on misses that are certain; an answer that a person has to look at never ends a block. */
export function judge(rule: StopRule, items: string[], outcomes: Outcome[]): Verdict {
  const found = items.map((item_id) => outcomes.find((o) => o.item_id === item_id)?.outcome ?? 'waiting');
  const misses = found.filter((word) => word === 'wrong').length;
  if (misses >= rule.misses) return 'stop';
  const waiting = found.filter((word) => word === 'waiting').length;
  return misses + waiting >= rule.misses ? 'wait' : 'go_on';
}

/** The trials of a block that are not put any more once it has stopped. */
export function skippedByStop(part: PlanPart, block: string, answered: ReadonlySet<string>): PlannedQuestion[] {
  return part.questions.filter((q) => q.block === block && !answered.has(keyOf(part.instrument, q.item_id)));
}

/** Questions whose recording could not be read, to be asked once more. */
export function toAskAgain(part: PlanPart, outcomes: Outcome[], answered: ReadonlySet<string>): PlannedQuestion[] {
  return part.questions.filter(
    (q) =>
      !q.is_practice &&
      !answered.has(keyOf(part.instrument, q.item_id, 2)) &&
      outcomes.some((o) => o.item_id === q.item_id && o.attempt === 1 && o.outcome === 'ask_again'),
  );
}
