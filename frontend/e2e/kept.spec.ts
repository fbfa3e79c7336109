/** What a tablet keeps while the network is away: the next person can read none of it, its own loses nothing. */
import { expect, test } from '@playwright/test';
import { arrive, checkDevice, invite, leaveOutAllBut, signIn } from './people';
import { keptIn } from './stores';
import { system } from './system';
import { lay } from './voice';

const MINUTE = 60_000;
const ANSWER = '"item_id":"month"';
const SOUND = 'OpusHead'; // with this a recording begins

test('what is not sent yet can be read by nobody else, and is sent when its own person comes back', async ({
  browser,
}) => {
  test.setTimeout(4 * MINUTE);
  const staff = await (await browser.newContext()).newPage();
  await signIn(staff);
  const link = await invite(staff, 'P-070');
  const tablet = await browser.newContext({ permissions: ['microphone'] });
  const page = await tablet.newPage();
  lay([{ at_s: 0.8, words: ['november'] }]);
  await arrive(page, link);
  await leaveOutAllBut(page, ['month']);
  await page.goto(`${system().url}/session`);
  await checkDevice(page);
  await page.getByRole('button', { name: 'Begin' }).click({ timeout: 30_000 });
  await expect(page.getByText('Now: please speak')).toBeVisible({ timeout: 30_000 });
  await tablet.setOffline(true);
  await page.waitForTimeout(2500); // of speech
  await page.getByRole('button', { name: 'I have finished' }).click();
  await page.getByRole('button', { name: 'Finish for now' }).click({ timeout: MINUTE });
  await expect(page.getByText('What is missing is kept on this device')).toBeVisible();

  await tablet.clearCookies(); // somebody else sits down, without the sign-in of the one before
  await tablet.setOffline(false);
  await page.goto(`${system().url}/session`);
  await expect(page.getByRole('heading', { name: 'Please open your invitation' })).toBeVisible();
  const { counts, text } = await keptIn(page);
  expect(counts).toMatchObject({ recordings: 1 });
  expect([counts.chunks, counts.calls].every((count) => (count ?? 0) >= 1)).toBe(true);
  for (const readable of [ANSWER, SOUND, 'month', 'orientation', 'presented_at']) expect(text).not.toContain(readable);

  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postDataBuffer()?.toString('latin1') ?? ''));
  await page.goto(link);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('How was it for you?')).toBeVisible({ timeout: MINUTE });
  for (const readable of [ANSWER, SOUND]) expect(sent.some((body) => body.includes(readable))).toBe(true);
  expect((await keptIn(page)).counts).toEqual({ recordings: 0, chunks: 0, calls: 0, discarded: 0 });
});
