// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { NewPasswordForm } from './NewPasswordForm';
import { SignInForm } from './SignInForm';
import { type SignedIn, pageAfterSignIn } from './account';

const SIGNED_IN: SignedIn = {
  user: { id: 'u', role: 'clinician', display_name: 'Dr Ada', email: 'ada@example.org' },
  next: null,
  methods: [],
};

afterEach(cleanup);

test('signs in by keyboard alone', async () => {
  const send = vi.fn().mockResolvedValue(SIGNED_IN);
  const onSignedIn = vi.fn();
  render(<SignInForm onSignedIn={onSignedIn} send={send} />);
  await userEvent.tab();
  await userEvent.keyboard('ada@example.org');
  await userEvent.tab();
  await userEvent.keyboard('correct horse{Enter}');
  expect(send).toHaveBeenCalledWith('ada@example.org', 'correct horse');
  expect(onSignedIn).toHaveBeenCalledOnce();
});

test('a password is hidden until its owner wants to see it, and can be pasted or filled in by a program', async () => {
  const send = vi.fn().mockResolvedValue(SIGNED_IN);
  render(<SignInForm onSignedIn={vi.fn()} send={send} />);
  const password = screen.getByLabelText('Password');
  expect(password.getAttribute('type')).toBe('password');
  expect(password.getAttribute('autocomplete')).toBe('current-password');
  expect(screen.getByLabelText('E-mail address').getAttribute('autocomplete')).toBe('username');
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org');
  await userEvent.click(password);
  await userEvent.paste('from a password manager');
  await userEvent.click(screen.getByLabelText('Show the password'));
  expect(password.getAttribute('type')).toBe('text');
  await userEvent.type(password, '{Enter}');
  expect(send).toHaveBeenCalledWith('ada@example.org', 'from a password manager');
});

test('what is missing is said, and the cursor goes there', async () => {
  const send = vi.fn();
  render(<SignInForm onSignedIn={vi.fn()} send={send} />);
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org{Enter}');
  expect(screen.getByRole('alert').textContent).toBe('Enter your password.');
  expect(document.activeElement).toBe(screen.getByLabelText('Password'));
  expect(send).not.toHaveBeenCalled();
});

test('a refusal shows the server’s words and can be tried again', async () => {
  const send = vi
    .fn()
    .mockRejectedValueOnce(new Error('This address and password do not belong together.'))
    .mockResolvedValue(SIGNED_IN);
  const onSignedIn = vi.fn();
  render(<SignInForm onSignedIn={onSignedIn} send={send} />);
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org');
  await userEvent.type(screen.getByLabelText('Password'), 'wrong{Enter}');
  expect(screen.getByRole('alert').textContent).toContain('do not belong together');
  await userEvent.keyboard('right{Enter}');
  expect(send).toHaveBeenLastCalledWith('ada@example.org', 'right');
  expect(onSignedIn).toHaveBeenCalledOnce();
});

test('a second factor is asked for in place of the password', async () => {
  const send = vi.fn().mockResolvedValue({ user: null, next: 'second_factor', methods: ['one_time_code'] });
  const onSignedIn = vi.fn();
  render(<SignInForm onSignedIn={onSignedIn} send={send} />);
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org');
  await userEvent.type(screen.getByLabelText('Password'), 'right{Enter}');
  expect(screen.getByRole('heading', { name: 'One more step' })).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('Code'));
  expect(onSignedIn).not.toHaveBeenCalled();
});

test('a first password is replaced by one of one’s own, refusals are told, and what is still to come follows', async () => {
  const send = vi
    .fn()
    .mockRejectedValueOnce(new Error('This is the password that you were given: choose your own.'))
    .mockResolvedValue({ user: null, next: 'enrol', methods: [] });
  const onChosen = vi.fn();
  const { container } = render(
    <main>
      <NewPasswordForm onChosen={onChosen} onBack={vi.fn()} send={send} />
    </main>,
  );
  expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Choose your own password' }));
  const field = screen.getByLabelText('New password');
  expect(field.getAttribute('autocomplete')).toBe('new-password');
  await userEvent.type(field, 'the given one{Enter}');
  expect(screen.getByRole('alert').textContent).toContain('choose your own');
  expect(onChosen).not.toHaveBeenCalled();
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => violation.id)).toEqual([]);
  await userEvent.keyboard('seven purple lamps at noon{Enter}'); // over what was refused
  expect(send).toHaveBeenLastCalledWith('seven purple lamps at noon');
  expect(onChosen).toHaveBeenCalledExactlyOnceWith({ user: null, next: 'enrol', methods: [] });
});

test('a first password leads to that step', async () => {
  const send = vi.fn().mockResolvedValue({ user: null, next: 'new_password', methods: [] });
  render(<SignInForm onSignedIn={vi.fn()} send={send} />);
  await userEvent.type(screen.getByLabelText('E-mail address'), 'ada@example.org');
  await userEvent.type(screen.getByLabelText('Password'), 'given{Enter}');
  expect(screen.getByRole('heading', { name: 'Choose your own password' })).toBeTruthy();
});

test.each([
  ['/clinic/session?id=1', '/clinic/session?id=1'],
  ['/clinic', '/clinic'],
  ['https://evil.example/clinic', '/clinic'],
  ['//evil.example', '/clinic'],
  ['/clinic.evil.example', '/clinic'],
  [null, '/clinic'],
])('after signing in, %s leads to %s', (wanted, page) => {
  expect(pageAfterSignIn(wanted)).toBe(page);
});

test.each([
  [null, '/operator'],
  ['/operator', '/operator'],
  ['/clinic', '/operator'],
  ['/operator.evil.example', '/operator'],
])('an operator who wanted %s gets to %s', (wanted, page) => {
  expect(pageAfterSignIn(wanted, 'operator')).toBe(page);
});

test('axe finds nothing', async () => {
  const { container } = render(
    <main>
      <SignInForm onSignedIn={vi.fn()} />
    </main>,
  );
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => violation.id)).toEqual([]);
});
