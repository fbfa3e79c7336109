import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { rememberExaminer } from '@/lib/invited';
import { go } from '@/features/tasks/touch/frames.fixture';
import { NOTHING_WAITS, type Outbox } from '@/lib/outbox';
import { type Services, ServicesProvider } from '@/lib/services';
import { Tasks } from './Tasks';
import type { Session } from './types';

afterEach(() => localStorage.clear());

const SYMBOL_DIGIT = {
  item_id: 'block',
  block: null,
  kind: 'symbol_digit',
  is_practice: false,
  title: 'Block',
  prompt: { text: '', audio: null },
  stimulus: null,
  answer: null,
  parameters: { key: [4, 0, 7, 1, 8, 2, 5, 3, 6], practice: [7], sequence: [4, 0], duration_s: 1 },
};
const SESSION = {
  id: 's',
  clock_offset_s: 0,
  plan: {
    parts: [
      {
        instrument: 'symbol_digit',
        title: 'Symbols',
        minutes: 3,
        instructions: [],
        blocks: [],
        stop_rules: [],
        questions: [SYMBOL_DIGIT],
      },
    ],
  },
  answered: [],
} as unknown as Session;

test('the timed block has no pause, practice before it has one', async () => {
  const call = vi.fn<(call: { path: string; body: unknown }) => Promise<void>>(() => Promise.resolve());
  const subscribe = (_: string, tell: (state: typeof NOTHING_WAITS) => void) => {
    tell(NOTHING_WAITS);
    return () => undefined;
  };
  const outbox = { call, subscribe, isInTrouble: () => false } as unknown as Outbox;
  const onDone = vi.fn();
  render(
    <ServicesProvider value={{ openMicrophone: vi.fn(), sound: {}, now: () => 0 } as unknown as Services}>
      <Tasks session={SESSION} outbox={outbox} waiting={new Map()} onDone={onDone} />
    </ServicesProvider>,
  );
  const drawn = () => waitFor(() => expect(document.querySelector('.sd-symbol svg')).not.toBeNull(), { timeout: 5000 });
  await drawn();
  await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await drawn();
  await userEvent.keyboard('3');
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeDefined();
  await go('Start');
  await drawn();
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  await waitFor(() => expect(onDone).toHaveBeenCalledOnce(), { timeout: 4000 });
  expect([...(onDone.mock.lastCall?.[0] as Set<string>)]).toEqual(['symbol_digit/block/1']);
  const put = call.mock.calls.find(([one]) => one.path.includes('/questions/'))?.[0];
  expect(put?.body).toMatchObject({ response: { kind: 'trials', summary: { completed: true } } });
}, 15_000);

const RECALL = {
  item_id: 'learning',
  block: 'learning',
  kind: 'spoken',
  is_practice: false,
  title: 'First trial',
  prompt: { text: '', audio: null },
  stimulus: { kind: 'words', audio: ['/a.ogg'], interval_ms: 2000 },
  answer: { kind: 'words', max_s: 60 },
  parameters: {},
};
const DELAYED = { ...RECALL, item_id: 'delayed', block: 'delayed', stimulus: null };
const PART = {
  instrument: 'word_list',
  title: 'Learning words',
  minutes: 4,
  instructions: [],
  blocks: [],
  stop_rules: [],
};

function showTasks(session: unknown) {
  const call = vi.fn<(call: { path: string; body: unknown }) => Promise<void>>(() => Promise.resolve());
  const subscribe = (_: string, tell: (state: typeof NOTHING_WAITS) => void) => {
    tell(NOTHING_WAITS);
    return () => undefined;
  };
  const recordings = { begin: vi.fn(), add: vi.fn(), finish: vi.fn(), discard: vi.fn(() => Promise.resolve()) };
  const outbox = { call, subscribe, isInTrouble: () => true, ...recordings } as unknown as Outbox;
  const record = () => Promise.resolve({ media_type: 'audio/webm', started_at_ms: 0, stop: () => Promise.resolve() });
  const microphone = { stream: {}, settings: () => ({}), close: vi.fn(), record };
  const sound = {
    stop: vi.fn(),
    play: () => Promise.resolve(),
    unlock: () => Promise.resolve(),
    playSequence: (_: string[], __: number, onBegun: () => void) => {
      onBegun();
      return Promise.resolve();
    },
  };
  const services = { openMicrophone: () => Promise.resolve(microphone), sound, now: () => 0 };
  const onDone = vi.fn();
  render(
    <ServicesProvider value={services as unknown as Services}>
      <Tasks session={session as Session} outbox={outbox} waiting={new Map()} onDone={onDone} />
    </ServicesProvider>,
  );
  return {
    onDone,
    puts: () => call.mock.calls.flatMap(([one]) => (one.path.includes('/questions/') ? [one.body] : [])),
    events: () =>
      call.mock.calls.flatMap(([{ path, body }]) =>
        path.endsWith('/events') ? (body as { events: { kind: string; detail: object }[] }).events : [],
      ),
    call,
  };
}

test('when only a delay is left it is waited for, and the session is not over', () => {
  const questions = [RECALL, { ...DELAYED, not_before: { after: 'learning', delay_s: 300 } }];
  const answered_at = new Date(Date.now() - 100_000).toISOString();
  const answered = [{ question_id: 'q', instrument: 'word_list', item_id: 'learning', attempt: 1, answered_at }];
  const { onDone } = showTasks({ id: 's', clock_offset_s: 0, plan: { parts: [{ ...PART, questions }] }, answered });
  expect(screen.getByRole('heading', { name: 'A short rest' })).toBeDefined();
  expect(screen.getByRole('timer').textContent).toMatch(/^3:(20|19)$/);
  expect(screen.getByText('Task 2 of 2')).toBeDefined();
  expect(onDone).not.toHaveBeenCalled();
});

test('staff beside the person repeat a question and leave it out with a reason; alone nobody is offered that', async () => {
  const plan = { parts: [{ ...PART, questions: [RECALL] }] };
  const session = { id: 's', clock_offset_s: 0, is_attended: true, plan, answered: [] };
  showTasks(session);
  expect(screen.queryByText('For the examiner')).toBeNull();
  cleanup();
  rememberExaminer(true);
  const { puts, call, onDone } = showTasks(session);
  await userEvent.click(await screen.findByRole('button', { name: 'Repeat this question' }));
  const event = call.mock.calls.find(([one]) => one.path.endsWith('/events'))?.[0].body;
  const detail = { instrument: 'word_list', item_id: 'learning' };
  expect(event).toMatchObject({ events: [{ kind: 'repeated', detail }] });
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out …' }));
  await userEvent.click(screen.getByRole('button', { name: 'The person is tired' }));
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out' }));
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(puts()).toMatchObject([
    { item_id: 'learning', response: { kind: 'skipped', reason: 'examiner', note: 'The person is tired' } },
  ]);
  rememberExaminer(false);
});

const LEARNING = {
  id: 'learning',
  clock_offset_s: 0,
  answered: [],
  plan: { parts: [{ ...PART, questions: [RECALL] }] },
};
const listen = async () => userEvent.click(await screen.findByRole('button', { name: 'Listen to the words' }));
const isSpeaking = () => screen.findByText(/Now: please speak/);

test('what is heard once has no pause; one that is asked for comes after the answer', async () => {
  const again = { ...RECALL, item_id: 'learning_2' };
  const { puts, events } = showTasks({ ...LEARNING, plan: { parts: [{ ...PART, questions: [RECALL, again] }] } });
  await listen();
  await isSpeaking();
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Pause after this' }));
  expect(screen.getByRole('button', { name: 'A pause comes next' }).hasAttribute('disabled')).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'I have finished' }));
  expect(await screen.findByRole('heading', { name: 'Pause' })).toBeDefined();
  expect(puts()).toMatchObject([{ item_id: 'learning', response: { kind: 'spoken' } }]);
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await listen();
  await isSpeaking();
  expect(events().map((event) => event.kind)).toEqual(['paused', 'resumed']); // the second trial is no second try
  expect(screen.getByRole('button', { name: 'Pause after this' })).toBeDefined();
});

test('a question that is put again after a closed tab is told once it begins, and after its answer no more', async () => {
  const first = showTasks(LEARNING);
  await listen();
  await isSpeaking();
  expect(first.events()).toEqual([]);
  cleanup();
  const second = showTasks(LEARNING);
  expect(await screen.findByRole('button', { name: 'Listen to the words' })).toBeDefined();
  expect(second.events()).toEqual([]);
  await listen();
  await isSpeaking();
  const detail = { instrument: 'word_list', item_id: 'learning' };
  expect(second.events()).toMatchObject([{ kind: 'begun_again', detail }]);
  await userEvent.click(screen.getByRole('button', { name: 'I have finished' }));
  await waitFor(() => expect(second.onDone).toHaveBeenCalled());
  expect(Object.keys(localStorage)).toEqual([]);
});

test('another session on the same device, and a question that was only looked at, begin nothing again', async () => {
  showTasks(LEARNING);
  await screen.findByRole('button', { name: 'Listen to the words' });
  cleanup();
  showTasks({ ...LEARNING, id: 'of another person' });
  await listen();
  await isSpeaking();
  cleanup();
  const { events } = showTasks(LEARNING);
  await listen();
  await isSpeaking();
  expect(events()).toEqual([]);
});

test('words that are to be known again have no pause, and are told when they are shown a second time', async () => {
  const recognition = {
    ...RECALL,
    item_id: 'recognition',
    kind: 'word_recognition',
    stimulus: null,
    answer: null,
    parameters: { words: ['candle', 'ladder'], audio: ['/candle.ogg', '/ladder.ogg'] },
  };
  const session = { ...LEARNING, id: 'known', plan: { parts: [{ ...PART, questions: [recognition] }] } };
  showTasks(session);
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }, { timeout: 5000 }));
  expect(await screen.findByText('candle')).toBeDefined();
  expect(screen.queryByRole('button', { name: /ause/ })).toBeNull();
  cleanup();
  const { events } = showTasks(session);
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }));
  const detail = { instrument: 'word_list', item_id: 'recognition' };
  expect(events()).toMatchObject([{ kind: 'begun_again', detail }]);
});
