/** Whoever runs the machine: an account that sees the system's figures, and no participant anywhere. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible, invite, signIn } from './people';
import { folder, system } from './system';

const root = resolve(import.meta.dirname, '../..');
const EMAIL = `otto-${Date.now()}@example.org`; // a second try makes another account

/** `cas` in the environment of the system. */
function cas(...words: string[]): void {
  const env = { ...process.env, CAS_DATA_DIR: join(folder(), 'var'), CAS_PORT: new URL(system().url).port };
  const { status, stderr } = spawnSync(join(root, '.venv/bin/cas'), words, { env });
  if (status !== 0) throw new Error(stderr.toString());
}

/** An operator's account, made by the administrator who is signed in; returns its password. */
async function makeOperator(page: Page): Promise<string> {
  return await page.evaluate(async (email) => {
    const body = JSON.stringify({ email, display_name: 'Otto', role: 'operator' });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch('/api/staff', { method: 'POST', headers, body });
    return ((await answer.json()) as { password: string }).password;
  }, EMAIL);
}

async function arrive(page: Page): Promise<void> {
  await signIn(page);
  await invite(page, 'Anna Beispiel');
  const password = await makeOperator(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Choose your own password' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('New password').fill('seven purple lamps at noon');
  await page.getByRole('button', { name: 'Keep it and go on' }).click();
}

test('an operator sees the machine, its targets and its backups, and nobody’s data @pictures', async ({ page }) => {
  test.setTimeout(2 * 60_000);
  cas('backup');
  cas('backup', '--dry-run');
  await arrive(page);
  await page.waitForURL('**/operator', { timeout: 20_000 });
  await expect(page.getByRole('heading', { name: 'Targets, and what was measured' })).toBeVisible();
  const card = (heading: string) => page.getByRole('heading', { name: heading, exact: true }).locator('..');
  const list = (region: RegExp) => page.getByRole('region', { name: region }).getByRole('listitem');
  await expect(list(/^Health/).filter({ has: page.getByText('Database', { exact: true }) })).toContainText('Connected');
  await expect(card('Whom to call')).toContainText('Night desk');
  await expect(
    list(/^Lines of the log/)
      .filter({ hasText: '/api/sign-in' })
      .first(),
  ).toContainText('200');
  await expect(card('Statements with the most time')).toContainText('$1');
  await expect(card('Availability')).toContainText(/100 %, target met/);
  // the system looks every 15 s, and so does the page
  await expect(card('Response time, 95 of 100')).toContainText('target met', { timeout: 45_000 });
  await expect(list(/^Addresses/).filter({ hasText: 'This system' })).toContainText(/Answers in \d+ ms/, {
    timeout: 45_000,
  });
  await expect(card('Last proven restore')).toContainText(/\d+ tables, \d+ recordings/);
  await expect(card('Newest backup')).toContainText('Archive of commitsruns');
  await expect(card('Models')).toContainText('Models loaded');
  await expect(card('Versions')).toContainText('cognitive-assessment');
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const seen = await page.content();
  for (const name of ['Anna Beispiel', system().email]) expect(seen).not.toContain(name);
  await pictures(page);

  await page.goto(`${system().url}/clinic`);
  await expect(page.getByText('This page is for clinicians, researchers and administrators')).toBeVisible();
  const { status } = await page.request
    .get(`${system().url}/api/sessions`)
    .then((answer) => ({ status: answer.status() }));
  expect(status).toBe(404);
});

/** For the documentation, where they are asked for: after a drill, and after this version was put into service. */
async function pictures(page: Page): Promise<void> {
  if (!process.env.CAS_E2E_PICTURES) return;
  test.setTimeout(10 * 60_000);
  cas('drill');
  cas('deploy');
  await page.reload();
  const card = (heading: string) => page.getByRole('heading', { name: heading, exact: true }).locator('..');
  await expect(card('Last drill')).toContainText(/ready after/, { timeout: 45_000 });
  await expect(card('Put into service')).toContainText(/ready after/);
  await expect(page.getByText('Everything works')).toBeVisible({ timeout: 45_000 });
  for (const [width, height] of [
    [390, 844],
    [1280, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(400);
    const path = join(root, `docs/screenshots/operator-${width}.png`);
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  }
}
