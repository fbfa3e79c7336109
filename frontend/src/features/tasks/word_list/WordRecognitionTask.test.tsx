import { act, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { type Services, ServicesProvider } from '@/lib/services';
import { WordRecognitionTask } from './WordRecognitionTask';

const QUESTION = {
  item_id: 'recognition',
  kind: 'word_recognition',
  title: 'Known words',
  parameters: { words: ['candle', 'ladder', 'basket'], audio: ['/candle.ogg', '/ladder.ogg', '/basket.ogg'] },
} as unknown as PlannedQuestion;

function show() {
  let clock_ms = 1000;
  const sound = { play: vi.fn(() => Promise.resolve()), stop: vi.fn(), unlock: vi.fn(() => Promise.resolve()) };
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const services = { sound, now: () => clock_ms } as unknown as Services;
  const { container } = render(
    <ServicesProvider value={services}>
      <WordRecognitionTask
        question={QUESTION}
        onSkip={vi.fn()}
        onTimed={vi.fn()}
        draft_key="k"
        onFlagged={vi.fn()}
        onTrials={onTrials}
      />
    </ServicesProvider>,
  );
  return { onTrials, sound, container, pass: (ms: number) => (clock_ms += ms) };
}

const frame = () => act(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));

test('each word is seen and heard, and answered once, by touch or by key, with its time', async () => {
  const { onTrials, sound, container, pass } = show();
  await userEvent.click(screen.getByRole('button', { name: 'Start' }));
  await frame();
  expect(screen.getByText('candle')).toBeDefined();
  expect((await axe.run(container)).violations).toEqual([]);
  pass(812.34);
  await userEvent.click(screen.getByRole('button', { name: 'Yes' }));
  await frame();
  pass(700);
  fireEvent.keyDown(document, { key: 'n' });
  fireEvent.keyDown(document, { key: 'n' }); // before the next word is drawn
  await frame();
  pass(500);
  fireEvent.keyDown(document, { key: 'ArrowLeft' });
  fireEvent.keyDown(document, { key: 'ArrowLeft' });
  expect(sound.play.mock.calls).toEqual([['/candle.ogg'], ['/ladder.ogg'], ['/basket.ogg']]);
  expect(onTrials).toHaveBeenCalledOnce();
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  expect(trials).toEqual([
    { position: 0, word: 'candle', response: true, onset_ms: 0, reaction_time_ms: 812.3, input: 'mouse' },
    { position: 1, word: 'ladder', response: false, onset_ms: 812.3, reaction_time_ms: 700, input: 'key' },
    { position: 2, word: 'basket', response: true, onset_ms: 1512.3, reaction_time_ms: 500, input: 'key' },
  ]);
  expect(summary).toMatchObject({ completed: true, duration_ms: 2012.3, interruption_count: 0 });
});

test('a held key answers one word only, and leaving the page is counted', async () => {
  const { onTrials } = show();
  await userEvent.click(screen.getByRole('button', { name: 'Start' }));
  await frame();
  fireEvent.keyDown(document, { key: 'y' });
  await frame();
  fireEvent.keyDown(document, { key: 'y', repeat: true });
  expect(screen.getByText('ladder')).toBeDefined();
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  fireEvent(document, new Event('visibilitychange'));
  for (const key of ['n', 'y']) {
    await frame();
    fireEvent.keyDown(document, { key });
  }
  expect(onTrials.mock.calls[0]?.[1]).toMatchObject({ interruption_count: 1 });
});
