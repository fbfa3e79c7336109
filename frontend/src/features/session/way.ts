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

/** When each answer was given, in ms on this device's clock, by item and attempt. */
export type Answered = ReadonlyMap<string, number>;

/** Everything that can be asked now is answered, and the next question has to wait until `until_ms`. */
export interface Wait {
  until_ms: number;
  part: PlanPart;
  part_index: number;
}

export type Next = { place: Place; wait: null } | { place: null; wait: Wait | null };

/**
 * What comes next; nothing when all is answered. A task that was begun is ended first. At the boundary between tasks comes
 * a question whose delay is over, then the next task of the plan; a delay is waited for only when nothing else is left.
 */
export function nextOf(parts: PlanPart[], answered: Answered, now_ms: number): Next {
  const open = parts.flatMap((part, part_index) => {
    const question = part.questions.find((q) => !answered.has(keyOf(part.instrument, q.item_id)));
    if (!question) return [];
    const until_ms = heldUntil(part, question, answered);
    return [{ part, part_index, question, until_ms, opens: opensOf(part, question, answered) }];
  });
  const next =
    open.find((one) => one.until_ms === null && one.opens !== 'instrument') ??
    open.find((one) => one.until_ms !== null && one.until_ms <= now_ms) ??
    open.find((one) => one.until_ms === null);
  if (next) {
    const { part, part_index, question, opens } = next;
    return { place: { part, part_index, question, opens }, wait: null };
  }
  const [first] = open.sort((a, b) => (a.until_ms ?? 0) - (b.until_ms ?? 0));
  if (!first) return { place: null, wait: null };
  return { place: null, wait: { until_ms: first.until_ms ?? 0, part: first.part, part_index: first.part_index } };
}

/** Until when a question has to wait, in ms; null if it waits for nothing. The last answer counts, if there are two. */
export function heldUntil(part: PlanPart, question: PlannedQuestion, answered: Answered): number | null {
  const rule = question.not_before;
  if (!rule) return null;
  const times = [1, 2].map((attempt) => answered.get(keyOf(part.instrument, rule.after, attempt)) ?? 0);
  return Math.max(...times) + rule.delay_s * 1000;
}

/** Where the person is among the tasks, and of how many; a task that is interrupted by a delay counts as two. */
export function stepOf(parts: PlanPart[], answered: Answered): { step: number; count: number } {
  const stretches = parts.flatMap((part) =>
    stretchesOf(part).map((questions) => questions.every((q) => answered.has(keyOf(part.instrument, q.item_id)))),
  );
  return { step: Math.min(stretches.filter(Boolean).length + 1, stretches.length), count: stretches.length };
}

function stretchesOf(part: PlanPart): PlannedQuestion[][] {
  const stretches: PlannedQuestion[][] = [];
  for (const question of part.questions) {
    const last = stretches.at(-1);
    if (last && !question.not_before) last.push(question);
    else stretches.push([question]);
  }
  return stretches;
}

function opensOf(part: PlanPart, question: PlannedQuestion, answered: Answered): Place['opens'] {
  const isAnswered = (q: PlannedQuestion) => answered.has(keyOf(part.instrument, q.item_id));
  if (!part.questions.some(isAnswered)) return 'instrument';
  const ofBlock = part.questions.filter((q) => q.block === question.block);
  return question.block !== null && !ofBlock.some(isAnswered) ? 'block' : null;
}

/** Share of the plan's time that lies behind, from 0 to 1. */
export function progressOf(parts: PlanPart[], answered: Answered): number {
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
  answered: Answered,
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
export function skippedByStop(part: PlanPart, block: string, answered: Answered): PlannedQuestion[] {
  return part.questions.filter((q) => q.block === block && !answered.has(keyOf(part.instrument, q.item_id)));
}

/** Questions whose recording could not be read, to be asked once more. */
export function toAskAgain(part: PlanPart, outcomes: Outcome[], answered: Answered): PlannedQuestion[] {
  return part.questions.filter(
    (q) =>
      !q.is_practice &&
      q.again !== 'at_once' &&
      !answered.has(keyOf(part.instrument, q.item_id, 2)) &&
      outcomes.some((o) => o.item_id === q.item_id && o.attempt === 1 && o.outcome === 'ask_again'),
  );
}
