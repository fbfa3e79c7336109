// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Invitation, type ListedSession, NO_FILTER, invitationState } from './clinic';
import { InvitationForm } from './InvitationForm';
import { InvitationList } from './InvitationList';
import { SessionList } from './SessionList';
import { qrPath } from '@/lib/qrCode';

const BATTERIES = [
  { slug: 'spoken', title: 'Spoken assessment', minutes: 9 },
  { slug: 'brief', title: 'Short assessment', minutes: 10 },
];
const SESSION: ListedSession = {
  id: 's-1',
  participant_label: 'P-001',
  battery: 'brief',
  state: 'completed',
  is_simulated: false,
  created_at: '2026-11-23T14:20:00+00:00',
  completed_at: '2026-11-23T14:30:00+00:00',
  needs_review_count: 0,
  flags: [],
  result_status: 'ready',
};
const SESSIONS: ListedSession[] = [
  SESSION,
  { ...SESSION, id: 's-2', participant_label: 'P-002', needs_review_count: 2 },
  {
    ...SESSION,
    id: 's-3',
    participant_label: 'Q-003',
    is_simulated: true,
    state: 'open',
    result_status: 'in_progress',
  },
];
const INVITATION: Invitation = {
  invitation_id: 'i-1',
  user_id: 'u-1',
  participant_label: 'P-001',
  battery: 'brief',
  created_at: '2026-11-20T10:00:00+00:00',
  expires_at: '2026-12-20T10:00:00+00:00',
  used_at: null,
  revoked_at: null,
};
const NOW = new Date('2026-11-23T12:00:00Z');

beforeEach(() => {
  // jsdom knows the dialog element but not how to open it
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
});
afterEach(cleanup);

function Filterable({ sessions }: { sessions: ListedSession[] }) {
  const [filter, setFilter] = useState(NO_FILTER);
  return <SessionList sessions={sessions} filter={filter} onFilter={setFilter} />;
}

function shown(): (string | null)[] {
  return screen.queryAllByRole('rowheader').map((header) => header.textContent);
}

test('an empty list says what to do first', () => {
  render(<Filterable sessions={[]} />);
  expect(screen.getByText(/Invite a participant first/)).toBeTruthy();
});

test('older invitations are asked for where there are more', async () => {
  const onMore = vi.fn();
  const { rerender } = render(
    <InvitationList invitations={[INVITATION]} onChanged={vi.fn()} onMore={onMore} now={NOW} />,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Show older invitations' }));
  expect(onMore).toHaveBeenCalledOnce();
  rerender(<InvitationList invitations={[INVITATION]} onChanged={vi.fn()} now={NOW} />);
  expect(screen.queryByRole('button', { name: 'Show older invitations' })).toBeNull();
});

test('sessions can be found by label, state and kind; simulated ones are marked', async () => {
  render(<Filterable sessions={SESSIONS} />);
  expect(shown()).toEqual(['P-001', 'P-002', 'Q-003Simulated']);
  await userEvent.selectOptions(screen.getByLabelText('State'), 'Needs review');
  expect(shown()).toEqual(['P-002']);
  await userEvent.selectOptions(screen.getByLabelText('State'), 'All');
  await userEvent.click(screen.getByLabelText('Hide simulated sessions'));
  expect(shown()).toEqual(['P-001', 'P-002']);
  await userEvent.type(screen.getByLabelText('Participant'), '001');
  expect(shown()).toEqual(['P-001']);
});

test('a flag stands beside its participant, and can be filtered for', async () => {
  const flags = [{ code: 'self_harm', instrument: 'phq_9', title: 'Thoughts of death or self-harm' }];
  render(<Filterable sessions={[...SESSIONS, { ...SESSION, id: 's-9', participant_label: 'P-009', flags }]} />);
  expect(screen.getByText('Look at this: Thoughts of death or self-harm')).toBeTruthy();
  await userEvent.selectOptions(screen.getByLabelText('State'), 'With a flag');
  expect(screen.queryAllByRole('rowheader')).toHaveLength(1);
  expect(shown()[0]).toContain('P-009');
});

test('a filter that finds nothing can be taken back', async () => {
  render(<Filterable sessions={SESSIONS} />);
  await userEvent.type(screen.getByLabelText('Participant'), 'nobody');
  await userEvent.click(screen.getByRole('button', { name: 'Show all' }));
  expect(shown()).toHaveLength(3);
});

test('an invitation without a label is not sent', async () => {
  const send = vi.fn();
  render(<InvitationForm batteries={BATTERIES} onInvited={vi.fn()} send={send} />);
  await userEvent.click(screen.getByRole('button', { name: 'Make the link' }));
  expect(send).not.toHaveBeenCalled();
  expect(screen.getByRole('alert').textContent).toContain('Enter a label');
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: /Participant label/ }));
});

test('an invitation is sent as chosen, and its link shown with a code', async () => {
  const url = 'https://example.org/invitation#abc';
  const send = vi.fn().mockResolvedValue({ invitation_id: 'i', url, expires_at: '2026-12-01T00:00:00Z' });
  const onInvited = vi.fn();
  render(<InvitationForm batteries={BATTERIES} onInvited={onInvited} send={send} />);
  await userEvent.type(screen.getByRole('textbox', { name: /Participant label/ }), ' P-017 ');
  await userEvent.selectOptions(screen.getByLabelText('Link is valid for'), '7 days');
  await userEvent.click(screen.getByRole('button', { name: 'Make the link' }));
  expect(send).toHaveBeenCalledWith({ participant_label: 'P-017', battery: 'brief', locale: 'en', expires_in_days: 7 });
  expect(onInvited).toHaveBeenCalledOnce();
  expect(screen.getByLabelText<HTMLInputElement>('Link').value).toBe(url);
  expect(screen.getByRole('img', { name: 'QR code of the link for P-017' })).toBeTruthy();
});

test('another battery is chosen by its title and length', async () => {
  const send = vi
    .fn()
    .mockResolvedValue({ invitation_id: 'i', url: 'https://example.org/#a', expires_at: '2026-12-01' });
  render(<InvitationForm batteries={BATTERIES} onInvited={vi.fn()} send={send} />);
  await userEvent.type(screen.getByRole('textbox', { name: /Participant label/ }), 'P-018');
  await userEvent.selectOptions(screen.getByLabelText('Battery'), 'Spoken assessment, about 9 minutes');
  await userEvent.click(screen.getByRole('button', { name: 'Make the link' }));
  expect(send).toHaveBeenCalledWith(expect.objectContaining({ battery: 'spoken' }));
});

test('the server’s words are shown when the invitation is refused', async () => {
  const send = vi.fn().mockRejectedValue(new Error('The database is away.'));
  render(<InvitationForm batteries={BATTERIES} onInvited={vi.fn()} send={send} />);
  await userEvent.type(screen.getByRole('textbox', { name: /Participant label/ }), 'P');
  await userEvent.click(screen.getByRole('button', { name: 'Make the link' }));
  expect(screen.getByRole('alert').textContent).toBe('The database is away.');
});

test('revoking asks first', async () => {
  const send = vi.fn().mockResolvedValue(undefined);
  const onChanged = vi.fn();
  render(<InvitationList invitations={[INVITATION]} onChanged={onChanged} now={NOW} send={send} />);
  const revoke = screen.getByRole('button', { name: 'Revoke the invitation of P-001' });
  await userEvent.click(revoke);
  await userEvent.click(screen.getByRole('button', { name: 'Keep it' }));
  expect(send).not.toHaveBeenCalled();
  await userEvent.click(revoke);
  await userEvent.click(screen.getByRole('button', { name: 'Revoke' }));
  expect(send).toHaveBeenCalledWith('i-1');
  expect(onChanged).toHaveBeenCalledOnce();
});

test('staff begin here beside the person after a question, and the page is left for the session', async () => {
  const begin = vi.fn().mockResolvedValue(undefined);
  const goTo = vi.fn();
  render(<InvitationList invitations={[INVITATION]} onChanged={vi.fn()} now={NOW} {...{ begin, goTo }} />);
  const button = screen.getByRole('button', { name: 'Begin here with P-001' });
  await userEvent.click(button);
  expect(screen.getByText(/You are signed out on this device/)).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Not now' }));
  expect(begin).not.toHaveBeenCalled();
  await userEvent.click(button);
  await userEvent.click(screen.getByRole('button', { name: 'Begin here' }));
  expect(begin).toHaveBeenCalledWith('i-1');
  expect(goTo).toHaveBeenCalledWith('/session');
});

test('an invitation is open, in use, revoked or expired', () => {
  const of = (changes: Partial<Invitation>) => invitationState({ ...INVITATION, ...changes }, NOW);
  expect(of({})).toBe('open');
  expect(of({ used_at: '2026-11-21T00:00:00Z' })).toBe('used');
  expect(of({ used_at: '2026-11-21T00:00:00Z', revoked_at: '2026-11-22T00:00:00Z' })).toBe('revoked');
  expect(of({ expires_at: '2026-11-22T00:00:00Z' })).toBe('expired');
});

test('the code has its finder pattern and its white margin', () => {
  const { path, width } = qrPath('https://example.org/invitation#abc');
  expect(width).toBeGreaterThanOrEqual(21 + 8);
  expect(path.startsWith('M4 4h1v1h-1zM5 4h1v1h-1z')).toBe(true);
});

test('axe finds nothing', async () => {
  const { container } = render(
    <main>
      <h1>Sessions</h1>
      <Filterable sessions={SESSIONS} />
      <h2>Invite</h2>
      <InvitationForm batteries={BATTERIES} onInvited={vi.fn()} />
      <InvitationList invitations={[INVITATION]} onChanged={vi.fn()} now={NOW} />
    </main>,
  );
  const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => [violation.id, violation.nodes[0]?.html])).toEqual([]);
});
