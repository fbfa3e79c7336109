/** What staff and participants do in the journeys, in their words. */
import { AxeBuilder } from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';
import { system } from './system';

export async function signIn(page: Page): Promise<void> {
  const { url, email, password } = system();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Invite a participant' })).toBeVisible();
}

/** Make an invitation and return its link. */
export async function invite(page: Page, label: string, battery?: string): Promise<string> {
  await page.getByLabel('Participant label').fill(label);
  if (battery) await page.getByLabel('Battery').selectOption(battery);
  await page.getByRole('button', { name: /^Make/ }).click();
  return await page.getByLabel('Link', { exact: true }).inputValue();
}

/** No fault that an automatic check can find; the page's own name helps to find it. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

/** From the link to the first task; where nothing is answered aloud, nobody is asked for a microphone. */
export async function arrive(page: Page, link: string, hasSpoken = true): Promise<void> {
  await page.goto(link);
  const ready = page.getByRole('button', { name: 'I am ready' });
  await expect(ready).toBeVisible();
  await expectAccessible(page);
  await ready.click();
  await expect(page.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  await expectAccessible(page);
  await page.getByText('I have read this and agree').click();
  await page.getByRole('button', { name: 'I agree, go on' }).click();
  await checkSound(page);
  if (hasSpoken) await checkMicrophone(page);
}

export async function checkDevice(page: Page): Promise<void> {
  await checkSound(page);
  await checkMicrophone(page);
}

async function checkSound(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play the voice' }).click();
  await page.getByRole('button', { name: 'I hear it well' }).click({ timeout: 20_000 });
}

async function checkMicrophone(page: Page): Promise<void> {
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Try the microphone' }).click();
  await page.waitForTimeout(2500);
  await page.getByRole('button', { name: 'I have said it' }).click();
  await expect(page.getByText('Listen to yourself')).toBeVisible();
  await expect(page.getByText('We heard very little')).toBeHidden();
  await page.getByRole('button', { name: 'That is my voice, go on' }).click();
}

/** Leave out all questions but some, as the pages would; the page has to be opened again afterwards. */
export async function leaveOutAllBut(page: Page, kept: string[]): Promise<void> {
  await page.evaluate(async (kept) => {
    const { session_id } = (await (await fetch('/api/me')).json()) as { session_id: string };
    const path = `/api/sessions/${session_id}`;
    const { plan } = (await (await fetch(path)).json()) as {
      plan: { parts: { instrument: string; questions: { item_id: string }[] }[] };
    };
    for (const { instrument, questions } of plan.parts) {
      for (const { item_id } of questions.filter((one) => !kept.includes(one.item_id))) {
        const at = new Date().toISOString();
        const response = { kind: 'skipped', reason: 'participant' };
        const body = { instrument, item_id, attempt: 1, presented_at: at, answered_at: at, response };
        const headers = { 'Content-Type': 'application/json' };
        await fetch(`${path}/questions/${crypto.randomUUID()}`, { method: 'PUT', headers, body: JSON.stringify(body) });
      }
    }
  }, kept);
}
