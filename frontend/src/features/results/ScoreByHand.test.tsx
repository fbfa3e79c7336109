import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { CorrectionsProvider } from './corrections';
import { QuestionCard } from './QuestionCard';
import { question } from './result.fixture';

const MISS = question({ values: { points: 0 }, answer: '583' });
const BY_HAND = {
  values: { points: 1 },
  reason: 'He said five eight two.',
  made_by: 'Dr Ada Example',
  created_at: '2026-11-23T10:00:00Z',
};

function show(given = MISS, send = vi.fn<() => Promise<void>>(() => Promise.resolve())) {
  const shown = render(
    <CorrectionsProvider value={{ send }}>
      <QuestionCard instrument="digit_span" question={given} />
    </CorrectionsProvider>,
  );
  return { ...shown, send };
}

const open = () => userEvent.click(screen.getByRole('button', { name: 'Score by hand' }));

test('a score by hand is sent with its reason, and only what was changed', async () => {
  const { send, container } = show();
  await open();
  expect((await axe.run(container, { rules: { 'color-contrast': { enabled: false } } })).violations).toEqual([]);
  const points = screen.getByLabelText('Points');
  await userEvent.clear(points);
  await userEvent.type(points, '1');
  await userEvent.click(screen.getByRole('button', { name: 'Keep this score' }));
  expect(screen.getByRole('alert').textContent).toBe('Say why, in a few words.');
  await userEvent.type(screen.getByLabelText('Why'), ' I listened. ');
  await userEvent.click(screen.getByRole('button', { name: 'Keep this score' }));
  expect(send).toHaveBeenCalledExactlyOnceWith('q-1', { values: { points: 1 }, reason: 'I listened.' });
});

test.each([
  ['', 'Enter a number for every score.'],
  ['many', 'Enter a number for every score.'],
  ['0', 'Nothing was changed yet.'],
])('%s is no new score', async (text, words) => {
  const { send } = show();
  await open();
  await userEvent.clear(screen.getByLabelText('Points'));
  if (text) await userEvent.type(screen.getByLabelText('Points'), text);
  await userEvent.type(screen.getByLabelText('Why'), 'x');
  await userEvent.click(screen.getByRole('button', { name: 'Keep this score' }));
  expect(screen.getByRole('alert').textContent).toBe(words);
  expect(send).not.toHaveBeenCalled();
});

test('both values are shown, with who, when and why, and it can be taken back', async () => {
  const { send } = show({ ...MISS, overrides: [BY_HAND] });
  expect(screen.getByText('1 point')).toBeDefined();
  const entry = screen.getByRole('listitem', { current: true });
  expect(entry.textContent).toContain('Points 1 (machine: 0)');
  expect(entry.textContent).toContain('“He said five eight two.” Dr Ada Example, 23 Nov 2026');
  await open();
  await userEvent.type(screen.getByLabelText('Why'), 'Wrong person.');
  await userEvent.click(screen.getByRole('button', { name: 'Take mine back' }));
  expect(send).toHaveBeenCalledExactlyOnceWith('q-1', { values: null, reason: 'Wrong person.' });
});

test('what was taken back stays to be read, and the machine’s score counts', () => {
  show({
    ...MISS,
    overrides: [BY_HAND, { ...BY_HAND, values: null, reason: 'No.', created_at: '2026-11-23T11:00:00Z' }],
  });
  expect(screen.getByText('0 points')).toBeDefined();
  expect(screen.queryByRole('listitem', { current: true })).toBeNull();
  expect(screen.getByText(/Taken back/)).toBeDefined();
});

test('who may not correct is offered nothing, and sees what others did', () => {
  render(<QuestionCard instrument="digit_span" question={{ ...MISS, overrides: [BY_HAND] }} />);
  expect(screen.queryByRole('button', { name: 'Score by hand' })).toBeNull();
  expect(screen.getByText('Scored by hand', { selector: 'h3' })).toBeDefined();
});

test('the server’s words are shown when a score is refused', async () => {
  show(
    MISS,
    vi.fn(() => Promise.reject(new Error('The database is away.'))),
  );
  await open();
  await userEvent.clear(screen.getByLabelText('Points'));
  await userEvent.type(screen.getByLabelText('Points'), '1');
  await userEvent.type(screen.getByLabelText('Why'), 'x');
  await userEvent.click(screen.getByRole('button', { name: 'Keep this score' }));
  expect(screen.getByRole('alert').textContent).toBe('The database is away.');
});
