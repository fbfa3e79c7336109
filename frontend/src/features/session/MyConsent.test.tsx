import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MyConsent } from './MyConsent';

const TEXT = {
  version: '2026-11',
  locale: 'en',
  title: 'Before we begin',
  paragraphs: ['Your voice is recorded while you answer.'],
  agreement: 'I agree.',
  sha256: 'a'.repeat(64),
};
const GIVEN = {
  operation: 'given',
  done_by: 'participant',
  data_choice: null,
  version: '2026-11',
  at: '2026-11-20T10:00:00Z',
};
let role: string;
let history: object[];
let sent: { path: string; body: unknown }[];

beforeEach(() => {
  role = 'participant';
  history = [GIVEN];
  sent = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => Promise.resolve(answer(path, init)));
});
afterEach(() => vi.unstubAllGlobals());

function answer(path: string, init: RequestInit): Response {
  if (path === '/api/me') return Response.json({ user: { id: 'u', role, display_name: '' }, session_id: 's' });
  if (init.method === 'POST') {
    const body = JSON.parse(init.body as string) as { data: string };
    sent.push({ path, body });
    history = [{ ...GIVEN, operation: 'withdrawn', data_choice: body.data }, ...history];
    return Response.json({});
  }
  return Response.json({ organisation: 'Clinic', text: TEXT, state: 'given', is_to_ask: false, history });
}

test('it shows what was agreed to, and withdraws with what becomes of the data', async () => {
  render(<MyConsent />);
  expect(await screen.findByText(/You agreed on 20 November 2026 to what Clinic asked you/)).toBeDefined();
  const withdraw = screen.getByRole('button', { name: 'Withdraw my consent' });
  expect(withdraw.hasAttribute('disabled')).toBe(true);
  await userEvent.click(screen.getByRole('radio', { name: /Keep what I gave/ }));
  await userEvent.click(withdraw);
  expect(await screen.findByRole('heading', { name: 'You have withdrawn your consent' })).toBeDefined();
  expect(sent[0]?.body).toMatchObject({ data: 'keep' });
  await userEvent.click(screen.getByRole('radio', { name: /Erase what I gave/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Erase it' }));
  expect(await screen.findByText(/in every backup made unreadable/)).toBeDefined();
  expect(sent.map(({ path }) => path)).toEqual(Array(2).fill('/api/me/consent/withdraw'));
  expect(screen.queryByRole('button')).toBeNull();
});

test('axe finds nothing', async () => {
  const { container } = render(<MyConsent />);
  await screen.findByRole('button', { name: 'Withdraw my consent' });
  expect((await axe.run(container)).violations).toEqual([]);
});

test('who has agreed to nothing has nothing to withdraw', async () => {
  history = [];
  render(<MyConsent />);
  expect(await screen.findByText(/nothing has been recorded/)).toBeDefined();
  expect(screen.queryByRole('button')).toBeNull();
});

test('whom we do not know is told what to do', async () => {
  role = 'clinician';
  render(<MyConsent />);
  expect(await screen.findByRole('heading', { name: 'Please open your invitation' })).toBeDefined();
});
