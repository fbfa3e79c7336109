import type { Event } from '@sentry/browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiProblem } from './api-client';
import { WITHHELD, scrubbed, watchErrors } from './error-reports';

const PERSONAL = ['Anna Beispiel', 'anna@example.org', 'secret-token', '203.0.113.7', 'apple pear', 'P-017'];
const target = { dsn: 'https://abc@errors.example.org/7', release: 'cas@1', environment: 'production' };
let stop = (): void => undefined;
let sent: { url: string; body: string }[] = [];

beforeEach(() => (sent = []));
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

function serve(error_reports: typeof target | null): ReturnType<typeof vi.fn> {
  const fetched = vi.fn((url: string, init?: RequestInit) => {
    if (url === '/api/browser-settings') return Promise.resolve(Response.json({ error_reports }));
    sent.push({ url, body: typeof init?.body === 'string' ? init.body : '' });
    return Promise.resolve(new Response('{}'));
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

function fail(error: unknown): void {
  window.dispatchEvent(new ErrorEvent('error', { error }));
}

test('nothing about a person is left of a report that is full of it', () => {
  const [name, address, token, ip, words, label] = PERSONAL as [string, string, string, string, string, string];
  const full: Event = {
    event_id: 'a'.repeat(32),
    message: words,
    user: { id: label, email: address, username: name, ip_address: ip },
    request: { url: `https://a.example/i?token=${token}`, cookies: { cas: token }, data: words, query_string: token },
    breadcrumbs: [{ message: words, data: { url: `/x?${token}` } }],
    extra: { words },
    contexts: { app: { words } },
    tags: { part: 'browser', place: `/invitation#${token}`, other: name },
    exception: {
      values: [
        {
          type: 'TypeError',
          value: `${name} said ${words}`,
          stacktrace: {
            frames: [
              {
                filename: `https://a.example/invitation?name=${name}#${token}`,
                function: 'render',
                lineno: 3,
                vars: { words },
                context_line: words,
              },
            ],
          },
        },
        { type: `${name} is no kind of error`, value: address },
      ],
    },
  };
  const left = scrubbed(full);
  for (const one of PERSONAL) expect(JSON.stringify(left)).not.toContain(one);
  expect(left.exception?.values?.map((one) => [one.type, one.value])).toEqual([
    ['TypeError', WITHHELD],
    ['Error', WITHHELD],
  ]);
  expect(left.exception?.values?.[0]?.stacktrace?.frames).toEqual([
    { filename: 'https://a.example/invitation', function: 'render', lineno: 3 },
  ]);
  expect(left.tags).toEqual({ part: 'browser', place: '/invitation' });
});

test('an error before and one after the server has answered are both sent, to where it said, with the release', async () => {
  serve(target);
  stop = watchErrors(window);
  fail(new TypeError('Anna Beispiel'));
  await vi.waitFor(() => expect(sent).toHaveLength(1), 10_000);
  fail(new RangeError('anna@example.org'));
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent.map((one) => new URL(one.url).origin)).toEqual(Array(2).fill('https://errors.example.org'));
  const [first, second] = sent.map((one) => one.body);
  expect(first).toContain('TypeError');
  expect(second).toContain('RangeError');
  for (const body of [first, second]) {
    expect(body).toContain('"release":"cas@1"');
    expect(body).toContain('"infer_ip":"never"');
    for (const one of PERSONAL) expect(body).not.toContain(one);
  }
});

test('what a person was told about is no fault', async () => {
  serve(target);
  stop = watchErrors(window);
  const told = new ApiProblem({ status: 404, code: 'not_found', title: 'There is no such thing.' });
  fail(told);
  fail(new RangeError());
  await vi.waitFor(() => expect(sent).toHaveLength(1), 10_000);
  expect(sent[0]?.body).toContain('RangeError');
});

test('where nothing is set, nothing is sent and nobody listens', async () => {
  const fetched = serve(null);
  const removed = vi.spyOn(window, 'removeEventListener');
  stop = watchErrors(window);
  fail(new TypeError());
  await vi.waitFor(() => expect(removed).toHaveBeenCalledTimes(2));
  expect(fetched).toHaveBeenCalledTimes(1);
});
