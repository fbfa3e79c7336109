'use client';
import Link from 'next/link';
import { useState } from 'react';
import { type Invitation, type InvitationState, beginHere, invitationState, revoke } from './clinic';
import { InvitationQuestion } from './InvitationQuestion';
import { day, nameOf } from './wording';
import styles from './clinic.module.css';

interface Props {
  invitations: readonly Invitation[];
  onChanged: () => void;
  /** Loads older invitations, where there are more. */
  onMore?: (() => void) | undefined;
  now?: Date;
  send?: typeof revoke;
  begin?: typeof beginHere;
  goTo?: (path: string) => void;
}

const STATE_WORDS: Record<InvitationState, string> = {
  open: 'Not opened yet',
  used: 'Used',
  revoked: 'Revoked',
  expired: 'Expired',
};

/** Invitations, newest first; one that still opens the door can be revoked, after a question. */
export function InvitationList({ invitations, onChanged, onMore, now = new Date(), ...props }: Props) {
  const { send = revoke, begin = beginHere, goTo = leaveFor } = props;
  const [asked, setAsked] = useState<Invitation | null>(null);
  const [beginning, setBeginning] = useState<Invitation | null>(null);
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
              onBegin={() => setBeginning(invitation)}
            />
          ))}
        </tbody>
      </table>
      {onMore && (
        <button type="button" className={styles.quiet} onClick={onMore}>
          Show older invitations
        </button>
      )}
      {asked && (
        <InvitationQuestion
          title={`Revoke the invitation of ${asked.participant_label}?`}
          yes="Revoke"
          no="Keep it"
          look="danger"
          act={() => send(asked.invitation_id).then(onChanged)}
          onClose={() => setAsked(null)}
        >
          <p>The link stops working. Answers that have already come in stay.</p>
        </InvitationQuestion>
      )}
      {beginning && (
        <InvitationQuestion
          title={`Begin here with ${beginning.participant_label}?`}
          yes="Begin here"
          no="Not now"
          look="primary"
          act={() => begin(beginning.invitation_id).then(() => goTo('/session'))}
          onClose={() => setBeginning(null)}
        >
          <p>
            You sit beside the person, and may repeat a question or leave one out. The session is marked so. You are
            signed out on this device, so that nobody comes from it to what others have answered.
          </p>
        </InvitationQuestion>
      )}
    </>
  );
}

interface RowProps {
  invitation: Invitation;
  state: InvitationState;
  onRevoke: () => void;
  onBegin: () => void;
}

/** The whole page anew: nothing of the staff's pages stays in its memory. */
const leaveFor = (path: string): void => window.location.assign(path);

function InvitationRow({ invitation, state, onRevoke, onBegin }: RowProps) {
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
          <>
            <button type="button" className={styles.quiet} onClick={onBegin} aria-label={`Begin here with ${label}`}>
              Begin here
            </button>{' '}
            <button
              type="button"
              className={styles.quiet}
              onClick={onRevoke}
              aria-label={`Revoke the invitation of ${label}`}
            >
              Revoke
            </button>
          </>
        )}
      </td>
    </tr>
  );
}
