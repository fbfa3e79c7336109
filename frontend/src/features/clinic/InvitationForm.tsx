'use client';
import { type SubmitEvent, useRef, useState } from 'react';
import { type Battery, type MadeInvitation, invite } from './clinic';
import { formText } from '@/lib/form-text';
import { InvitationLink } from './InvitationLink';
import styles from './clinic.module.css';

interface Props {
  batteries: Battery[];
  onInvited: () => void;
  send?: typeof invite;
}

const MAX_LABEL = 200;
const USUAL_BATTERY = 'brief';

/** Whom to invite; the link is shown once it is made. */
export function InvitationForm({ batteries, onInvited, send = invite }: Props) {
  const [made, setMade] = useState<(MadeInvitation & { label: string }) | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const label = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const participant_label = formText(given, 'label');
    if (!participant_label) {
      setProblem('Enter a label for the participant, such as P-017.');
      label.current?.focus();
      return;
    }
    setProblem(null);
    setSending(true);
    try {
      const invitation = {
        participant_label,
        battery: formText(given, 'battery'),
        locale: formText(given, 'locale'),
        expires_in_days: Number(formText(given, 'expires_in_days')),
      };
      setMade({ ...(await send(invitation)), label: participant_label });
      form.reset();
      onInvited();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The invitation was not made. Try again.');
    } finally {
      setSending(false);
    }
  }

  return (
    <>
      <form
        className={styles.form}
        onSubmit={(event) => void submit(event)}
        aria-label="Invite a participant"
        noValidate
      >
        <label className={styles.wide}>
          Participant label
          <input
            ref={label}
            name="label"
            maxLength={MAX_LABEL}
            autoComplete="off"
            aria-describedby="label-hint"
            aria-invalid={problem !== null}
          />
          <span id="label-hint" className={styles.hint}>
            A code or short name by which you know the person. They do not see it.
          </span>
        </label>
        <label>
          Battery
          <select name="battery" defaultValue={USUAL_BATTERY}>
            {batteries.map(({ slug, title, minutes }) => (
              <option key={slug} value={slug}>
                {title}, about {Math.round(minutes)} minutes
              </option>
            ))}
          </select>
        </label>
        <label>
          Language
          <select name="locale">
            <option value="en">English</option>
          </select>
        </label>
        <label>
          Link is valid for
          <select name="expires_in_days" defaultValue="30">
            <option value="1">1 day</option>
            <option value="7">7 days</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
          </select>
        </label>
        {problem && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        <button type="submit" className={styles.primary} disabled={isSending}>
          {isSending ? 'Making the link …' : 'Make the link'}
        </button>
      </form>
      {made && (
        <InvitationLink label={made.label} url={made.url} expiresAt={made.expires_at} onDone={() => setMade(null)} />
      )}
    </>
  );
}
