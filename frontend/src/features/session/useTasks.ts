'use client';
import { useCallback, useMemo, useState } from 'react';
import { isPractised } from '@/features/tasks/practice';
import { sleep } from '@/lib/clock';
import { begin, end } from '@/lib/begun';
import type { Outbox } from '@/lib/outbox';
import { outcomes } from './session-api';
import type { Outcome, PlanPart, PlannedQuestion, Response, Session } from './types';
import { type Answered, groupToJudge, judge, keyOf, nextOf, progressOf, skippedByStop, toAskAgain } from './way';

export interface Asked {
  part: PlanPart;
  part_index: number;
  question: PlannedQuestion;
  attempt: 1 | 2;
}

export interface Times {
  presented_at: Date;
  answered_at: Date;
}

export interface Practised {
  question: PlannedQuestion;
  is_right: boolean | null;
  /** Whether it is given once more now. */
  is_again: boolean;
}

const LONGEST_LOOK_MS = 6000;
const LONGEST_LOOK_AT_END_MS = 20_000; // after a task, so that nothing that should be asked again is missed
const LOOK_EVERY_MS = 250;

/** Which question comes next, and what follows from an answer: stop rules, a second try, feedback on practice. */
export function useTasks(session: Session, outbox: Outbox, waiting: Answered) {
  const { parts } = session.plan;
  const [answered, setAnswered] = useState<Answered>(() => new Map([...answersOf(session), ...waiting]));
  const [moment_ms, setMoment] = useState(() => Date.now()); // what is due is looked at between tasks, never during one
  const [rested, setRested] = useState<string | null>(null); // the task after which a break is offered now
  const [again, setAgain] = useState<Asked[]>([]);
  const [isLooking, setLooking] = useState(false);
  const [practised, setPractised] = useState<Practised | null>(null);

  const { place, wait } = useMemo(() => nextOf(parts, answered, moment_ms), [parts, answered, moment_ms]);
  const repeat = again[0];
  const asked: Asked | null = repeat ?? (place && { ...place, attempt: 1 });

  const put = useCallback(
    async (to: Asked, question_id: string, response: Response, times: Times) => {
      const { part, question, attempt } = to;
      await outbox.call({
        id: question_id,
        session_id: session.id,
        path: `/api/sessions/${session.id}/questions/${question_id}`,
        method: 'PUT',
        body: {
          instrument: part.instrument,
          item_id: question.item_id,
          attempt,
          presented_at: times.presented_at.toISOString(),
          answered_at: times.answered_at.toISOString(),
          clock_offset_s: session.clock_offset_s,
          response,
        },
        recording_id: response.kind === 'spoken' ? response.recording_id : null,
      });
    },
    [outbox, session.clock_offset_s, session.id],
  );

  const look = useCallback(
    async (
      instrument: string,
      isEnough: (found: Outcome[]) => boolean,
      longest_ms = LONGEST_LOOK_MS,
    ): Promise<Outcome[]> => {
      const until = Date.now() + longest_ms;
      let found: Outcome[] = [];
      while (Date.now() < until && !outbox.isInTrouble(session.id)) {
        found = await outcomes(session.id, instrument).catch(() => found);
        if (isEnough(found)) break;
        await sleep(LOOK_EVERY_MS);
      }
      return found;
    },
    [outbox, session.id],
  );

  /** The questions that count as answered after this one: itself, and those that its stop rule leaves out. */
  const follow = useCallback(
    async (to: Asked, before: Answered, at: Date): Promise<Answered> => {
      const { part, question } = to;
      const after = new Map(before).set(keyOf(part.instrument, question.item_id), at.getTime());
      const group = groupToJudge(part, question, after);
      if (!group) return after;
      const found = await look(part.instrument, (some) => judge(group.rule, group.items, some) !== 'wait');
      if (judge(group.rule, group.items, found) !== 'stop') return after;
      const now = new Date();
      for (const skipped of skippedByStop(part, group.rule.block, after)) {
        const times = { presented_at: now, answered_at: now };
        const response: Response = { kind: 'skipped', reason: 'stop_rule' };
        await put({ ...to, question: skipped }, crypto.randomUUID(), response, times);
        after.set(keyOf(part.instrument, skipped.item_id), now.getTime());
      }
      return after;
    },
    [look, put],
  );

  const repeats = useCallback(
    async (to: Asked, after: Answered): Promise<Asked[]> => {
      const { part } = to;
      if (to.question.again === 'at_once') return repeatAtOnce(to, await look(part.instrument, isHeard(to)));
      const spoken = part.questions.filter((q) => q.kind === 'spoken' && !q.is_practice);
      if (spoken.length === 0 || !isOver(part, after)) return [];
      const isKnown = (some: Outcome[]) => some.every((one) => one.outcome !== 'waiting');
      const found = await look(part.instrument, isKnown, LONGEST_LOOK_AT_END_MS);
      return toAskAgain(part, found, after).map((question) => ({ ...to, question, attempt: 2 as const }));
    },
    [look],
  );

  /** What was heard of a practice is told; returns whether it is given once more. */
  const tellPractice = useCallback(
    async ({ part, question, attempt }: Asked, question_id: string): Promise<boolean> => {
      const mine = (some: Outcome[]) => some.find((one) => one.question_id === question_id)?.outcome ?? 'waiting';
      const word = mine(await look(part.instrument, (some) => mine(some) !== 'waiting'));
      const isMissed = word === 'wrong' || word === 'ask_again';
      const is_again = isMissed && attempt === 1 && !!part.practice && !isPractised(part.practice, 0, attempt);
      setPractised({ question, is_right: word === 'right' ? true : word === 'wrong' ? false : null, is_again });
      return is_again;
    },
    [look],
  );

  const answer = useCallback(
    async (to: Asked, question_id: string, response: Response, times: Times) => {
      await put(to, question_id, response, times);
      end(session.id, placeOf(to));
      const at = times.answered_at;
      const isPractice = to.question.is_practice && response.kind === 'spoken';
      if (to.attempt === 2) {
        setLooking(isPractice);
        if (isPractice) await tellPractice(to, question_id);
        setMoment(Date.now());
        setAnswered((before) => new Map(before).set(keyOf(to.part.instrument, to.question.item_id, 2), at.getTime()));
        setAgain((rest) => rest.slice(1));
        setLooking(false);
        return;
      }
      setLooking(true);
      const isAgain = isPractice && (await tellPractice(to, question_id));
      const after = await follow(to, answered, at);
      if (isAgain) setAgain([{ ...to, attempt: 2 }]);
      else setAgain(response.kind === 'spoken' || to.question.again !== 'at_once' ? await repeats(to, after) : []);
      setMoment(Date.now());
      setAnswered(after);
      if (to.part.break_after && isOver(to.part, after) && !isAllOver(parts, after)) setRested(to.part.instrument);
      setLooking(false);
    },
    [answered, follow, parts, put, repeats, session.id, tellPractice],
  );

  /** What counts begins to be heard, seen or timed; says whether that had been so before, without an answer. */
  const begun = useCallback((one: Asked) => !one.question.is_practice && begin(session.id, placeOf(one)), [session.id]);

  /** Look again what is due: a delay is over, or somebody has come back. */
  const lookAgain = useCallback(() => setMoment(Date.now()), []);
  const endBreak = useCallback(() => {
    setRested(null);
    setMoment(Date.now());
  }, []);

  return {
    asked,
    opens: repeat || !place ? null : place.opens,
    progress: progressOf(parts, answered),
    answered,
    isLooking,
    practised,
    endPractice: useCallback(() => setPractised(null), []),
    answer,
    begun,
    wait: repeat ? null : wait,
    lookAgain,
    /** Whether a break is offered before what comes next. */
    isBreak: rested !== null && !repeat,
    endBreak,
  };
}

/** Where a question stands in the plan. */
const placeOf = ({ part, part_index, question }: Asked): string =>
  `${part_index}.${part.questions.findIndex(({ item_id }) => item_id === question.item_id)}`;

/** What the server holds, with its times on this device's clock. */
function answersOf(session: Session): [string, number][] {
  return session.answered.map((one) => [
    keyOf(one.instrument, one.item_id, one.attempt),
    Date.parse(one.answered_at) - session.clock_offset_s * 1000,
  ]);
}

/** Whether it is known how an answer was heard. */
const isHeard =
  ({ question }: Asked) =>
  (some: Outcome[]): boolean =>
    some.some((one) => one.item_id === question.item_id && one.outcome !== 'waiting');

/** What could not be heard is said once more right away; what was to be kept in mind is not heard again. */
function repeatAtOnce(to: Asked, found: Outcome[]): Asked[] {
  const isUnheard = found.some(
    (one) => one.item_id === to.question.item_id && one.attempt === 1 && one.outcome === 'ask_again',
  );
  return isUnheard ? [{ ...to, question: { ...to.question, stimulus: null }, attempt: 2 }] : [];
}

const isOver = (part: PlanPart, answered: Answered): boolean =>
  part.questions.every((q) => answered.has(keyOf(part.instrument, q.item_id)));

const isAllOver = (parts: PlanPart[], answered: Answered): boolean => parts.every((part) => isOver(part, answered));
