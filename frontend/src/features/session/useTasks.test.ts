import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Outbox } from '@/lib/outbox';
import type { Call as KeptCall } from '@/lib/outbox-store';
import type { OutcomeWord, PlannedQuestion, Practice, Response, Session } from './types';
import { useTasks } from './useTasks';

const HttpResponse = globalThis.Response;

type Call = Omit<KeptCall, 'created_at'>;

const SPOKEN: Response = { kind: 'spoken', recording_id: 'r', onset_latency_ms: 0 };
const TIMES = { presented_at: new Date(), answered_at: new Date() };

function question(item_id: string, length: number, is_practice = false): PlannedQuestion {
  return {
    item_id,
    block: 'forward',
    kind: 'spoken',
    is_practice,
    title: item_id,
    prompt: { text: '', audio: null },
    stimulus: null,
    answer: { kind: 'digits', max_s: 30 },
    parameters: { length },
  };
}

function session(...questions: PlannedQuestion[]): Session {
  const part = {
    instrument: 'digit_span',
    title: 'Numbers',
    summary: '',
    minutes: 4,
    instructions: [],
    blocks: [],
    stop_rules: [{ block: 'forward', misses: 2, per: 'length' }],
    questions,
  };
  return {
    id: 's',
    state: 'open',
    battery: 'brief',
    locale: 'en',
    clock_offset_s: -10_800,
    is_simulated: false,
    help_text: '',
    plan: { parts: [part] },
    answered: [],
  };
}

/** The outbox and the server: what is put is scored with the word planned for its item. */
function world(words: Record<string, OutcomeWord>) {
  const calls: Call[] = [];
  const outbox = {
    isInTrouble: () => false,
    call: (call: Call) => {
      calls.push(call);
      return Promise.resolve();
    },
  };
  const body = (call: Call) => call.body as { item_id: string; attempt: number; response: Response };
  vi.stubGlobal('fetch', () => {
    const outcomes = calls.map((call) => ({ question_id: call.id, ...body(call), reason: null }));
    const scored = outcomes.map((one) => ({ ...one, outcome: words[one.item_id] ?? 'done' }));
    return Promise.resolve(new HttpResponse(JSON.stringify({ outcomes: scored })));
  });
  return { outbox: outbox as unknown as Outbox, put: () => calls.map((call) => body(call)), calls };
}

afterEach(() => vi.unstubAllGlobals());

function start(given: Session, outbox: Outbox) {
  const hook = renderHook(() => useTasks(given, outbox, new Map()));
  const asked = () => hook.result.current.asked;
  const answer = async (id: string) => {
    const to = asked();
    if (!to) throw new Error('nothing is asked');
    await act(() => hook.result.current.answer(to, id, SPOKEN, TIMES));
  };
  return { hook, asked, answer };
}

test('two certain misses of one length end the block, and what is left counts as not put', async () => {
  const { outbox, put } = world({ a: 'wrong', b: 'wrong' });
  const { asked, answer } = start(session(question('a', 3), question('b', 3), question('c', 4)), outbox);
  await answer('q1');
  expect(asked()?.question.item_id).toBe('b');
  await answer('q2');
  expect(asked()).toBeNull();
  expect(put().map(({ item_id, response }) => [item_id, response.kind])).toEqual([
    ['a', 'spoken'],
    ['b', 'spoken'],
    ['c', 'skipped'],
  ]);
});

test('every answer says how far this device is from the time of the server', async () => {
  const { outbox, calls } = world({ a: 'wrong', b: 'wrong' });
  const { answer } = start(session(question('a', 3), question('b', 3), question('c', 4)), outbox);
  await answer('q1');
  await answer('q2');
  expect(calls.map((call) => (call.body as { clock_offset_s: number }).clock_offset_s)).toEqual([
    -10_800, -10_800, -10_800,
  ]);
});

test('a doubtful answer never ends a block', async () => {
  const { outbox } = world({ a: 'wrong', b: 'doubtful', c: 'right' });
  const { asked, answer } = start(session(question('a', 3), question('b', 3), question('c', 4)), outbox);
  await answer('q1');
  await answer('q2');
  expect(asked()?.question.item_id).toBe('c');
});

test('what could not be heard is asked once more at the end, and only once', async () => {
  const { outbox, put } = world({ a: 'ask_again', b: 'right' });
  const { asked, answer } = start(session(question('a', 3), question('b', 3)), outbox);
  await answer('q1');
  await answer('q2');
  expect(asked()).toMatchObject({ question: { item_id: 'a' }, attempt: 2 });
  await answer('q3');
  expect(asked()).toBeNull();
  expect(put().map(({ item_id, attempt }) => [item_id, attempt])).toEqual([
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ]);
});

const JUDGED = { mastered_from: 1, repeats: 1 };

function practised(practice?: Practice): Session {
  const given = session(question('p', 2, true), question('a', 3));
  return { ...given, plan: { parts: given.plan.parts.map((part) => ({ ...part, ...(practice && { practice }) })) } };
}

test.each(['wrong', 'ask_again'] as const)(
  'a spoken practice that is %s is given once more, and no oftener',
  async (word) => {
    const { outbox, put } = world({ p: word });
    const { hook, asked, answer } = start(practised(JUDGED), outbox);
    await answer('q1');
    expect(hook.result.current.practised).toMatchObject({ is_right: word === 'wrong' ? false : null, is_again: true });
    act(() => hook.result.current.endPractice());
    expect(asked()).toMatchObject({ question: { item_id: 'p' }, attempt: 2 });
    await answer('q2');
    expect(hook.result.current.practised).toMatchObject({ question: { item_id: 'p' }, is_again: false });
    expect(asked()).toMatchObject({ question: { item_id: 'a' }, attempt: 1 });
    expect(put().map(({ item_id, attempt }) => [item_id, attempt])).toEqual([
      ['p', 1],
      ['p', 2],
    ]);
  },
);

test.each([
  ['right', JUDGED],
  ['doubtful', JUDGED],
  ['wrong', { mastered_from: 1, repeats: 0 }],
  ['wrong', undefined], // a plan of before
] as const)('a practice that is %s is over where the plan has %o', async (word, practice) => {
  const { outbox } = world({ p: word });
  const { hook, asked, answer } = start(practised(practice), outbox);
  await answer('q1');
  expect(hook.result.current.practised).toMatchObject({ is_again: false });
  expect(asked()).toMatchObject({ question: { item_id: 'a' } });
});

test('practice is followed by whether it was right', async () => {
  const { outbox } = world({ p: 'wrong' });
  const { hook, answer } = start(session(question('p', 2, true), question('a', 3)), outbox);
  await answer('q1');
  expect(hook.result.current.practised).toMatchObject({ question: { item_id: 'p' }, is_right: false });
  act(() => hook.result.current.endPractice());
  await waitFor(() => expect(hook.result.current.practised).toBeNull());
});

test('while the server is away nobody waits for it', async () => {
  const { outbox } = world({});
  Object.assign(outbox, { isInTrouble: () => true });
  const { asked, answer } = start(session(question('a', 3), question('b', 3), question('c', 4)), outbox);
  await answer('q1');
  await answer('q2');
  expect(asked()?.question.item_id).toBe('c');
});

test('a recall that could not be heard is asked for again at once, without the words being heard again', async () => {
  const { outbox, put } = world({ a: 'ask_again' });
  const stimulus = { kind: 'words' as const, audio: ['/a.ogg'], interval_ms: 2000 };
  const recall = (id: string) => ({ ...question(id, 3), block: id, again: 'at_once' as const, stimulus });
  const { asked, answer } = start(session(recall('a'), recall('b')), outbox);
  await answer('q1');
  expect(asked()).toMatchObject({ question: { item_id: 'a', stimulus: null }, attempt: 2 });
  await answer('q2');
  expect(asked()).toMatchObject({ question: { item_id: 'b', stimulus }, attempt: 1 });
  await answer('q3');
  expect(asked()).toBeNull();
  expect(put().map(({ item_id, attempt }) => `${item_id}${attempt}`)).toEqual(['a1', 'a2', 'b1']);
});

test('a delay is measured on the clock of this device, whatever clock the server goes by', async () => {
  const { outbox } = world({});
  const delayed = { ...question('b', 3), block: 'later', not_before: { after: 'a', delay_s: 300 } };
  const given = session(question('a', 3), delayed);
  const ago_s = (seconds: number) => new Date(Date.now() + (given.clock_offset_s - seconds) * 1000).toISOString();
  const held = (seconds: number) => ({
    ...given,
    answered: [{ question_id: 'q', instrument: 'digit_span', item_id: 'a', attempt: 1, answered_at: ago_s(seconds) }],
  });
  const early = start(held(200), outbox).hook.result;
  expect(early.current.asked).toBeNull();
  expect(((early.current.wait?.until_ms ?? 0) - Date.now()) / 1000).toBeCloseTo(100, 0);
  expect(start(held(301), outbox).asked()?.question.item_id).toBe('b');
  await Promise.resolve();
});

test('after a task that ends with a break one is offered, and then it goes on', async () => {
  const { outbox } = world({});
  const given = session(question('a', 3));
  const [part] = given.plan.parts;
  if (!part) throw new Error('no part');
  const next = { ...part, instrument: 'other', questions: [question('b', 3)] };
  const { hook, asked, answer } = start({ ...given, plan: { parts: [{ ...part, break_after: true }, next] } }, outbox);
  await answer('q1');
  expect(hook.result.current.isBreak).toBe(true);
  act(() => hook.result.current.endBreak());
  expect(hook.result.current.isBreak).toBe(false);
  expect(asked()?.question.item_id).toBe('b');
});
