import { describe, expect, it } from 'vitest';
import type { Outcome, OutcomeWord, PlanPart, PlannedQuestion } from './types';
import { groupToJudge, judge, keyOf, nextPlace, progressOf, skippedByStop, toAskAgain } from './way';

function trial(item_id: string, length: number, is_practice = false): PlannedQuestion {
  const stimulus = { kind: 'digits' as const, digits: '12', audio: [], interval_ms: 1000 };
  const prompt = { text: '', audio: null };
  return {
    item_id,
    block: 'forward',
    kind: 'spoken',
    is_practice,
    title: item_id,
    prompt,
    stimulus,
    answer: null,
    parameters: { length },
  };
}

const span: PlanPart = {
  instrument: 'digit_span',
  title: 'Numbers',
  summary: '',
  minutes: 3,
  instructions: [],
  blocks: [],
  stop_rules: [{ block: 'forward', misses: 2, per: 'length' }],
  questions: [trial('practice', 2, true), trial('f3_1', 3), trial('f3_2', 3), trial('f4_1', 4), trial('f4_2', 4)],
};
const answered = (...items: string[]) => new Set(items.map((item) => keyOf('digit_span', item)));
const outcome = (item_id: string, word: OutcomeWord): Outcome => ({
  question_id: item_id,
  item_id,
  attempt: 1,
  outcome: word,
});

describe('nextPlace', () => {
  it('begins with the instructions and goes on where the person was', () => {
    expect(nextPlace([span], new Set())).toMatchObject({ question: { item_id: 'practice' }, opens: 'instrument' });
    expect(nextPlace([span], answered('practice', 'f3_1'))).toMatchObject({
      question: { item_id: 'f3_2' },
      opens: null,
    });
  });

  it('opens a block with its own instructions', () => {
    const backward = { ...trial('b2_1', 2), block: 'backward' };
    const both = { ...span, questions: [trial('f3_1', 3), backward] };
    expect(nextPlace([both], answered('f3_1'))).toMatchObject({ question: { item_id: 'b2_1' }, opens: 'block' });
  });

  it('is over when every question has an answer', () => {
    expect(nextPlace([span], answered(...span.questions.map((q) => q.item_id)))).toBeNull();
    expect(progressOf([span], answered(...span.questions.map((q) => q.item_id)))).toBe(1);
  });
});

describe('the stop rule', () => {
  const rule = { block: 'forward', misses: 2, per: 'length' };
  const items = ['f3_1', 'f3_2'];

  it('looks only when both trials of a length are answered, and never at practice', () => {
    expect(groupToJudge(span, trial('f3_1', 3), answered('f3_1'))).toBeNull();
    expect(groupToJudge(span, trial('f3_2', 3), answered('f3_1', 'f3_2'))).toEqual({ rule, items });
    expect(groupToJudge(span, trial('practice', 2, true), answered('practice'))).toBeNull();
  });

  it.each<[OutcomeWord, OutcomeWord, string]>([
    ['wrong', 'wrong', 'stop'],
    ['wrong', 'right', 'go_on'],
    ['wrong', 'doubtful', 'go_on'],
    ['wrong', 'waiting', 'wait'],
    ['right', 'waiting', 'go_on'],
    ['waiting', 'waiting', 'wait'],
    ['wrong', 'ask_again', 'go_on'],
  ])('%s and %s: %s', (first, second, verdict) => {
    expect(judge(rule, items, [outcome('f3_1', first), outcome('f3_2', second)])).toBe(verdict);
  });

  it('leaves out the rest of the block', () => {
    const rest = skippedByStop(span, 'forward', answered('practice', 'f3_1', 'f3_2'));
    expect(rest.map((q) => q.item_id)).toEqual(['f4_1', 'f4_2']);
  });
});

describe('toAskAgain', () => {
  it('asks what could not be read once more, and only once', () => {
    const outcomes = [outcome('f3_1', 'ask_again'), outcome('f3_2', 'right'), outcome('practice', 'ask_again')];
    expect(toAskAgain(span, outcomes, answered()).map((q) => q.item_id)).toEqual(['f3_1']);
    expect(toAskAgain(span, outcomes, new Set([keyOf('digit_span', 'f3_1', 2)]))).toEqual([]);
  });
});
