import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '@/lib/outbox';
import { Completing, Kept } from './Completing';

/** A server that takes, or refuses, answers and the closing of the session. */
const server = { refuses: null as string | null, isAway: false, answered: 0, announced: [] as number[] };
let count = 0;

beforeEach(() => {
  Object.assign(server, { refuses: null, isAway: false, answered: 1, announced: [] });
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    if (server.isAway) return Promise.reject(new TypeError('failed to fetch'));
    return Promise.resolve(answerTo(path, init));
  });
});
afterEach(() => vi.unstubAllGlobals());

function answerTo(path: string, init: RequestInit): Response {
  if (path.endsWith('/outbox-key')) return json({ key: btoa('k'.repeat(32)) }, 200);
  if (init.method === 'PUT') {
    if (server.refuses !== null)
      return json({ code: 'invalid_input', title: server.refuses, remedy: 'Ask for a new link.' }, 422);
    server.answered += 1;
    return json({}, 201);
  }
  if (path.endsWith('/complete')) {
    const { question_count } = JSON.parse(init.body as string) as { question_count: number };
    server.announced.push(question_count);
    if (question_count !== server.answered) return json({ code: 'conflict', title: 'Another number of answers.' }, 409);
    return json({}, 202);
  }
  const answered = Array.from({ length: server.answered }, (_, i) => ({
    question_id: `q${i}`,
    instrument: 'i',
    item_id: `item${i}`,
    attempt: 1,
  }));
  return json({ id: 's', state: 'open', server_time: new Date().toISOString(), plan: { parts: [] }, answered }, 200);
}

const json = (body: unknown, status: number): Response => new Response(JSON.stringify(body), { status });

/** One answer is on the server (item0), another one waits here (item1), which may be of another session. */
async function show(session_id: string | null = 's') {
  const outbox = new Outbox(`completing-${++count}`);
  const call = { id: 'q1', path: '/api/sessions/x/questions/q1', method: 'PUT' as const, body: {}, recording_id: null };
  if (session_id !== null) await outbox.call({ ...call, session_id });
  const onCompleted = vi.fn();
  const answered = new Set(session_id === 's' ? ['i/item0/1', 'i/item1/1'] : ['i/item0/1']);
  function Here() {
    const [words, setWords] = useState<string | null>(null);
    if (words !== null) return <Kept words={words} onAgain={() => setWords(null)} />;
    return <Completing session_id="s" {...{ answered, outbox, onCompleted }} onLeave={setWords} />;
  }
  return { ...render(<Here />), onCompleted, outbox };
}

test('sends what waits, then closes the session', async () => {
  const { onCompleted } = await show();
  await waitFor(() => expect(onCompleted).toHaveBeenCalledOnce());
  expect(server.announced).toEqual([2]);
});

test('a refused answer is told in the words of the server, and holds nobody here', async () => {
  server.refuses = 'This session is closed.';
  const { container, onCompleted } = await show();
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('This session is closed. Ask for a new link.');
  expect(alert.textContent).toContain('tell the people who invited you');
  expect(container.textContent).not.toContain('cannot be reached');
  expect(server.announced).toEqual([]); // with an answer missing it is not closed
  await userEvent.click(screen.getByRole('button', { name: 'Finish for now' }));
  expect(await screen.findByRole('heading', { name: 'Thank you. You have done it all' })).toBeDefined();
  expect(container.textContent).toContain('This session is closed. Ask for a new link.');
  expect((await axe.run(container)).violations).toEqual([]);
  server.refuses = null; // put right
  await userEvent.click(screen.getByRole('button', { name: 'Try again now' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(onCompleted).toHaveBeenCalledOnce());
});

test('an answer of another session that is refused is no matter of this one', async () => {
  server.refuses = 'Not yours.';
  const { onCompleted } = await show('another');
  await waitFor(() => expect(onCompleted).toHaveBeenCalledOnce());
});

test('while the server is away it says so, goes on by itself, and can be left', async () => {
  server.isAway = true;
  const { onCompleted } = await show();
  expect((await screen.findByRole('alert')).textContent).toContain('The server cannot be reached.');
  expect(screen.getByRole('button', { name: 'Finish for now' })).toBeDefined();
  server.isAway = false;
  await waitFor(() => expect(onCompleted).toHaveBeenCalledOnce(), { timeout: 4000 });
});

test('an answer that another tab has given meanwhile does not keep the session open', async () => {
  server.answered = 3; // item1 and item2 are not known here
  const { onCompleted } = await show(null);
  await waitFor(() => expect(onCompleted).toHaveBeenCalledOnce());
  expect(server.announced).toEqual([3]);
});
