/** A member of staff protects the account with an app and a passkey, loses both, and gets in again. */
import { createHmac } from 'node:crypto';
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible } from './people';
import { addStaff, system } from './system';

const PASSWORD = 'seven purple lamps at noon';

/** Passkeys are for named sites: the same system, by its name. */
const site = () => system().url.replace('127.0.0.1', 'localhost');

function codeOf(secret: string, stepsLater = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsLater));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function enterPassword(page: Page, email: string): Promise<void> {
  await page.goto(`${site()}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const overview = (page: Page) => page.getByRole('heading', { name: 'Invite a participant' });

test('an app, a passkey and a recovery code each let their owner in', async ({ page, context }) => {
  const email = `ada-${Date.now()}@example.org`;
  addStaff(email, PASSWORD);
  const browser = await context.newCDPSession(page);
  await browser.send('WebAuthn.enable');
  await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });

  await enterPassword(page, email);
  await expect(overview(page)).toBeVisible();
  await page.getByRole('link', { name: /^Account of/ }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '');
  await expectAccessible(page);
  await page.getByLabel('Code that the app shows now').fill(codeOf(secret, -1));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeVisible();
  const [recoveryCode = ''] = await page.locator('code').allTextContents();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'I have kept them' }).click();

  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('button', { name: 'Remove the passkey This device' })).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true }).or(overview(page))).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await enterPassword(page, email);
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('This code is not right')).toBeVisible();
  await page.getByLabel('Code').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(overview(page)).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await enterPassword(page, email);
  await page.getByRole('button', { name: 'Use my passkey' }).click();
  await expect(overview(page)).toBeVisible();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await enterPassword(page, email);
  await page.getByLabel('Code').fill(recoveryCode);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(overview(page)).toBeVisible();

  await page.getByRole('link', { name: /^Account of/ }).click();
  await expect(page.getByText('Here: Chrome on Linux')).toBeVisible();
  await expect(page.getByText('9 are left.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Remove the passkey This device' }).click();
  await expect(page.getByRole('button', { name: 'Remove the passkey This device' })).toBeHidden();

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await expect(page.getByText('This passkey is not known here.')).toBeVisible();
});
