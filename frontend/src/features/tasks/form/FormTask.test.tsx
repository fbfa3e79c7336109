// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tasks } from '@/features/session/Tasks';
import type { PlannedQuestion, Session } from '@/features/session/types';
import { closeDraft, reopenDraft } from '@/lib/draft';
import { NOTHING_WAITS, type Outbox } from '@/lib/outbox';
import { forgetKeys } from '@/lib/sealing';
import { type Services, ServicesProvider } from '@/lib/services';
import { FormTask } from './FormTask';

const OPTIONS = ['Not at all', 'Several days'].map((text, points) => ({
  id: text.toLowerCase().replaceAll(' ', '_'),
  text,
  points,
}));
const QUESTION = {
  item_id: 'form',
  block: null,
  kind: 'form',
  is_practice: false,
  parameters: {
    items: ['Little interest', 'Thoughts of death'].map((text, at) => ({
      id: `item_${at}`,
      text,
      audio: `/stimuli/en/phq_9/${at}.ogg`,
      scale: 'frequency',
      only_after_points: false,
    })),
    scales: { frequency: { stem: { text: 'How often?', audio: '/stimuli/en/phq_9/stem.ogg' }, options: OPTIONS } },
    notices: [{ item: 'item_1', options: ['several_days'], kind: 'flag', shows_help: true }],
  },
} as unknown as PlannedQuestion;

const play = vi.fn(() => Promise.resolve());
let clock_ms = 0;
const SERVICES = {
  openMicrophone: vi.fn(),
  sound: { play, stop: vi.fn() },
  now: () => (clock_ms += 1000),
} as unknown as Services;

beforeEach(() => vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ key: btoa('k'.repeat(32)) }))));
afterEach(async () => {
  cleanup();
  await reopenDraft('none'); // no draft of any session is left
  vi.unstubAllGlobals();
});

/** The page is loaded again: what it had in memory is gone, and its session is opened anew. */
async function reload(): Promise<void> {
  cleanup();
  closeDraft();
  forgetKeys();
  await reopenDraft('s');
}

function show(draft_key = 's/phq_9/form') {
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onSkip = vi.fn();
  const onFlagged = vi.fn();
  const view = render(
    <ServicesProvider value={SERVICES}>
      <FormTask question={QUESTION} onTimed={vi.fn()} {...{ draft_key, onTrials, onSkip, onFlagged }} />
    </ServicesProvider>,
  );
  return { ...view, onTrials, onSkip, onFlagged };
}

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }));
const pick = (name: string) => userEvent.click(screen.getByRole('radio', { name }));
const isPicked = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name }).checked;

test('nothing is chosen beforehand, and one cannot go on without an answer or a word', async () => {
  const { onTrials, container } = show();
  expect(screen.getByRole('heading', { name: 'Little interest' })).toBe(document.activeElement);
  expect(screen.getByText('Question 1 of 2')).toBeTruthy();
  expect(screen.getAllByRole<HTMLInputElement>('radio').some((radio) => radio.checked)).toBe(false);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Next' }).disabled).toBe(true);
  expect(screen.queryByRole('button', { name: 'Back' })).toBeNull();
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map((violation) => violation.id)).toEqual([]);
  expect(onTrials).not.toHaveBeenCalled();
});

test('answers, going back, a change of mind: reported once, one trial an item', async () => {
  const { onTrials } = show();
  await pick('Several days');
  await press('Next');
  expect(screen.getByRole('heading', { name: 'Thoughts of death' })).toBe(document.activeElement);
  await press('Back');
  expect(isPicked('Several days')).toBe(true);
  await pick('Not at all');
  await press('Next');
  await pick('Not at all');
  await press('Done');
  expect(onTrials).toHaveBeenCalledOnce();
  const [trials, summary] = onTrials.mock.lastCall ?? [];
  expect(trials).toMatchObject([
    { position: 0, item: 'item_0', option: 'not_at_all', change_count: 1, input: 'mouse' },
    { position: 1, item: 'item_1', option: 'not_at_all', change_count: 0 },
  ]);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0 });
});

test('it can be answered by keyboard alone', async () => {
  const { onTrials } = show();
  const keys = async (...pressed: string[]) => {
    for (const key of pressed) await userEvent.keyboard(key);
  };
  await keys('{Tab}', ' ', '{ArrowDown}', '{Tab}', '{Enter}');
  expect(screen.getByRole('heading', { name: 'Thoughts of death' })).toBeTruthy();
  await keys('{Tab}', ' ', '{Tab}', '{Enter}');
  expect(onTrials.mock.lastCall?.[0]).toMatchObject([
    { option: 'several_days', input: 'key' },
    { option: 'not_at_all', input: 'key' },
  ]);
});

test('a question may be left out, and so may all that follow', async () => {
  const { onTrials, onSkip } = show();
  await press('Leave this question out');
  await press('Leave this question out');
  expect(onTrials.mock.lastCall?.[0]).toMatchObject([{ option: null }, { option: null }]);
  expect(onSkip).not.toHaveBeenCalled();
});

test('what was answered before the rest is left out is not lost', async () => {
  const { onTrials, onSkip } = show();
  await pick('Several days');
  await press('Leave out all that follow');
  expect(onSkip).not.toHaveBeenCalled();
  expect(onTrials.mock.lastCall).toMatchObject([
    [{ item: 'item_0', option: 'several_days' }],
    { completed: false },
    {},
  ]);
});

test('a form that was left out whole is told as left out', async () => {
  const { onTrials, onSkip } = show();
  await press('Leave out all that follow');
  expect(onSkip).toHaveBeenCalledOnce();
  expect(onTrials).not.toHaveBeenCalled();
});

test('after a pause the answers are still there', async () => {
  const first = show();
  await pick('Several days');
  await press('Next');
  first.unmount();
  show();
  expect(screen.getByText('Question 2 of 2')).toBeTruthy();
  await press('Back');
  expect(isPicked('Several days')).toBe(true);
});

test("what was begun is nobody else's, and is gone once the form was sent", async () => {
  const first = show();
  await pick('Several days');
  first.unmount();
  const other = show('another session/phq_9/form');
  expect(isPicked('Several days')).toBe(false);
  other.unmount();
  show();
  expect(isPicked('Several days')).toBe(true);
  await press('Next');
  await press('Leave this question out');
  cleanup();
  show();
  expect(screen.getByText('Question 1 of 2')).toBeTruthy();
  expect(isPicked('Several days')).toBe(false);
});

test('an answer of which staff have to know is told when it is chosen, not when the form is done', async () => {
  const { onFlagged, onTrials } = show();
  await pick('Several days'); // of another item
  await press('Next');
  await pick('Not at all');
  expect(onFlagged).not.toHaveBeenCalled();
  await pick('Several days');
  expect(onFlagged.mock.calls).toEqual([['item_1', 'several_days']]);
  expect(onTrials).not.toHaveBeenCalled();
});

test('the question can be heard, with what is asked of it', async () => {
  show();
  await press('Hear the question');
  expect(play.mock.calls.map(([path]: unknown[]) => path)).toEqual([
    '/stimuli/en/phq_9/stem.ogg',
    '/stimuli/en/phq_9/0.ogg',
  ]);
});

function session(): Session {
  return {
    id: 's',
    clock_offset_s: 0,
    help_text: 'Call us.\n\nDay and night.',
    plan: {
      parts: [
        {
          instrument: 'phq_9',
          title: 'Mood',
          minutes: 2,
          instructions: [],
          blocks: [],
          stop_rules: [],
          questions: [{ ...QUESTION }],
        },
      ],
    },
    answered: [],
  } as unknown as Session;
}

/** The whole session as the browser shows it, with an outbox that keeps what it is given. */
function sit(call = vi.fn<Outbox['call']>(() => Promise.resolve())) {
  const subscribe = (_: string, tell: (state: typeof NOTHING_WAITS) => void) => {
    tell(NOTHING_WAITS);
    return () => undefined;
  };
  const onDone = vi.fn();
  render(
    <ServicesProvider value={SERVICES}>
      <Tasks
        session={session()}
        outbox={{ call, subscribe, isInTrouble: () => false } as unknown as Outbox}
        waiting={new Map()}
        onDone={onDone}
      />
    </ServicesProvider>,
  );
  return { call, onDone };
}

const callsTo = (call: ReturnType<typeof sit>['call'], end: string) =>
  call.mock.calls.map(([one]) => one).filter((one) => one.path.endsWith(end));

test('after an answer that worries the help text is read before anything else, with the answer already kept', async () => {
  const { call, onDone } = sit();
  await screen.findByRole('heading', { name: 'Little interest' });
  await pick('Not at all');
  await press('Next');
  await pick('Several days');
  await press('Done');
  expect(await screen.findByRole('heading', { name: 'Please read this' })).toBeTruthy();
  expect(screen.getByText('Day and night.')).toBeTruthy();
  expect(call.mock.calls.map(([one]) => one.method)).toEqual(['POST', 'PUT']);
  expect(onDone).not.toHaveBeenCalled();
  await press('I have read this');
  expect(onDone).toHaveBeenCalledOnce();
});

test('a page that is loaded again after an answer that worries has told it, and goes on where it was', async () => {
  const { call } = sit();
  await screen.findByRole('heading', { name: 'Little interest' });
  await pick('Not at all');
  await press('Next');
  await pick('Several days');
  const [told] = callsTo(call, '/events');
  expect(told?.body).toMatchObject({
    events: [
      {
        kind: 'option_chosen',
        detail: { instrument: 'phq_9', item_id: 'form', item: 'item_1', option: 'several_days' },
      },
    ],
  });
  await reload();
  const again = sit();
  expect(await screen.findByText('Question 2 of 2')).toBeTruthy();
  expect(isPicked('Several days')).toBe(true);
  await press('Done');
  await screen.findByRole('heading', { name: 'Please read this' });
  expect(callsTo(again.call, '/events')).toEqual([]); // it is told once
  expect(again.call.mock.lastCall?.[0].body).toMatchObject({
    response: { trials: [{ option: 'not_at_all' }, { option: 'several_days' }] },
  });
});

test('the time in which another page was in front belongs to no question', async () => {
  const { onTrials } = show();
  await pick('Several days');
  await press('Next');
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  fireEvent(document, new Event('visibilitychange'));
  clock_ms += 3 * 24 * 3_600_000;
  visibility.mockReturnValue('visible');
  fireEvent(document, new Event('visibilitychange'));
  visibility.mockRestore();
  await pick('Not at all');
  await press('Done');
  const [trials, summary] = onTrials.mock.lastCall ?? [];
  for (const trial of trials ?? []) {
    expect(trial['time_ms']).toBeLessThan(60_000);
    expect(trial['reaction_time_ms']).toBeLessThan(60_000);
  }
  expect(summary?.['duration_ms']).toBeLessThan(60_000);
  expect(summary).toMatchObject({ interruption_count: 1 });
});
