import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { Frames, go } from '@/features/tasks/touch/frames.fixture';
import type { Outbox } from '@/lib/outbox';
import { type Microphone, MicrophoneError } from '@/lib/recorder';
import { type Services, ServicesProvider } from '@/lib/services';
import { Question } from './Question';
import type { Response } from './types';
import { useMicrophone } from './useMicrophone';
import type { Asked } from './useTasks';

afterEach(() => vi.unstubAllGlobals());

const ASKED = {
  part: { instrument: 'orientation' },
  part_index: 0,
  attempt: 1,
  question: {
    item_id: 'year',
    block: null,
    kind: 'spoken',
    is_practice: false,
    title: 'Year',
    prompt: { text: 'What year is it now?', audio: null },
    stimulus: null,
    answer: { kind: 'date', max_s: 30 },
    parameters: {},
  },
} as unknown as Asked;

function show(openMicrophone: (onLost?: () => void) => Promise<Microphone>, asked = ASKED) {
  const outbox = { begin: vi.fn(), add: vi.fn(), finish: vi.fn(), discard: vi.fn() };
  const onAnswer = vi.fn<(id: string, response: Response) => void>();
  const onLost = vi.fn();
  const sound = { stop: vi.fn() };
  function Here() {
    const mic = useMicrophone(true, onLost);
    return (
      <Question
        asked={asked}
        session_id="s"
        outbox={outbox as unknown as Outbox}
        {...{ mic, onAnswer }}
        is_continuing={false}
        onTimed={() => undefined}
        onBegun={() => undefined}
        onFlagged={() => undefined}
      />
    );
  }
  render(
    <ServicesProvider value={{ openMicrophone, sound, now: () => performance.now() } as unknown as Services}>
      <Here />
    </ServicesProvider>,
  );
  return { outbox, onAnswer, onLost };
}

function microphone(): Microphone {
  const record = () => Promise.resolve({ media_type: 'audio/webm', started_at_ms: 0, stop: () => Promise.resolve() });
  return { stream: {}, record, settings: () => ({}), close: vi.fn() } as unknown as Microphone;
}

test('a microphone that is refused can be tried again, or the question left out', async () => {
  let isAllowed = false;
  const { onAnswer } = show(() =>
    isAllowed ? Promise.resolve(microphone()) : Promise.reject(new MicrophoneError('refused')),
  );
  expect((await screen.findByRole('alert')).textContent).toContain('allow the microphone');
  await userEvent.click(screen.getByRole('button', { name: 'Leave this question out' }));
  expect(onAnswer.mock.calls[0]?.[1]).toEqual({ kind: 'skipped', reason: 'microphone' });
  isAllowed = true;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'What year is it now?' })).toBeDefined();
});

test('a microphone that is unplugged half-way: the recording is dropped, the question asked again', async () => {
  let lose: (() => void) | undefined;
  const { outbox, onAnswer, onLost } = show((onGone) => {
    lose = onGone;
    return Promise.resolve(microphone());
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Begin' }));
  expect(await screen.findByText(/Now: please speak/)).toBeDefined();
  act(() => lose?.());
  expect((await screen.findByRole('alert')).textContent).toContain('disconnected');
  expect(onLost).toHaveBeenCalledOnce();
  expect(outbox.discard).toHaveBeenCalledOnce();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('button', { name: 'Begin' })).toBeDefined();
  expect(onAnswer).not.toHaveBeenCalled();
});

test('a task by hand asks in its practice for what the plan says', { timeout: 20_000 }, async () => {
  const frames = new Frames();
  const trials = [{ stimulus: 0, wait_ms: 1000 }];
  const parameters = { targets: 1, practice: trials, trials, slowest_ms: 2000 };
  const asked = {
    ...ASKED,
    part: { instrument: 'reaction_time', practice: { mastered_from: 1, repeats: 0 } },
    question: { ...ASKED.question, item_id: 'simple', kind: 'reaction_time', parameters },
  } as unknown as Asked;
  show(() => Promise.resolve(microphone()), asked);
  await frames.begin('.press');
  frames.pass(1000 + 2000 + 40); // not pressed
  await go('Start');
});
