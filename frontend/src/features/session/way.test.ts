import { describe, expect, it } from 'vitest';
import type { Outcome, OutcomeWord, PlanPart, PlannedQuestion } from './types';
import { groupToJudge, judge, keyOf, nextOf, progressOf, skippedByStop, stepOf, toAskAgain } from './way';

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
const answered = (...items: string[]) => new Map(items.map((item) => [keyOf('digit_span', item), 0]));
const nextPlace = (parts: PlanPart[], given: Map<string, number>) => nextOf(parts, given, 0).place;
const outcome = (item_id: string, word: OutcomeWord): Outcome => ({
  question_id: item_id,
  item_id,
  attempt: 1,
  outcome: word,
});

describe('nextPlace', () => {
  it('begins with the instructions and goes on where the person was', () => {
    expect(nextPlace([span], new Map())).toMatchObject({ question: { item_id: 'practice' }, opens: 'instrument' });
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

describe('a delay', () => {
  const MINUTES = 60_000;
  const learning = { ...trial('learning', 3), block: 'learning' };
  const delayed = { ...trial('delayed', 3), block: 'delayed', not_before: { after: 'learning', delay_s: 300 } };
  const known = { ...trial('known', 3), block: 'known' };
  const list: PlanPart = { ...span, instrument: 'word_list', questions: [learning, delayed, known] };
  const other: PlanPart = { ...span, instrument: 'other', questions: [trial('o1', 3), trial('o2', 3)] };
  const last: PlanPart = { ...span, instrument: 'last', questions: [trial('l1', 3)] };
  const parts = [list, other, last];
  const given = (...items: [string, number][]) => new Map(items.map(([item, minutes]) => [item, minutes * MINUTES]));
  const learnt: [string, number] = ['word_list/learning/1', 10];
  const next = (now: number, ...items: [string, number][]) => {
    const { place, wait } = nextOf(parts, given(...items), now * MINUTES);
    return place ? place.question.item_id : wait && `until ${wait.until_ms / MINUTES}`;
  };

  it('is filled with other tasks, and what is due comes at the next boundary between tasks', () => {
    expect(next(10)).toBe('learning');
    expect(next(10, learnt)).toBe('o1');
    expect(next(16, learnt, ['other/o1/1', 11])).toBe('o2');
    expect(next(16, learnt, ['other/o1/1', 11], ['other/o2/1', 15.5])).toBe('delayed');
    expect(next(14, learnt, ['other/o1/1', 11], ['other/o2/1', 14])).toBe('l1');
  });

  it('is waited for when nothing else is left, to the moment', () => {
    const all: [string, number][] = [learnt, ['other/o1/1', 11], ['other/o2/1', 11], ['last/l1/1', 12]];
    expect(next(12, ...all)).toBe('until 15');
    expect(next(14.999, ...all)).toBe('until 15');
    expect(next(15, ...all)).toBe('delayed');
    expect(next(15, ...all, ['word_list/delayed/1', 16])).toBe('known');
    expect(next(15, ...all, ['word_list/delayed/1', 16], ['word_list/known/1', 17])).toBeNull();
  });

  it('counts from the last answer where there were two, and a task that was begun is ended first after hours away', () => {
    const again: [string, number][] = [learnt, ['word_list/learning/2', 11]];
    expect(next(15.5, ...again, ['other/o1/1', 12], ['other/o2/1', 13], ['last/l1/1', 14])).toBe('until 16');
    expect(next(600, ...again, ['other/o1/1', 12])).toBe('o2');
    expect(next(600, ...again, ['other/o1/1', 12], ['other/o2/1', 601])).toBe('delayed');
  });

  it('parts a task in two, so that the place on the way never goes back', () => {
    const way: [string, number][] = [learnt, ['other/o1/1', 1], ['other/o2/1', 1], ['word_list/delayed/1', 2]];
    const steps = way.map((_, count) => stepOf(parts, given(...way.slice(0, count))).step);
    expect(steps).toEqual([1, 2, 2, 3]);
    expect(stepOf(parts, given(...way))).toEqual({ step: 3, count: 4 });
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
    expect(toAskAgain(span, outcomes, new Map([[keyOf('digit_span', 'f3_1', 2), 0]]))).toEqual([]);
  });
});
