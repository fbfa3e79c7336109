// @vitest-environment jsdom
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { requestUnlessSame } from './api-client';
import { useLive } from './useLive';

const asked: (string | null)[] = [];
let content = { word: 'one' };

/** A server that knows by its tag what the page has before it. */
function serve(_path: string, init: RequestInit): Promise<Response> {
  const tag = `"${content.word}"`;
  const known = new Headers(init.headers).get('If-None-Match');
  asked.push(known);
  const status = known === tag ? 304 : 200;
  return Promise.resolve(
    new Response(status === 304 ? null : JSON.stringify(content), { status, headers: { ETag: tag } }),
  );
}

interface Shown {
  text: string;
}

let shown: Shown[] = [];
const load = (last: Shown | null) =>
  requestUnlessSame('/api/words', last, ({ word }: { word: string }) => ({ text: word }));

function Word() {
  const { data, reload } = useLive(load, 60_000);
  if (data && shown.at(-1) !== data) shown.push(data);
  return <button onClick={reload}>{data?.text}</button>;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('what has not changed stays as it is, and the next change is shown', async () => {
  vi.stubGlobal('fetch', serve);
  shown = [];
  render(<Word />);
  (await screen.findByText('one')).click();
  await waitFor(() => expect(asked).toEqual([null, '"one"']));
  expect(shown).toHaveLength(1);
  content = { word: 'two' };
  screen.getByText('one').click();
  await screen.findByText('two');
  expect(asked).toEqual([null, '"one"', '"one"']);
  expect(shown.map((one) => one.text)).toEqual(['one', 'two']);
});
