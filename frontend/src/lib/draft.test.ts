import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { closeDraft, forgetDraft, keepDraft, keptDraft, reopenDraft } from './draft';
import { forgetKeys } from './sealing';

const ANSWERS = { answers: { self_harm: 'nearly_every_day' } };
const kept = (): string => JSON.stringify(Object.entries(sessionStorage));

beforeEach(() => {
  vi.stubGlobal('fetch', (path: string) =>
    Promise.resolve(Response.json({ key: btoa((path.split('/')[3] ?? '').padEnd(32, '.')) })),
  );
});
afterEach(async () => {
  await reopenDraft('nobody'); // nothing of any session is left
  vi.unstubAllGlobals();
});

/** The page is loaded again, for this session. */
async function reload(session_id: string): Promise<void> {
  closeDraft();
  forgetKeys();
  await reopenDraft(session_id);
}

test('what was begun is there after a reload, and nobody reads it in the tab meanwhile', async () => {
  keepDraft('s/phq_9/form', { answers: {} });
  keepDraft('s/phq_9/form', ANSWERS);
  expect(keptDraft('s/phq_9/form')).toEqual(ANSWERS);
  await reload('s');
  expect(keptDraft('s/phq_9/form')).toEqual(ANSWERS);
  expect(kept()).toContain('cas-draft');
  for (const word of ['nearly', 'self_harm', 'phq_9']) expect(kept()).not.toContain(word);
});

test('in a session of somebody else it is gone, and so it is once it was sent', async () => {
  keepDraft('s/phq_9/form', ANSWERS);
  await reload('t');
  await reload('s');
  expect(keptDraft('s/phq_9/form')).toBeNull();
  keepDraft('s/phq_9/form', ANSWERS);
  forgetDraft('s/phq_9/form');
  await reload('s');
  expect([keptDraft('s/phq_9/form'), kept()]).toEqual([null, '[]']);
});

test('what the version before had kept is taken up, and is sealed from then on', async () => {
  sessionStorage.setItem('cas-draft', JSON.stringify({ key: 's/phq_9/form', content: ANSWERS }));
  await reload('s');
  expect(keptDraft('s/phq_9/form')).toEqual(ANSWERS);
  await reload('s');
  expect(keptDraft('s/phq_9/form')).toEqual(ANSWERS);
  expect(kept()).not.toContain('nearly');
});
