// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { AccountPage } from './AccountPage';
import { PasswordForm } from './PasswordForm';

const USER = { id: 'u', role: 'clinician', display_name: 'Dr Ada', email: 'ada@example.org' };

afterEach(cleanup);

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

test('the account page says the rules of passwords, and axe finds nothing', async () => {
  const { container } = render(
    <main>
      <AccountPage read={() => Promise.resolve(USER)} />
    </main>,
  );
  expect(await screen.findByText(/better 15 or more/)).toBeTruthy();
  await expectAccessible(container);
});

test('what cannot be loaded is said', async () => {
  render(<AccountPage read={() => Promise.reject(new Error('The server cannot be reached.'))} />);
  expect((await screen.findByRole('alert')).textContent).toBe('The server cannot be reached.');
});
