'use client';
import Link from 'next/link';
import { useRef, useState } from 'react';
import { type Invitation, type InvitationState, invitationState, revoke } from './clinic';
import { day, nameOf } from './wording';
import styles from './clinic.module.css';

interface Props {
  invitations: readonly Invitation[];
  onChanged: () => void;
  now?: Date;
  send?: typeof revoke;
}

const STATE_WORDS: Record<InvitationState, string> = {
  open: 'Not opened yet',
  used: 'Used',
  revoked: 'Revoked',
  expired: 'Expired',
};

/** Invitations, newest first; one that still opens the door can be revoked, after a question. */
export function InvitationList({ invitations, onChanged, now = new Date(), send = revoke }: Props) {
  const [asked, setAsked] = useState<Invitation | null>(null);
  if (invitations.length === 0) return <p className={styles.empty}>No invitations yet.</p>;
  return (
    <>
      <table className={styles.table} aria-label="Invitations">
        <thead>
          <tr>
            <th scope="col">Participant</th>
            <th scope="col">Battery</th>
            <th scope="col">Made</th>
            <th scope="col">Valid until</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className={styles.hidden}>Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => (
            <InvitationRow
              key={invitation.invitation_id}
              invitation={invitation}
              state={invitationState(invitation, now)}
              onRevoke={() => setAsked(invitation)}
            />
          ))}
        </tbody>
      </table>
      {asked && <RevokeQuestion invitation={asked} send={send} onClose={() => setAsked(null)} onRevoked={onChanged} />}
    </>
  );
}

interface RowProps {
  invitation: Invitation;
  state: InvitationState;
  onRevoke: () => void;
}

function InvitationRow({ invitation, state, onRevoke }: RowProps) {
  const label = invitation.participant_label;
  return (
    <tr>
      <th scope="row">
        {invitation.session_id ? <Link href={`/clinic/session?id=${invitation.session_id}`}>{label}</Link> : label}
      </th>
      <td data-heading="Battery">{nameOf(invitation.battery)}</td>
      <td data-heading="Made">{day(invitation.created_at)}</td>
      <td data-heading="Valid until">{day(invitation.expires_at)}</td>
      <td data-heading="State">{STATE_WORDS[state]}</td>
      <td className={styles.ways}>
        <Link href={`/clinic/participant?id=${invitation.user_id}`} aria-label={`Details and consent of ${label}`}>
          Details
        </Link>
        {(state === 'open' || state === 'used') && (
          <button
            type="button"
            className={styles.quiet}
            onClick={onRevoke}
            aria-label={`Revoke the invitation of ${label}`}
          >
            Revoke
          </button>
        )}
      </td>
    </tr>
  );
}

interface QuestionProps {
  invitation: Invitation;
  send: typeof revoke;
  onClose: () => void;
  onRevoked: () => void;
}

function RevokeQuestion({ invitation, send, onClose, onRevoked }: QuestionProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const isOpened = useRef(false);
  const open = (dialog: HTMLDialogElement | null) => {
    if (!dialog || isOpened.current) return;
    isOpened.current = true; // the browser keeps the focus inside and gives it back afterwards
    dialog.showModal();
  };
  async function confirm() {
    try {
      await send(invitation.invitation_id);
      onRevoked();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'It was not revoked. Try again.');
    }
  }
  return (
    <dialog ref={open} className={styles.dialog} onClose={onClose} aria-labelledby="revoke-title">
      <h2 id="revoke-title">Revoke the invitation of {invitation.participant_label}?</h2>
      <p>The link stops working. Answers that have already come in stay.</p>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <p className={styles.actions}>
        <button type="button" className={styles.danger} onClick={() => void confirm()}>
          Revoke
        </button>
        <button type="button" className={styles.quiet} onClick={onClose}>
          Keep it
        </button>
      </p>
    </dialog>
  );
}
