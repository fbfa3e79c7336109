/** Every page in every size without a fault, and a participant's whole way with the keyboard alone. */
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible, invite, leaveOutAllBut, signIn } from './people';
import { system } from './system';
import { lay } from './voice';

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];
const MINUTE = 60_000;

/** No fault on a telephone and on a desk, and nothing that has to be pushed sideways to be read. */
async function expectAccessibleInEverySize(page: Page): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
  }
}

test('no page has a fault that axe finds, on a telephone or on a desk', async ({ page }) => {
  test.setTimeout(3 * MINUTE);
  const { url } = system();
  const pages: [path: string, heading: string | RegExp][] = [
    ['/', /./],
    ['/sign-in', 'Sign in'],
    ['/nowhere', /./],
    ['/invitation', /./],
    ['/session', /./],
  ];
  for (const [path, heading] of pages) {
    await page.goto(`${url}${path}`);
    await expect(page.getByRole('heading', { level: 1, name: heading }).first()).toBeVisible();
    await expectAccessibleInEverySize(page);
  }

  await signIn(page);
  await invite(page, 'P-031');
  await expectAccessibleInEverySize(page);
  const ofStaff: [path: string, heading: string][] = [
    ['/clinic/team', 'Team'],
    ['/clinic/organisation', 'Organisation'],
    ['/clinic/audit', 'Audit log'],
    ['/clinic/account', 'Account'],
    ['/operator', 'System'],
  ];
  for (const [path, heading] of ofStaff) {
    await page.goto(`${url}${path}`, { waitUntil: 'networkidle' });
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expectAccessibleInEverySize(page);
  }
});

/** Tab until something of this role and name has the focus, and see that the focus can be seen. */
async function tabTo(page: Page, role: 'button' | 'link' | 'checkbox' | 'radio', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name });
  await expect(wanted.first()).toBeVisible({ timeout: 30_000 });
  for (let presses = 0; presses < 40; presses++) {
    if (await wanted.first().evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(wanted.first()).toBeFocused();
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, 'button', name);
  await page.keyboard.press('Enter');
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

test('the way of a participant goes by keyboard alone, and says what it is', async ({ browser, page: staff }) => {
  test.setTimeout(6 * MINUTE);
  await signIn(staff);
  const link = await invite(staff, 'P-032');
  const context = await browser.newContext({ permissions: ['microphone'], viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  lay([{ at_s: 0.8, words: ['monday', 'november'] }]);
  await page.goto(link);
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - heading [level=1]
    - button "I am ready"
  `);
  await press(page, 'I am ready');

  await expect(heading(page, 'Before we begin')).toBeVisible();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - heading "Before we begin" [level=1]
    - checkbox /I have read this and agree/
    - button "I agree, go on" [disabled]
    - button "I do not want to take part"
  `);
  await tabTo(page, 'checkbox', /I have read this and agree/);
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox')).toBeChecked();
  await press(page, 'I agree, go on');

  await checkDevice(page);
  await orientation(page);
  await leaveOutTheOthers(page);
  await symbols(page);

  await expect(heading(page, 'Thank you. You have done it all')).toBeVisible({ timeout: MINUTE });
  await tabTo(page, 'radio', /./);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(1);
  await press(page, 'Send');
  await expect(page.getByText('Everything has arrived')).toBeVisible();

  await staff.goto(`${system().url}/clinic`);
  await staff.getByRole('link', { name: 'P-032' }).first().click();
  await expect(heading(staff, 'Answers')).toBeVisible();
  await staff.locator('details summary').first().click();
  await expectAccessibleInEverySize(staff);
});

/** The questions of the first instrument, left out one by one. */
async function orientation(page: Page): Promise<void> {
  await press(page, 'I am ready');
  const leave = page.getByRole('button', { name: 'Leave this one out' });
  const next = heading(page, 'Learning words');
  for (let asked = 0; asked < 8; asked++) {
    await expect(leave.or(next).first()).toBeVisible({ timeout: 30_000 });
    if (await next.isVisible()) break;
    await expect(page.getByRole('main')).toMatchAriaSnapshot(`
      - heading [level=1]
      - button "I have finished"
      - button "Leave this one out"
    `);
    const question = await heading(page, /./).first().textContent();
    await press(page, 'Leave this one out');
    await expect.poll(() => heading(page, /./).first().textContent(), { timeout: 20_000 }).not.toBe(question);
  }
  await expect(next).toBeVisible();
}

/** The other questions but the symbols are left out at once, and the page is opened again. */
async function leaveOutTheOthers(page: Page): Promise<void> {
  await leaveOutAllBut(page, ['block']); // that of the symbols
  await page.reload();
  await checkDevice(page);
}

async function checkDevice(page: Page): Promise<void> {
  await press(page, 'Play the voice');
  await press(page, 'I hear it well');
  await press(page, 'Try the microphone');
  await page.waitForTimeout(2500);
  await press(page, 'I have said it');
  await expect(page.getByText('Listen to yourself')).toBeVisible();
  await press(page, 'That is my voice, go on');
}

async function symbols(page: Page): Promise<void> {
  await press(page, 'I am ready');
  await expect(heading(page, 'Practice')).toBeVisible();
  await expectAllInSight(page);
  const { key, practice } = await page.evaluate(async () => {
    const { session_id } = (await (await fetch('/api/me')).json()) as { session_id: string };
    const session = (await (await fetch(`/api/sessions/${session_id}`)).json()) as {
      plan: { parts: { instrument: string; questions: { parameters: { key: number[]; practice: number[] } }[] }[] };
    };
    const part = session.plan.parts.find(({ instrument }) => instrument === 'symbol_digit');
    return part?.questions[0]?.parameters ?? { key: [], practice: [] };
  });
  await page.waitForTimeout(500);
  for (const symbol of practice) {
    await page.keyboard.press(String(key.indexOf(symbol) + 1));
    await page.waitForTimeout(800);
  }
  await expect(heading(page, 'Now for two minutes')).toBeVisible();
  await press(page, 'Leave this task out');
}

/** On a small phone nobody has to scroll against the clock: every symbol lies within its cell, every key on the screen. */
async function expectAllInSight(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  const phone = { width: 360, height: 640 };
  await page.setViewportSize(phone);
  await page.locator('.sd').evaluate((task) => task.scrollIntoView({ block: 'nearest' }));
  for (const cell of await page.locator('.sd-cell').all()) {
    const [outer, inner] = [await cell.boundingBox(), await cell.locator('svg').boundingBox()];
    expect(outer && inner && inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width).toBe(true);
  }
  for (const key of await page.locator('.sd-key').all()) await expect(key).toBeInViewport({ ratio: 0.99 });
  await expect(page.locator('.sd-row')).toBeInViewport({ ratio: 0.99 });
  await page.setViewportSize(before);
}
