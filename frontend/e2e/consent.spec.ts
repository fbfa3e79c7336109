/** Consent from both sides: asked, recorded by staff, new words, withdrawn. */
import { join, resolve } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible, invite, signIn } from './people';
import { system } from './system';

const root = resolve(import.meta.dirname, '../..');

test('consent is asked, put anew in new words, recorded by staff and withdrawn @pictures', async ({ browser }) => {
  test.setTimeout(4 * 60_000);
  const desk = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const staff = await desk.newPage();
  const { url } = system();
  await signIn(staff);
  const link = await invite(staff, 'P-090');

  const phone = await browser.newContext();
  const page = await phone.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'I am ready' }).click();
  await page.getByText('I have read this and agree').click();
  await page.getByRole('button', { name: 'I agree, go on' }).click();
  await expect(page.getByRole('heading', { name: 'Can you hear well?' })).toBeVisible();

  await publish(staff, 'Our clinic records your voice, and nobody else hears it.');
  await page.goto(`${url}/session`);
  await expect(page.getByText(/These words are new since you agreed/)).toBeVisible();
  await expect(page.getByText('Our clinic records your voice')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('checkbox').check({ force: true });
  await page.getByRole('button', { name: 'I agree, go on' }).click();
  await expect(page.getByRole('heading', { name: 'Can you hear well?' })).toBeVisible();

  await page.goto(url);
  await page.getByRole('link', { name: /how to withdraw it/ }).click();
  await expect(page.getByRole('heading', { name: 'Your consent' })).toBeVisible();
  await expectAccessible(page);
  await pictures(page, 'my-consent');
  await page.getByText('Keep what I gave').click();
  await page.getByRole('button', { name: 'Withdraw my consent' }).click();
  await expect(page.getByRole('heading', { name: 'You have withdrawn your consent' })).toBeVisible();
  await expectAccessible(page);
  await pictures(page, 'withdrawn');
  await page.goto(`${url}/session`);
  await expect(page.getByText('Nothing more is recorded.')).toBeVisible();

  await staff.goto(`${url}/clinic`);
  await expect(staff.getByRole('row', { name: /P-090/ }).getByText('Consent withdrawn')).toBeVisible();
  await besideThem(staff, await browser.newContext().then((one) => one.newPage()));
  await staff.goto(`${url}/clinic/processing`);
  await expect(staff.getByRole('heading', { name: 'Record of processing activities' })).toBeVisible();
  await expectAccessible(staff);
  await pictures(staff, 'processing');
});

/** An administrator gives the organisation its own words. */
async function publish(staff: Page, paragraph: string): Promise<void> {
  await staff.goto(`${system().url}/clinic/organisation`);
  const words = staff.getByLabel(/^Paragraphs/);
  await words.fill(`${await words.inputValue()}\n\n${paragraph}`);
  await staff.getByRole('button', { name: 'Publish' }).click();
  await expect(staff.getByText(/Version own-1 is what participants are shown/)).toBeVisible();
  await expectAccessible(staff);
  await pictures(staff, 'organisation');
}

/** Staff read the words out, record that the participant agrees, and the participant is not asked again. */
async function besideThem(staff: Page, page: Page): Promise<void> {
  await staff.goto(`${system().url}/clinic`);
  const link = await invite(staff, 'P-091');
  await staff.getByRole('link', { name: 'Details and consent of P-091' }).click();
  await staff.getByText('Record that they agree, with you beside them').click();
  await staff.getByRole('checkbox').check();
  await expectAccessible(staff);
  await pictures(staff, 'participant');
  await staff.getByRole('button', { name: 'Record the consent' }).click();
  await expect(staff.getByText(/recorded by staff beside the participant/)).toBeVisible();
  await page.goto(link);
  await page.getByRole('button', { name: 'I am ready' }).click();
  await expect(page.getByText(/with a member of staff beside you/)).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: 'Can you hear well?' })).toBeVisible();
}

/** For the documentation, where they are asked for. */
async function pictures(page: Page, name: string): Promise<void> {
  if (!process.env.CAS_E2E_PICTURES) return;
  const before = page.viewportSize();
  for (const [width, height] of [
    [390, 844],
    [1280, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(400);
    const path = join(root, `docs/screenshots/${name}-${width}.png`);
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }
  if (before) await page.setViewportSize(before);
}
