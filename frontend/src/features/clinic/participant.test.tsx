// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { paragraphsOf } from '@/features/organisation/ConsentWords';
import { type Participant, sentenceOf } from './participant';
import { ParticipantConsent } from './ParticipantConsent';
import { Details } from './ParticipantPage';

afterEach(cleanup);

const PERSON: Participant = {
  id: 'u-1',
  participant_label: 'P-001',
  participant_email: null,
  created_at: '2026-11-20T10:00:00+00:00',
  consent: {
    text: {
      version: '2026-11',
      locale: 'en',
      title: 'Before we begin',
      paragraphs: ['Your voice is recorded.'],
      agreement: 'I agree.',
      sha256: 'a'.repeat(64),
    },
    state: 'none',
    is_to_ask: true,
    history: [],
  },
};
const GIVEN = {
  operation: 'given',
  done_by: 'staff',
  data_choice: null,
  version: '2026-11',
  at: '2026-11-21T10:00:00Z',
} as const;

async function faults(container: Element): Promise<string[]> {
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  return violations.map((violation) => violation.id);
}

test('staff record a consent only when it was read', async () => {
  const give = vi.fn(() => Promise.resolve());
  const onChanged = vi.fn(() => Promise.resolve());
  const { container } = render(<ParticipantConsent person={PERSON} onChanged={onChanged} give={give} />);
  await userEvent.click(screen.getByText('Record that they agree, with you beside them'));
  const record = screen.getByRole('button', { name: 'Record the consent' });
  expect(record.hasAttribute('disabled')).toBe(true);
  await userEvent.click(screen.getByRole('checkbox'));
  await userEvent.click(record);
  expect(give).toHaveBeenCalledWith('u-1', PERSON.consent.text);
  expect(onChanged).toHaveBeenCalledOnce();
  expect(await faults(container)).toEqual([]);
});

test('staff withdraw with what becomes of the data, and what goes wrong is said', async () => {
  const withdraw = vi.fn().mockRejectedValue(new Error('The server is away.'));
  const person = {
    ...PERSON,
    consent: { ...PERSON.consent, state: 'given', is_to_ask: false, history: [GIVEN] },
  } as const;
  render(
    <ParticipantConsent
      person={{ ...person, consent: { ...person.consent, history: [GIVEN] } }}
      onChanged={vi.fn()}
      withdraw={withdraw}
    />,
  );
  expect(screen.getByText(/Given to version 2026-11, recorded by staff beside the participant/)).toBeDefined();
  await userEvent.click(screen.getByText('Withdraw for them'));
  await userEvent.click(screen.getByRole('radio', { name: /everything erased/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Withdraw the consent' }));
  expect(withdraw).toHaveBeenCalledWith('u-1', 'erase');
  expect((await screen.findByRole('alert')).textContent).toBe('The server is away.');
});

test('details are put right', async () => {
  const changed = { ...PERSON, participant_label: 'P-010' };
  const send = vi.fn(() => Promise.resolve(changed));
  const onChanged = vi.fn();
  render(<Details person={PERSON} onChanged={onChanged} send={send} />);
  await userEvent.clear(screen.getByRole('textbox', { name: 'Label or name' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Label or name' }), ' P-010 ');
  await userEvent.click(screen.getByRole('button', { name: 'Put right' }));
  expect(send).toHaveBeenCalledWith('u-1', { participant_label: 'P-010', participant_email: '' });
  expect(onChanged).toHaveBeenCalledWith(changed);
  expect(screen.getByRole('status').textContent).toBe('Saved.');
});

test('what was said is told with who said it and what becomes of the data', () => {
  expect(sentenceOf({ ...GIVEN, operation: 'withdrawn', done_by: 'participant', data_choice: 'erase' })).toBe(
    'Withdrawn by the participant: the data are to be erased',
  );
});

test('paragraphs stand between empty lines', () => {
  expect(paragraphsOf('One\nline.\n\n  Two.  \n \n\n')).toEqual(['One line.', 'Two.']);
});
