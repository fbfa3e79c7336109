// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { AuditLog } from './AuditLog';
import {
  type Account,
  type LogEntry,
  type Organisation,
  type ProcessingRecord,
  endOf,
  whatWasDone,
} from './organisation';
import { OrganisationForm } from './OrganisationSettings';
import { RecordOf } from './Processing';
import { Accounts, NewAccountForm } from './Team';

vi.mock('@/features/account/StaffFrame', () => ({ useUser: () => ({ id: 'me', role: 'administrator' }) }));
afterEach(cleanup);

const OWN: Account = {
  id: 'me',
  role: 'administrator',
  display_name: 'Ada',
  email: 'ada@example.org',
  created_at: '2026-11-01T00:00:00Z',
  is_active: true,
};
const COLLEAGUE: Account = { ...OWN, id: 'c', role: 'clinician', display_name: 'Bea', email: 'bea@example.org' };
const ENTRY: LogEntry = {
  id: 9,
  timestamp: '2026-11-23T10:00:00Z',
  table_name: 'results',
  operation: 'READ',
  old_values: null,
  new_values: { session_id: 's-1' },
  user_id: 'c',
  user_name: 'Bea',
};

const RECORD: ProcessingRecord = {
  made_at: '2026-11-23T10:00:00Z',
  controller: 'Clinic',
  contacts: { controller: 'Clinic, Ulm' },
  purposes: ['Assessing memory.'],
  basis: 'Consent.',
  categories: [{ subjects: 'Participants', title: 'Voice', what: 'Recordings.', kept: '30 days after it was made' }],
  recipients: [{ who: '1 of the role clinician', what: 'all data', where: null, is_outside: false }],
  safeguards: [
    { words: 'There is a backup', holds: true, detail: '2026-11-23T09:00:00+00:00' },
    { words: 'Staff need a second factor', holds: false, detail: null },
  ],
};

async function faults(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return violations.map((violation) => violation.id);
}

test('an account gets another role, and who does it is told', async () => {
  const send = vi.fn(() => Promise.resolve());
  const onChanged = vi.fn();
  const { container } = render(<Accounts accounts={[OWN, COLLEAGUE]} onChanged={onChanged} send={send} />);
  expect(await faults(container)).toEqual([]);
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Role of Bea' }), 'administrator');
  await userEvent.click(screen.getByRole('button', { name: 'Leave it as it is' }));
  expect(send).not.toHaveBeenCalled();
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Role of Bea' }), 'researcher');
  await userEvent.click(screen.getByRole('button', { name: 'Change the role' }));
  expect(send).toHaveBeenCalledWith('c', { role: 'researcher' });
  expect(screen.getByRole('status').textContent).toBe('Bea is now researcher.');
  expect(onChanged).toHaveBeenCalledOnce();
});

test('nobody can change or close their own account', () => {
  render(<Accounts accounts={[OWN, COLLEAGUE]} onChanged={vi.fn()} />);
  const own = screen.getByRole('row', { name: /Ada/ });
  expect(within(own).queryByRole('combobox')).toBeNull();
  expect(within(own).queryByRole('button')).toBeNull();
});

test('closing an account says what that means, and what went wrong is said', async () => {
  const send = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error('The server is away.'));
  render(<Accounts accounts={[OWN, COLLEAGUE]} onChanged={vi.fn()} send={send} />);
  const button = screen.getByRole('button', { name: 'Close the account of Bea' });
  await userEvent.click(button);
  expect(screen.getByRole('status').textContent).toContain('can be opened again');
  await userEvent.click(button);
  expect(screen.getByRole('alert').textContent).toBe('The server is away.');
});

test('a new account shows its password once', async () => {
  const send = vi.fn(() => Promise.resolve({ account: COLLEAGUE, password: 'first-password' }));
  const { container } = render(<NewAccountForm onAdded={vi.fn()} send={send} />);
  await userEvent.type(screen.getByLabelText('Name'), 'Bea');
  await userEvent.type(screen.getByLabelText('E-mail address'), 'bea@example.org');
  await userEvent.click(screen.getByRole('button', { name: 'Add the account' }));
  expect(send).toHaveBeenCalledWith({ email: 'bea@example.org', display_name: 'Bea', role: 'clinician' });
  expect(screen.getByText('first-password')).toBeTruthy();
  expect(await faults(container)).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('first-password')).toBeNull();
});

test('what an organisation sets is sent whole', async () => {
  const send = vi.fn(() => Promise.resolve(organisation));
  const organisation: Organisation = {
    id: 'o',
    name: 'My organisation',
    place: { town: 'Ulm' },
    researchers_see_identities: false,
    recordings_kept_days: 30,
    persons_kept_days: null,
    contacts: { controller: 'Clinic, Ulm' },
    help_text: 'Call us.',
  };
  const { container } = render(<OrganisationForm organisation={organisation} send={send} />);
  await userEvent.clear(screen.getByLabelText(/^Name/));
  await userEvent.type(screen.getByLabelText(/^Name/), 'Memory clinic');
  await userEvent.type(screen.getByLabelText('Country'), 'Germany');
  await userEvent.type(screen.getByLabelText(/speaks of death or self-harm/), ' 24 hours.');
  await userEvent.click(screen.getByRole('checkbox'));
  await userEvent.clear(screen.getByLabelText(/^Recordings after/));
  await userEvent.type(screen.getByLabelText(/days after their last session/), '365');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(send).toHaveBeenCalledWith({
    name: 'Memory clinic',
    place: { building: '', town: 'Ulm', region: '', country: 'Germany' },
    researchers_see_identities: true,
    recordings_kept_days: null,
    persons_kept_days: 365,
    contacts: { controller: 'Clinic, Ulm', representative: '', protection_officer: '' },
    help_text: 'Call us. 24 hours.',
  });
  expect(screen.getByRole('status').textContent).toBe('Saved.');
  expect(await faults(container)).toEqual([]);
});

test('the log reads as sentences, filters, and goes on to older entries', async () => {
  const older = { ...ENTRY, id: 2, operation: 'INSERT', table_name: 'scores', user_id: 'worker', user_name: null };
  const load = vi
    .fn()
    .mockResolvedValueOnce({ entries: [ENTRY], next: 9 })
    .mockResolvedValueOnce({ entries: [older], next: null })
    .mockResolvedValue({ entries: [], next: null });
  const { container } = render(<AuditLog load={load} />);
  expect(await screen.findByText('saw a result')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Show older entries' }));
  expect(await screen.findByText('added a score')).toBeTruthy();
  expect(screen.getByText('The system, at work on an answer')).toBeTruthy();
  expect(await faults(container)).toEqual([]);
  await userEvent.selectOptions(screen.getByLabelText('What was done'), 'DELETE');
  expect(await screen.findByText('Nothing like this is in the log.')).toBeTruthy();
  expect(load).toHaveBeenLastCalledWith({ operation: 'DELETE', table_name: '', since: '', until: '' });
});

test('the last day that is asked for is in', () => {
  expect(endOf('2026-02-28').getDate()).toBe(1);
});

test('a list that was read is called one', () => {
  expect(whatWasDone({ ...ENTRY, table_name: 'sessions' })).toBe('saw the list of sessions');
  const one = { ...ENTRY, table_name: 'users', new_values: { user_ids: ['a'] } };
  expect(whatWasDone(one)).toBe('saw the details of a person');
  expect(whatWasDone({ ...one, new_values: { user_ids: ['a', 'b'] } })).toBe('saw the list of accounts');
  expect(whatWasDone({ ...ENTRY, table_name: 'invitations' })).toBe('saw the list of invitations');
});

test('the record of processing names what is set, and what is not', async () => {
  const { container } = render(<RecordOf record={RECORD} />);
  expect(screen.getByText('30 days after it was made')).toBeTruthy();
  expect(screen.getByText(/Nobody outside/)).toBeTruthy();
  expect(screen.getAllByText('not set')).toHaveLength(2);
  expect(screen.getAllByText(/^(Yes|No)$/).map((one) => one.textContent)).toEqual(['Yes', 'No']);
  expect(await faults(container)).toEqual([]);
});
