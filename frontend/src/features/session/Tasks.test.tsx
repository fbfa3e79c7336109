import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { NOTHING_WAITS, type Outbox } from '@/lib/outbox';
import { type Services, ServicesProvider } from '@/lib/services';
import { Tasks } from './Tasks';
import type { Session } from './types';

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
  const drawn = () => waitFor(() => expect(document.querySelector('.sd-symbol svg')).not.toBeNull());
  await drawn();
  await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await drawn();
  await userEvent.keyboard('3');
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeDefined();
  await userEvent.click(await screen.findByRole('button', { name: 'Start' }));
  await drawn();
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  await waitFor(() => expect(onDone).toHaveBeenCalledOnce(), { timeout: 4000 });
  expect([...(onDone.mock.lastCall?.[0] as Set<string>)]).toEqual(['symbol_digit/block/1']);
  const put = call.mock.calls.find(([one]) => one.path.includes('/questions/'))?.[0];
  expect(put?.body).toMatchObject({ response: { kind: 'trials', summary: { completed: true } } });
});
