import { act, render, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PlannedQuestion } from '@/features/session/types';
import { SymbolDigitTask } from './SymbolDigitTask';
import { go } from '../touch/frames.fixture';

const KEY = [4, 0, 7, 1, 8, 2, 5, 3, 6];
const QUESTION = {
  item_id: 'block',
  kind: 'symbol_digit',
  parameters: { key: KEY, practice: [7, 0], sequence: [4, 0, 7, 1], duration_s: 0.5 },
} as unknown as PlannedQuestion;

/** Listeners on the document and the window, but for those of React and of the tests. */
const heard = new Set<string>();
const WATCHED = ['keydown', 'visibilitychange', 'blur', 'focus', 'fullscreenchange', 'beforeunload'];

beforeEach(() => heard.clear());
afterEach(() => vi.restoreAllMocks());

function watch(target: Document | Window, name: string) {
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  let id = 0;
  const known = new Map<unknown, string>();
  vi.spyOn(target, 'addEventListener').mockImplementation(
    (type: string, listener: unknown, options?: AddEventListenerOptions | boolean) => {
      if (WATCHED.includes(type) && typeof options !== 'boolean') {
        const word = `${name} ${type} ${++id}`;
        heard.add(word);
        known.set(listener, word);
        options?.signal?.addEventListener('abort', () => heard.delete(word));
      }
      add(type, listener as EventListener, options);
    },
  );
  vi.spyOn(target, 'removeEventListener').mockImplementation((type: string, listener: unknown) => {
    const word = known.get(listener);
    if (word) heard.delete(word);
    remove(type, listener as EventListener);
  });
}

function show() {
  const onTrials = vi.fn<(trials: Record<string, unknown>[], summary: Record<string, unknown>) => void>();
  const onTimed = vi.fn<(isTimed: boolean) => void>();
  return {
    ...render(
      <SymbolDigitTask
        question={QUESTION}
        onSkip={vi.fn()}
        draft_key="k"
        onFlagged={vi.fn()}
        {...{ onTrials, onTimed }}
      />,
    ),
    onTrials,
    onTimed,
  };
}

const symbol = () => document.querySelector<HTMLElement>('.sd-symbol svg');

/** Press the right number for the symbol that is shown, once it is shown. */
async function answer(item: number) {
  await waitFor(() => expect(document.querySelector<HTMLElement>('.sd-symbol')?.dataset.symbol).toBe(String(item)));
  await waitFor(() => expect(symbol()).not.toBeNull());
  await userEvent.keyboard(String(KEY.indexOf(item) + 1));
}

async function practise() {
  await answer(7);
  await answer(0);
  await go('Start');
}

test('practice, then the timed block, of which the page is told so that nothing interrupts it', async () => {
  const { onTrials, onTimed } = show();
  await practise();
  expect(onTimed.mock.lastCall).toEqual([true]);
  await answer(4);
  await waitFor(() => expect(onTrials).toHaveBeenCalledOnce(), { timeout: 3000 });
  const [trials, summary] = onTrials.mock.calls[0] ?? [];
  expect(trials?.map((trial) => [trial.symbol, trial.is_practice])).toEqual([
    [7, true],
    [0, true],
    [4, false],
  ]);
  expect(summary).toMatchObject({ completed: true, interruption_count: 0 });
  expect(onTimed.mock.lastCall).toEqual([false]);
});

test('a block that is left half-way reports nothing and listens to nothing any more', async () => {
  watch(document, 'document');
  watch(window, 'window');
  const before = new Set(heard);
  const { onTrials, onTimed, unmount } = show();
  await practise();
  await answer(4);
  expect(heard.size).toBeGreaterThan(before.size);
  unmount();
  expect(onTimed.mock.lastCall).toEqual([false]);
  await waitFor(() => expect([...heard].filter((one) => !before.has(one))).toEqual([]));
  await act(() => new Promise((resolve) => setTimeout(resolve, 700))); // the block's time is over
  expect(onTrials).not.toHaveBeenCalled();
});
