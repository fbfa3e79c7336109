'use client';
import { useCallback, useMemo, useState } from 'react';
import { sleep } from '@/lib/clock';
import type { Outbox } from '@/lib/outbox';
import { outcomes } from './session-api';
import type { Outcome, PlanPart, PlannedQuestion, Response, Session } from './types';
import { groupToJudge, judge, keyOf, nextPlace, progressOf, skippedByStop, toAskAgain } from './way';

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
}

const LONGEST_LOOK_MS = 6000;
const LONGEST_LOOK_AT_END_MS = 20_000; // after a task, so that nothing that should be asked again is missed
const LOOK_EVERY_MS = 250;

/** Which question comes next, and what follows from an answer: stop rules, a second try, feedback on practice. */
export function useTasks(session: Session, outbox: Outbox, waiting: ReadonlySet<string>) {
  const { parts } = session.plan;
  const [answered, setAnswered] = useState<ReadonlySet<string>>(() => {
    const held = session.answered.map((a) => keyOf(a.instrument, a.item_id, a.attempt));
    return new Set([...held, ...waiting]);
  });
  const [again, setAgain] = useState<Asked[]>([]);
  const [isLooking, setLooking] = useState(false);
  const [practised, setPractised] = useState<Practised | null>(null);

  const place = useMemo(() => nextPlace(parts, answered), [parts, answered]);
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
    async (to: Asked, before: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
      const { part, question } = to;
      const after = new Set(before).add(keyOf(part.instrument, question.item_id));
      const group = groupToJudge(part, question, after);
      if (!group) return after;
      const found = await look(part.instrument, (some) => judge(group.rule, group.items, some) !== 'wait');
      if (judge(group.rule, group.items, found) !== 'stop') return after;
      const now = new Date();
      for (const skipped of skippedByStop(part, group.rule.block, after)) {
        const times = { presented_at: now, answered_at: now };
        const response: Response = { kind: 'skipped', reason: 'stop_rule' };
        await put({ ...to, question: skipped }, crypto.randomUUID(), response, times);
        after.add(keyOf(part.instrument, skipped.item_id));
      }
      return after;
    },
    [look, put],
  );

  const repeats = useCallback(
    async (to: Asked, after: ReadonlySet<string>): Promise<Asked[]> => {
      const { part } = to;
      const spoken = part.questions.filter((q) => q.kind === 'spoken' && !q.is_practice);
      if (spoken.length === 0 || !isOver(part, after)) return [];
      const isKnown = (some: Outcome[]) => some.every((one) => one.outcome !== 'waiting');
      const found = await look(part.instrument, isKnown, LONGEST_LOOK_AT_END_MS);
      return toAskAgain(part, found, after).map((question) => ({ ...to, question, attempt: 2 as const }));
    },
    [look],
  );

  const answer = useCallback(
    async (to: Asked, question_id: string, response: Response, times: Times) => {
      await put(to, question_id, response, times);
      if (to.attempt === 2) {
        setAnswered((before) => new Set(before).add(keyOf(to.part.instrument, to.question.item_id, 2)));
        setAgain((rest) => rest.slice(1));
        return;
      }
      setLooking(true);
      if (to.question.is_practice && response.kind === 'spoken') {
        const mine = (some: Outcome[]) => some.find((one) => one.question_id === question_id)?.outcome ?? 'waiting';
        const word = mine(await look(to.part.instrument, (some) => mine(some) !== 'waiting'));
        setPractised({ question: to.question, is_right: word === 'right' ? true : word === 'wrong' ? false : null });
      }
      const after = await follow(to, answered);
      setAgain(await repeats(to, after));
      setAnswered(after);
      setLooking(false);
    },
    [answered, follow, look, put, repeats],
  );

  return {
    asked,
    opens: repeat || !place ? null : place.opens,
    progress: progressOf(parts, answered),
    answered,
    isLooking,
    practised,
    endPractice: useCallback(() => setPractised(null), []),
    answer,
  };
}

const isOver = (part: PlanPart, answered: ReadonlySet<string>): boolean =>
  part.questions.every((q) => answered.has(keyOf(part.instrument, q.item_id)));
