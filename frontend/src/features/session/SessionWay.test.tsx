import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberInvitation } from '@/lib/invited';
import { SessionWay } from './SessionWay';

type Answer = { status: number; body?: unknown } | 'away';
let answers: Record<string, Answer>;
const KEY: Answer = { status: 200, body: { key: btoa('k'.repeat(32)) } };
let asked: string[];
let told: string[];

beforeEach(() => {
  asked = [];
  told = [];
  sessionStorage.clear();
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const call = `${init.method ?? 'GET'} ${path}`;
    asked.push(call);
    if (path.endsWith('/events')) told.push(...kindsOf(init));
    const answer = answers[call] ??
      (path.endsWith('/outbox-key') ? KEY : null) ?? {
        status: 404,
        body: { status: 404, code: 'not_found', title: 'Not found.' },
      };
    if (answer === 'away') return Promise.reject(new TypeError('failed to fetch'));
    return Promise.resolve(
      new Response(answer.status === 204 ? null : JSON.stringify(answer.body ?? {}), { status: answer.status }),
    );
  });
});
const kindsOf = (init: RequestInit): string[] =>
  (JSON.parse(init.body as string) as { events: { kind: string }[] }).events.map((event) => event.kind);
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'locks'); // jsdom has none
});

const PARTICIPANT = { user: { id: 'u', role: 'participant', display_name: '' } };
const TEXT = {
  version: '2026-11',
  locale: 'en',
  title: 'Before we begin',
  paragraphs: ['Your voice is recorded while you answer.'],
  agreement: 'I agree that my answers are recorded.',
  sha256: 'a'.repeat(64),
};
const WORD = {
  operation: 'given',
  done_by: 'participant',
  data_choice: null,
  version: '2026-11',
  at: '2026-11-20T10:00:00Z',
};
const asking = (is_to_ask: boolean, ...history: object[]): Answer => ({
  status: 200,
  body: { organisation: 'Clinic', text: TEXT, state: 'none', is_to_ask, history },
});
const CONSENT = 'GET /api/me/consent?locale=en';
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
  answers = { 'GET /api/me': { status: 200, body: PARTICIPANT }, [CONSENT]: asking(true) };
  rememberInvitation({ battery: 'brief', locale: 'en' });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Before we begin' })).toBeDefined();
});

test('without consent nothing begins', async () => {
  rememberInvitation({ battery: 'brief', locale: 'en' });
  answers = {
    'GET /api/me': { status: 200, body: PARTICIPANT },
    [CONSENT]: asking(true),
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
  expect(told).toEqual([]); // it has only just begun
});

test('a session that was begun goes on with the device check, one that is over with thanks', async () => {
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    [CONSENT]: asking(false, WORD),
    'GET /api/sessions/s': { status: 200, body: SESSION },
  };
  const { unmount } = render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
  await vi.waitFor(() => expect(told).toEqual(['reloaded']));
  unmount();
  answers['GET /api/sessions/s'] = { status: 200, body: { ...SESSION, state: 'completed' } };
  render(<SessionWay />);
  expect(await screen.findByText(/Everything has arrived/)).toBeDefined();
  expect(told).toEqual(['reloaded']);
});

test('a session goes on only with the key of what this device keeps of it, which is asked for each time', async () => {
  const KEY_OF_S = 'GET /api/sessions/s/outbox-key';
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    [CONSENT]: asking(false, WORD),
    'GET /api/sessions/s': { status: 200, body: SESSION },
    'POST /api/sessions/s/events': { status: 204 },
    [KEY_OF_S]: { status: 410, body: { status: 410, code: 'gone', title: 'Their key was destroyed.' } },
  };
  const { unmount } = render(<SessionWay />);
  expect(await screen.findByText('Their key was destroyed.')).toBeDefined();
  expect(told).toEqual([]);
  answers[KEY_OF_S] = KEY;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
  await vi.waitFor(() => expect(told).toEqual(['reloaded']));
  unmount();
  render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
  await vi.waitFor(() => expect(told).toEqual(['reloaded', 'reloaded']));
  expect(asked.filter((call) => call === KEY_OF_S).length).toBeGreaterThanOrEqual(3); // sending may ask once more
});

test('new words are put anew before a session goes on, and say that they are new', async () => {
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    'GET /api/sessions/s': { status: 200, body: SESSION },
    [CONSENT]: asking(true, { ...WORD, version: '2026-10' }),
    'POST /api/me/consent': { status: 201, body: {} },
  };
  render(<SessionWay />);
  expect(await screen.findByText(/These words are new since you agreed on 20 November 2026/)).toBeDefined();
  expect(told).toEqual([]);
  await userEvent.click(screen.getByRole('checkbox'));
  await userEvent.click(screen.getByRole('button', { name: 'I agree, go on' }));
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
  expect(asked).toContain('POST /api/me/consent');
  expect(asked).not.toContain('POST /api/sessions');
});

test('what was agreed to with staff is shown and not asked again', async () => {
  rememberInvitation({ battery: 'brief', locale: 'en' });
  answers = {
    'GET /api/me': { status: 200, body: PARTICIPANT },
    [CONSENT]: asking(false, { ...WORD, done_by: 'staff' }),
    'POST /api/sessions': { status: 201, body: SESSION },
  };
  render(<SessionWay />);
  expect(await screen.findByText(/with a member of staff beside you/)).toBeDefined();
  expect(screen.queryByRole('checkbox')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
  expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
});

test('who has withdrawn is asked nothing more', async () => {
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    'GET /api/sessions/s': { status: 200, body: { ...SESSION, state: 'withdrawn' } },
  };
  render(<SessionWay />);
  expect(await screen.findByRole('heading', { name: 'You have withdrawn your consent' })).toBeDefined();
  expect(told).toEqual([]);
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

/** Locks as a browser has them: whoever steals one takes it from its holder. */
function locks() {
  let loseIt: ((reason: Error) => void) | null = null;
  const request = (_: string, options: LockOptions, take: (lock: object | null) => Promise<void>) => {
    if (loseIt && !options.steal) return take(null);
    loseIt?.(new Error('stolen'));
    const lost = new Promise<never>((_resolve, reject) => (loseIt = reject));
    return Promise.race([take({}), lost]);
  };
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } });
  return {
    stealElsewhere: () => request('', { steal: true }, () => new Promise(() => undefined)).catch(() => undefined),
  };
}

test('taking a session over from another tab is told, and can be done again after it was lost again', async () => {
  const { stealElsewhere } = locks();
  void stealElsewhere();
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    [CONSENT]: asking(false, WORD),
    'GET /api/sessions/s': { status: 200, body: SESSION },
    'POST /api/sessions/s/events': { status: 204 },
  };
  render(<SessionWay />);
  for (const times of [1, 2]) {
    await userEvent.click(await screen.findByRole('button', { name: 'Go on here' }));
    expect(await screen.findByRole('heading', { name: 'Can you hear well?' })).toBeDefined();
    await vi.waitFor(() => expect(told).toEqual(Array<string>(times).fill('second_tab')));
    await act(async () => {
      void stealElsewhere();
      await Promise.resolve();
    });
    expect(await screen.findByRole('heading', { name: 'Your session is open in another window' })).toBeDefined();
  }
});

test('when all is answered already nothing is asked again: what waits is sent and the session closed', async () => {
  const answered = [{ question_id: 'q', instrument: 'orientation', item_id: 'year', attempt: 1 }];
  answers = {
    'GET /api/me': { status: 200, body: { ...PARTICIPANT, session_id: 's' } },
    [CONSENT]: asking(false, WORD),
    'GET /api/sessions/s': { status: 200, body: { ...SESSION, answered } },
    'POST /api/sessions/s/events': { status: 204 },
    'POST /api/sessions/s/complete': { status: 202 },
  };
  render(<SessionWay />);
  expect(await screen.findByText('How was it for you?')).toBeDefined();
});
