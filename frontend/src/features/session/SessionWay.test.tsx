import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberInvitation } from './invited';
import { SessionWay } from './SessionWay';

type Answer = { status: number; body?: unknown } | 'away';
let answers: Record<string, Answer>;
let asked: string[];

beforeEach(() => {
  asked = [];
  sessionStorage.clear();
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const call = `${init.method ?? 'GET'} ${path}`;
    asked.push(call);
    const answer = answers[call] ?? { status: 404, body: { status: 404, code: 'not_found', title: 'Not found.' } };
    if (answer === 'away') return Promise.reject(new TypeError('failed to fetch'));
    return Promise.resolve(new Response(JSON.stringify(answer.body ?? {}), { status: answer.status }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'locks'); // jsdom has none
});

const PARTICIPANT = { user: { id: 'u', role: 'participant', display_name: '' } };
const QUESTION = { item_id: 'year', block: null, kind: 'spoken', is_practice: false, parameters: {} };
const SESSION = {
  id: 's',
  state: 'open',
  battery: 'brief',
  locale: 'en',
  is_simulated: false,
  server_time: new Date().toISOString(),
  plan: { parts: [{ instrument: 'orientation', title: 'Time', minutes: 1, stop_rules: [], questions: [QUESTION] }] },
  answered: [],
};

test('nobody who was not invited gets in, and is told what to do', async () => {
  answers = { 'GET /api/me': { status: 401, body: { status: 401, code: 'not_signed_in', title: 'Sign in.' } } };
  const { container } = render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'Please open your invitation' })).toBeDefined();
  expect((await axe.run(container)).violations).toEqual([]);
});

test('while the server is away it says so, and another try goes on', async () => {
  answers = { 'GET /api/me': 'away' };
  render(<SessionWay />);
  expect(await screen.findByText(/server cannot be reached/)).toBeDefined();
  answers = { 'GET /api/me': { status: 200, body: PARTICIPANT } };
  rememberInvitation({ battery: 'brief', locale: 'en' });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Before we begin' })).toBeDefined();
});

test('without consent nothing begins', async () => {
  rememberInvitation({ battery: 'brief', locale: 'en' });
  answers = {
    'GET /api/me': { status: 200, body: PARTICIPANT },
    'POST /api/sessions': { status: 201, body: SESSION },
  };
  const { container } = render(<SessionWay />);
  const agree = await screen.findByRole('button', { name: 'I agree, go on' });
  expect(agree.hasAttribute('disabled')).toBe(true);
  expect((await axe.run(container)).violations).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'I do not want to take part' }));
  expect(await screen.findByText(/Nothing was recorded/)).toBeDefined();
  expect(asked).not.toContain('POST /api/sessions');
  await userEvent.click(screen.getByRole('button', { name: 'Back to the consent' }));
  await userEvent.click(await screen.findByRole('checkbox'));
  await userEvent.click(screen.getByRole('button', { name: 'I agree, go on' }));
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
});

test('a session that was begun goes on with the device check, one that is over with thanks', async () => {
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    'GET /api/sessions/s': { status: 200, body: SESSION },
  };
  const { unmount } = render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
  await vi.waitFor(() => expect(asked).toContain('POST /api/sessions/s/events')); // that the page was loaded again
  unmount();
  answers['GET /api/sessions/s'] = { status: 200, body: { ...SESSION, state: 'completed' } };
  render(<SessionWay />);
  expect(await screen.findByText(/Everything has arrived/)).toBeDefined();
});

test('a second tab waits until it is told to take over', async () => {
  const held: LockOptions[] = [];
  const request = (_: string, options: LockOptions, take: (lock: object | null) => Promise<void>) => {
    held.push(options);
    return take(options.steal ? {} : null);
  };
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } });
  answers = { 'GET /api/me': { status: 401, body: { status: 401, code: 'not_signed_in', title: 'Sign in.' } } };
  render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'Your session is open in another window' })).toBeDefined();
  expect(asked).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Go on here' }));
  expect(await screen.findByRole('heading', { name: 'Please open your invitation' })).toBeDefined();
  expect(held.map((options) => options.steal ?? false)).toEqual([false, true]);
});
