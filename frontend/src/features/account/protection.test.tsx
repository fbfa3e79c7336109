// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiProblem } from '@/lib/api-client';
import { AccountPage } from './AccountPage';
import { Factors } from './Factors';
import { OneTimeCodeSetup } from './OneTimeCodeSetup';
import { PasswordForm } from './PasswordForm';
import { SecondFactorForm } from './SecondFactorForm';
import { SignIns } from './SignIns';
import { StaffFrame } from './StaffFrame';
import { SignInForm } from './SignInForm';
import type { Account, SignIn } from './account';

const page = vi.hoisted(() => ({ now: '/clinic/' }));
vi.mock('next/navigation', () => ({ usePathname: () => page.now }));

const ACCOUNT: Account = {
  user: { id: 'u', role: 'clinician', display_name: 'Dr Ada', email: 'ada@example.org' },
  has_password: true,
  is_second_factor_required: true,
  has_one_time_codes: true,
  passkeys: [],
  recovery_code_count: 9,
  idle_minutes: 30,
};
const REFUSED = new ApiProblem({ status: 401, code: 'not_signed_in', title: 'This code is not right.' });

const HERE: SignIn = {
  id: 'here',
  is_current: true,
  browser: 'Firefox on Linux',
  method: 'password and code',
  created_at: '2026-01-02T03:04:05Z',
  used_at: '2026-01-02T03:04:05Z',
};
const AWAY: SignIn = { ...HERE, id: 'away', is_current: false, browser: 'Chrome on Windows' };

const answers = new Map<string, { status: number; body: unknown }>();
beforeEach(() => {
  vi.stubGlobal('PublicKeyCredential', vi.fn());
  vi.stubGlobal('fetch', (path: string) => {
    const { status, body } = answers.get(path) ?? { status: 404, body: {} };
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  answers.set('/api/me/sign-ins', { status: 200, body: { sign_ins: [HERE] } });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answers.clear();
  page.now = '/clinic/';
});

async function expectAccessible(container: Element) {
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => violation.id)).toEqual([]);
}

test('a password that is refused stays in its field, one that is taken does not', async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error('Too short.')).mockResolvedValue(undefined);
  render(<PasswordForm email="ada@example.org" send={send} />);
  await userEvent.type(screen.getByLabelText('Present password'), 'old');
  await userEvent.type(screen.getByLabelText('New password'), 'new{Enter}');
  expect(screen.getByRole('alert').textContent).toBe('Too short.');
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('new');
  await userEvent.type(screen.getByLabelText('New password'), ' and longer{Enter}');
  expect(send).toHaveBeenLastCalledWith('old', 'new and longer');
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('');
  expect(screen.getByRole('status').textContent).toContain('is changed');
});

test('a code can be pasted, a refusal is said, and the next one is typed over it', async () => {
  const send = vi.fn().mockRejectedValueOnce(REFUSED).mockResolvedValue({});
  const onProved = vi.fn();
  const { container } = render(
    <main>
      <SecondFactorForm methods={['one_time_code', 'passkey']} onProved={onProved} onBack={vi.fn()} send={send} />
    </main>,
  );
  await userEvent.paste('123 456');
  await userEvent.keyboard('{Enter}');
  expect(screen.getByRole('alert').textContent).toBe('This code is not right.');
  await expectAccessible(container);
  await userEvent.keyboard('654321{Enter}');
  expect(send).toHaveBeenLastCalledWith('654321');
  expect(onProved).toHaveBeenCalledOnce();
});

test('a passkey proves it without any typing, after the password or instead of it', async () => {
  const withPasskey = vi.fn().mockResolvedValue({ user: ACCOUNT.user, next: null, methods: [] });
  const onProved = vi.fn();
  render(<SecondFactorForm methods={['passkey']} onProved={onProved} onBack={vi.fn()} withPasskey={withPasskey} />);
  await userEvent.click(screen.getByRole('button', { name: 'Use my passkey' }));
  expect(onProved).toHaveBeenCalledOnce();
  cleanup();
  render(<SignInForm onSignedIn={onProved} withPasskey={withPasskey} />);
  await userEvent.click(screen.getByRole('button', { name: 'Use a passkey instead' }));
  expect(onProved).toHaveBeenCalledTimes(2);
});

test('a passkey can be taken away unless it is the last of what is required', async () => {
  const passkeys = [{ id: 'p', name: 'Laptop', created_at: '2026-01-02T03:04:05Z', used_at: null }];
  const { container, rerender } = render(
    <main>
      <Factors account={{ ...ACCOUNT, passkeys }} onChanged={vi.fn()} />
    </main>,
  );
  expect(screen.getByRole('button', { name: 'Remove the passkey Laptop' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Remove the app' })).toBeTruthy();
  await expectAccessible(container);
  rerender(
    <main>
      <Factors account={{ ...ACCOUNT, passkeys, has_one_time_codes: false }} onChanged={vi.fn()} />
    </main>,
  );
  expect(screen.queryByRole('button', { name: 'Remove the passkey Laptop' })).toBeNull();
});

test('an app is set up with a picture or a key, and confirmed by a code', async () => {
  const propose = vi.fn().mockResolvedValue({ secret: 'ABCDEFGH', address: 'otpauth://totp/x?secret=ABCDEFGH' });
  const confirm = vi.fn().mockResolvedValue(['AAAA-BBBB']);
  const onDone = vi.fn();
  const { container } = render(
    <main>
      <OneTimeCodeSetup onDone={onDone} propose={propose} confirm={confirm} />
    </main>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Set up an authenticator app' }));
  expect(screen.getByRole('img', { name: 'QR code for the authenticator app' })).toBeTruthy();
  expect(screen.getByText('ABCD EFGH')).toBeTruthy();
  await userEvent.type(screen.getByLabelText('Code that the app shows now'), '123456{Enter}');
  expect(onDone).toHaveBeenCalledWith(['AAAA-BBBB']);
  await expectAccessible(container);
});

test('where it is required, it is set up in the middle of signing in', async () => {
  const send = vi.fn().mockResolvedValue({ user: null, next: 'enrol', methods: [] });
  const onSignedIn = vi.fn();
  const { container } = render(
    <main>
      <SignInForm onSignedIn={onSignedIn} send={send} />
    </main>,
  );
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org');
  await userEvent.type(screen.getByLabelText('Password'), 'right{Enter}');
  expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Protect your account' }));
  await expectAccessible(container);
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.getByLabelText('Password')).toBeTruthy();
  expect(onSignedIn).not.toHaveBeenCalled();
});

test.each([
  [true, true, 'staff need a second factor'],
  [false, true, 'not required on this system; yours is asked for'],
  [false, false, 'lets only this computer in'],
])('the account says how it is protected (required %s, set up %s)', async (isRequired, isThere, words) => {
  const account = { ...ACCOUNT, is_second_factor_required: isRequired, has_one_time_codes: isThere };
  const { container } = render(
    <main>
      <AccountPage read={() => Promise.resolve(account)} />
    </main>,
  );
  expect(await screen.findByText(new RegExp(words))).toBeTruthy();
  expect(screen.getByText(/better 15 or more/)).toBeTruthy();
  expect(screen.queryByText(/9 are left/) !== null).toBe(isThere);
  expect(screen.queryByRole('button', { name: 'Remove the app' }) !== null).toBe(isThere && !isRequired);
  await expectAccessible(container);
});

test('what cannot be loaded is said', async () => {
  render(<AccountPage read={() => Promise.reject(new Error('The server cannot be reached.'))} />);
  expect((await screen.findByRole('alert')).textContent).toBe('The server cannot be reached.');
});

test('one sees where one is signed in, and ends one of them or all others', async () => {
  const read = vi.fn().mockResolvedValue([HERE, AWAY, { ...AWAY, id: 'third', browser: 'Safari on a Mac' }]);
  const end = vi.fn().mockResolvedValue(undefined);
  const endOthers = vi.fn().mockResolvedValue(undefined);
  const { container } = render(
    <main>
      <SignIns idleMinutes={30} read={read} end={end} endOthers={endOthers} />
    </main>,
  );
  expect(await screen.findByText('Here: Firefox on Linux')).toBeTruthy();
  await expectAccessible(container);
  await userEvent.click(screen.getByRole('button', { name: /^Sign out Chrome on Windows/ }));
  expect(end).toHaveBeenCalledWith('away');
  read.mockResolvedValue([HERE]);
  await userEvent.click(screen.getByRole('button', { name: 'Sign out everywhere else' }));
  expect(endOthers).toHaveBeenCalledOnce();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a page whose sign-in has ended is left, and somebody who is near is warned before', async () => {
  vi.useFakeTimers();
  const onStranger = vi.fn();
  answers.set('/api/me', { status: 200, body: { user: ACCOUNT.user, signed_out_in_s: 1800 } });
  render(<StaffFrame onStranger={onStranger}>secret</StaffFrame>);
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(screen.getByText('secret')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
  answers.set('/api/me', { status: 200, body: { user: ACCOUNT.user, signed_out_in_s: 110 } });
  await act(() => vi.advanceTimersByTimeAsync(30_000));
  expect(screen.getByRole('alert').textContent).toContain('signed out in about 2 min');
  answers.set('/api/me', { status: 401, body: { code: 'not_signed_in', title: 'x' } });
  await act(() => vi.advanceTimersByTimeAsync(30_000));
  expect(onStranger).toHaveBeenCalled();
});

test.each([
  ['whether the server answers', { status: 204, body: null }],
  ['or not', null],
])('signing out leaves nothing of the page behind, %s', async (_, answer) => {
  const onStranger = vi.fn();
  answers.set('/api/me', { status: 200, body: { user: ACCOUNT.user, signed_out_in_s: 1800 } });
  if (answer) answers.set('/api/sign-out', answer);
  render(<StaffFrame onStranger={onStranger}>secret of P-017</StaffFrame>);
  expect(await screen.findByText('secret of P-017')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  await vi.waitFor(() => expect(onStranger).toHaveBeenCalled());
  expect(document.body.textContent).not.toContain('P-017');
  expect(document.body.textContent).not.toContain(ACCOUNT.user.display_name);
});

test.each([
  [
    'clinician',
    '/clinic/team/',
    'This page is for administrators. Your account is that of a clinician',
    'Go to Sessions',
  ],
  ['operator', '/clinic/', 'This page is for clinicians, researchers and administrators', 'Go to System'],
  ['researcher', '/operator', 'This page is for administrators and operators', 'Go to Sessions'],
])('a page of another role says whose it is to a %s', async (role, path, words, way) => {
  page.now = path;
  answers.set('/api/me', { status: 200, body: { user: { ...ACCOUNT.user, role }, signed_out_in_s: 1800 } });
  const { container } = render(<StaffFrame onStranger={vi.fn()}>a form</StaffFrame>);
  expect((await screen.findByRole('alert')).textContent).toContain(words);
  expect(screen.getByRole('link', { name: way })).toBeTruthy();
  expect(document.body.textContent).not.toContain('a form');
  await expectAccessible(container);
});
