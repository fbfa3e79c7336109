import { act, createEvent, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { type Services, ServicesProvider } from '@/lib/services';
import { Frames } from '../touch/frames.fixture';
import { WordRecognitionTask } from './WordRecognitionTask';

const QUESTION = {
  item_id: 'recognition',
  kind: 'word_recognition',
  title: 'Known words',
  parameters: { words: ['candle', 'ladder', 'basket'], audio: ['/candle.ogg', '/ladder.ogg', '/basket.ogg'] },
} as unknown as PlannedQuestion;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function show() {
  const frames = new Frames();
  const sound = { play: vi.fn(() => Promise.resolve()), stop: vi.fn(), unlock: vi.fn(() => Promise.resolve()) };
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onTimed = vi.fn();
  const services = { sound } as unknown as Services;
  const { container } = render(
    <ServicesProvider value={services}>
      <WordRecognitionTask
        question={QUESTION}
        onSkip={vi.fn()}
        draft_key="k"
        onFlagged={vi.fn()}
        {...{ onTrials, onTimed }}
      />
    </ServicesProvider>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Start' }));
  frames.pass(10);
  return { onTrials, onTimed, sound, container, frames };
}

/** Events on a button at this time on the page's clock; a click alone is what a screen reader sends. */
function send(name: 'Yes' | 'No', at_ms: number, ...kinds: ('pointerDown' | 'pointerUp' | 'click')[]): void {
  const button = screen.getByRole('button', { name });
  const isAlone = kinds.join() === 'click';
  for (const kind of kinds) {
    const event = createEvent[kind](button, { button: 0, detail: isAlone ? 0 : 1 });
    const finger = { pointerType: { value: 'touch' }, pointerId: { value: 1 }, width: { value: 20 } };
    Object.defineProperties(event, { timeStamp: { value: at_ms }, ...(isAlone ? {} : finger) });
    fireEvent(button, event);
  }
}

const tap = (name: 'Yes' | 'No', down_ms: number, up_ms = down_ms): void => {
  send(name, down_ms, 'pointerDown');
  send(name, up_ms, 'pointerUp', 'click');
};

test('each word is seen and heard, and answered once, by touch, key or click, with the times of frame and event', async () => {
  const { onTrials, onTimed, sound, container, frames } = await show();
  expect(screen.getByText('candle')).toBeDefined();
  expect((await axe.run(container)).violations).toEqual([]);
  const first_ms = frames.now_ms;
  tap('Yes', first_ms + 812.34, first_ms + 990); // the finger came down, and went up later
  frames.now_ms = first_ms + 990;
  frames.pass(10);
  frames.key('n', 700);
  frames.key('n'); // before the next word is drawn
  frames.pass(10);
  send('Yes', frames.now_ms + 500, 'click');
  send('Yes', frames.now_ms + 500, 'click');
  expect(sound.play.mock.calls).toEqual([['/candle.ogg'], ['/ladder.ogg'], ['/basket.ogg']]);
  expect(onTrials).toHaveBeenCalledOnce();
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  expect(trials).toEqual([
    { position: 0, word: 'candle', response: true, onset_ms: 0, reaction_time_ms: 812.3, input: 'touch' },
    { position: 1, word: 'ladder', response: false, onset_ms: 1000, reaction_time_ms: 700, input: 'key' },
    { position: 2, word: 'basket', response: true, onset_ms: 1710, reaction_time_ms: 500, input: 'touch' },
  ]);
  expect(summary).toMatchObject({ completed: true, duration_ms: 2210, interruption_count: 0 });
  expect(onTimed).toHaveBeenLastCalledWith(true);
});

test('a second tap of a hand that trembles answers no word that nobody has read', async () => {
  const { onTrials, frames } = await show();
  tap('No', frames.now_ms + 600);
  frames.pass(10);
  for (const after_ms of [100, 250, 399]) tap('No', frames.now_ms + after_ms);
  frames.key('n', 300);
  expect(screen.getByText('ladder')).toBeDefined();
  const onset_ms = frames.now_ms - 300;
  send('No', onset_ms + 390, 'pointerDown'); // it came down too early, however late it goes up
  send('No', onset_ms + 900, 'pointerUp', 'click');
  expect(screen.getByText('ladder')).toBeDefined();
  tap('Yes', onset_ms + 1000);
  frames.pass(10);
  tap('Yes', frames.now_ms + 400);
  expect(onTrials.mock.calls[0]?.[0]).toMatchObject([
    { word: 'candle', response: false, reaction_time_ms: 600 },
    { word: 'ladder', response: true, reaction_time_ms: 1000 },
    { word: 'basket', response: true, reaction_time_ms: 400 },
  ]);
});

test('the buttons stay where and what they are, and only look as if they could not be pressed yet', async () => {
  const { frames } = await show();
  const yes = screen.getByRole('button', { name: 'Yes' });
  act(() => yes.focus());
  const quiet = yes.className;
  await waitFor(() => expect(yes.className).not.toBe(quiet));
  frames.key('y', 500);
  frames.pass(10);
  expect(screen.getByRole('button', { name: 'Yes' })).toBe(yes);
  expect(document.activeElement).toBe(yes);
  expect(yes.hasAttribute('disabled')).toBe(false);
  expect(yes.className).toBe(quiet);
});

test('a held key answers one word only, and leaving the page or its window is counted', async () => {
  const { onTrials, frames } = await show();
  frames.key('y', 500);
  frames.pass(500);
  fireEvent.keyDown(document, { key: 'y', repeat: true });
  expect(screen.getByText('ladder')).toBeDefined();
  for (const name of ['blur', 'blur', 'focus']) fireEvent(window, new Event(name)); // another window
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  fireEvent(document, new Event('visibilitychange'));
  fireEvent(window, new Event('blur')); // both of one absence
  for (const key of ['n', 'y']) {
    frames.key(key, 500);
    frames.pass(10);
  }
  expect(onTrials.mock.calls[0]?.[1]).toMatchObject({ interruption_count: 2 });
});
