/** Pictures of every page for the documentation: `npm run screenshots`. The results in them are of a synthetic session. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, type Page, expect, test } from '@playwright/test';
import { invite, signIn } from './people';
import { picture, root } from './pictures';
import { addStaff, folder, system } from './system';
import { lay } from './voice';

test('pictures of every page @screenshots', async ({ browser }) => {
  test.setTimeout(10 * 60_000);
  simulate();
  const desk = await browser.newContext();
  const staff = await desk.newPage();
  const { url } = system();
  await staff.goto(url);
  await picture(staff, 'home');
  await staff.goto(`${url}/sign-in`);
  await picture(staff, 'sign-in');
  await staff.goto(`${url}/nowhere`);
  await picture(staff, 'not-found');
  await signIn(staff);
  const link = await invite(staff, 'P-017');
  await picture(staff, 'clinic');
  await staff.goto(`${url}/clinic`);
  await staff.getByRole('link', { name: 'Simulated' }).first().click();
  await expect(staff.getByRole('heading', { name: 'Answers' })).toBeVisible();
  await picture(staff, 'result', { isWhole: false });
  await staff
    .getByText(/Forward, 4 digits, trial 1/)
    .first()
    .click();
  await staff.waitForTimeout(1500);
  await staff
    .getByText(/Forward, 4 digits, trial 1/)
    .first()
    .scrollIntoViewIfNeeded();
  await picture(staff, 'answer', { isWhole: false });
  await staffPages(browser, staff);

  const context = await browser.newContext({ permissions: ['microphone'] });
  await participant(await context.newPage(), link);
});

/** What an administrator looks after, and what a researcher sees of the same result. */
async function staffPages(browser: Browser, staff: Page): Promise<void> {
  const { url } = system();
  const [email, password] = ['researcher@example.org', 'four plain words here'];
  addStaff(email, password, 'researcher');
  for (const [name, heading] of [
    ['team', 'Team'],
    ['audit', 'Audit log'],
    ['account', 'Account'],
  ] as const) {
    await staff.goto(`${url}/clinic/${name}`);
    await staff.getByRole('heading', { name: heading, level: 1 }).waitFor();
    await staff.waitForLoadState('networkidle');
    await picture(staff, name);
  }
  const researcher = await (await browser.newContext()).newPage();
  await researcher.goto(`${url}/sign-in`);
  await researcher.getByLabel('E-mail address').fill(email);
  await researcher.getByLabel('Password', { exact: true }).fill(password);
  await researcher.getByRole('button', { name: 'Sign in' }).click();
  await researcher.getByRole('heading', { name: 'Sessions' }).waitFor();
  await picture(researcher, 'clinic-researcher');
  await researcher.getByRole('table', { name: 'Sessions' }).getByRole('link').first().click();
  await expect(researcher.getByRole('heading', { name: 'Answers' })).toBeVisible();
  await picture(researcher, 'result-researcher', { isWhole: false });
}

async function participant(page: Page, link: string): Promise<void> {
  lay([{ at_s: 0.5, words: ['monday', 'november', 'tuesday', 'october', 'friday'], gap_s: 0.1 }]);
  const press = (name: string) => page.getByRole('button', { name }).click({ timeout: 30_000 });
  await page.goto(link);
  await page.getByRole('button', { name: 'I am ready' }).waitFor();
  await picture(page, 'invitation');
  await press('I am ready');
  await page.getByText('I have read this and agree').click();
  await picture(page, 'consent');
  await press('I agree, go on');
  await page.getByRole('button', { name: 'Play the voice' }).waitFor();
  await picture(page, 'sound-check');
  await press('Play the voice');
  await press('I hear it well');
  await press('Try the microphone');
  await page.waitForTimeout(1000);
  await picture(page, 'microphone-check');
  await press('I have said it');
  await page.getByText('Listen to yourself').waitFor();
  await picture(page, 'microphone-heard');
  await press('That is my voice, go on');
  await page.getByRole('button', { name: 'I am ready' }).waitFor();
  await picture(page, 'instructions');
  await press('I am ready');
  await page.getByText('Now: please speak').waitFor({ timeout: 30_000 });
  await picture(page, 'speaking');
  await press('Pause');
  await picture(page, 'pause');
}

function simulate(): void {
  const args = ['simulate', '--fast', '--seed', '4', '--audio', join(root, 'frontend/e2e/voice')];
  const env = { ...process.env, CAS_DATA_DIR: join(folder(), 'var'), CAS_PORT: new URL(system().url).port };
  const { status, stderr } = spawnSync(join(root, '.venv/bin/cas'), args, { env });
  if (status !== 0) throw new Error(stderr.toString());
}
