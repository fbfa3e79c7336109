import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import type { AudioChunk, Microphone } from '@/lib/recorder';
import { type Services, ServicesProvider } from '@/lib/services';
import { SpokenTask } from './SpokenTask';

const QUESTION: PlannedQuestion = {
  item_id: 'year',
  block: null,
  kind: 'spoken',
  is_practice: false,
  title: 'Year',
  prompt: { text: 'What year is it now?', audio: '/year.ogg' },
  stimulus: null,
  answer: { kind: 'date', max_s: 30 },
  parameters: {},
};

const DIGITS = { kind: 'digits' as const, digits: '58', audio: ['/5.ogg', '/8.ogg'], interval_ms: 1000 };

interface Options {
  question?: PlannedQuestion;
  is_continuing?: boolean;
  isSilent?: boolean;
  keep?: () => Promise<void>;
}

function show({ question = QUESTION, is_continuing = false, isSilent = false, keep }: Options = {}) {
  const sound = {
    play: vi.fn(() => Promise.resolve()),
    playSequence: vi.fn((_: string[], __: number, onBegun: () => void) => {
      if (isSilent) return Promise.reject(new Error('no sound'));
      onBegun();
      return Promise.resolve();
    }),
    stop: vi.fn(),
    unlock: vi.fn(() => Promise.resolve()),
    load: vi.fn(),
  };
  const stop = vi.fn(() => Promise.resolve());
  const record = vi.fn((onChunk: (chunk: AudioChunk) => Promise<void>) => {
    void onChunk({ position: 0, bytes: new ArrayBuffer(1) }).catch(() => undefined);
    return Promise.resolve({ media_type: 'audio/webm', started_at_ms: performance.now(), stop });
  });
  const microphone = { stream: {}, record } as unknown as Microphone;
  const services = { sound, now: () => performance.now(), openMicrophone: vi.fn() } as unknown as Services;
  const told = {
    onBegin: vi.fn(() => Promise.resolve()),
    onChunk: vi.fn(() => Promise.resolve()),
    onTrial: vi.fn(keep ?? (() => Promise.resolve())),
    onSkip: vi.fn(),
    onTimed: vi.fn(),
    onBegun: vi.fn(),
  };
  const { container } = render(
    <ServicesProvider value={services}>
      <SpokenTask {...{ question, microphone, is_continuing }} is_second_attempt={false} {...told} />
    </ServicesProvider>,
  );
  return { ...told, sound, record, stop, container };
}

test('the question is heard, the answer recorded, and told once', async () => {
  const { sound, onBegin, onTrial, stop, container } = show();
  await userEvent.click(screen.getByRole('button', { name: 'Begin' }));
  expect(await screen.findByText(/Now: please speak/)).toBeDefined();
  expect(sound.play).toHaveBeenCalledWith('/year.ogg');
  expect(onBegin).toHaveBeenCalledOnce();
  expect((await axe.run(container)).violations).toEqual([]);
  await userEvent.dblClick(screen.getByRole('button', { name: 'I have finished' }));
  await waitFor(() => expect(onTrial).toHaveBeenCalledOnce());
  expect(stop).toHaveBeenCalledOnce();
});

test('it goes on by itself after the question before', async () => {
  show({ is_continuing: true });
  expect(screen.queryByRole('button', { name: 'Begin' })).toBeNull();
  expect(await screen.findByText(/Now: please speak/, {}, { timeout: 3000 })).toBeDefined();
});

test('a fixed time ends by itself, however often the page is drawn meanwhile', async () => {
  const { onTrial } = show({ question: { ...QUESTION, answer: { kind: 'words', max_s: 0.5, fixed_s: 0.5 } } });
  await userEvent.click(screen.getByRole('button', { name: 'Begin' }));
  await waitFor(() => expect(onTrial).toHaveBeenCalledOnce(), { timeout: 2000 });
});

test('stopping before the time is over asks first', async () => {
  const { onTrial } = show({ question: { ...QUESTION, answer: { kind: 'words', max_s: 60, fixed_s: 60 } } });
  await userEvent.click(screen.getByRole('button', { name: 'Begin' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Stop before the time is over' }));
  await userEvent.click(screen.getByRole('button', { name: 'Go on speaking' }));
  expect(onTrial).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Stop before the time is over' }));
  await userEvent.click(screen.getByRole('button', { name: 'Stop now' }));
  await waitFor(() => expect(onTrial).toHaveBeenCalledOnce());
});

test('without sound, numbers are not put: it can be tried again or left out', async () => {
  const { record, onSkip } = show({ question: { ...QUESTION, stimulus: DIGITS }, isSilent: true });
  await userEvent.click(screen.getByRole('button', { name: 'Listen to the numbers' }));
  expect((await screen.findByRole('alert')).textContent).toContain('could not be played');
  expect(record).not.toHaveBeenCalled();
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Leave this one out' }));
  expect(onSkip).toHaveBeenCalledOnce();
});

test.each([
  ['what is heard once', { ...QUESTION, stimulus: DIGITS }, 'Listen to the numbers', true],
  ['a minute', { ...QUESTION, answer: { kind: 'words', max_s: 60, fixed_s: 60 } }, 'Begin', true],
  ['a plain question', QUESTION, 'Begin', false],
  ['practice', { ...QUESTION, stimulus: DIGITS, is_practice: true }, 'Listen to the numbers', false],
])('%s, and whether it may be interrupted once it has begun', async (_, question, name, isTimed) => {
  const { onTimed, onBegun } = show({ question });
  expect(onTimed).not.toHaveBeenCalledWith(true);
  await userEvent.click(screen.getByRole('button', { name }));
  expect(await screen.findByText(/Now: please speak/)).toBeDefined();
  expect(onTimed).toHaveBeenLastCalledWith(isTimed);
  expect(onBegun).toHaveBeenCalledOnce();
});

test('what could not be played has not begun', async () => {
  const { onTimed, onBegun } = show({ question: { ...QUESTION, stimulus: DIGITS }, isSilent: true });
  await userEvent.click(screen.getByRole('button', { name: 'Listen to the numbers' }));
  await screen.findByRole('alert');
  expect(onBegun).not.toHaveBeenCalled();
  expect(onTimed).toHaveBeenLastCalledWith(false);
});

test('an answer that cannot be kept is asked for again', async () => {
  const { onTrial } = show({ keep: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) });
  await userEvent.click(screen.getByRole('button', { name: 'Begin' }));
  await userEvent.click(await screen.findByRole('button', { name: 'I have finished' }));
  expect((await screen.findByRole('alert')).textContent).toContain('cannot be recorded');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await userEvent.click(await screen.findByRole('button', { name: 'I have finished' }));
  await waitFor(() => expect(onTrial).toHaveBeenCalledTimes(2));
});

test('a picture is shown while the person speaks, a scene as wide as the panel, and neither is named', async () => {
  HTMLImageElement.prototype.decode = () => Promise.resolve(); // jsdom draws nothing
  const stimulus = { kind: 'picture' as const, image: '/stimuli/pictures/scene_a.svg' };
  const asScene = { ...QUESTION, title: 'The picture', stimulus, parameters: { is_scene: true } };
  show({ question: asScene });
  await userEvent.click(screen.getByRole('button', { name: 'Show the picture' }));
  const scene = await screen.findByRole('img', { name: 'What to speak about' });
  expect(scene.getAttribute('src')).toBe('/stimuli/pictures/scene_a.svg');
  expect(scene.className).toContain('scene');
  cleanup();
  show({ question: { ...asScene, parameters: {} } });
  await userEvent.click(screen.getByRole('button', { name: 'Show the picture' }));
  expect((await screen.findByRole('img')).className).toContain('picture');
});

test('a long question is read below a short heading', () => {
  const text =
    'Please start at one hundred and take away seven. Then take away seven again, and go on like that until the end.';
  show({ question: { ...QUESTION, title: 'Sevens from 100', prompt: { text, audio: null } } });
  expect(screen.getByRole('heading').textContent).toBe('Sevens from 100');
  expect(screen.getByText(text).tagName).toBe('P');
});
