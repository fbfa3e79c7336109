/** Questionnaires in a real browser: answered by touch and by keyboard, a flag that staff see, help that the person reads. */
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible, signIn } from './people';
import { system } from './system';

test('questions about mood are answered, and what worries reaches staff and person at once', async ({ browser }) => {
  test.setTimeout(4 * 60_000);
  const desk = await browser.newContext();
  const staff = await desk.newPage();
  await signIn(staff);
  const link = await inviteToMood(staff);

  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true })).newPage();
  await page.goto(link);
  await press(page, 'I am ready');
  await page.getByText('I have read this and agree').tap();
  await press(page, 'I agree, go on');
  await press(page, 'Play the voice');
  await press(page, 'I hear it well'); // and no microphone, as nothing is answered aloud

  await press(page, 'I am ready');
  await expect(page.getByRole('heading', { name: 'Are you basically satisfied with your life?' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Next' })).toBeDisabled();
  await expectAccessible(page);
  await page.getByText('Yes', { exact: true }).tap();
  await press(page, 'Next');
  await press(page, 'Back');
  await expect(page.getByRole('radio', { name: 'Yes' })).toBeChecked();
  await press(page, 'Leave out all that follow');

  await press(page, 'I am ready');
  for (let number = 1; number <= 8; number++) {
    await expect(page.getByText(new RegExp(`Question ${number} of`))).toBeVisible();
    await page.getByText('Not at all', { exact: true }).tap();
    await press(page, 'Next');
  }
  await page.getByText('Several days').tap();
  const begun = await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)));
  expect(begun).toContain('cas-draft');
  for (const readable of ['several_days', 'not_at_all', 'phq_9']) expect(begun).not.toContain(readable);
  await press(page, 'Next');
  await page.getByText('Somewhat difficult').tap();
  await press(page, 'Done');
  await expect(page.getByRole('heading', { name: 'Please read this' })).toBeFocused();
  await expectAccessible(page);

  await staff.goto(`${system().url}/clinic`);
  await expect(staff.getByText('Look at this: Thoughts of death or self-harm')).toBeVisible(); // while the session still runs
  await expectAccessible(staff);

  await press(page, 'I have read this');
  await press(page, 'I am ready');
  for (let number = 1; number <= 7; number++) {
    await expect(page.getByText(`Question ${number} of 7`)).toBeVisible();
    for (const key of ['Tab', 'Space', 'ArrowDown', 'Tab', 'Enter']) await page.keyboard.press(key);
  }
  await expect(page.getByRole('heading', { name: 'Thank you. You have done it all' })).toBeVisible({ timeout: 30_000 });

  await staff.getByRole('link', { name: 'Mood-1' }).first().click();
  await expect(staff.getByRole('heading', { name: 'Look at this first' })).toBeVisible();
  await expect(staff.getByText('mild symptoms (5 to 9)').first()).toBeVisible({ timeout: 60_000 }); // seven times several days
  await expect(staff.getByText(/there is no sum, because questions/).first()).toBeVisible();
  await expectAccessible(staff);
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click({ timeout: 30_000 });

async function inviteToMood(page: Page): Promise<string> {
  await page.getByLabel('Participant label').fill('Mood-1');
  await page.getByLabel('Battery').selectOption('Questions about mood, about 8 minutes');
  await page.getByRole('button', { name: /^Make/ }).click();
  return await page.getByLabel('Link', { exact: true }).inputValue();
}
